"""Elections made up from a seed: papers of every rule, and piles of ballots, good and bad.

Plain `random` and no hypothesis: thousands of them must be made in seconds, and a seed names one.
Each comes with the files of its recount bundle, written by the service from its own count.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from app.assembly.quorum import BodyKind, quorum_of
from app.ballotbox.canonical import canonical, digest
from app.ballotbox.chain import GENESIS, link
from app.ballotbox.count import pile_rows
from app.ballotbox.domain import NO_MARK, Denominator, Secrecy, Turnout
from app.ballotbox.instrument import Instrument
from app.ballotbox.piles import Piles
from app.ballotbox.seal import OpenSample, Return, RollCall, pile_digest
from app.reports.bundle import Evidence, bundled
from app.thresholds import Comparison, Threshold
from evaluation import paper as rated
from evaluation.flaws import check, fatal
from evaluation.instrument import INSTRUMENT as EVALUATION
from evaluation.presets import CONSEQUENCES, POINT_BANDS, PRESETS, SCALES
from evaluation.scales import TWO_MARKS
from voting import paper as voted
from voting.instrument import INSTRUMENT as VOTING
from voting.marks import LETTERS

AT = "2026-11-22T04:00:00+00:00"
BLINDING = bytes(range(32)).hex()
SHARES = [Fraction(n, d) for d in (1, 2, 3, 5) for n in range(d + 1)]


@dataclass(frozen=True)
class Election:
    """A closed box of either instrument, without any database.

    ballots are (rater group or voter, marks); issued is by rater group, groups by voter.
    """

    instrument: Instrument
    paper: Any
    ballots: list[tuple[str, bytes]]
    turnout: Turnout
    issued: Mapping[str, int]
    sample: OpenSample | None = None
    groups: Mapping[str, str] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Return what the service puts into the bundle of it."""
        frozen = canonical(self.paper.as_json())
        grouped = self.paper.as_json().get("groups")
        ballots = Piles.of(len(self.paper.items), self.ballots)
        piles = ballots.under(lambda who: self.groups.get(who, who) if grouped else "")
        counted = self.instrument.count(self.paper, piles, self.turnout, self.issued)
        receipts = [f"R{at:05}" for at in range(self.turnout.returned)]
        acts = [act([], "issue", printed=self.turnout.issued)]
        said = {"box": 1, "paper": digest(frozen), "present": self.turnout.present}
        acts.append(act(acts, "open", issued=self.turnout.issued, **said))
        acts.append(act(acts, "close", box=1, returned=self.turnout.returned))
        sealed = Return(
            box=1,
            instrument=self.instrument.key,
            title=self.paper.title,
            round=self.paper.round,
            secrecy=self.paper.secrecy,
            roll=roll(self.turnout),
            turnout=replace(self.turnout, valid=counted.valid, invalid=counted.invalid),
            paper=digest(frozen),
            ballots=pile_digest(pile_rows(self.ballots, self.groups), BLINDING),
            receipts=pile_digest(("", code.encode()) for code in receipts),
            chain_open=acts[1]["digest"],
            chain_close=acts[2]["digest"],
            opened_at=AT,
            closed_at=AT,
            result=counted.result,
            sample=self.sample,
        )
        acts.append(act(acts, "seal", box=1, seal=sealed.seal))
        acts.append(act(acts, "certify", box=1, seal=sealed.seal))
        evidence = Evidence(
            paper=frozen,
            sealed=sealed.text,
            rule="规则",
            ballots=self.ballots,
            receipts=receipts,
            acts=acts,
            cell=lambda byte: self.instrument.cell(self.paper, byte),
            groups=self.groups,
            blinding=BLINDING,
        )
        return bundled(evidence, random.Random(len(self.ballots)).shuffle)


def act(before: list[dict[str, Any]], kind: str, **facts: Any) -> dict[str, Any]:
    """Return the next act of a log."""
    fields = {
        "number": len(before) + 1,
        "at": AT,
        "actor": "organiser",
        "kind": kind,
        "facts": canonical(facts),
        "previous": before[-1]["digest"] if before else GENESIS,
    }
    return {"session": 1, **fields, "digest": link(session_id=1, **fields)}


def roll(turnout: Turnout) -> RollCall:
    """Return who sat, of a congress."""
    return RollCall(
        heading={"body": "明州市人民代表大会", "title": "第五次会议"},
        body_kind="congress",
        total_members=turnout.total_members,
        due=turnout.due,
        on_leave=turnout.on_leave,
        present=turnout.present,
        quorum=quorum_of(BodyKind.CONGRESS).needed(turnout.total_members),
        rehearsal=False,
    )


def turnout(rng: random.Random, returned: int, issued: int) -> Turnout:
    """Return figures that hang together."""
    present = issued + rng.randint(0, 3)
    due = present + rng.randint(0, 3)
    return Turnout(
        total_members=due + rng.randint(0, 3),
        due=due,
        on_leave=due - present,
        present=present,
        issued=issued,
        spare=rng.randint(0, 3),
        returned=returned,
        valid=0,
        invalid=0,
    )


def threshold(rng: random.Random) -> Threshold:
    """Return a share of any kind, now and then one that everybody or nobody reaches."""
    share = rng.choice(SHARES)
    strict = share < 1 and rng.random() < 0.5
    return Threshold(Comparison.GT if strict else Comparison.GE, share)


# Votes


def vote(seed: int) -> Election:
    """Make up a livelihood-project vote; few candidates and ballots, so that ties are common."""
    rng = random.Random(seed)
    candidates = tuple(
        voted.Candidate(f"p{n}", n, f"项目{n}", "县水利局", "120.5")
        for n in range(1, rng.randint(1, 7) + 1)
    )
    rule = voted.Rule(
        kind=rng.choice(list(voted.PaperKind)),
        seats=rng.randint(1, len(candidates)),
        allow_fewer=rng.random() < 0.7,
        blank=rng.choice(list(voted.BlankPolicy)),
        denominator=rng.choice(list(Denominator)),
        threshold=threshold(rng),
        tie=rng.choice(list(voted.TiePolicy)),
        shortfall=rng.choice(list(voted.ShortfallPolicy)),
        approvals_capped=rng.random() < 0.3,
    )
    named = rng.random() < 0.1
    paper = voted.Paper(
        "民生实事项目票决",
        candidates,
        rule,
        secrecy=Secrecy.NAMED if named else Secrecy.SECRET,
        committee=rng.random() < 0.2,
    )
    rows = [vote_ballot(rng, rule, len(candidates)) for _ in range(rng.randint(0, 18))]
    ballots = [(f"代表{at}" if named else "", marks) for at, marks in enumerate(rows)]
    issued = max(0, len(rows) + rng.choice([0, 0, 1, 3, 6, -1]))
    return Election(VOTING, paper, ballots, turnout(rng, len(rows), issued), {})


def vote_ballot(rng: random.Random, rule: voted.Rule, items: int) -> bytes:
    """Mark a paper as deputies do, and now and then as nobody should."""
    style = rng.random()
    if style < 0.04:
        return bytes(rng.randrange(256) for _ in range(items))
    if style < 0.1:
        return bytes([NO_MARK]) * items
    if rule.kind is voted.PaperKind.RANK and style < 0.85:
        places = rng.sample(range(1, items + 1), items)
        last = rng.randint(1, min(rule.seats, items)) if rng.random() < 0.5 else rule.seats
        return bytes(place if place <= last else NO_MARK for place in places)
    if rule.kind is voted.PaperKind.SELECT and style < 0.85:
        chosen = set(
            rng.sample(
                range(items), rule.seats if rng.random() < 0.7 else rng.randint(0, rule.seats)
            )
        )
        return bytes(ord("x") if at in chosen else NO_MARK for at in range(items))
    letters = [*sorted(LETTERS[rule.kind])[: items + 1], NO_MARK]
    return bytes(rng.choice(letters) for _ in range(items))


# Evaluations


def evaluation(seed: int) -> Election:
    """Make up an evaluation; small groups, so that much is withheld, and larger ones."""
    rng = random.Random(seed)
    paper = rated_paper(rng)
    while fatal(check(paper)):
        paper = rated_paper(rng)
    most = rng.choice([2, 6, 12])
    rows = [
        (group, rated_ballot(rng, paper))
        for group in paper.group_ids
        for _ in range(rng.randint(0, most))
    ]
    rng.shuffle(rows)
    samples = [group.id for group in paper.groups if group.open_sample]
    members = sum(who not in samples for who, _ in rows)
    issued = {
        group.id: sum(who == group.id for who, _ in rows) + rng.choice([0, 0, 1, 4])
        for group in paper.groups
        if not group.open_sample
    }
    given = sum(issued.values()) if paper.groups else members + rng.choice([0, 0, 1, 5, -1])
    figures = turnout(rng, members, max(0, given))
    too_fast = rng.choice([0, 3])
    sample = None
    if samples:
        received = len(rows) - members + too_fast
        sample = OpenSample(samples[0], received, too_fast, alone=paper.open_alone)
    if samples or rng.random() > 0.1:
        return Election(EVALUATION, paper, rows, figures, issued, sample)
    paper = replace(paper, secrecy=Secrecy.NAMED)
    named = [(f"代表{at}", marks) for at, (_, marks) in enumerate(rows)]
    groups = {f"代表{at}": group for at, (group, _) in enumerate(rows)} if paper.groups else {}
    return Election(EVALUATION, paper, named, figures, issued, groups=groups)


def rated_paper(rng: random.Random) -> rated.Paper:
    """Make up a paper of any scale, rules and groups; not all of them can be held."""
    key = rng.choice(sorted(SCALES))
    scale = SCALES[key]
    subjects = tuple(
        rated.Subject(f"s{at}", rng.choice(list(rated.SubjectKind)), f"对象{at}")
        for at in range(rng.randint(1, 4))
    )
    criteria, overall = rated.PLAIN, ""
    if rng.random() < 0.5:
        criteria = tuple(
            rated.Criterion(f"c{at}", f"指标{at}", rng.randint(0, 5))
            for at in range(rng.randint(2, 3))
        )
        overall = rng.choice(["", "c0", "c1"])
    groups = tuple(
        rated.RaterGroup(f"g{at}", f"主体{at}", rng.choice([0, 10, 30, 60]))
        for at in range(rng.choice([0, 0, 1, 2, 3]))
    )
    if rng.random() < 0.25:
        weight, alike = rng.choice([0, 10]), rng.random() < 0.5
        sample = rated.RaterGroup("open", "社会公众", weight, True, uniform_invalid=alike)
        groups = (*groups, sample)
    top = "90-100" if scale.kind == "points" else "A"
    rules = [preset.rules for preset in PRESETS.values() if preset.scale == scale]
    return rated.Paper(
        title="满意度测评",
        subjects=subjects,
        scale=scale,
        criteria=criteria,
        overall_criterion=overall,
        groups=groups,
        validity=rated.Validity(
            rng.choice(list(rated.Fault)),
            rng.choice(list(rated.Fault)),
            rng.random() < 0.2,
            rng.randint(1, 4),
        ),
        caps=(rated.Cap((top,), rng.randint(0, 2)),) if rng.random() < 0.2 else (),
        rules=rng.choice([*rules, POINT_BANDS, ()]),
        consequences=CONSEQUENCES,
        empty_group=rng.choice(list(rated.EmptyGroup)),
        trim=rated.Trim(rng.choice([0, 0, 1, 2]), rng.choice([0, 0, 1, 2])),
        rank_by=rng.choice(list(rated.RankBy)),
        smallest_group=rng.choice([1, 2, 5, 5, 6]),
    )


def rated_ballot(rng: random.Random, paper: rated.Paper) -> bytes:
    """Mark a paper as raters do: mostly well, at times badly, at times not at all."""
    codes, items = list(paper.scale.codes), len(paper.items)
    style = rng.random()
    if style < 0.03:
        return bytes(rng.randrange(256) for _ in range(items))
    if style < 0.08:
        return bytes([NO_MARK]) * items
    if style < 0.15:
        return bytes([rng.choice(codes)]) * items
    letters = [*codes[:4] * 4, codes[-1], *([NO_MARK, TWO_MARKS] if style < 0.4 else [])]
    return bytes(rng.choice(letters) for _ in range(items))
