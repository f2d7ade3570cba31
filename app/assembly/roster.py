"""The roster as a table: its columns, its template, and what an import would change.

Pure: the deputies that are stored come in as plain mappings, what is to be written goes out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.intake.cells import identifier, narrow, person_name, phone, text, yes_no
from app.intake.columns import Column, Problem, Rows, read_rows
from app.intake.table import read_table
from app.intake.template import template_workbook

RATER_GROUPS: Mapping[str, str] = {
    "人大代表": "deputy",
    "代表": "deputy",
    "常委会组成人员": "committee_member",
    "常委会委员": "committee_member",
    "单位工作人员": "staff",
    "服务对象": "public",
}
"""The words offices write for the usual rater groups (测评主体类别), and their identifiers."""


def rater_group(raw: str) -> str:
    """Parse a rater group: a known word, or an identifier of the paper as it stands there."""
    return RATER_GROUPS.get(narrow(raw)) or identifier(raw)


COLUMNS: tuple[Column, ...] = (
    Column(
        "number",
        ("编号", "代表证号", "代表编号", "证号", "工号", "Number", "No."),
        identifier,
        required=True,
        unique=True,
    ),
    Column("name", ("姓名", "代表姓名", "名字", "Name"), person_name, required=True, width=12),
    Column(
        "delegation",
        ("代表团", "所属代表团", "代表小组", "代表团组", "Delegation"),
        text(60),
        default="",
        width=18,
    ),
    Column(
        "constituency",
        ("选举单位", "选区", "所属选区", "原选举单位", "Constituency"),
        text(120),
        default="",
        width=24,
    ),
    Column(
        "phone",
        ("手机", "手机号", "手机号码", "电话", "联系电话", "联系方式", "Phone", "Mobile"),
        phone,
        default="",
    ),
    Column(
        "committee_member",
        ("常委会组成人员", "是否常委会组成人员", "常委会委员", "是否常委", "Committee member"),
        yes_no,
        default=False,
        choices=("是", "否"),
        width=18,
    ),
    Column(
        "observer",
        ("列席", "是否列席", "列席人员", "Observer"),
        yes_no,
        default=False,
        choices=("是", "否"),
        width=8,
    ),
    Column(
        "rater_group",
        ("测评主体类别", "主体类别", "测评类别", "Rater group"),
        rater_group,
        default="deputy",
        choices=("人大代表", "常委会组成人员", "单位工作人员", "服务对象"),
        width=18,
    ),
)

EXAMPLES: tuple[Mapping[str, str], ...] = (
    {
        "number": "001",
        "name": "张示例",
        "delegation": "城东代表团",
        "constituency": "城东街道",
        "phone": "13800000000",
        "committee_member": "否",
        "observer": "否",
        "rater_group": "人大代表",
    },
)

_NOTES = (
    "编号、姓名必填；编号不能重复，再次导入时按编号更新。",
    "文件中没有的列不会改动已有内容；空白单元格会清空已有内容。",
    "常委会组成人员、列席：填“是”或“否”，不填按“否”。列席人员可以签到，不计入应到、实到，不参加表决。",
    "灰色示例行不改动就不会导入，也可以删去。",
    "只要有一行有误，就一行也不写入；所有有误的行会一并列出。",
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import would write: whole new deputies, and of known ones what differs."""

    added: Sequence[Mapping[str, Any]]
    updated: Sequence[tuple[str, Mapping[str, Any]]]
    unchanged: int


@dataclass(frozen=True, slots=True)
class RosterImport:
    """What an import did, or would do; with any problem nothing was written.

    `doubtful` are rows that were taken but deserve a look: the reason `known_by_other_number`
    marks a new number for a name and delegation that are on the roster already. `ignored` are
    the headings that nobody asked for.
    """

    added: int
    updated: int
    unchanged: int
    problems: Sequence[Problem]
    doubtful: Sequence[Problem]
    ignored: Sequence[str]


def roster_template() -> bytes:
    """Make the XLSX that offices fill in."""
    return template_workbook(COLUMNS, EXAMPLES, "代表名册", _NOTES)


def read_roster(content: bytes, name: str) -> Rows:
    """Read an uploaded roster; raises Refused as `read_table` and `read_rows` do."""
    return read_rows(read_table(name, content), COLUMNS, examples=EXAMPLES)


def changes(known: Mapping[str, Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> Changes:
    """Compare rows with the deputies known by number; who is listed is active again.

    Columns that the file did not have change nothing.
    """
    added, updated, unchanged = [], [], 0
    for row in rows:
        line = {**row, "active": True}
        before = known.get(row["number"])
        if before is None:
            added.append(line)
        elif differing := {key: value for key, value in line.items() if before[key] != value}:
            updated.append((row["number"], differing))
        else:
            unchanged += 1
    return Changes(added, updated, unchanged)


def doubtful(known: Mapping[str, Mapping[str, Any]], rows: Rows) -> list[Problem]:
    """Find rows with a new number for somebody who seems to be on the roster already.

    Excel turns 001 into 1, and a second import would otherwise double the roster unnoticed.
    """
    seated = {
        (line["name"], line["delegation"]): number
        for number, line in known.items()
        if line["active"]
    }
    found = []
    for number, row in zip(rows.numbers, rows.good, strict=True):
        other = seated.get((row["name"], row.get("delegation", "")))
        if row["number"] not in known and other is not None:
            facts = {"other": other}
            found.append(Problem(number, "姓名", row["name"], "known_by_other_number", facts))
    return found
