"""Statements of whole results, of either instrument, counted from generated ballots."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.ballotbox.seal import Return, RollCall
from app.reports.record import Record, Signature
from app.reports.statement import Statement
from evaluation.outcomes import Tally as Evaluated
from evaluation.paper import Paper as EvaluationPaper
from evaluation.paper import RaterGroup, Subject, SubjectKind
from evaluation.presets import CONSEQUENCES, PRESETS
from evaluation.report import Report as EvaluationReport
from evaluation.statement import statement_of as evaluation_said
from tests.integration.evaluation.evaluations import UNITS
from tests.unit.evaluation import builders as of_evaluation
from tests.unit.voting import builders as of_voting
from voting.outcomes import Tally
from voting.paper import Paper
from voting.report import Report
from voting.statement import statement_of as voting_said

PROJECTS = (
    "老旧小区改造提升", "农村饮用水提标改造工程", "中小学校食堂新建改建", "居家养老服务中心建设",
    "城区背街小巷综合整治", "公共停车位扩建", "乡村公路提级改造", "社区卫生服务站标准化建设",
    "既有住宅加装电梯", "农村文化礼堂建设",
)  # fmt: skip
LONG = "（含配套管网、智慧安防、无障碍设施及周边道路综合整治，涉及城关镇、𬱖溪镇等8个乡镇街道32个村社）"
OFFICES = ("市住房和城乡建设局", "市水利局", "市教育局", "市民政局")
CONGRESS = {
    "body": "明州市人民代表大会",
    "term": "第十七届",
    "title": "第五次会议",
    "sitting": "第三次全体会议",
    "held_on": "2026-11-22",
    "place": "市人民会堂",
}
COMMITTEE = {
    "body": "明州市人民代表大会常务委员会",
    "term": "第十七届",
    "title": "第三十次会议",
    "held_on": "2026-11-22",
    "place": "市行政中心",
}
TOP = {"total_members": 327, "due": 327, "on_leave": 13, "present": 314}


def roll(heading: dict[str, str], body_kind: str = "congress", **figures: Any) -> RollCall:
    settings = {**TOP, "quorum": 218, "rehearsal": False, **figures}
    return RollCall(heading=heading, body_kind=body_kind, **settings)


def record(
    paper: Paper | EvaluationPaper,
    tally: Tally | Evaluated,
    at: RollCall,
    instrument: str,
    **settings: Any,
) -> Record:
    sealed = Return(
        box=1,
        instrument=instrument,
        title=paper.title,
        round=paper.round,
        secrecy=paper.secrecy,
        roll=at,
        turnout=tally.turnout,
        paper=paper.digest,
        ballots="b" * 64,
        receipts="d" * 64,
        chain_open="0" * 64,
        chain_close="c" * 64,
        opened_at="2026-11-22T02:10:00+00:00",
        closed_at="2026-11-22T02:31:00+00:00",
        result=tally.as_json(),
    )
    signed = (
        Signature("赵明", "2026年11月22日 10:33"),
        Signature("钱卫国", "2026年11月22日 10:34"),
    )
    told = {"held_on": "2026年11月22日", "signatures": signed, **settings}
    return Record(sealed, "表决" if instrument == "voting" else "测评", **told)


def named_projects(paper: Paper, long: bool = False) -> Paper:
    """Give the candidates of a paper names as they are; every third one a long one."""
    rows = tuple(
        replace(
            candidate,
            name=PROJECTS[at % 10]
            + (f"（第{at // 10 + 1}期）" if at >= 10 else "")
            + (LONG if long and at % 3 == 0 else ""),
            unit=OFFICES[at % 4],
        )
        for at, candidate in enumerate(paper.candidates)
    )
    return replace(
        paper,
        candidates=rows,
        title="2027年度民生实事项目票决",
        adopted="《明州市民生实事项目人大代表票决办法》，2026年11月21日第五次会议第一次全体会议通过",
    )


def vote_report(paper: Paper, ballots: Sequence[bytes], **settings: Any) -> Report:
    figures = {**TOP, "issued": max(len(ballots), settings.pop("issued", 0)), "spare": 16}
    tally = of_voting.tally(paper, list(ballots), **figures)
    at = roll(settings.pop("heading", CONGRESS), **settings.pop("roll", {}))
    return Report(record(paper, tally, at, "voting", **settings), paper, tally)


def vote(candidates: int = 30, seats: int = 24, seed: int = 1, long: bool = False) -> Statement:
    """A vote of 314 deputies by ticking."""
    paper = named_projects(of_voting.paper(candidates, seats), long)
    chance = random.Random(seed)
    liked = [chance.uniform(0.4, 1.4) for _ in range(candidates)]
    ballots = []
    for _ in range(314):
        order = sorted(range(candidates), key=lambda at: -liked[at] * chance.random())
        chosen = set(order[: chance.randint(max(seats - 4, 0), seats)])
        ballots.append(bytes(ord("x") if at in chosen else 0xFF for at in range(candidates)))
    return voting_said(vote_report(paper, ballots))


def evaluation_report(
    paper: EvaluationPaper,
    ballots: Sequence[bytes],
    groups: Sequence[str] | None = None,
    **settings: Any,
) -> EvaluationReport:
    issued = settings.pop("issued", len(ballots))
    by_group = {group.id: issued for group in paper.groups}
    tally = of_evaluation.tally(
        paper, list(ballots), groups, by_group, **{**TOP, "issued": issued, "spare": 4}
    )
    at = roll(settings.pop("heading", COMMITTEE), "standing_committee", **settings.pop("roll", {}))
    told = record(paper, tally, at, "evaluation", **settings)
    return EvaluationReport(told, paper, tally, frozenset())


def evaluation(
    subjects: int = 34,
    raters: int = 130,
    preset: str = "yearly_assessment",
    kind: SubjectKind = SubjectKind.DEPARTMENT,
    *,
    seed: int = 1,
    groups: tuple[tuple[str, int], ...] = (),
    **settings: Any,
) -> Statement:
    """An evaluation by one or several groups; `groups` are (name, raters)."""
    known = PRESETS[preset]
    people = ("王建国", "欧阳明月", "买买提·阿不都热合曼·吐尔逊", "李𬱖")
    official = kind is SubjectKind.OFFICIAL
    rows = tuple(
        Subject(
            f"s{at}",
            kind,
            people[at % 4] if official else f"明州市{UNITS[at % 34]}{at // 34 or ''}",
            f"市{UNITS[at]}主要负责人" if official else "",
        )
        for at in range(subjects)
    )
    asked = EvaluationPaper(
        title="2026年度政府部门工作满意度测评",
        subjects=rows,
        scale=known.scale,
        rules=known.rules,
        consequences=CONSEQUENCES,
        adopted="《明州市人大常委会测评办法》",
        groups=tuple(RaterGroup(f"g{at}", name, 10) for at, (name, _n) in enumerate(groups)),
        **settings,
    )
    chance = random.Random(seed)
    codes = asked.scale.codes[-41::10] if asked.scale.kind == "points" else asked.scale.codes
    weights = [[chance.uniform(2, 9) / (1 + n) for n in range(len(codes))] for _ in asked.items]
    voices = [f"g{at}" for at, (_name, number) in enumerate(groups) for _ in range(number)]
    number = len(voices) or raters
    ballots = [bytes(chance.choices(codes, one)[0] for one in weights) for _ in range(number)]
    report = evaluation_report(asked, ballots, voices or None, issued=number + 4)
    return evaluation_said(report)
