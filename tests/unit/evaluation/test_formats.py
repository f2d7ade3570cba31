"""PAPER.json and BALLOTS.csv: read whole, or refused with every place at fault."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.intake.documents import MOST_PROBLEMS, FileFault, MalformedFileError
from evaluation.flaws import FlawCode
from evaluation.formats import read_ballots, read_paper, read_turnout
from evaluation.offline import count_files
from evaluation.paper import Criterion, RaterGroup
from evaluation.presets import YEARLY_ASSESSMENT, with_preset
from tests.unit.evaluation.builders import ballot, paper, tally

GROUPS = (RaterGroup("g1", "委员", 60), RaterGroup("g2", "代表", 40))


def written(asked, **change):
    return json.dumps({**asked.as_json(), **change}, ensure_ascii=False)


def faults(reading, *sources):
    with pytest.raises(MalformedFileError) as error:
        reading(*sources)
    return [
        (problem.reason, problem.place or (problem.row, problem.column))
        for problem in error.value.problems
    ]


def test_a_paper_is_read_back():
    asked = with_preset(paper(3, groups=GROUPS), "zhenhai")

    assert read_paper(written(asked)) == asked
    assert read_paper(b"\xef\xbb\xbf" + written(asked).encode()) == asked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", [(FileFault.NOT_JSON, "$")]),
        ("[" * 200_000, [(FileFault.NOT_JSON, "$")]),
        ('{"a": 1.5}', [(FileFault.NOT_EXACT, "$")]),
        ('{"a": 1234567890123456}', [(FileFault.NOT_EXACT, "$")]),
        ('{"a": 1, "a": 2}', [(FileFault.KEY_TWICE, "$")]),
        ('"\\ud800"', [(FileFault.ENCODING_UNKNOWN, "$")]),
        (b"\xff\xfe{", [(FileFault.ENCODING_UNKNOWN, (0, ""))]),
        ("[]", [(FileFault.WRONG_TYPE, "$")]),
    ],
)
def test_what_is_no_document(text, found):
    assert faults(read_paper, text) == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"strange": 1}, [(FileFault.UNKNOWN_KEY, "$.strange")]),
        ({"title": ""}, [(FileFault.OUT_OF_FORM, "$.title")]),
        ({"round": "2"}, [(FileFault.WRONG_TYPE, "$.round")]),
        (
            {"instrument": "voting", "secrecy": "open"},
            [(FileFault.UNKNOWN_VALUE, "$.instrument"), (FileFault.UNKNOWN_VALUE, "$.secrecy")],
        ),
        (
            {"subjects": [{"id": "s1", "kind": "project"}]},
            [(FileFault.MISSING, "$.subjects[0].name")],
        ),
        ({"scale": {"kind": "guess"}}, None),
        ({"scale": {}}, None),
        ({"items": [{"id": "s2"}, {"id": "s1"}]}, [(FlawCode.ITEMS_DISAGREE, "$.items")]),
        ({"round": 2}, [(FlawCode.ROUND_WRONG, "$.round")]),
    ],
)
def test_a_paper_at_fault_is_refused_with_the_places(change, found):
    said = faults(read_paper, written(paper(2), **change))

    if found is None:
        assert all(place.startswith("$.scale") for _, place in said)
    else:
        assert said == found


def test_the_fault_of_a_scale_is_told_where_it_lies():
    scale = paper().scale.as_json()
    scale["grades"][1]["letter"] = "b"

    assert faults(read_paper, written(paper(), scale=scale)) == [
        (FileFault.OUT_OF_FORM, "$.scale.grades[1].letter")
    ]


def test_a_condition_that_fits_no_form_at_all():
    rule = {
        "outcomes": [{"outcome": {"key": "a", "label": "满意", "standing": "good"}, "when": [7]}]
    }

    assert faults(read_paper, written(paper(), rule=rule)) == [
        (FileFault.NOT_ONE_OF_THE_FORMS, "$.rule.outcomes[0].when[0]")
    ]


def test_a_threshold_that_cannot_be():
    asked = with_preset(paper(), "zhenhai").as_json()
    asked["rule"]["outcomes"][0]["when"][0]["threshold"] = "gt 1/1"

    assert faults(read_paper, json.dumps(asked)) == [
        (FlawCode.THRESHOLD_OUT_OF_RANGE, "$.rule.outcomes")
    ]


def test_ballots_are_read_in_any_order_of_columns_and_words():
    asked = paper(2, groups=GROUPS)
    table = "s2,group,s1\n满意,委员,B\n,G2,不满意\n++,g1,a\n\n,代表,\n"

    marks, groups = read_ballots(asked, table.encode("gb18030"))

    assert marks == [ballot(words) for words in ("BA", "C.", "A+", "..")]
    assert groups == ["g1", "g2", "g1", "g2"]
    assert read_ballots(asked, io.BytesIO(table.encode())) == (marks, groups)


def test_ballots_of_criteria_without_groups():
    asked = paper(1, criteria=(Criterion("c1", "一"), Criterion("c2", "二")))

    assert read_ballots(asked, b"s1.c2,s1.c1\nA,B\n") == ([b"BA"], [""])


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("", [(FileFault.NO_HEADING, (1, ""))]),
        ("s1,s3,s1\n", [
            (FileFault.COLUMN_UNKNOWN, (1, "s3")),
            (FileFault.COLUMN_TWICE, (1, "s1")),
            (FileFault.COLUMN_MISSING, (1, "s2")),
        ]),
        ("s1,s2,group\nA,B\n", [(FileFault.ROW_LENGTH, (2, ""))]),
        ("s1,s2,group\nA,优,g1\nA,B,g9\nQ,B,\n", [
            (FileFault.CELL_UNKNOWN, (2, "s2")),
            (FileFault.GROUP_UNKNOWN, (3, "group")),
            (FileFault.CELL_UNKNOWN, (4, "s1")),
            (FileFault.GROUP_UNKNOWN, (4, "group")),
        ]),
        ("s1,s2\nA,B\n", [(FileFault.GROUP_UNKNOWN, (2, "group"))]),
        ("<html>", [(FileFault.NOT_A_TABLE, (0, ""))]),
    ],
)  # fmt: skip
def test_ballots_at_fault_are_refused_with_the_places(table, found):
    assert faults(read_ballots, paper(2, groups=GROUPS), table.encode()) == found


def test_a_file_that_is_wrong_throughout_lists_so_many_and_counts_all():
    with pytest.raises(MalformedFileError) as error:
        read_ballots(paper(1), b"s1\n" + f"{'Q' * 50}\n".encode() * 1500)

    assert len(error.value.problems) == MOST_PROBLEMS
    assert error.value.total == 1500
    assert error.value.problems[0].facts == {"cell": "Q" * 40 + "…"}
    assert str(error.value) == "row 2 s1: cell_unknown (1500 in all)"


def test_the_turnout_of_a_count_outside_the_database():
    asked = with_preset(paper(), "zhenhai")
    told = written(asked, turnout={"total_members": 34, "present": 29})

    found = read_turnout(told, asked, 28, issued=29)

    assert (found.total_members, found.due, found.present) == (34, 29, 29)
    assert (found.issued, found.returned, found.spare) == (29, 28, 0)
    assert tally(asked, [b"A"] * 5).turnout.returned == 5


def test_a_number_that_a_rule_needs_is_never_assumed():
    asked = with_preset(paper(), "zhenhai")
    yearly = replace(with_preset(paper(), "yearly_assessment"), rules=YEARLY_ASSESSMENT)

    assert faults(read_turnout, written(asked), asked, 28) == [
        (FileFault.MISSING, "$.turnout.total_members")
    ]
    assert read_turnout(written(yearly), yearly, 28).total_members == 28


def test_the_documented_example_is_counted_as_it_says():
    documented = Path(__file__).parents[3].joinpath("docs/formats.md").read_text(encoding="utf-8")
    examples = re.findall(r"```(?:json|csv)\n(.*?)```", documented, re.DOTALL)
    asked, cast, said = examples[3:]
    tally, _lines = count_files(asked.encode(), cast.encode(), {})
    assert {
        line["id"]: {
            "grades": line["criteria"][0]["grades"],
            "satisfied_rate": line["rates"][0]["share"],
            "outcome": line["outcome"]["key"],
        }
        for line in tally["lines"]
    } == json.loads(said)
