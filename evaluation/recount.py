"""The count of an evaluation once more, ballot by ballot, sharing no code with the first.

Standard library only, and nothing of this project: it reads the frozen PAPER.json, the stored
ballots and the sealed result as they lie there, and says where they disagree (promise 8 of the
design). Slow and plain on purpose; a scrutineer can follow it with a finger.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

Json = Mapping[str, Any]

_NO_MARK, _TWO_MARKS, _SET_ASIDE = "", "++", "set aside"
_VALID = ("valid", "blank")


@dataclass(slots=True)
class Recount:
    """What was found: verdicts by group, and the words on every item by group."""

    verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    words: dict[tuple[str, int], Counter[str]] = field(default_factory=dict)


def recount(paper: Json, ballots: Iterable[tuple[str, bytes]]) -> Recount:
    """Read (group, marks) pairs one after another; the group is "" where the paper has none."""
    found = Recount()
    rule = paper["rule"]
    across = len(paper["criteria"])
    meaning = _words(paper)
    samples = [group for group in paper["groups"] if group["open_sample"]]
    varied = {group["id"] for group in samples if group["uniform_invalid"]}
    for group, marks in ballots:
        words = [meaning[byte] for byte in marks]
        verdict = _verdict(rule, words, across, varied=group in varied)
        found.verdicts.setdefault(group, Counter())[verdict] += 1
        if verdict not in _VALID:
            continue
        for at, word in enumerate(_standing(rule["validity"], words, across)):
            found.words.setdefault((group, at), Counter())[str(word)] += 1
    return found


def differences(paper: Json, ballots: Iterable[tuple[str, bytes]], result: Json) -> tuple[str, ...]:
    """Return the places where a sealed result says something else than its ballots; none is good.

    Figures that the result withholds are not compared, since they are not there.
    """
    again = recount(paper, ballots)
    counted = _counted(paper)
    pairs: list[tuple[str, Any, Any]] = [
        ("turnout.returned", result["turnout"]["returned"], _ballots(again, counted))
    ]
    valid = sum(_valid(again, group) for group in counted)
    pairs.append(("turnout.valid", result["turnout"]["valid"], valid))
    pairs.append(("lines", len(result["lines"]), len(paper["subjects"])))
    for group in result["groups"]:
        pairs.append((f"{group['id']}.returned", group["returned"], _ballots(again, [group["id"]])))
        if group["valid"] is not None:
            pairs.append((f"{group['id']}.valid", group["valid"], _valid(again, group["id"])))
        if group["left_out"]:
            out = {word: n for word, n in again.verdicts[group["id"]].items() if word not in _VALID}
            pairs.append((f"{group['id']}.left_out", group["left_out"], out))
    order = [subject["id"] for subject in paper["subjects"]]
    wholes = dict(result["turnout"])
    if paper["groups"] and all(group["open_sample"] for group in paper["groups"]):
        wholes["returned"] = valid  # what is left out of an open sample did not come back
    for line in result["lines"]:
        at = order.index(line["id"])
        pairs += _line_pairs(paper, again, line, at, wholes)
    return tuple(place for place, sealed, counted_now in pairs if sealed != counted_now)


def _line_pairs(
    paper: Json, again: Recount, line: Json, at: int, turnout: Json
) -> list[tuple[str, Any, Any]]:
    pairs: list[tuple[str, Any, Any]] = []
    for own, groups in (
        (line, _counted(paper)),
        *((voice, [voice["id"]]) for voice in line["groups"]),
    ):
        for under, criterion in enumerate(own["criteria"]):
            item = at * len(paper["criteria"]) + under
            words = sum((again.words.get((group, item), Counter()) for group in groups), Counter())
            place = f"{line['id']}.{criterion['id']}"
            labels = _letters(paper)
            pairs.append((place, criterion["grades"], [words[letter] for letter in labels]))
            pairs += [
                (f"{place}.{name}", criterion[name], words[word])
                for name, word in (
                    ("missing", _NO_MARK),
                    ("double", _TWO_MARKS),
                    ("set_aside", _SET_ASIDE),
                )
            ]
            pairs += [
                (f"{place}.{rate['key']}", rate["share"], _share(paper, rate["key"], words))
                for rate in criterion["rates"]
            ]
    score = _score(paper, again, at)
    if line["score"] is not None:
        pairs.append((f"{line['id']}.score", Fraction(line["score"]), score))
    if line["outcome"] is not None:
        key = _outcome(paper, again, at, score, turnout)
        pairs.append((f"{line['id']}.outcome", line["outcome"]["key"], key))
    return pairs


def _letters(paper: Json) -> list[str]:
    scale = paper["scale"]
    if scale["kind"] == "points":
        return [str(points) for points in range(100, -1, -scale["step"])]
    return [grade["letter"] for grade in scale["grades"]]


def _words(paper: Json) -> list[str | None]:
    """Return what each byte stands for: a letter or points, or None for no mark of this scale."""
    points = paper["scale"]["kind"] == "points"
    letters = _letters(paper)
    words = [str(byte) if points else chr(byte) for byte in range(256)]
    known = [word if word in letters else None for word in words]
    return [*known[:0xFE], _TWO_MARKS, _NO_MARK]


def _verdict(rule: Json, words: Sequence[str | None], across: int, *, varied: bool) -> str:
    """Return the first that holds of all that can be said of a ballot.

    varied: whether uniform ones of its group are invalid, whatever holds for the others.
    """
    validity = rule["validity"]
    made = [word for word in words if word not in (_NO_MARK, _TWO_MARKS)]
    silent = all(word == _NO_MARK for word in words)
    said = [word for word in _standing(validity, words, across) if _counts(validity, word)]
    found = (
        ("unknown_mark", None in words),
        ("blank", silent and validity["missing"] == "abstain"),
        ("blank_invalid", silent),
        ("missing", validity["missing"] == "void_ballot" and _NO_MARK in words),
        ("double", validity["double"] == "void_ballot" and _TWO_MARKS in words),
        ("over_cap", any(_over(cap, words, across) for cap in rule["caps"])),
        (
            "uniform",
            (validity["uniform_invalid"] or varied) and len(made) > 1 and len(set(made)) == 1,
        ),
        ("nothing_left", not said),
    )
    return next((verdict for verdict, holds in found if holds), "valid")


def _over(cap: Json, words: Sequence[str | None], across: int) -> bool:
    return any(
        sum(_among(word, cap["grades"]) for word in words[under::across]) > cap["at_most"]
        for under in range(across)
    )


def _counts(validity: Json, word: str | None) -> bool:
    """Whether an item of a ballot says anything: a grade, or an abstention."""
    if word == _NO_MARK:
        return bool(validity["missing"] == "abstain")
    if word == _TWO_MARKS:
        return bool(validity["double"] == "abstain")
    return word != _SET_ASIDE


def _standing(validity: Json, words: Sequence[str | None], across: int) -> list[str | None]:
    """Return the items with those set aside that another item of their subject voids."""
    standing: list[str | None] = []
    for start in range(0, len(words), across):
        row = list(words[start : start + across])
        faults = [
            (word == _NO_MARK and validity["missing"] == "void_subject")
            or (word == _TWO_MARKS and validity["double"] == "void_subject")
            for word in row
        ]
        for word, fault in zip(row, faults, strict=True):
            standing.append(_SET_ASIDE if any(faults) and not fault else word)
    return standing


def _among(word: str | None, names: Sequence[str]) -> bool:
    """Whether a grade is named, by its letter or by a range of points."""
    if word in names:
        return True
    if not word or not word.isdigit():
        return False
    spans = [name.split("-") for name in names if "-" in name]
    return any(int(low) <= int(word) <= int(high) for low, high in spans)


def _counted(paper: Json) -> list[str]:
    groups = paper["groups"]
    ticketed = [group["id"] for group in groups if not group["open_sample"]]
    return ticketed or [group["id"] for group in groups] or [""]


def _ballots(again: Recount, groups: Sequence[str]) -> int:
    return sum(sum(again.verdicts.get(group, Counter()).values()) for group in groups)


def _valid(again: Recount, group: str) -> int:
    found = again.verdicts.get(group, Counter[str]())
    return sum(found[verdict] for verdict in _VALID)


def _share(paper: Json, key: str, words: Counter[str]) -> list[int]:
    grades = next(rate["grades"] for rate in paper["scale"]["rates"] if rate["key"] == key)
    part = sum(n for word, n in words.items() if _among(word, grades))
    return [part, _whole(paper, words)]


def _whole(paper: Json, words: Counter[str]) -> int:
    scale, validity = paper["scale"], paper["rule"]["validity"]
    silent = {grade["letter"] for grade in scale.get("grades", ()) if not grade["valid"]}
    marks = sum(words[letter] for letter in _letters(paper) if letter not in silent)
    if validity["missing"] == "abstain":
        marks += words[_NO_MARK]
    if validity["double"] == "abstain":
        marks += words[_TWO_MARKS]
    return marks


def _mean(paper: Json, words: Counter[str]) -> Fraction | None:
    scale, trim = paper["scale"], paper["rule"]["trim"]
    points = {grade["letter"]: grade["points"] for grade in scale.get("grades", ())}
    worth = points or {letter: int(letter) for letter in _letters(paper)}
    marks = sorted(
        worth[word] for word, n in words.items() if worth.get(word) is not None for _ in range(n)
    )
    if len(marks) > trim["lowest"] + trim["highest"]:
        marks = marks[trim["lowest"] : len(marks) - trim["highest"]]
    return Fraction(sum(marks), len(marks)) if marks else None


def _score(paper: Json, again: Recount, at: int) -> Fraction | None:
    """Return the weighted score of a subject, or None where there is none."""
    total, whole = Fraction(0), 0
    for under, criterion in enumerate(paper["criteria"]):
        if not criterion["weight"]:
            continue
        score = _item_score(paper, again, at * len(paper["criteria"]) + under)
        if score is None:
            return None
        total += criterion["weight"] * score
        whole += criterion["weight"]
    return total / whole


def _item_score(paper: Json, again: Recount, item: int) -> Fraction | None:
    voices = [group for group in paper["groups"] if group["weight"]]
    if not voices:
        piles = (again.words.get((group, item), Counter()) for group in _counted(paper))
        return _mean(paper, sum(piles, Counter()))
    means = [_mean(paper, again.words.get((group["id"], item), Counter())) for group in voices]
    policy = paper["rule"]["empty_group"]
    if all(each is None for each in means) or (policy == "block" and None in means):
        return None
    total, whole = Fraction(0), 0
    for group, each in zip(voices, means, strict=True):
        if each is not None:
            total += group["weight"] * each
        if each is not None or policy == "zero":
            whole += group["weight"]
    return total / whole


def _outcome(paper: Json, again: Recount, at: int, score: Fraction | None, turnout: Json) -> str:
    """Return the key of the first outcome rule that holds; the last always does."""
    ids = [criterion["id"] for criterion in paper["criteria"]]
    under = ids.index(paper["overall_criterion"]) if paper["overall_criterion"] else 0
    item = at * len(ids) + under
    piles = (again.words.get((group, item), Counter()) for group in _counted(paper))
    words: Counter[str] = sum(piles, Counter())
    return next(
        str(rule["outcome"]["key"])
        for rule in paper["rule"]["outcomes"]
        if all(_holds(paper, each, words, score, turnout) for each in rule["when"])
    )


def _holds(
    paper: Json, condition: Json, words: Counter[str], score: Fraction | None, turnout: Json
) -> bool:
    if "score" in condition:
        return score is not None and _reaches(score / 100, condition["score"])
    part = sum(n for word, n in words.items() if _among(word, condition["grades"]))
    of = condition["of"]
    whole = _whole(paper, words) if of == "valid" else turnout[of]
    return _reaches(Fraction(part, whole), condition["threshold"]) is not condition["below"]


def _reaches(share: Fraction, threshold: str) -> bool:
    comparison, _, fraction = threshold.partition(" ")
    return share > Fraction(fraction) if comparison == "gt" else share >= Fraction(fraction)
