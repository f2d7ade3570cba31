#!/usr/bin/env python3
"""监票复核: counts a closed box again from the files of its bundle, and says what agrees.

    python recount.py              the folder that this file lies in
    python recount.py BUNDLE.zip   a bundle that was not unpacked

One file, standard library only, Python 3.9 or later, and no code of the service: a mistake of the
service's own count would have to be made here a second time to go unseen. Slow and plain on
purpose: ballot by ballot, whole numbers and exact fractions, so that it can be read in an evening.
Ends with 0 where all agrees, 1 where something differs, 2 where the files cannot be read.
What the files hold is described in docs/formats.md.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

Json = Any
"""What json.loads gives."""

PAPER, RETURN, TURNOUT = "PAPER.json", "RETURN.json", "TURNOUT.json"
BALLOTS, RECEIPTS, ACTS, SUMS = "BALLOTS.csv", "RECEIPTS.txt", "ACTS.jsonl", "SHA256SUMS"
BLINDING = "BLINDING.txt"
NEEDED = (PAPER, RETURN, TURNOUT, BALLOTS, BLINDING, RECEIPTS, ACTS, SUMS)
GENESIS = "0" * 64
VALID = ("valid", "blank")
"""What a ballot that counts is: marked, or blank where the rules take that as an abstention."""
NO_MARK, TWO_MARKS = 0xFF, 0xFE
"""The byte of an item without a mark, and of one that carries several."""
MOST_SAID = 20
"""Differences that are printed; more are counted only."""


class Check(NamedTuple):
    """One thing looked at: whether it agrees, what it is, and what was found."""

    agrees: bool
    what: str
    found: str


class Ballot(NamedTuple):
    """The voter of a named vote, the rater group where the paper has any, one byte an item."""

    voter: str
    group: str
    marks: bytes

    @property
    def label(self) -> str:
        """What the digest of the ballots knows it by."""
        return "\t".join(part for part in (self.group, self.voter) if part)


class UnreadableError(ValueError):
    """The files are no bundle, or cannot be read as one."""


# Reading


def read_files(path: Path) -> dict[str, bytes]:
    """Read the files of a bundle from its folder or from the ZIP; raises UnreadableError."""
    try:
        if path.is_dir():
            files = {item.name: item.read_bytes() for item in path.iterdir() if item.is_file()}
        else:
            with zipfile.ZipFile(path) as archive:
                files = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise UnreadableError(f"无法读取 {path}：{error}") from error
    missing = [name for name in NEEDED if name not in files]
    if missing:
        raise UnreadableError(f"{path} 不是完整的复核包，缺少 {'、'.join(missing)}")
    return files


def read_json(files: Mapping[str, bytes], name: str) -> Json:
    """Read one JSON file; raises UnreadableError."""
    try:
        return json.loads(files[name].decode("utf-8"))
    except ValueError as error:
        raise UnreadableError(f"{name} 无法读取：{error}") from error


def read_ballots(paper: Json, content: bytes) -> list[Ballot]:
    """Read BALLOTS.csv back into bytes, one an item; raises UnreadableError with the row."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    ids = [item["id"] for item in paper["items"]]
    label = label_columns(paper)
    if not rows or rows[0] != label + ids:
        raise UnreadableError(f"{BALLOTS} 的表头与票面不符")
    meaning = marks_of_cells(paper)
    ballots = []
    for number, row in enumerate(rows[1:], 2):
        cells = row[len(label) :]
        try:
            marks = bytes(byte_of(meaning, cell) for cell in cells)
        except ValueError:
            raise UnreadableError(f"{BALLOTS} 第 {number} 行有无法识别的内容") from None
        if len(marks) != len(ids):
            raise UnreadableError(f"{BALLOTS} 第 {number} 行的列数不符")
        labels = dict(zip(label, row))
        ballots.append(Ballot(labels.get("voter", ""), labels.get("group", ""), marks))
    return ballots


def label_columns(paper: Json) -> list[str]:
    """Return the headings of the first columns, which are no items."""
    named = paper.get("secrecy") == "named"
    return ["voter"] * named + ["group"] * bool(paper.get("groups"))


def byte_of(meaning: Mapping[str, int], cell: str) -> int:
    """Return the byte of a cell; `?7f` is a byte that no paper of this kind knows."""
    return int(cell[1:], 16) if cell[:1] == "?" else meaning_of(meaning, cell)


def meaning_of(meaning: Mapping[str, int], cell: str) -> int:
    """Look a cell up; raises ValueError."""
    if cell not in meaning:
        raise ValueError(cell)
    return meaning[cell]


def marks_of_cells(paper: Json) -> dict[str, int]:
    """Return the byte of every cell that the paper knows; an empty one is no mark."""
    if paper["instrument"] == "evaluation":
        known = {word: int(word) if word.isdigit() else ord(word) for word in letters(paper)}
        return {**known, "++": TWO_MARKS, "": NO_MARK}
    kind = paper["rule"]["kind"]
    if kind == "rank":
        return {**{str(place): place for place in range(1, 255)}, "": NO_MARK}
    if kind == "select":
        return {"√": ord("x"), "": NO_MARK}
    return {"赞成": ord("y"), "反对": ord("n"), "弃权": ord("a"), "": NO_MARK}


# Digests


def canonical(value: Json) -> str:
    """Write a value as the one JSON text that digests are taken of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(content: bytes) -> str:
    """Return the SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def pile_digest(rows: Iterable[tuple[str, bytes]], blinding: bytes = b"") -> str:
    """Digest a pile whatever its order: the rows sorted, each part after its length.

    blinding: random bytes in front, that keep the pile from being guessed by its digest.
    """
    pile = hashlib.sha256(blinding)
    for label, content in sorted(rows):
        for part in (label.encode(), content):
            pile.update(len(part).to_bytes(4, "big") + part)
    return pile.hexdigest()


def check_sums(files: Mapping[str, bytes]) -> Check:
    """Hold every file against SHA256SUMS, which names all of the others."""
    listed = {}
    for line in files[SUMS].decode("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    unlisted = [name for name in NEEDED if name != SUMS and name not in listed]
    wrong = [name for name, digest in listed.items() if sha256(files.get(name, b"")) != digest]
    if wrong or unlisted:
        return Check(False, "文件", f"与 {SUMS} 不符：{'、'.join(wrong + unlisted)}")
    return Check(True, "文件", f"{len(listed)} 个文件的校验码与 {SUMS} 相符")


def check_digests(
    files: Mapping[str, bytes], sealed: Json, ballots: Sequence[Ballot], receipts: Sequence[str]
) -> Iterable[Check]:
    """Hold paper, ballots and receipts against the digests in the Return."""
    seal = sha256(files[RETURN])
    blinding = bytes.fromhex(files[BLINDING].decode("ascii").strip())
    plain = files[RETURN].decode("utf-8") == canonical(sealed)
    words = f"封存摘要 {seal}，请与纸质报告单上的核对" if plain else "不是规范的 JSON 文本"
    yield Check(plain, "报告单", words)
    found = (
        ("票面", "paper", sha256(files[PAPER]), "票面与开启时冻结的一致"),
        (
            "选票",
            "ballots",
            pile_digest(((ballot.label, ballot.marks) for ballot in ballots), blinding),
            f"{len(ballots)} 张选票正是封存时的那些",
        ),
        (
            "回执",
            "receipts",
            pile_digest(("", code.encode()) for code in receipts),
            f"{len(receipts)} 个回执正是封存时的那些",
        ),
    )
    for what, key, digest, words in found:
        agrees = digest == sealed[key]
        told = f"{words}（{digest}）" if agrees else f"封存时为 {sealed[key]}，现为 {digest}"
        yield Check(agrees, what, told)
    ordered = list(receipts) == sorted(set(receipts))
    yield Check(ordered, "回执顺序", "按序排列，没有重复" if ordered else "未按序排列，或有重复")


# The log of acts


def check_chain(acts: Sequence[Json]) -> Check:
    """Compute every link again: a changed, missing or inserted act breaks the chain."""
    previous = GENESIS
    for number, act in enumerate(acts, 1):
        content = {key: value for key, value in act.items() if key != "digest"}
        own = sha256(canonical(content).encode())
        if act["number"] != number or act["previous"] != previous or act["digest"] != own:
            return Check(False, "操作日志", f"第 {number} 条起对不上：被改动、缺失或插入")
        previous = act["digest"]
    return Check(True, "操作日志", f"{len(acts)} 条环环相扣，末条日志校验码 {previous}")


def check_acts(acts: Sequence[Json], sealed: Json, seal: str) -> Iterable[Check]:
    """Hold what the log says of opening, closing and sealing against the Return."""
    told = {act["digest"]: (act["kind"], json.loads(act["facts"])) for act in acts}
    box, turnout = sealed["box"], sealed["turnout"]
    for what, head, kind, facts in (
        (
            "开启",
            sealed["chain_open"],
            "open",
            {"box": box, "paper": sealed["paper"], "present": turnout["present"]},
        ),
        ("结束", sealed["chain_close"], "close", {"box": box, "returned": turnout["returned"]}),
    ):
        found, said = told.get(head, ("", {}))
        agrees = found == kind and all(said.get(key) == value for key, value in facts.items())
        words = f"{what}时的日志校验码 {head}，请与会场大屏和报告单上的核对"
        yield Check(
            agrees, f"{what}记录", words if agrees else f"日志中没有与报告单相符的{what}记录"
        )
    seals = [
        facts.get("seal")
        for kind, facts in told.values()
        if kind == "seal" and facts.get("box") == box
    ]
    agrees = seals == [seal]
    yield Check(agrees, "封存记录", "日志所记封存摘要相符" if agrees else "日志所记封存摘要不符")
    signed = [(act["actor"], json.loads(act["facts"])) for act in acts if act["kind"] == "certify"]
    signed = [(who, facts) for who, facts in signed if facts.get("box") == box]
    agrees = all(facts.get("seal") == seal for _, facts in signed)
    names = "、".join(facts.get("name") or who for who, facts in signed) or "尚无监票人确认"
    yield Check(agrees, "监票人确认", names if agrees else "有人确认的是另一份报告单")


# Figures that are given, and how they hang together


def check_turnout(
    stated: Json, sealed: Json, ballots: Sequence[Ballot], receipts: Sequence[str]
) -> Iterable[Check]:
    """Reconcile the figures: who sat, what was handed out, what came back."""
    turnout, roll = sealed["turnout"], sealed["roll"]
    agrees = all(turnout[key] == value for key, value in stated.items()) and all(
        turnout[key] == roll[key] for key in ("total_members", "due", "on_leave", "present")
    )
    figures = (
        "应到 {due}，实到 {present}，发出 {issued}，收回 {returned}，有效 {valid}，无效 {invalid}"
    )
    words = figures.format(**turnout) if agrees else f"{TURNOUT} 与报告单所载不符"
    yield Check(agrees, "到会与发票", words)
    whole = roll["total_members"]
    needed = whole // 2 + 1 if roll["body_kind"] == "standing_committee" else -(-2 * whole // 3)
    agrees = needed == roll["quorum"]
    standing = "达到" if roll["present"] >= needed else "未达到"
    words = f"应有 {needed} 人，实到 {roll['present']} 人，{standing}法定人数"
    yield Check(
        agrees, "法定人数", words if agrees else f"报告单写 {roll['quorum']}，应为 {needed}"
    )
    sample = sealed.get("sample")
    beside = sum(ballot.group == sample["group"] for ballot in ballots) if sample else 0
    members = len(ballots) - beside
    agrees = turnout["returned"] == members == len(receipts)
    agrees = agrees and turnout["valid"] + turnout["invalid"] == members
    words = f"收回 {turnout['returned']}，选票 {members}，回执 {len(receipts)}"
    yield Check(agrees, "票数守恒", words + ("，三数相等" if agrees else "，应当相等"))
    if sample:
        kept = sample["received"] - sample["too_fast"]
        words = (
            f"收到 {sample['received']} 份，答得过快不计 {sample['too_fast']} 份，其余 {beside} 份"
        )
        yield Check(kept == beside, "公开样本", words)
    groups = sealed["result"].get("groups", ())
    ticketed = [group["issued"] for group in groups if not group["open_sample"]]
    if ticketed and None not in ticketed:
        total = sum(ticketed)
        words = f"各主体发出合计 {total}，报告单发出 {turnout['issued']}"
        yield Check(total == turnout["issued"], "分主体发票", words)


def issued_by_group(sealed: Json) -> dict[str, int]:
    """Return the cards handed out to each rater group: given, for no ballot tells it."""
    groups = sealed["result"].get("groups", ())
    return {group["id"]: group["issued"] for group in groups if group["issued"] is not None}


# Counting votes


def reaches(threshold: str, part: int, whole: int) -> bool:
    """Whether part of whole is more than (gt) or at least (ge) a fraction; of nothing, nothing."""
    comparison, _, fraction = threshold.partition(" ")
    if whole <= 0:
        return False
    share = Fraction(part, whole)
    return share > Fraction(fraction) if comparison == "gt" else share >= Fraction(fraction)


def fewest(threshold: str, whole: int) -> int:
    """Count up to the fewest approvals that pass; never none."""
    comparison, _, fraction = threshold.partition(" ")
    bar = Fraction(fraction) * whole
    least = 1
    while least <= bar if comparison == "gt" else least < bar:
        least += 1
    return least


def judge_vote(rule: Json, marks: bytes) -> str:
    """Say what one ballot is; the first reason that holds is the one given."""
    known = {"select": b"x", "per_item": b"yna", "rank": bytes(range(1, 255))}[rule["kind"]]
    given = [mark for mark in marks if mark != NO_MARK]
    approvals = given.count(ord("y"))
    if any(mark not in known for mark in given):
        return "unknown_mark"
    if not given:
        return "blank" if rule["blank"] == "abstain" else "blank_invalid"
    if rule["kind"] == "per_item":
        return "over" if rule["approvals_capped"] and approvals > rule["seats"] else "valid"
    if len(given) > rule["seats"]:
        return "over"
    if len(given) < rule["seats"] and not rule["allow_fewer"]:
        return "fewer"
    if rule["kind"] == "rank":
        if len(set(given)) < len(given):
            return "duplicate_rank"
        if sorted(given) != list(range(1, len(given) + 1)):
            return "gap_in_rank"
    return "valid"


def count_vote(paper: Json, ballots: Sequence[Ballot], turnout: Json) -> Json:
    """Count a livelihood-project vote: the whole result as it must have been sealed."""
    rule, items = paper["rule"], paper["items"]
    verdicts = [judge_vote(rule, ballot.marks) for ballot in ballots]
    good = [ballot.marks for ballot, verdict in zip(ballots, verdicts) if verdict in VALID]
    valid = len(good)
    turnout = {**turnout, "valid": valid, "invalid": len(ballots) - valid}
    whole = turnout[rule["denominator"]]
    lines = []
    for at, item in enumerate(items):
        column = [marks[at] for marks in good]
        not_cast = column.count(NO_MARK)
        against, abstain, points = 0, 0, 0
        approve = valid - not_cast
        if rule["kind"] == "per_item":
            approve = column.count(ord("y"))
            against, abstain = column.count(ord("n")), column.count(ord("a"))
        if rule["kind"] == "rank":
            points = sum(len(items) + 1 - place for place in column if place != NO_MARK)
        lines.append(
            {
                "id": item["id"],
                "number": item["number"],
                "label": item["label"],
                "votes": points if rule["kind"] == "rank" else approve,
                "approve": approve,
                "against": against,
                "abstain": abstain,
                "not_cast": not_cast,
                "points": points,
                "share": [approve, whole],
                "tied_with": [],
            }
        )
    for line in lines:
        line["place"] = 1 + sum(other["votes"] > line["votes"] for other in lines)
    lines.sort(key=lambda line: line["place"])
    void = turnout["returned"] > turnout["issued"]
    return {
        "instrument": "voting",
        "kind": rule["kind"],
        "seats": rule["seats"],
        "denominator": rule["denominator"],
        "threshold": rule["threshold"],
        "whole": whole,
        "needed": fewest(rule["threshold"], whole),
        "turnout": turnout,
        "void": void,
        "blank": verdicts.count("blank"),
        "void_ballots": left_out(Counter(verdicts)),
        "follow_up": nothing_decided(paper, lines) if void else select(rule, lines, whole),
        "lines": lines,
    }


def nothing_decided(paper: Json, lines: Sequence[Json]) -> Json:
    """More ballots came back than were issued: all of it is voted on again."""
    for line in lines:
        line.update(outcome=None, reason="vote_void")
    ids = [item["id"] for item in paper["items"]]
    return {"kind": "hold_again", "ids": ids, "seats_left": paper["rule"]["seats"]}


def select(rule: Json, lines: Sequence[Json], whole: int) -> Json:
    """Write the outcome of each line into it; return what is to be voted on next."""
    seats = rule["seats"]
    passed = [x for x in lines if x["approve"] and reaches(rule["threshold"], x["approve"], whole)]
    failed = [x for x in lines if x not in passed]
    # Whoever has fewer than `seats` others before it, counting all that are equal to it, is in.
    safe = [x for x in passed if sum(y["votes"] >= x["votes"] for y in passed) <= seats]
    open_to = [x for x in passed if sum(y["votes"] > x["votes"] for y in passed) < seats]
    tied = [x for x in open_to if x not in safe]
    left = seats - len(safe)
    supplementary = rule["shortfall"] == "supplementary_vote" and len(passed) < seats
    with_share = Fraction(rule["threshold"].partition(" ")[2]) > 0
    tie = rule["tie"]
    for line in lines:
        if line in safe:
            verdict = "selected", "passed_within_seats" if with_share else "most_votes"
        elif line in tied:
            fewer = tie == "take_fewer"
            verdict = ("not_selected", "tie_take_fewer") if fewer else ("tied", "tied_at_cut")
        elif line in failed:
            short = ("short", "goes_to_supplementary")
            verdict = short if supplementary else ("not_selected", "below_threshold")
        else:
            verdict = "not_selected", "outside_seats"
        line["outcome"], line["reason"] = verdict
    for line in tied:
        line["tied_with"] = [other["id"] for other in tied if other is not line]
    if tied and tie != "take_fewer":
        kind = "runoff" if tie == "runoff" else "presidium_decides"
        return {"kind": kind, "ids": [x["id"] for x in tied], "seats_left": left}
    if supplementary and failed:
        ids = [x["id"] for x in failed]
        return {"kind": "supplementary_vote", "ids": ids, "seats_left": left}
    return {"kind": "none", "ids": [], "seats_left": 0}


# Counting evaluations

MISSING, DOUBLE, SET_ASIDE = "", "++", "set aside"


def letters(paper: Json) -> list[str]:
    """Return the grades of the scale as they are written, in printed order."""
    scale = paper["scale"]
    if scale["kind"] == "points":
        return [str(points) for points in range(100, -1, -scale["step"])]
    return [grade["letter"] for grade in scale["grades"]]


def words_of(paper: Json, marks: bytes) -> list[str]:
    """Spell the bytes of a ballot; a byte that the scale does not know is '?'."""
    points = paper["scale"]["kind"] == "points"
    known = set(letters(paper))
    spelled = []
    for byte in marks:
        word = {NO_MARK: MISSING, TWO_MARKS: DOUBLE}.get(byte, str(byte) if points else chr(byte))
        spelled.append(word if byte >= TWO_MARKS or word in known else "?")
    return spelled


def among(paper: Json, word: str, names: Sequence[str]) -> bool:
    """Whether a grade is one of those named, by letter or by a range of points such as 90-100."""
    if word in names:
        return True
    if paper["scale"]["kind"] != "points" or not word.isdigit():
        return False
    spans = [name.split("-") for name in names if "-" in name]
    return any(int(low) <= int(word) <= int(high) for low, high in spans)


def set_aside(validity: Json, words: Sequence[str], across: int) -> list[str]:
    """Set aside what stands beside a mark that voids its subject."""
    standing = []
    for start in range(0, len(words), across):
        row = words[start : start + across]
        faulty = [
            validity["missing" if word == MISSING else "double"] == "void_subject"
            if word in (MISSING, DOUBLE)
            else False
            for word in row
        ]
        standing += [
            SET_ASIDE if any(faulty) and not fault else word for word, fault in zip(row, faulty)
        ]
    return standing


def judge_evaluation(paper: Json, words: Sequence[str], *, varied: bool) -> str:
    """Say what one ballot is; the first reason that holds is the one given.

    varied: whether a ballot whose marks are all the same is invalid in this rater group.
    """
    rule, across = paper["rule"], len(paper["criteria"])
    validity = rule["validity"]
    if "?" in words:
        return "unknown_mark"
    if all(word == MISSING for word in words):
        return "blank" if validity["missing"] == "abstain" else "blank_invalid"
    if validity["missing"] == "void_ballot" and MISSING in words:
        return "missing"
    if validity["double"] == "void_ballot" and DOUBLE in words:
        return "double"
    for cap in rule["caps"]:
        for under in range(across):
            taken = [word for word in words[under::across] if among(paper, word, cap["grades"])]
            if len(taken) > cap["at_most"]:
                return "over_cap"
    made = [word for word in words if word not in (MISSING, DOUBLE)]
    if varied and len(made) > 1 and len(set(made)) == 1:
        return "uniform"
    for word in set_aside(validity, words, across):
        kept = {MISSING: validity["missing"], DOUBLE: validity["double"], SET_ASIDE: ""}
        if kept.get(word, "abstain") == "abstain":
            return "valid"
    return "nothing_left"


class Pile(NamedTuple):
    """What one rater group said: its verdicts, and the words on each item of its valid ballots."""

    verdicts: Counter[str]
    items: list[Counter[str]]

    @property
    def ballots(self) -> int:
        """All ballots of the group."""
        return sum(self.verdicts.values())

    @property
    def valid(self) -> int:
        """Those that count."""
        return self.verdicts["valid"] + self.verdicts["blank"]


class Evaluation:
    """The ballots of an evaluation, sorted by rater group, and what its paper makes of them."""

    def __init__(self, paper: Json, ballots: Sequence[Ballot], turnout: Json) -> None:
        self.paper, self.rule = paper, paper["rule"]
        self.criteria = paper["criteria"]
        self.groups = [group["id"] for group in paper["groups"]] or [""]
        ticketed = [group["id"] for group in paper["groups"] if not group["open_sample"]]
        self.samples = {group["id"]: group for group in paper["groups"] if group["open_sample"]}
        self.counted = ticketed or self.groups
        self.sample_only = bool(paper["groups"]) and not ticketed
        self.weights = {group["id"]: group["weight"] for group in paper["groups"]}
        self.piles = {
            group: self.pile(group, (b.marks for b in ballots if b.group == group))
            for group in self.groups
        }
        returned = sum(self.piles[group].ballots for group in self.counted)
        valid = sum(self.piles[group].valid for group in self.counted)
        self.turnout = {
            **turnout,
            "returned": returned,
            "valid": valid,
            "invalid": returned - valid,
        }
        self.void = returned > self.turnout["issued"] and not self.sample_only
        k = self.rule["smallest_group"]
        self.too_few = 0 < returned < k or 0 < valid < k

    def pile(self, group: str, rows: Iterable[bytes]) -> Pile:
        """Read the ballots of a rater group one after another."""
        pile = Pile(Counter(), [Counter() for _ in self.paper["items"]])
        validity, across = self.rule["validity"], len(self.criteria)
        sample = self.samples.get(group, {})
        varied = validity["uniform_invalid"] or sample.get("uniform_invalid", False)
        for marks in rows:
            words = words_of(self.paper, marks)
            verdict = judge_evaluation(self.paper, words, varied=varied)
            pile.verdicts[verdict] += 1
            if verdict in VALID:
                for heard, word in zip(pile.items, set_aside(validity, words, across)):
                    heard[word] += 1
        return pile

    def heard(self, item: int, groups: Sequence[str]) -> Counter[str]:
        """Return the words on an item, of some groups together."""
        return sum((self.piles[group].items[item] for group in groups), Counter())

    def hidden(self, cast: Mapping[str, int], said: Mapping[str, int]) -> set[str]:
        """Return the groups too small to be shown, and those by which they could be subtracted."""
        k = self.rule["smallest_group"]
        if self.groups == self.groups[:1]:  # it is the whole: there is nothing to break out
            return set()
        away = {group for group in self.groups if 0 < cast[group] < k or 0 < said[group] < k}
        inside = [group for group in self.counted if group in away]
        others = [group for group in self.counted if group not in away and cast[group]]
        for group in sorted(others, key=lambda group: said[group]):
            if inside and sum(said[each] for each in inside) < k:
                inside.append(group)
        return away | set(inside)

    def abstained(self, words: Counter[str]) -> int:
        """Count the abstentions that the paper takes from silence or from two marks."""
        validity = self.rule["validity"]
        return sum(
            words[word]
            for word, key in ((MISSING, "missing"), (DOUBLE, "double"))
            if validity[key] == "abstain"
        )

    def share(self, words: Counter[str], names: Sequence[str]) -> int:
        """Count the marks of the grades named."""
        return sum(words[word] for word in letters(self.paper) if among(self.paper, word, names))

    def mean(self, words: Counter[str]) -> Fraction | None:
        """Return the mean points, without the highest and lowest where the paper trims."""
        scale, trim = self.paper["scale"], self.rule["trim"]
        worth = {word: int(word) for word in letters(self.paper) if word.isdigit()}
        worth.update({grade["letter"]: grade["points"] for grade in scale.get("grades", ())})
        marks = sorted(
            points
            for word, points in worth.items()
            if points is not None
            for _ in range(words[word])
        )
        if len(marks) > trim["lowest"] + trim["highest"]:
            marks = marks[trim["lowest"] : len(marks) - trim["highest"]]
        return Fraction(sum(marks), len(marks)) if marks else None

    def item_score(self, item: int) -> tuple[Fraction | None, str | None]:
        """Return the score of an item over all groups that have a voice, or why there is none."""
        voices = [group for group in self.groups if self.weights.get(group)]
        if not voices:
            mean = self.mean(self.heard(item, self.counted))
            return mean, "no_marks" if mean is None else None
        means = {group: self.mean(self.piles[group].items[item]) for group in voices}
        spoke = [group for group in voices if means[group] is not None]
        if not spoke:
            return None, "no_marks"
        if len(spoke) < len(voices) and self.rule["empty_group"] == "block":
            return None, "empty_group"
        whole = spoke if self.rule["empty_group"] == "renormalise" else voices
        total = sum(self.weights[group] * means[group] for group in spoke)
        return Fraction(total) / sum(self.weights[group] for group in whole), None

    def line(self, at: int) -> Json:
        """Return the row of the subject at a position, without its place."""
        across = len(self.criteria)
        items = range(at * across, (at + 1) * across)
        scores = [self.item_score(item) for item in items]
        weighed = [
            (s, gap, c["weight"]) for (s, gap), c in zip(scores, self.criteria) if c["weight"]
        ]
        gap = next((gap for _, gap, _ in weighed if gap), None)
        score = None
        if gap is None:
            score = sum(s * weight for s, _, weight in weighed) / sum(w for _, _, w in weighed)
        own = {
            group: [
                self.criterion(item, [group], self.mean(self.heard(item, [group])))
                for item in items
            ]
            for group in self.groups
        }
        table = [
            self.criterion(item, self.counted, found) for item, (found, _) in zip(items, scores)
        ]
        said = {
            group: min(sum(row["grades"]) + row["abstained"] for row in rows)
            for group, rows in own.items()
        }
        unseen = self.hidden({group: self.piles[group].valid for group in self.groups}, said)
        withheld = self.withheld(unseen, score)
        outcome, reason, rule = self.outcome(table, score, withheld)
        shows_counts, shows_score = (
            withheld not in ("counts", "all"),
            withheld not in ("score", "all"),
        )
        if not shows_score:
            table = [{**row, "score": None} for row in table]
        subject = self.paper["subjects"][at]
        return {
            "id": subject["id"],
            "kind": subject["kind"],
            "label": subject["name"],
            "post_or_unit": subject["post_or_unit"],
            "place": None,
            "rates": self.rates(table) if shows_counts else [],
            "criteria": table if shows_counts else [],
            "groups": [
                {
                    "id": group["id"],
                    "label": group["name"],
                    "open_sample": group["open_sample"],
                    "rates": self.rates(own[group["id"]]),
                    "criteria": own[group["id"]],
                }
                for group in self.paper["groups"]
                if shows_counts and group["id"] not in unseen
            ],
            "score": written(score) if shows_score else None,
            "gap": gap if shows_score else None,
            "outcome": outcome,
            "reason": reason,
            "rule": rule,
            "withheld": withheld,
        }

    def criterion(self, item: int, groups: Sequence[str], score: Fraction | None) -> Json:
        """Return the counts of an item, of some groups together."""
        words = self.heard(item, groups)
        silent = {g["letter"] for g in self.paper["scale"].get("grades", ()) if not g["valid"]}
        marks = [word for word in letters(self.paper) if word not in silent]
        abstained = self.abstained(words)
        valid = sum(words[word] for word in marks) + abstained
        criterion = self.criteria[item % len(self.criteria)]
        return {
            "id": criterion["id"],
            "label": criterion["name"],
            "grades": [words[word] for word in letters(self.paper)],
            "missing": words[MISSING],
            "double": words[DOUBLE],
            "set_aside": words[SET_ASIDE],
            "abstained": abstained,
            "valid": valid,
            "rates": [
                {
                    "key": rate["key"],
                    "label": rate["label"],
                    "share": [self.share(words, rate["grades"]), valid],
                }
                for rate in self.paper["scale"]["rates"]
            ],
            "score": written(score),
        }

    def overall(self) -> int | None:
        """Return the position of the criterion that rates are read from; None where pooled."""
        if len(self.criteria) == 1:
            return 0
        ids = [criterion["id"] for criterion in self.criteria]
        named = self.paper["overall_criterion"]
        return ids.index(named) if named else None

    def rates(self, table: Sequence[Json]) -> list[Json]:
        """Return a subject's rates: of the overall criterion, or of all of them pooled."""
        at = self.overall()
        if at is not None:
            return list(table[at]["rates"])
        return [
            {**rates[0], "share": [sum(part) for part in zip(*(rate["share"] for rate in rates))]}
            for rates in zip(*(row["rates"] for row in table))
        ]

    def withheld(self, unseen: set[str], score: Fraction | None) -> str:
        """Say what is kept back of a subject, so that no small group can be read."""
        if self.too_few:
            return "all"
        if not unseen:
            return "nothing"
        weighted = any(self.weights.values())
        heard = any(group in self.counted or self.weights[group] for group in unseen)
        if not (weighted and heard) or score is None:
            return "groups"
        conditions = [each for rule in self.rule["outcomes"] for each in rule["when"]]
        by_shares = any("grades" in each for each in conditions)
        return (
            "score" if by_shares and not any("score" in each for each in conditions) else "counts"
        )

    def outcome(
        self, table: Sequence[Json], score: Fraction | None, withheld: str
    ) -> tuple[Json, str, int | None]:
        """Return the outcome of the first rule that holds, why, and the number of the rule."""
        at, rules = self.overall(), self.rule["outcomes"]
        row = table[at or 0]
        valid = min(each["valid"] for each in table) if at is None else row["valid"]
        wholes = {**self.turnout, "valid": row["valid"]}
        if self.sample_only:  # what is left out of an open sample did not come back
            wholes["returned"] = self.turnout["valid"]
        conditions = [each for rule in rules for each in rule["when"]]
        for reason, stands in (
            ("no_rules", not rules),
            ("vote_void", self.void),
            ("too_few_raters", withheld == "all"),
            ("no_valid_marks", not valid),
            ("too_few_responses", valid < self.rule["validity"]["min_responses"]),
            ("no_score", score is None and any("score" in each for each in conditions)),
            ("no_whole", any(not wholes[each["of"]] for each in conditions if "of" in each)),
        ):
            if stands:
                return None, reason, None
        words = Counter(dict(zip(letters(self.paper), row["grades"])))
        for number, rule in enumerate(rules, 1):
            if all(self.holds(each, words, wholes, score) for each in rule["when"]):
                return rule["outcome"], "rule_holds", number
        raise UnreadableError("票面的评定规则没有兜底的一条")

    def holds(
        self, condition: Json, words: Counter[str], wholes: Json, score: Fraction | None
    ) -> bool:
        """Whether one condition of an outcome rule holds."""
        if "score" in condition:
            if score is None:
                return False
            return reaches(condition["score"], score.numerator, score.denominator * 100)
        part = self.share(words, condition["grades"])
        below = condition["below"]
        return reaches(condition["threshold"], part, wholes[condition["of"]]) is not bool(below)

    def again(self, lines: Sequence[Json]) -> list[str]:
        """Return the ids of those whose outcome calls for another evaluation."""
        due = set()
        for line in lines:
            if line["outcome"] is None:
                continue
            fitting = [
                each["steps"]
                for each in self.rule["consequences"]
                if each["standing"] == line["outcome"]["standing"] and each["times"] <= 1
            ]
            steps = line["outcome"]["steps"] or (fitting[0] if fitting else [])
            if "evaluate_again" in steps:
                due.add(line["id"])
        return [subject["id"] for subject in self.paper["subjects"] if subject["id"] in due]

    def key(self, line: Json) -> Fraction | None:
        """Return what a line is put in order by; None where it has no such figure."""
        if self.rule["rank_by"] == "score":
            return None if line["score"] is None else Fraction(line["score"])
        rates = [rate for rate in line["rates"] if rate["key"] == self.rule["rank_by"]]
        return Fraction(*rates[0]["share"]) if rates and rates[0]["share"][1] else None

    def result(self, issued: Mapping[str, int]) -> Json:
        """Return the whole result as it must have been sealed."""
        lines = [self.line(at) for at in range(len(self.paper["subjects"]))]
        if not self.void:
            keys = [self.key(line) for line in lines]
            for line, key in zip(lines, keys):
                if key is not None:
                    line["place"] = 1 + sum(other is not None and other > key for other in keys)
            lines.sort(key=lambda line: line["place"] or len(lines) + 1)
        returned = {group: self.piles[group].ballots for group in self.groups}
        unseen = self.hidden(returned, returned)
        verdicts = sum((self.piles[group].verdicts for group in self.counted), Counter())
        return {
            "instrument": "evaluation",
            "turnout": self.turnout,
            "void": self.void,
            "response": [self.turnout["returned"], self.turnout["issued"]],
            "open_sample": self.sample_only,
            "groups": [
                {
                    "id": group["id"],
                    "label": group["name"],
                    "weight": group["weight"],
                    "open_sample": group["open_sample"],
                    "issued": issued.get(group["id"]),
                    "returned": returned[group["id"]],
                    "valid": None if group["id"] in unseen else self.piles[group["id"]].valid,
                    "left_out": {}
                    if group["id"] in unseen or group["id"] not in self.samples
                    else left_out(self.piles[group["id"]].verdicts),
                }
                for group in self.paper["groups"]
            ],
            "grades": [grade["label"] for grade in self.paper["scale"].get("grades", ())]
            or letters(self.paper),
            "rank_by": self.rule["rank_by"],
            "smallest_group": self.rule["smallest_group"],
            "void_ballots": {} if self.too_few else left_out(verdicts),
            "lines": lines,
            "again": self.again(lines),
        }


def left_out(verdicts: Counter[str]) -> dict[str, int]:
    """Return the invalid ballots by reason, those that occur."""
    return {verdict: n for verdict, n in verdicts.items() if n and verdict not in VALID}


def written(score: Fraction | None) -> str | None:
    """Write a fraction as "n/d"."""
    return None if score is None else f"{score.numerator}/{score.denominator}"


# Comparing


def counted_again(
    paper: Json, ballots: Sequence[Ballot], turnout: Json, issued: Mapping[str, int]
) -> Json:
    """Count the ballots: the result as it must have been sealed. Raises UnreadableError.

    turnout: the figures that no ballot tells; issued: the cards handed out by rater group.
    """
    if paper["instrument"] == "voting":
        return count_vote(paper, ballots, {**turnout, "returned": len(ballots)})
    if paper["instrument"] == "evaluation":
        return Evaluation(paper, ballots, turnout).result(issued)
    raise UnreadableError(f"不认识的票种 {paper['instrument']!r}")


def differences(sealed: Json, again: Json, place: str = "") -> list[str]:
    """Say every place where two values differ: what was sealed, and what was counted again."""
    if isinstance(sealed, dict) and isinstance(again, dict):
        found = []
        for key in sorted({*sealed, *again}):
            found += differences(sealed.get(key), again.get(key), f"{place}.{key}".lstrip("."))
        return found
    if isinstance(sealed, list) and isinstance(again, list) and len(sealed) == len(again):
        found = []
        for at, (one, two) in enumerate(zip(sealed, again)):
            name = one.get("label") or one.get("id") if isinstance(one, dict) else None
            found += differences(one, two, f"{place}[{name or at + 1}]")
        return found
    same = sealed == again and type(sealed) is type(again)
    return [] if same else [f"{place}：封存为 {canonical(sealed)}，重算为 {canonical(again)}"]


def leaves(value: Json) -> int:
    """Count the single figures and words of a value."""
    if isinstance(value, dict):
        return sum(leaves(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(leaves(inner) for inner in value)
    return 1


def check_count(sealed: Json, again: Json) -> Iterable[Check]:
    """Hold the count against the sealed result, figure by figure."""
    wrong = differences(sealed["result"], again)
    if not wrong:
        yield Check(True, "计票", f"逐张重算，{leaves(again)} 项数字和结论全部一致")
    for words in wrong[:MOST_SAID]:
        yield Check(False, "计票", words)
    if len(wrong) > MOST_SAID:
        yield Check(False, "计票", f"另有 {len(wrong) - MOST_SAID} 处不符")
    turnout = again["turnout"]
    alone = again.get("open_sample", False)  # whose answers stand in no figure of the turnout
    same = all(
        sealed["turnout"][key] == (0 if alone else turnout[key])
        for key in ("returned", "valid", "invalid")
    )
    yield Check(same, "有效票", f"有效 {turnout['valid']}，无效 {turnout['invalid']}")


def examine(files: Mapping[str, bytes]) -> tuple[list[Check], Json, Json]:
    """Look at everything in a bundle: the checks, the Return, the count. Raises UnreadableError."""
    paper, sealed, stated = (read_json(files, name) for name in (PAPER, RETURN, TURNOUT))
    try:
        acts = [json.loads(line) for line in files[ACTS].decode("utf-8").splitlines()]
        receipts = files[RECEIPTS].decode("utf-8").split()
        ballots = read_ballots(paper, files[BALLOTS])
        again = counted_again(paper, ballots, stated, issued_by_group(sealed))
        checks = [
            check_sums(files),
            *check_digests(files, sealed, ballots, receipts),
            check_chain(acts),
            *check_acts(acts, sealed, sha256(files[RETURN])),
            *check_turnout(stated, sealed, ballots, receipts),
            *check_count(sealed, again),
        ]
    except (
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        ValueError,
        ZeroDivisionError,
    ) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"文件内容不完整或格式不对：{error!r}") from error
    return checks, sealed, again


# Printing

OUTCOMES = {
    "selected": "当选",
    "not_selected": "未当选",
    "tied": "票数相等",
    "short": "另行票决",
    None: "—",
}


def table(again: Json) -> list[str]:
    """Print the result in short, as it was counted again."""
    lines = []
    for line in again["lines"]:
        place = f"{line['place'] or '—':>3}  {line['label']}"
        if again["instrument"] == "voting":
            unit = "分" if again["kind"] == "rank" else "票"
            lines.append(f"{place}  {line['votes']}{unit}  {OUTCOMES[line['outcome']]}")
            continue
        said = [f"{rate['label']} {rate['share'][0]}/{rate['share'][1]}" for rate in line["rates"]]
        if line["score"]:
            said.append(f"得分 {two_decimals(Fraction(line['score']))}")
        said.append(line["outcome"]["label"] if line["outcome"] else "—")
        lines.append("  ".join([place, *said]))
    return lines


def two_decimals(value: Fraction) -> str:
    """Round half up to two decimals, for print."""
    hundredths = (value * 100 + Fraction(1, 2)).__floor__()
    return f"{hundredths // 100}.{hundredths % 100:02}"


def report(checks: Sequence[Check], sealed: Json, again: Json) -> list[str]:
    """Say in Chinese what was found."""
    heading = sealed["roll"]["heading"]
    session = "".join(heading.get(key, "") for key in ("body", "term", "title", "sitting"))
    wrong = [check for check in checks if not check.agrees]
    rehearsal = ["【演练】本次仅供演练，不具效力。"] if sealed["roll"]["rehearsal"] else []
    verdict = f"结论：有 {len(wrong)} 处不符，请勿签字，并向大会秘书处提出。"
    return [
        f"监票复核：{session}",
        f"票箱：{sealed['title']}（第 {sealed['round']} 轮）",
        *rehearsal,
        "",
        *(f"[{'一致' if c.agrees else '不符'}] {c.what}：{c.found}" for c in checks),
        "",
        "重新计票的结果：",
        *table(again),
        "",
        verdict if wrong else f"结论：{len(checks)} 项核对全部一致。",
    ]


def main(arguments: Sequence[str]) -> int:
    """Examine the bundle named, or the folder that this file lies in; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console without Chinese must not end it
    path = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        checks, sealed, again = examine(read_files(path))
    except UnreadableError as error:
        print(f"无法复核：{error}", file=sys.stderr)
        return 2
    print("\n".join(report(checks, sealed, again)))
    return 0 if all(check.agrees for check in checks) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
