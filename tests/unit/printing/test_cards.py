"""Cards are read back the way a hall does it: by camera, by eye, by hand."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ballotbox.codes import new_code, printed, read_code
from app.printing.cards import GRID, CardSheet, TicketCard, ticket_cards
from app.printing.qr import symbols

TITLE = "松阳县第十七届人民代表大会第五次会议 民生实事项目票决"
ADDRESS = "http://192.168.1.100:8000"
WORDS = CardSheet(
    title=TITLE,
    how_to_use=f"微信扫一扫，或在浏览器打开 {ADDRESS}/b 输入票码",
    secret="一人一卡，无记名；请勿拍照或转交",
    code_label="票码",
    spare="备用",
)
MM = 72 / 25.4


def some(count, **kind):
    codes = [new_code() for _ in range(count)]
    return [TicketCard(f"{ADDRESS}/b/{code}", printed(code), **kind) for code in codes]


def codes_in_text(text):
    return [read_code(found) for found in re.findall(r"\w{4}-\w{4}\n\w{4}-\w{4}", text)]


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (8, 1), (9, 2), (27, 4)])
def test_every_card_reads_back_in_the_order_given(read, count, pages):
    cards = some(count)
    sheet = read(ticket_cards(cards, WORDS))
    assert len(sheet) == pages
    assert sheet.sizes == {(210, 297)}
    scanned = [mark.text for page in range(pages) for mark in sheet.marks(page)]
    assert scanned == [card.url for card in cards]
    typed = [code for page in range(pages) for code in codes_in_text(sheet.text(page))]
    assert typed == [read_code(card.url) for card in cards]


def test_nothing_to_print_is_refused():
    with pytest.raises(ValueError, match="no cards"):
        ticket_cards([], WORDS)


def test_a_card_says_what_it_is_how_to_use_it_and_that_it_is_secret(read):
    text = read(ticket_cards(some(1), WORDS)).text()
    for said in (
        *TITLE.split(),
        "微信扫一扫，或在浏览器打开",
        f"{ADDRESS}/b 输入票码",
        WORDS.secret,
    ):
        assert text.count(said) == 1
    assert "票码" in text.split("\n")
    assert "备用" not in text


def test_a_card_bears_no_number_and_no_time(read):
    pdf = ticket_cards(some(9), replace(WORDS, title="票决", how_to_use="扫一扫", secret="保密"))
    sheet = read(pdf)
    for page in range(2):
        rest = re.sub(r"\w{4}-\w{4}\n\w{4}-\w{4}", "", sheet.text(page))
        assert set(rest.split()) == {"票决", "扫一扫", "保密", "票码"}
    assert sheet.metadata["CreationDate"] == sheet.metadata["ModDate"] == "D:20000101000000+00'00'"
    assert sheet.metadata["Title"] == "票决"


def test_symbols_are_large_and_stand_where_the_grid_puts_them(read):
    marks = read(ticket_cards(some(8), WORDS)).marks()
    assert len(marks) == 8
    for mark, (x, y) in zip(marks, GRID.places(), strict=True):
        assert 29 < mark.side < 32
        assert mark.left == pytest.approx(x / MM + 5, abs=0.4)
        assert y / MM < 297 - mark.top - mark.side
        assert mark.top > 297 - (y + GRID.height) / MM


@pytest.mark.parametrize("rehearsal", ["", "演练"])
@pytest.mark.parametrize("address", [ADDRESS, "https://piaojue.rd.some-long-county-name.gov.cn"])
def test_the_quiet_zone_is_quiet(read, rehearsal, address):
    codes = [new_code() for _ in range(8)]
    cards = [
        TicketCard(f"{address}/b/{code}", printed(code), "第一代表团", spare=True) for code in codes
    ]
    words = replace(WORDS, title="民生实事项目" * 9, rehearsal=rehearsal)
    sheet = read(ticket_cards(cards, words), dpi=300)
    page = sheet.image()
    marks = sheet.marks()
    assert len(marks) == 8
    for mark, symbol in zip(marks, symbols(card.url for card in cards), strict=True):
        left, top, side = (
            round(length * 300 / 25.4) for length in (mark.left, mark.top, mark.side)
        )
        quiet = int(4 * side / symbol.side) - 2
        whole = page.crop((left - quiet, top - quiet, left + side + quiet, top + side + quiet))
        dark = whole.point(lambda level: 255 if level < 250 else 0).getbbox()
        assert dark == pytest.approx((quiet, quiet, quiet + side, quiet + side), abs=3)


def test_spare_cards_and_groups_are_marked_and_no_others(read):
    cards = [
        *some(2),
        *some(1, spare=True),
        *some(1, group="第三代表团"),
        *some(1, group="县人大常委会组成人员（含驻会委员）", spare=True),
    ]
    sheet = read(ticket_cards(cards, WORDS))
    text = sheet.text()
    assert text.count("备用") == 2
    assert text.count("第三代表团") == 1
    assert text.replace("\n", "").count("县人大常委会组成人员（含驻会委员）") == 1
    assert [mark.text for mark in sheet.marks()] == [card.url for card in cards]


def test_a_rehearsal_is_watermarked_on_every_card_and_still_reads(read):
    cards = some(8)
    sheet = read(ticket_cards(cards, replace(WORDS, rehearsal="演练")))
    assert sheet.text().count("演练") == 8
    assert [mark.text for mark in sheet.marks()] == [card.url for card in cards]
    assert "演练" not in read(ticket_cards(cards, WORDS)).text()


def test_a_long_title_takes_two_lines_and_never_overflows(read):
    long = "关于对松阳县人民政府二〇二五年度民生实事项目完成情况和代表建议办理落实情况进行满意度测评的会议"
    text = read(ticket_cards(some(1), replace(WORDS, title=long))).text()
    assert long in text.replace("\n", "")
    endless = read(ticket_cards(some(1), replace(WORDS, title=long * 9))).text()
    assert "…" in endless


def test_a_title_with_a_missing_character_is_printed_all_the_same(read):
    sheet = read(ticket_cards(some(1), replace(WORDS, title="𠮷县人民代表大会")))
    assert "〓县人民代表大会" in sheet.text()
    assert sheet.metadata["Title"] == "〓县人民代表大会"


def test_only_embedded_faces_are_used():
    pdf = ticket_cards(some(8), WORDS)
    faces = set(re.findall(rb"/BaseFont /(\S+)", pdf))
    assert faces == {b"AAAAAA+NotoSansSC-Regular", b"AAAAAA+NotoSansSC-Bold"}
    assert pdf.count(b"/FontFile2") == 2
    assert len(pdf) < 100_000


def test_equal_cards_give_equal_bytes():
    cards = [*some(9), *some(3, spare=True, group="列席")]
    assert ticket_cards(cards, WORDS) == ticket_cards(list(cards), WORDS)
    assert ticket_cards(cards, WORDS) != ticket_cards(cards[::-1], WORDS)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_no_words_break_a_sheet(title, group, label):
    words = CardSheet(title, title, title, code_label=label, spare=label)
    assert ticket_cards(some(2, group=group, spare=True), words).startswith(b"%PDF-")
