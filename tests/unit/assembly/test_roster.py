"""The roster as a table: what offices write, and what an import would change."""

import pytest

from app.assembly.roster import (
    COLUMNS,
    EXAMPLES,
    changes,
    doubtful,
    read_roster,
    roster_template,
)
from app.intake.columns import Rows, sound_values
from app.refused import Refused

SEATED = {
    "number": "001",
    "name": "张三",
    "delegation": "城东",
    "phone": "",
    "active": True,
}


def csv(*rows: str) -> bytes:
    return "\r\n".join(rows).encode("gb18030")


def test_a_roster_as_an_office_writes_it():
    rows = read_roster(
        csv(
            "明州市第十七届人大代表名册,,,,,,",
            "序号,姓  名,代表证号,代表小组,联系方式,是否常委,测评主体类别,列席",
            "1,张  三,001,城东代表团,139 1234 5678,√,常委会组成人员,",
            "2,买买提•艾力,002,城西代表团,,,expert,是",
        ),
        "名册.csv",
    )
    assert rows.problems == []
    assert rows.ignored == ["序号"]
    assert rows.good == [
        {
            "number": "001",
            "name": "张三",
            "delegation": "城东代表团",
            "phone": "13912345678",
            "committee_member": True,
            "observer": False,
            "rater_group": "committee_member",
        },
        {
            "number": "002",
            "name": "买买提·艾力",
            "delegation": "城西代表团",
            "phone": "",
            "committee_member": False,
            "observer": True,
            "rater_group": "expert",
        },
    ]


def test_the_template_reads_back_and_its_example_is_nobody():
    with pytest.raises(Refused, match="no_rows"):
        read_roster(roster_template(), "模板.xlsx")
    for example in EXAMPLES:
        assert sound_values(COLUMNS, example)["name"] == example["name"]
        assert set(example) == {column.key for column in COLUMNS}


def test_no_heading_belongs_to_two_columns():
    headings = [heading.casefold() for column in COLUMNS for heading in column.headings]
    assert len(set(headings)) == len(headings)


def test_rows_are_added_updated_or_unchanged_by_number():
    same = {"number": "001", "name": "张三"}
    moved = {"number": "001", "name": "张三", "delegation": "城西"}
    new = {"number": "002", "name": "李四"}
    assert changes({"001": SEATED}, [same]).unchanged == 1
    assert changes({"001": SEATED}, [moved]).updated == [("001", {"delegation": "城西"})]
    assert changes({"001": SEATED}, [new]).added == [{**new, "active": True}]


def test_who_is_listed_again_sits_again():
    left = SEATED | {"active": False}
    assert changes({"001": left}, [{"number": "001", "name": "张三"}]).updated == [
        ("001", {"active": True})
    ]


def test_a_new_number_for_a_known_person_is_doubted():
    row = {"number": "1", "name": "张三", "delegation": "城东"}
    (found,) = doubtful({"001": SEATED}, Rows([row], [7], [], []))
    assert (found.row, found.reason, found.facts) == (7, "known_by_other_number", {"other": "001"})
    for harmless in ({"delegation": "城西"}, {"name": "李四"}, {"number": "001"}):
        assert doubtful({"001": SEATED}, Rows([row | harmless], [7], [], [])) == []
    assert doubtful({"001": SEATED | {"active": False}}, Rows([row], [7], [], [])) == []
