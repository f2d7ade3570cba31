"""What no browser would send: never a 500, never a hint of marks, never a code in a log."""

import gzip
import logging
import sqlite3

import pytest

from app.ballotbox.codes import new_receipt
from app.extensions import db
from tests.conftest import make_app
from tests.web.booth.hall import Hall, cast, make_paper
from voting.paper import Secrecy

MARKS = {"item-p1": "ticked"}
BOXES = ["9" * 23, "9223372036854775808", "2147483648", "-1", "0", "1e3", "٣", "0x1", "%00", "../1", ";"]  # fmt: skip
CODES = ["%00", "%FF%FE", "..%2F..%2Fetc%2Fpasswd", "A" * 5000, "%F0%9F%98%80", "．" * 16, "b/b"]
FORMS = [
    {"step": ["cast", "change"], "receipt": ["A" * 12, "B" * 12], **MARKS},
    {"step": "cast", "receipt": "A\0" + "B" * 10, **MARKS},
    {"step": "cast", "receipt": "A" * 100_000, **MARKS},
    {"step": "cast", "receipt": "A" * 12, "item-p1": "\0\uffff"},
    {"step": "cast", "receipt": "A" * 12, "item-p1": ["ticked", "no"], "item-zz": "ticked"},
    {f"x{n}": "1" for n in range(20_000)},
]
BODIES = [
    (b"--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=x"),
    (b"abc", "multipart/form-data"),
    (b"abc", "multipart/form-data; boundary=" + "x" * 9000),
    (b"{", "application/json"),
    (b"step=cast&receipt=%FF%FE&item-p1=%C3%28", "application/x-www-form-urlencoded"),
    (b"step=cast", "application/x-www-form-urlencoded; charset=utf-7"),
    (gzip.compress(b"step=cast", mtime=0), "application/x-www-form-urlencoded"),
    (b"a=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
    (b"a=" + b"x" * 11_000_000, "application/x-www-form-urlencoded"),
]


@pytest.fixture
def outside(site):
    """As in service: what is not handled becomes a 500 and is logged, not raised."""
    site.testing = False
    site.config["PROPAGATE_EXCEPTIONS"] = False


@pytest.mark.usefixtures("outside")
class TestFromOutside:
    @pytest.mark.parametrize("box", BOXES)
    def test_boxes_that_are_none(self, hall, phone, box):
        hall.open()
        where = f"/b/{hall.codes[0]}/{box}"
        form = {"step": "cast", "receipt": new_receipt(), **MARKS}
        assert phone.get(where).status_code in {302, 308, 404}
        assert phone.get(f"{where}/thanks").status_code in {302, 308, 404}
        assert phone.post(where, data=form).status_code in {308, 404, 405}

    @pytest.mark.parametrize("code", CODES)
    def test_codes_that_are_none(self, hall, phone, code):
        box = hall.open()
        for suffix in ("", "/now", f"/{box}", f"/{box}/thanks"):
            assert phone.get(f"/b/{code}{suffix}").status_code == 404
        assert phone.post("/b", data={"code": code * 20}).status_code == 404

    @pytest.mark.parametrize("form", FORMS)
    def test_forms_that_no_paper_has(self, hall, phone, form):
        box = hall.open()
        assert phone.post(f"/b/{hall.codes[0]}/{box}", data=form).status_code < 500

    @pytest.mark.parametrize(("body", "kind"), BODIES)
    def test_bodies_that_are_no_form(self, hall, phone, body, kind):
        box = hall.open()
        answer = phone.post(f"/b/{hall.codes[0]}/{box}", data=body, content_type=kind)
        assert answer.status_code in {200, 413, 422}
        assert hall.ballots(box) == []

    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
    def test_other_methods_spend_nothing(self, hall, phone, method):
        box = hall.open()
        for path in ("", f"/{hall.codes[0]}", f"/{hall.codes[0]}/{box}"):
            assert phone.open(f"/b{path}", method=method).status_code in {200, 405}
        assert hall.ballots(box) == []

    def test_a_receipt_of_another_is_no_way_in_and_no_way_out(self, hall, phone):
        box = hall.open()
        theirs = new_receipt()
        cast(phone, hall.codes[0], box, theirs, **MARKS)
        again = cast(phone, hall.codes[1], box, theirs, **MARKS)
        assert again.status_code == 422, "a fresh receipt is given; nothing is in"
        assert len(hall.ballots(box)) == 1
        thanks = phone.get(f"/b/{hall.codes[1]}/{box}/thanks?receipt={theirs}")
        assert thanks.status_code == 302, "a card that has not voted is not thanked"

    def test_an_error_of_ours_tells_no_code_and_no_values(
        self, hall, phone, caplog, monkeypatch, site
    ):
        hall.open()
        code = hall.codes[0]

        def fail(_):
            raise RuntimeError(f"something about {code}")

        monkeypatch.setattr("app.web.booth.views.admitted", fail)
        answer = phone.get(f"/b/{code}")
        assert answer.status_code == 500
        assert code not in answer.text
        text = "".join(logging.Formatter().format(record) for record in caplog.records)
        assert "RuntimeError" in text
        assert "in ticket" in text, "where it happened is told"
        assert code not in text

    @pytest.mark.parametrize("error", [sqlite3.OperationalError("locked"), "gone"])
    def test_a_database_that_is_not_to_be_had_asks_for_patience(
        self, hall, phone, monkeypatch, error
    ):
        hall.open()

        def fail(*_, **__):
            raise error if isinstance(error, Exception) else db_is_gone()

        for asked in ("admit", "admitted"):
            monkeypatch.setattr(f"app.web.booth.views.{asked}", fail)
        where = f"/b/{hall.codes[0]}"
        page = phone.get(where)
        assert page.status_code == 503
        assert page.headers["Retry-After"] == "2"
        assert 'data-refusal="busy"' in page.text
        asked = phone.post(f"{where}/1", data=MARKS, headers={"Accept": "application/json"})
        assert (asked.status_code, asked.json) == (503, {"done": False})


def db_is_gone():
    from sqlalchemy.exc import OperationalError

    return OperationalError("SELECT", {}, Exception("the server closed the connection"))


@pytest.mark.postgres
def test_a_voter_that_is_no_text_is_nobody(postgres_url, tmp_path):
    site = make_app(postgres_url, tmp_path)
    hall = Hall(site)
    box = hall.open(make_paper(secrecy=Secrecy.NAMED))
    phone = site.test_client(use_cookies=False)
    sent = cast(phone, hall.codes[0], box, new_receipt(), voter="张\0玉书\u200b", **MARKS)
    assert sent.status_code in {303, 422}
    with site.app_context():
        db.engine.dispose()
