"""The list of candidate projects (候选项目) while it is drafted: its columns, and what may be done.

Pure: lists of `Candidate` in, lists out. Numbers always rise along the paper: whoever moves a
project moves it among the numbers there are, and a number typed or imported gives the place.
(Follow-up rounds keep the order of votes and the numbers of the first paper; they are not
edited.)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from app.intake.cells import alike, amount, text, whole_number
from app.intake.columns import Column, ListImport, Problem, Rows, read_rows
from app.intake.table import read_table
from app.intake.template import template_workbook
from app.refused import Refused
from voting.paper import Candidate

MOST_CANDIDATES = 300
"""Ten times the longest list we know of; a phone could not show more."""

_LARGEST_INVESTMENT = 10**12
"""In 万元; beyond it somebody typed yuan, or worse."""

NewId = Callable[[], str]
"""Makes the id of a new row; random outside tests."""


def investment(raw: str) -> str:
    """Parse 总投资 in 万元 to exact plain text: `1,200.50` is `1200.5`; raises as `amount`."""
    exact = amount("万元")(raw)
    if exact >= _LARGEST_INVESTMENT:
        raise Refused("out_of_range", minimum=0, maximum=_LARGEST_INVESTMENT - 1)
    return f"{exact.normalize():f}"


COLUMNS: tuple[Column, ...] = (
    Column(
        "number",
        ("序号", "编号", "项目编号", "项目序号", "Number", "No."),
        whole_number(1, 9999),
        unique=True,
        width=8,
    ),
    Column(
        "name",
        ("项目名称", "候选项目", "候选项目名称", "项目", "名称", "Name", "Project"),
        text(120),
        required=True,
        unique=True,
        width=36,
    ),
    Column(
        "unit",
        ("责任单位", "牵头单位", "牵头责任单位", "承办单位", "实施单位", "主管部门", "Unit"),
        text(120),
        default="",
        width=24,
    ),
    Column(
        "investment",
        ("总投资", "投资额", "总投资额", "计划投资", "投资估算", "投资", "Investment"),
        investment,
        default="",
        unit="万元",
        width=16,
    ),
    Column(
        "description",
        ("建设内容", "主要建设内容", "建设内容及规模", "项目简介", "项目内容", "Description"),
        text(1000),
        default="",
        width=60,
    ),
    Column(
        "completion",
        ("完成时限", "完成时间", "完成期限", "计划完成时间", "建设期限", "Completion"),
        text(60),
        default="",
        width=18,
    ),
    Column(
        "source",
        ("项目来源", "来源", "建议来源", "征集来源", "Source"),
        text(120),
        default="",
        width=24,
    ),
)

EXAMPLES: tuple[Mapping[str, str], ...] = (
    {
        "number": "1",
        "name": "（示例）老旧小区改造",
        "unit": "市住房和城乡建设局",
        "investment": "3200",
        "description": "改造2000年底前建成的住宅小区12个，惠及居民4600户。",
        "completion": "2027年10月底前",
        "source": "代表联络站征集",
    },
)

_NOTES = (
    "项目名称必填，不能重复；序号是票面上的序号，整列不填时按行的先后从1编起。",
    "总投资以万元为单位，只填数字。",
    "导入后，候选项目名单以文件为准：同名的项目更新，新的项目增加，文件中没有的项目从名单中移除。",
    "文件中没有的列，同名项目的原有内容保留；空白单元格会清空原有内容。",
    "灰色示例行不改动就不会导入，也可以删去。",
    "只要有一行有误，就一行也不写入；所有有误的行会一并列出。",
)

_SAID = tuple(f.name for f in fields(Candidate) if f.name not in {"id", "number"})


def candidate_template() -> bytes:
    """Make the XLSX that the secretariat fills in."""
    return template_workbook(COLUMNS, EXAMPLES, "候选项目名单", _NOTES)


def read_candidates(content: bytes, name: str) -> Rows:
    """Read an uploaded list; every good row has its number.

    Without a column of numbers, or with an empty one, rows are numbered from 1 in their order;
    where some rows have a number, the others are problems (`blank`). Raises Refused as
    `read_table` and `read_rows` do, and `too_many_rows`.
    """
    rows = read_rows(read_table(name, content), COLUMNS, examples=EXAMPLES)
    found = len(rows.good) + len({problem.row for problem in rows.problems})
    if found > MOST_CANDIDATES:
        raise Refused("too_many_rows", rows=found, limit=MOST_CANDIDATES)
    heading = COLUMNS[0].heading
    numbered = any(row.get("number") is not None for row in rows.good) or any(
        problem.heading == heading for problem in rows.problems
    )
    if numbered:
        rows.problems.extend(
            Problem(at, heading, "", "blank", {})
            for at, row in zip(rows.numbers, rows.good, strict=True)
            if row["number"] is None
        )
        rows.problems.sort(key=lambda problem: problem.row)
    else:
        for number, row in enumerate(rows.good, 1):
            row["number"] = number
    return rows


def imported(
    candidates: Sequence[Candidate], rows: Rows, new_id: NewId
) -> tuple[tuple[Candidate, ...], ListImport]:
    """Return the list that a file makes of the one before, and what changes by it.

    The file is the list. A project is known again by its name, never by its number: lists are
    renumbered between two drafts, and what one project had must not be given to another. Of a
    project known by name, columns that the file does not have stay. With any problem the list
    stays as it was: what the faulty rows were to be is not known.
    """
    if rows.problems:
        return tuple(candidates), ListImport(0, 0, 0, (), rows.problems, rows.ignored)
    known = {alike(candidate.name): candidate for candidate in candidates}
    listed, added, updated = [], 0, 0
    for row in rows.good:
        before = known.pop(alike(row["name"]), None)
        if before is None:
            added += 1
            listed.append(Candidate(id=new_id(), **row))
        else:
            listed.append(replace(before, **row))
            updated += listed[-1] != before
    return by_number(listed), ListImport(
        added=added,
        updated=updated,
        unchanged=len(listed) - added - updated,
        removed=[candidate.name for candidate in known.values()],
        problems=rows.problems,
        ignored=rows.ignored,
    )


def with_candidate(
    candidates: Sequence[Candidate], values: Mapping[str, Any], candidate_id: str
) -> tuple[Candidate, ...]:
    """Return the list with one candidate put in, or changed where the id is on it already.

    `values` are what `sound_values` made of a form; without a number a new candidate comes
    last and a known one keeps its own. Raises `candidate_number_taken` or
    `candidate_name_taken`, with the `field`.
    """
    others = [candidate for candidate in candidates if candidate.id != candidate_id]
    before = next((c for c in candidates if c.id == candidate_id), None)
    number = values.get("number")
    if number is None:
        number = before.number if before else max((c.number for c in others), default=0) + 1
    said = {key: value for key, value in values.items() if key in _SAID}
    if before is None:
        candidate = Candidate(id=candidate_id, number=number, **said)
    else:
        candidate = replace(before, number=number, **said)
    for other in others:
        if other.number == candidate.number:
            raise Refused("candidate_number_taken", number=number, name=other.name, field="number")
        if alike(other.name) == alike(candidate.name):
            raise Refused("candidate_name_taken", number=other.number, field="name")
    return by_number([*others, candidate])


def without(candidates: Sequence[Candidate], candidate_id: str) -> tuple[Candidate, ...]:
    """Return the list without one candidate; the others keep their numbers."""
    return tuple(candidate for candidate in candidates if candidate.id != candidate_id)


def moved(candidates: Sequence[Candidate], candidate_id: str, by: int) -> tuple[Candidate, ...]:
    """Return the list with one candidate moved by so many places, at most to an end.

    Raises `candidate_unknown`.
    """
    ids = [candidate.id for candidate in candidates]
    if candidate_id not in ids:
        raise Refused("candidate_unknown")
    at = ids.index(candidate_id)
    ids.insert(max(0, at + by), ids.pop(at))
    return in_order(candidates, ids)


def in_order(candidates: Sequence[Candidate], ids: Sequence[str]) -> tuple[Candidate, ...]:
    """Return the candidates in the order of `ids`, the numbers dealt out anew along it.

    Raises `candidates_changed` where the ids are not those on the list.
    """
    known = {candidate.id: candidate for candidate in candidates}
    if sorted(ids) != sorted(known):
        raise Refused("candidates_changed")
    numbers = sorted(candidate.number for candidate in candidates)
    return tuple(replace(known[id], number=n) for id, n in zip(ids, numbers, strict=True))  # noqa: A001


def renumbered(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the same order with the numbers 1, 2, 3 and so on."""
    return tuple(replace(candidate, number=n) for n, candidate in enumerate(candidates, 1))


def has_gaps(candidates: Sequence[Candidate]) -> bool:
    """Whether the numbers are not 1, 2, 3 … to the end."""
    return renumbered(candidates) != tuple(candidates)


def by_number(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the list in the order of its numbers."""
    return tuple(sorted(candidates, key=lambda candidate: candidate.number))
