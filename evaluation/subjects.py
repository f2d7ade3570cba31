"""The list of those to be rated while it is drafted: its columns, and what may be done to it.

Pure: lists of `Subject` in, lists out. A subject keeps its id (`s7`) through every reordering,
further round and copy, so that its results can be laid side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.intake.cells import alike, one_of, text
from app.intake.columns import Column, ListImport, Problem, Rows, read_rows
from app.intake.table import read_table
from app.intake.template import template_workbook
from app.refused import Refused
from evaluation.paper import MOST_SUBJECTS, Subject, SubjectKind

_KINDS: Mapping[str, SubjectKind] = {
    "人员": SubjectKind.OFFICIAL,
    "部门": SubjectKind.DEPARTMENT,
    "项目": SubjectKind.PROJECT,
    "工作报告": SubjectKind.WORK_REPORT,
    "审议意见": SubjectKind.REVIEW_OPINION,
    "代表建议": SubjectKind.SUGGESTION,
    "联络站": SubjectKind.STATION,
}
"""The words that the template offers; what offices write besides stands in `_ALSO`."""

_ALSO: Mapping[str, SubjectKind] = {
    "干部": SubjectKind.OFFICIAL,
    "任命人员": SubjectKind.OFFICIAL,
    "个人": SubjectKind.OFFICIAL,
    "单位": SubjectKind.DEPARTMENT,
    "民生实事项目": SubjectKind.PROJECT,
    "专项工作报告": SubjectKind.WORK_REPORT,
    "审议意见办理": SubjectKind.REVIEW_OPINION,
    "建议": SubjectKind.SUGGESTION,
    "代表建议办理": SubjectKind.SUGGESTION,
    "代表联络站": SubjectKind.STATION,
}

_read_kind = one_of({**_KINDS, **_ALSO})


def subject_kind(raw: str) -> SubjectKind:
    """Parse what a subject is: a word of an office, or of `SubjectKind`; raises `not_a_choice`."""
    try:
        return SubjectKind(raw)
    except ValueError:
        pass
    try:
        return _read_kind(raw)
    except Refused:
        raise Refused("not_a_choice", choices=list(_KINDS)) from None


COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        ("测评对象", "名称", "姓名", "单位名称", "项目名称", "对象", "Subject", "Name"),
        text(120),
        required=True,
        width=30,
    ),
    Column(
        "post_or_unit",
        ("职务或单位", "职务", "现任职务", "承办单位", "责任单位", "所在单位", "Post or unit"),
        text(120),
        default="",
        width=30,
    ),
    Column(
        "kind",
        ("类别", "对象类别", "测评类别", "Kind"),
        subject_kind,
        choices=tuple(_KINDS),
        width=12,
    ),
    Column(
        "note",
        ("说明", "简介", "工作概况", "备注", "Note"),
        text(1000),
        default="",
        width=50,
    ),
)

EXAMPLES: tuple[Mapping[str, str], ...] = (
    {
        "name": "（示例）市教育局",
        "post_or_unit": "局长 王某某",
        "kind": "部门",
        "note": "2026年度办理代表建议23件。",
    },
)

_NOTES = (
    "测评对象必填；名称和职务（单位）都相同的不能有两行。",
    f"票面上的先后就是表中的先后；一张票最多{MOST_SUBJECTS}个测评对象。",
    "类别可以不填，不填的按新建测评时选定的类别。",
    "导入后，测评对象名单以文件为准：同名的更新，新的增加，文件中没有的从名单中移除。",
    "照片和材料在名单中逐个上传；再次导入时，同名对象的照片和材料保留。",
    "灰色示例行不改动就不会导入，也可以删去。",
    "只要有一行有误，就一行也不写入；所有有误的行会一并列出。",
)


def subject_template() -> bytes:
    """Make the XLSX that the secretariat fills in."""
    return template_workbook(COLUMNS, EXAMPLES, "测评对象名单", _NOTES)


def read_subjects(content: bytes, name: str) -> Rows:
    """Read an uploaded list; two rows that nobody could tell apart are a problem of the second.

    Raises Refused as `read_table` and `read_rows` do, and `too_many_rows`.
    """
    rows = read_rows(read_table(name, content), COLUMNS, examples=EXAMPLES)
    found = len(rows.good) + len({problem.row for problem in rows.problems})
    if found > MOST_SUBJECTS:
        raise Refused("too_many_rows", rows=found, limit=MOST_SUBJECTS)
    first: dict[tuple[str, ...], int] = {}
    for at, row in zip(rows.numbers, rows.good, strict=True):
        known = first.setdefault(_same(row["name"], row.get("post_or_unit", "")), at)
        if known != at:
            facts = {"first": known}
            heading = COLUMNS[0].heading
            rows.problems.append(Problem(at, heading, row["name"], "twice_in_the_file", facts))
    rows.problems.sort(key=lambda problem: problem.row)
    return rows


def imported(
    subjects: Sequence[Subject], rows: Rows, kind: SubjectKind
) -> tuple[tuple[Subject, ...], ListImport]:
    """Return the list that a file makes of the one before, and what changes by it.

    The file is the list, and its order the order. A subject is known again by its name and post
    together, or by its name alone where that is without doubt; of one known again, columns that
    the file does not have stay, and so do its photo and reading material.
    """
    left = list(subjects)
    listed: list[Subject] = []
    added = updated = 0
    for row in rows.good:
        said = {key: value for key, value in row.items() if value is not None}
        before = _known(left, rows.good, row)
        if before is None:
            added += 1
            fresh = next_id((*subjects, *listed))
            listed.append(Subject(**{"id": fresh, "kind": kind, **said}))
        else:
            left.remove(before)
            listed.append(replace(before, **said))
            updated += listed[-1] != before
    return tuple(listed), ListImport(
        added=added,
        updated=updated,
        unchanged=len(listed) - added - updated,
        removed=[subject.name for subject in left],
        problems=rows.problems,
        ignored=rows.ignored,
    )


def next_id(subjects: Sequence[Subject]) -> str:
    """Return an id that none of the subjects has: one after the highest."""
    numbers = [int(subject.id[1:]) for subject in subjects if subject.id[1:].isdecimal()]
    return f"s{max(numbers, default=0) + 1}"


def with_subject(
    subjects: Sequence[Subject], values: Mapping[str, Any], subject_id: str, kind: SubjectKind
) -> tuple[Subject, ...]:
    """Return the list with one subject put at its end, or changed where the id is on it already.

    `values` are what `sound_values` made of a form. Raises `subject_name_taken` with the
    `field`, and `too_many_subjects` with the limit.
    """
    said = {key: value for key, value in values.items() if value is not None}
    for other in subjects:
        named = _same(said.get("name", ""), said.get("post_or_unit", ""))
        if other.id != subject_id and _same(other.name, other.post_or_unit) == named:
            raise Refused("subject_name_taken", field="name")
    if any(subject.id == subject_id for subject in subjects):
        return tuple(
            replace(subject, **said) if subject.id == subject_id else subject
            for subject in subjects
        )
    if len(subjects) >= MOST_SUBJECTS:
        raise Refused("too_many_subjects", limit=MOST_SUBJECTS)
    return (*subjects, Subject(**{"id": subject_id, "kind": kind, **said}))


def without(subjects: Sequence[Subject], subject_id: str) -> tuple[Subject, ...]:
    """Return the list without one subject."""
    return tuple(subject for subject in subjects if subject.id != subject_id)


def moved(subjects: Sequence[Subject], subject_id: str, by: int) -> tuple[Subject, ...]:
    """Return the list with one subject moved by so many places, at most to an end.

    Raises `subject_unknown`.
    """
    ids = [subject.id for subject in subjects]
    if subject_id not in ids:
        raise Refused("subject_unknown")
    at = ids.index(subject_id)
    ids.insert(max(0, at + by), ids.pop(at))
    return in_order(subjects, ids)


def in_order(subjects: Sequence[Subject], ids: Sequence[str]) -> tuple[Subject, ...]:
    """Return the subjects in the order of `ids`; raises `subjects_changed` for another list."""
    known = {subject.id: subject for subject in subjects}
    if sorted(ids) != sorted(known):
        raise Refused("subjects_changed")
    return tuple(known[one] for one in ids)


def _known(
    left: Sequence[Subject], rows: Sequence[Mapping[str, Any]], row: Mapping[str, Any]
) -> Subject | None:
    """Find the subject that a row of a file speaks of."""
    found = [subject for subject in left if _same(subject.name) == _same(row["name"])]
    for subject in found:
        if _same(subject.post_or_unit) == _same(row.get("post_or_unit", "")):
            return subject
    times = sum(_same(other["name"]) == _same(row["name"]) for other in rows)
    return found[0] if len(found) == times == 1 else None


def _same(*parts: str) -> tuple[str, ...]:
    """Return words as two lists are compared."""
    return tuple(alike(part) for part in parts)
