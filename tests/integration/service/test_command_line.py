"""What an operator types: counting files, taking somebody on, the first start."""

import json
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result

from app.ballotbox import second_count
from app.cli import main
from evaluation.presets import SATISFACTION, ZHENHAI

PAPER = {
    "instrument": "voting",
    "title": "民生实事项目票决",
    "secrecy": "secret",
    "items": [
        {"id": "a", "label": "学校", "number": 1},
        {"id": "b", "label": "道路", "number": 2},
        {"id": "c", "label": "公园", "number": 3},
    ],
    "rule": {
        "kind": "select",
        "seats": 2,
        "allow_fewer": True,
        "blank": "abstain",
        "denominator": "total_members",
        "threshold": "gt 1/2",
        "tie": "runoff",
        "shortfall": "supplementary_vote",
    },
    "turnout": {"total_members": 5},
}
BALLOTS = "a,b,c\n1,1,\n1,1,\n1,,1\n,1,\n"


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIAOJUE_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def files(folder: Path, paper: object, ballots: str) -> tuple[str, str]:
    (folder / "paper.json").write_text(json.dumps(paper), encoding="utf-8")
    (folder / "ballots.csv").write_text(ballots, encoding="utf-8")
    return str(folder / "paper.json"), str(folder / "ballots.csv")


def test_two_files_are_counted_without_any_database(tmp_path: Path) -> None:
    counted = run("count", *files(tmp_path, PAPER, BALLOTS), "--json")
    assert counted.exit_code == 0
    tally = json.loads(counted.stdout)
    assert {line["id"]: (line["approve"], line["outcome"]) for line in tally["lines"]} == {
        "a": (3, "selected"),
        "b": (3, "selected"),
        "c": (1, "not_selected"),
    }


def test_the_count_is_told_in_chinese_or_english(tmp_path: Path) -> None:
    given = files(tmp_path, PAPER, BALLOTS)
    assert "当选" in run("count", *given).stdout
    assert "selected" in run("count", *given, "--language", "en").stdout


def test_a_figure_from_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    counted = run("count", *files(tmp_path, PAPER, BALLOTS), "--total-members", "6", "--json")
    assert json.loads(counted.stdout)["needed"] == 4


def test_a_malformed_file_is_refused_with_row_and_column(tmp_path: Path) -> None:
    counted = run("count", *files(tmp_path, PAPER, "a,b,c\n1,1,\n1,maybe,\n"))
    assert counted.exit_code == 1
    assert "3" in counted.stderr
    assert "b" in counted.stderr
    assert counted.stdout == ""


def test_a_paper_that_is_none_is_refused(tmp_path: Path) -> None:
    given = files(tmp_path, PAPER, BALLOTS)
    (tmp_path / "paper.json").write_text("{nothing", encoding="utf-8")
    counted = run("count", *given)
    assert counted.exit_code == 1
    assert counted.stderr.strip()


@pytest.mark.parametrize("instrument", ["voting", "evaluation"])
def test_there_is_no_result_where_the_second_count_disagrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instrument: str
) -> None:
    monkeypatch.setattr(second_count, "differences", lambda *_: ("s1.all：1 ≠ 2",))
    evaluated = (TestAnEvaluation.paper, TestAnEvaluation.ballots)
    given = evaluated if instrument == "evaluation" else (PAPER, BALLOTS)
    counted = run("count", *files(tmp_path, *given))
    assert counted.exit_code == 1
    assert "s1.all" in counted.stderr
    assert "1 ≠ 2" not in counted.stderr
    assert counted.stdout == ""


def test_the_schema_is_printed() -> None:
    assert json.loads(run("schema").stdout)["$schema"].startswith("https://json-schema.org/")


def test_somebody_is_taken_on(instance: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    taken = run("staff", "add", "wang", "--name", "王秘书", "--role", "organiser")
    assert taken.exit_code == 0
    assert len(taken.stdout.strip()) >= 8
    again = CliRunner().invoke(main, ["staff", "add", "wang", "--name", "王", "--role", "viewer"])
    assert again.exit_code == 1
    assert "wang" in again.stderr


def test_the_secret_is_made_once_and_kept(instance: Path) -> None:
    run("db", "upgrade")
    secret = (instance / "secret").read_text()
    assert len(bytes.fromhex(secret)) == 32
    run("db", "upgrade")
    assert (instance / "secret").read_text() == secret


def test_a_setting_that_cannot_be_read_is_named(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIAOJUE_PORT", "eight")
    refused = run("db", "upgrade")
    assert refused.exit_code == 1
    assert "PIAOJUE_PORT" in refused.stderr


def test_several_workers_are_refused_on_sqlite(instance: Path) -> None:
    refused = run("serve", "--workers", "2")
    assert refused.exit_code == 1
    assert "PostgreSQL" in refused.stderr


class TestAnEvaluation:
    paper: ClassVar[dict[str, object]] = {
        "instrument": "evaluation",
        "title": "2026年度政府部门工作满意度测评",
        "subjects": [
            {"id": "s1", "kind": "department", "name": "县教育局"},
            {"id": "s2", "kind": "department", "name": "县水利局"},
        ],
        "scale": SATISFACTION.as_json(),
        "rule": {"outcomes": [rule.as_json() for rule in ZHENHAI]},
        "turnout": {"total_members": 10},
    }
    ballots = "s1,s2\n满意,A\nA,B\nA,B\nA,C\nA,B\nA,\n"

    def test_is_counted_from_its_two_files(self, tmp_path: Path) -> None:
        given = files(tmp_path, self.paper, self.ballots)
        tally = json.loads(run("count", *given, "--json").stdout)
        found = {line["id"]: line["outcome"]["key"] for line in tally["lines"]}
        assert found == {"s1": "satisfied", "s2": "dissatisfied"}
        told = run("count", *given).stdout
        assert "满意率 100.00% (6/6)" in told
        assert "总体满意率 80.00% (4/5)" in told
        assert "满意 1  基本满意 3  不满意 1" in told

    def test_a_wrong_file_is_refused_whole(self, tmp_path: Path) -> None:
        given = files(tmp_path, self.paper, "s1,s2\nA,Q\nX,A\n")
        counted = run("count", *given)
        assert counted.exit_code == 1
        assert counted.stderr.count("\n") == 2
        assert counted.stdout == ""
        without = {name: self.paper[name] for name in self.paper if name != "turnout"}
        counted = run("count", *files(tmp_path, without, self.ballots))
        assert "total_members" in counted.stderr
        assert run("count", *given, "--total-members", "10").exit_code == 0

    def test_its_schema_is_printed(self) -> None:
        schema = json.loads(run("schema", "evaluation").stdout)
        assert schema["properties"]["instrument"]["const"] == "evaluation"
