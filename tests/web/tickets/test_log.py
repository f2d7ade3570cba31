"""The log in words: every act has its sentence, and whoever tampers with it is found."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from app.ballotbox import chain, service, tickets
from app.ballotbox.models import Act
from app.extensions import transaction
from app.web.tickets.acts import FAULTS, SENTENCES
from tests.contracts.hall import NOON, probe, roll

HOUSE = Path(__file__).resolve().parents[3]


@pytest.fixture
def held(organiser):
    """A session in which everything was done once."""
    app, session_id = organiser.app, organiser.session_id
    app.extensions["instruments"]["probe"] = probe()
    codes = organiser.issue(4, 2)
    organiser.issue(3, 0, "public")
    with app.app_context():
        first, second = (state.batch_id for state in tickets.batches(session_id))
        tickets.void_batch(second, "organiser", now=NOON)
        tickets.void(session_id, codes[0])
        tickets.hand_out_pile(first, 3, "organiser", now=NOON)
        tickets.void_spare(session_id, "organiser", now=NOON)
        with transaction():
            box = service.draft_box(session_id, "probe", "民生实事项目票决").id
            other = service.draft_box(session_id, "probe", "第二项").id
        service.open_box(box, roll(3, total=9, override="洪水阻断交通"), "organiser", now=NOON)
        service.close_box(box, "organiser", now=NOON)
        service.certify(box, "jian1", "监票人甲", 1, now=NOON)
        service.announce(box, "organiser", now=NOON)
        service.void_box(other, "议程取消", "organiser", now=NOON)
    return organiser


def page_of(held) -> str:
    return held.client.get(f"/desk/sessions/{held.session_id}/log").text


@pytest.mark.parametrize(
    "said",
    [
        "印制第 1 批票卡（人大代表），共 6 张，其中备用 2 张。",
        "印制第 2 批票卡（服务对象），共 3 张，其中备用 0 张。",
        "第 2 批整批作废，共 3 张，其中已发放 0 张。",
        "第 1 批清点后整叠启用，共 3 张。",
        "全部剩余票作废，共 2 张。",
        "“民生实事项目票决”开启，实到 3 人，已发放票卡 3 张。",
        "未达到法定人数仍开启，理由：洪水阻断交通",
        "“民生实事项目票决”结束，票箱内有票 0 张。",
        "“民生实事项目票决”的结果已封存。",
        "确认“民生实事项目票决”的结果。",
        "宣布“民生实事项目票决”的结果。",
        "宣布“第二项”无效。理由：议程取消",
        "王会务",
        "jian1",
        "2026年11月22日 12:00",
        "日志完整：共 11 条，没有改动、缺失或插入。",
    ],
)
def test_every_act_is_told_in_a_sentence(held, said):
    assert said in page_of(held)


def test_the_head_is_large_and_whole(held):
    with held.app.app_context():
        head = chain.head(held.session_id)
    page = page_of(held)
    assert head in page
    for start in range(0, 16, 4):
        assert f"<span>{head[start : start + 4]}</span>" in page


def test_a_single_card_is_in_no_entry(held):
    before = page_of(held).count("<tr")
    codes = held.issue(1, 0)
    held.outcome(codes[0])
    held.outcome(codes[0], "void")
    assert page_of(held).count("<tr") == before + 1  # the printing alone


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (update(Act).where(Act.number == 3).values(facts='{"count":1}'), "第 3 条记录写入后被改动过"),
        (update(Act).where(Act.number == 3).values(facts="not json"), "第 3 条记录写入后被改动过"),
        (update(Act).where(Act.number == 3).values(facts="[1]"), "第 3 条记录写入后被改动过"),
        (update(Act).where(Act.number == 3).values(at="yesterday"), "第 3 条记录写入后被改动过"),
        (update(Act).where(Act.number == 3).values(kind="nothing"), "其他操作：nothing"),
        (delete(Act).where(Act.number == 2), "第 2 条记录缺失"),
        (delete(Act).where(Act.number == 11), "末尾的记录缺失"),
        (update(Act).where(Act.number == 4).values(previous="0" * 64), "第 4 条记录与前一条接不上"),
    ],
)  # fmt: skip
def test_a_log_that_was_tampered_with_says_so_and_is_shown(held, change, said):
    with held.app.app_context(), transaction() as session:
        session.execute(change)
    page = page_of(held)
    assert said in page
    assert "日志不完整" in page
    assert "日志完整" not in page


def test_a_session_without_acts_says_so(organiser):
    page = page_of(organiser)
    assert "本次会议还没有记录" in page
    assert "日志完整" not in page


def literals_after(name: str, place: int) -> set[str]:
    """Collect a literal argument of every call of this name in the box's room."""
    found = set()
    for path in (HOUSE / "app" / "ballotbox").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                argument = node.args[place]
                if isinstance(argument, ast.Constant):
                    found.add(argument.value)
    return found


def test_there_are_words_for_every_act_and_every_fault():
    assert literals_after("record", 2) == set(SENTENCES)
    assert literals_after("Break", 1) == set(FAULTS)
