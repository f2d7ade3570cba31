"""Whoever kept a receipt finds it on their own phone once the vote is closed."""

import re

from app.ballotbox.codes import printed_receipt
from tests.web.booth.hall import cast, receipt_in

LISTED = re.compile(r"<li[^>]*>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</li>")


def voted(hall, phone, number: int) -> tuple[int, list[str]]:
    box = hall.open()
    receipts = []
    for code in hall.codes[:number]:
        receipt = receipt_in(phone.get(f"/b/{code}").text)
        assert cast(phone, code, box, receipt, **{"item-p1": "ticked"}).status_code == 303
        receipts.append(receipt)
    return box, receipts


def test_there_is_no_list_before_the_vote_is_closed(hall, phone):
    box, _receipts = voted(hall, phone, 2)
    where = f"/b/{hall.codes[0]}/{box}/receipts"
    assert phone.get(where).status_code == 409
    assert "/receipts" not in phone.get(f"/b/{hall.codes[0]}").text
    hall.close(box)
    assert where in phone.get(f"/b/{hall.codes[0]}").text


def test_all_receipts_are_listed_sorted_and_ones_own_is_found(hall, phone):
    box, receipts = voted(hall, phone, 6)
    hall.close(box)
    where = f"/b/{hall.codes[0]}/{box}/receipts"
    page = phone.get(where).text
    assert LISTED.findall(page) == sorted(map(printed_receipt, receipts))
    assert "您的票已经计入" not in page.replace("就说明您的票已经计入", "")
    for typed in (
        receipts[3],
        printed_receipt(receipts[3]).lower(),
        f" {receipts[3][:6]} {receipts[3][6:]}",
    ):
        found = phone.get(where, query_string={"find": typed}).text
        assert "名单里有这个回执" in found
        assert f'<li class="mine">{printed_receipt(receipts[3])}</li>' in found


def test_a_receipt_that_is_not_there_is_told_plainly(hall, phone):
    box, receipts = voted(hall, phone, 2)
    hall.close(box)
    where = f"/b/{hall.codes[0]}/{box}/receipts"
    for typed in ("0000-0000-0000", "<script>", "张玉书", receipts[0][:-1], "x" * 5_000):
        page = phone.get(where, query_string={"find": typed}).text
        assert "名单里没有这个回执" in page
        assert "<script>" not in page.replace("<script src", "")


def test_the_list_is_for_the_cards_of_its_session(hall, phone):
    box, _receipts = voted(hall, phone, 2)
    hall.close(box)
    assert phone.get(f"/b/{hall.codes[39]}/{box}/receipts").status_code == 200, "voted or not"
    assert phone.get(f"/b/{hall.spare[0]}/{box}/receipts").status_code == 403
    assert phone.get(f"/b/0000000000000000/{box}/receipts").status_code == 404
    assert phone.get(f"/b/{hall.codes[0]}/{box + 7}/receipts").status_code == 404


def test_it_speaks_the_language_of_the_phone(hall, phone):
    box, receipts = voted(hall, phone, 2)
    hall.close(box)
    where = f"/b/{hall.codes[0]}/{box}/receipts?lang=en"
    page = phone.get(where).text
    assert "List of receipts" in page
    assert 'name="lang" value="en"' in page
    assert "It is listed" in phone.get(f"{where}&find={receipts[0]}").text
