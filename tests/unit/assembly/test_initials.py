"""Initials by which a name is typed at the desk."""

import pytest

from app.assembly.initials import initials_of


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("张玉书", "zys"),
        ("单田芳", "stf"),
        ("单田芳", "dtf"),
        ("曾宪梓", "zxz"),
        ("仇保兴", "qbx"),
        ("解晓东", "xxd"),
        ("解晓东", "jxd"),
        ("查良镛", "zly"),
        ("乐嘉", "yj"),
        ("区少坤", "osk"),
        ("朴树", "ps"),
        ("尉迟恭", "ycg"),
        ("万俟卨", "mqx"),
        ("欧阳修", "oyx"),
        ("买买提·艾力", "mmtal"),
        ("〇三", "ls"),
        ("John A. Smith", "jas"),
    ],
)
def test_every_plausible_reading_is_there(name, typed):
    assert typed in initials_of(name).split()


def test_the_usual_reading_comes_first():
    assert initials_of("张玉书") == "zys"
    assert initials_of("曾国").split()[0] == "cg"


def test_long_names_keep_a_bounded_number_of_readings():
    readings = initials_of("阿卜杜拉·热合曼·吐尔逊·买买提").split()
    assert len(readings) <= 24
    assert len(set(readings)) == len(readings)


def test_signs_without_an_initial_give_none():
    assert initials_of("") == ""
    assert initials_of("·—1") == ""
