"""Whoever holds an evaluation reads 测评 at every step, on the desk, the phone and the screens."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from app.accounts.roles import Role
from app.ballotbox import service as box_service
from app.ballotbox.codes import new_receipt
from app.extensions import db
from app.hall import service as screens
from tests.contracts.hall import NOON
from tests.integration.evaluation.evaluations import drafted, hand_out

BRAND = re.compile(r"(?:· )?票决(?: · 一人一票 如实计票)?\s*<|<title>.*?</title>", re.DOTALL)
OF_A_VOTE = re.compile(r"[^<>]*(?:投票|票决)[^<>]*")


class Walk:
    """An evaluation, and everything that shows where it stands."""

    def __init__(self, site: Flask, desk: FlaskClient, box_id: int, code: str) -> None:
        self.site, self.desk, self.box_id, self.code = site, desk, box_id, code
        with site.app_context():
            self.session_id = box_service.get_box(box_id).session_id
            self.key = screens.screen_of(self.session_id).key
            db.session.remove()

    def seen(self) -> dict[str, str]:
        session, screen = f"/desk/sessions/{self.session_id}", f"/screen/{self.key}"
        phone = self.site.test_client(use_cookies=False)
        desk_pages = (
            f"/desk/boxes/{self.box_id}", session, f"{session}/conduct", f"{session}/conduct/now",
            f"{session}/conduct/agenda", f"{session}/conduct/turnout", f"{session}/screen",
        )  # fmt: skip
        pages = {url: self.desk.get(url).text for url in desk_pages}
        for url in (screen, f"{screen}/table", f"/b/{self.code}", f"/b/{self.code}/{self.box_id}"):
            pages[url] = phone.get(url).text
        return pages

    def said(self) -> list[tuple[str, str]]:
        """What speaks of voting, by the page it stands on."""
        return [
            (url, found.strip())
            for url, text in self.seen().items()
            for found in OF_A_VOTE.findall(BRAND.sub("<", text))
        ]


@pytest.fixture
def walk(site: Flask, enter, opened) -> Walk:
    box_id, codes = opened()
    return Walk(site, enter(Role.ORGANISER), box_id, codes[0])


def test_an_evaluation_speaks_of_evaluating_from_its_opening_to_its_result(walk: Walk) -> None:
    seen = walk.seen()
    assert walk.said() == []
    agenda = seen[f"/desk/sessions/{walk.session_id}/conduct/agenda"]
    assert "正在测评：发出6张，已收回0张。" in agenda
    assert "请工作人员结束测评" in seen[f"/screen/{walk.key}/table"]
    paper = walk.site.test_client(use_cookies=False)
    receipt = new_receipt()
    form = {"receipt": receipt, "item-s1": "A", "item-s2": "A", "item-s3": "B"}
    address = f"/b/{walk.code}/{walk.box_id}"
    review = paper.post(address, data={**form, "step": "review"}).text
    thanks = paper.post(address, data={**form, "step": "cast"}, follow_redirects=True).text
    for page in (review, thanks):
        assert OF_A_VOTE.findall(BRAND.sub("<", page)) == []
    with walk.site.app_context():
        box_service.close_box(walk.box_id, "o", now=NOON)
    assert walk.said() == []
    with walk.site.app_context():
        for name in ("赵监票", "钱监票"):
            box_service.certify(walk.box_id, name, name, 2, now=NOON)
    assert walk.said() == []
    with walk.site.app_context():
        box_service.announce(walk.box_id, "o", now=NOON)
    assert walk.said() == []


def test_a_drafted_evaluation_speaks_of_evaluating(site: Flask, enter) -> None:
    with site.app_context(), force_locale("zh_Hans"):
        box_id = drafted(3)
        hand_out(box_id, 1)
    assert Walk(site, enter(Role.ORGANISER), box_id, "").said() == []


def test_an_evaluation_that_is_void_says_so_in_its_own_words(walk: Walk) -> None:
    with walk.site.app_context(), force_locale("zh_Hans"):
        box_service.void_box(walk.box_id, "设备故障", "o", now=NOON)
    assert walk.said() == []
    seen = walk.seen()
    assert "本次测评已宣布无效" in seen[f"/screen/{walk.key}"]
    assert "本次测评已宣布无效" in seen[f"/desk/sessions/{walk.session_id}/conduct/agenda"]
