"""A batch is printed once, as a file of cards that scan, read and vote."""

from dataclasses import replace
from urllib.parse import unquote

import pytest

from app.ballotbox.codes import printed, read_code
from app.web.tickets.forms import spare_for
from app.web.tickets.press import Reach, reach
from tests.web.tickets.conftest import ADDRESS, archive, make_session, pages_of


def name_of(answer) -> str:
    return unquote(answer.headers["Content-Disposition"].split("filename*=UTF-8''")[1])


def test_a_printed_card_is_handed_out_and_lets_a_phone_in(organiser):
    answer = organiser.print_cards(3, 1)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    ((text, symbols),) = pages_of(answer.data)
    assert len(set(symbols)) == 4
    assert text.count("备用") == 1
    assert text.count("演练") == 0
    for address in symbols:
        base, code = address.rsplit("/", 1)
        assert base == f"{ADDRESS}/b"
        first, last = printed(code)[:9], printed(code)[10:]
        assert f"{first}\n{last}" in text
    phone = organiser.app.test_client(use_cookies=False)
    path = symbols[0].removeprefix(ADDRESS)
    assert phone.get(path).status_code == 403
    assert organiser.outcome(symbols[0]) == "one_too_many"
    assert phone.get(path).status_code == 200
    assert phone.get(symbols[1].removeprefix(ADDRESS)).status_code == 403


def test_the_file_is_named_in_chinese_for_whoever_files_it(organiser):
    assert name_of(organiser.print_cards(3, 1)) == (
        "票卡_明州市人民代表大会第十七届第五次会议_人大代表_第1批_4张.pdf"
    )
    assert "第2批" in name_of(organiser.print_cards(1, 0))


def test_the_cards_say_how_to_use_them_in_the_language_of_the_phones(organiser):
    organiser.client.post("/locale", data={"locale": "en"})
    ((text, _),) = pages_of(organiser.print_cards(1, 0).data)
    said = text.replace("\n", "")
    assert "明州市人民代表大会 第十七届第五次会议" in said
    assert "微信扫一扫，或在浏览器打开" in said
    assert f"{ADDRESS}/b 输入票码" in said
    assert "请勿拍照" in said
    assert "人大代表" not in said


def test_spare_cards_come_last_and_groups_are_on_their_cards(organiser):
    answer = organiser.print_cards(7, 2, group="", other="服务对象")
    pages = pages_of(answer.data)
    assert [text.count("备用") for text, _ in pages] == [1, 1]
    assert "".join(text for text, _ in pages).count("服务对象") == 9
    assert "服务对象" in organiser.client.get(organiser.url()).text
    with organiser.app.app_context():
        from app.ballotbox import tickets

        assert tickets.batches(organiser.session_id)[0].rater_group == "public"


def test_cards_of_a_rehearsal_are_watermarked(organiser):
    organiser.session_id = make_session(organiser.app, rehearsal=True)
    answer = organiser.print_cards(2, 0)
    ((text, symbols),) = pages_of(answer.data)
    assert text.count("演练") == 2
    assert len(symbols) == 2
    assert "演练" in name_of(answer)
    assert 'class="rehearsal"' in organiser.client.get(organiser.url()).text


def test_what_is_printed_is_stored_nowhere(organiser):
    codes = [symbol.rsplit("/", 1)[1] for symbol in pages_of(organiser.print_cards().data)[0][1]]
    log = f"/desk/sessions/{organiser.session_id}/log"
    for path in (organiser.url(), organiser.url("/figures"), organiser.url("/hand-out"), log):
        page = organiser.client.get(path).text
        for code in codes:
            assert code not in page
            assert printed(code) not in page
    with organiser.app.app_context():
        from app.extensions import db

        stored = "\n".join(db.engine.raw_connection().iterdump())
    for code in codes:
        assert code not in stored


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": ""},
        {"count": 0},
        {"count": 10_001},
        {"count": 9_999, "spare": 2},
        {"spare": -1},
        {"spare": ""},
        {"group": "nobody"},
        {"group": "", "other": ""},
        {"group": "", "other": "类" * 40},
    ],
)
def test_a_wrong_number_or_group_makes_no_cards(organiser, wrong):
    answer = organiser.print_cards(**wrong)
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    assert organiser.cards().printed == 0


def test_an_archived_session_gets_no_cards(organiser):
    archive(organiser.app, organiser.session_id)
    assert organiser.print_cards().status_code == 409
    assert organiser.cards().printed == 0
    assert "data-download" not in organiser.client.get(organiser.url()).text


def test_the_form_is_filled_with_who_has_no_card_yet(organiser):
    page = organiser.client.get(organiser.url()).text
    assert "人大代表（名册 10 人）" in page
    assert 'id="count"' in page
    assert 'value="10"' in page
    organiser.print_cards(7, 5)
    assert 'value="3"' in organiser.client.get(organiser.url()).text
    organiser.client.post(organiser.url(f"/{organiser.batch_id()}/void"))
    assert 'value="10"' in organiser.client.get(organiser.url()).text


@pytest.mark.parametrize(
    ("count", "spare"), [(1, 5), (166, 5), (167, 6), (327, 10), (3000, 90), (0, 5)]
)
def test_three_percent_are_spare_and_at_least_five(count, spare):
    assert spare_for(count) == spare


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("http://127.0.0.1:8000", Reach.NOWHERE),
        ("http://localhost:8000", Reach.NOWHERE),
        ("http://[::1]:8000", Reach.NOWHERE),
        ("http://0.0.0.0", Reach.NOWHERE),
        ("http://169.254.7.7:8000", Reach.NOWHERE),
        ("", Reach.NOWHERE),
        ("http://192.168.1.10:8000", Reach.HALL),
        ("http://10.0.0.2", Reach.HALL),
        ("http://meeting-pc:8000", Reach.HALL),
        ("http://meeting.local", Reach.HALL),
        ("https://piaojue.example.gov.cn", Reach.ANYWHERE),
        ("http://8.8.8.8", Reach.ANYWHERE),
    ],
)
def test_where_an_address_is_reached_from(address, where):
    assert reach(address) is where


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("http://127.0.0.1:8000", "手机打不开"),
        ("http://192.168.1.10:8000", "局域网地址"),
        ("https://piaojue.example.gov.cn", ""),
    ],
)
def test_the_address_is_shown_and_warned_of_before_printing(organiser, address, warned):
    settings = organiser.app.extensions["settings"]
    organiser.app.extensions["settings"] = replace(settings, public_url=address)
    page = organiser.client.get(organiser.url()).text
    assert f"{address}/b" in page
    assert ("对外网址" in page) == bool(warned)
    assert warned in page


def test_a_code_read_from_the_card_by_eye_is_the_one_scanned(organiser):
    ((text, symbols),) = pages_of(organiser.print_cards(1, 0).data)
    typed = next(line for line in text.split("\n") if line.count("-") == 1)
    after = text.split("\n")[text.split("\n").index(typed) + 1]
    assert read_code(f"{typed}-{after}".lower()) == symbols[0].rsplit("/", 1)[1]
