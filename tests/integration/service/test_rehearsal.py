"""Robots hold votes and an evaluation of 34 units through a real server; all counts agree."""

import signal
from pathlib import Path

from app.assembly import service as assembly
from app.assembly.models import BodyKind
from app.ballotbox import service, tickets
from app.extensions import db
from evaluation.paper import RaterGroup
from tests.conftest import make_app
from tests.contracts.hall import NOON
from tests.integration.evaluation.evaluations import drafted
from tests.integration.service.server import Server


def test_a_whole_congress_votes_and_the_return_agrees(server: Server) -> None:
    server.start("--demonstration")
    held = server.run("rehearse", "1", "--seconds", "4", "--server", server.address)
    assert held.returncode == 0, held.stdout + held.stderr
    assert "327" in held.stdout
    assert "完全一致" in held.stdout
    again = server.run("rehearse", "1", "--voters", "40", "--seconds", "0", "--seed", "2",
                       "--server", server.address)  # fmt: skip
    assert again.returncode == 0, again.stdout + again.stderr
    rated = server.run("rehearse", "1", "--voters", "130", "--seconds", "2", "--seed", "3",
                       "--server", server.address)  # fmt: skip
    assert rated.returncode == 0, rated.stdout + rated.stderr
    assert "130" in rated.stdout
    assert "完全一致" in rated.stdout
    fourth = server.run("rehearse", "1", "--voters", "1", "--server", server.address)
    assert fourth.returncode == 1
    assert "没有" in fourth.stderr
    second = server.run("serve")
    assert second.returncode == 1
    assert "已被占用" in second.stderr
    server.end(signal.SIGTERM)


def test_the_robots_of_every_rater_group_rate_and_no_group_stays_empty(
    server: Server, tmp_path: Path
) -> None:
    server.start("--demonstration")
    app = make_app(f"sqlite:///{tmp_path / 'instance' / 'piaojue.sqlite'}", tmp_path / "aside")
    with app.app_context():
        groups = (
            RaterGroup("deputy", "市人大代表", 6),
            RaterGroup("staff", "本单位干部职工", 3),
            RaterGroup("public", "服务对象", 1, open_sample=True),
        )
        session_id, beside = create_rehearsal(), (RaterGroup("all", "居民", 1, open_sample=True),)
        drafted(2, session_id=session_id, groups=beside)
        box_id = drafted(3, session_id=session_id, groups=groups)
        db.session.remove()
    held = server.run("rehearse", str(session_id), "--voters", "31", "--seconds", "0",
                      "--server", server.address)  # fmt: skip
    assert held.returncode == 0, held.stdout + held.stderr
    assert "“市人大代表”：模拟手机16部，提交成功16。" in held.stdout
    assert "“本单位干部职工”：模拟手机15部，提交成功15。" in held.stdout
    assert "服务对象" not in held.stdout, "an open questionnaire is answered by people"
    assert "完全一致" in held.stdout
    with app.app_context():
        turnout = service.sealed_return(box_id).turnout
        assert (turnout.issued, turnout.returned) == (31, 31)
        assert tickets.handed_out_by_group(session_id) == {"deputy": 16, "staff": 15}
        db.session.remove()
        db.engine.dispose()
    server.end(signal.SIGTERM)


def create_rehearsal() -> int:
    """Make a second session of the demonstration's congress, without cards."""
    return assembly.create_session(
        body="明州市人民代表大会",
        body_kind=BodyKind.CONGRESS,
        term="第十七届",
        title="第六次会议",
        held_on=NOON.date(),
        rehearsal=True,
    )
