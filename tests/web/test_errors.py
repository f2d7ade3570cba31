"""What goes wrong is told in words, in the reader's language, and leads on."""

import ast
from pathlib import Path

import pytest
from flask import Flask, abort
from flask_babel import force_locale, gettext
from sqlalchemy.exc import OperationalError

from app.accounts.guards import public
from app.ballotbox.ballot_store import Answer
from app.refused import Refused
from app.web.errors import WORDS
from app.web.refusals import SENTENCES, STATUS, sentence

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def failing(site: Flask) -> Flask:
    """The application with a page for each way to fail."""
    app = site
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/fail/<int:status>")
    @public
    def fail(status: int) -> str:
        abort(status)

    @app.get("/fail/refused/<reason>")
    @public
    def refuse(reason: str) -> str:
        raise Refused(reason, present=200, quorum=218)

    @app.get("/fail/busy")
    @public
    def busy() -> str:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    @app.get("/fail/broken")
    @public
    def broken() -> str:
        return {}["a secret of the house"]

    @app.post("/fail/form")
    @public
    def form() -> str:
        return "sent"

    return site


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 429, 500, 503])
def test_each_failure_has_its_page_in_each_language(failing, status, locale):
    client = failing.test_client()
    client.post("/locale", data={"locale": locale})
    page = client.get(f"/fail/{status}")
    assert page.status_code == status
    assert f'lang="{locale.replace("_", "-")}"' in page.text
    with failing.test_request_context(), force_locale(locale):
        assert gettext(str(WORDS[status].heading)) in page.text.replace("&#39;", "'")
    assert 'href="/' in page.text
    assert "%(" not in page.text


def test_what_has_no_page_of_its_own_is_told_as_its_kind(failing):
    client = failing.test_client()
    assert client.get("/fail/418").status_code == 418
    assert client.get("/fail/504").status_code == 504


def test_a_page_that_is_not_there_is_a_404(failing):
    assert failing.test_client().get("/no/such/page").status_code == 404


def test_a_fault_of_ours_tells_nothing_of_the_house(failing):
    page = failing.test_client().get("/fail/broken")
    assert page.status_code == 500
    assert "secret of the house" not in page.text
    assert "Traceback" not in page.text


def test_the_page_of_a_fault_asks_nothing_of_the_database(failing, monkeypatch):
    from app.accounts import guards

    def dead(_login_id: str) -> None:
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(guards.login, "_user_callback", dead)
    client = failing.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = "1:x", True
    assert client.get("/fail/broken").status_code == 500
    assert client.get("/staff").status_code == 503


def test_a_busy_database_asks_to_try_again(failing):
    page = failing.test_client().get("/fail/busy")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "3"
    assert "locked" not in page.text


def test_an_expired_token_is_told_in_plain_words(failing):
    failing.config["WTF_CSRF_ENABLED"] = True
    page = failing.test_client().post("/fail/form", data={})
    assert page.status_code == 400
    assert "CSRF" not in page.text
    assert "csrf" not in page.text.split("<main", 1)[1]


def test_a_refusal_says_its_sentence_with_its_figures(failing):
    page = failing.test_client().get("/fail/refused/no_quorum")
    assert page.status_code == 409
    assert "200" in page.text
    assert "218" in page.text


@pytest.mark.parametrize(
    ("reason", "status"),
    [("unknown_box", 404), ("other_session", 403), ("busy", 503), ("not_closed", 409)],
)
def test_a_refusal_has_the_status_of_its_reason(failing, reason, status):
    assert failing.test_client().get(f"/fail/refused/{reason}").status_code == status


def test_a_script_gets_json(failing):
    answer = failing.test_client().get(
        "/fail/refused/not_closed", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 409
    assert set(answer.json) == {"status", "heading", "advice"}


def words_of_refusals() -> dict[str, str]:
    """Every reason written into the code, with the place; from the source, not from imports."""
    found = {}
    for room in ("app", "voting", "evaluation"):
        for path in (HOUSE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused"):
                    continue
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        found[part.value] = f"{path.name}:{node.lineno}"
    return found


def test_every_refusal_in_the_code_has_a_sentence():
    found = words_of_refusals()
    assert len(found) > 40
    assert {reason: place for reason, place in found.items() if reason not in SENTENCES} == {}
    answers = set(Answer) - {Answer.ACCEPTED, Answer.REPEATED}
    assert answers <= set(SENTENCES)


def test_the_statuses_are_of_refusals_that_exist():
    assert set(STATUS) <= set(SENTENCES)


class AnyFact(dict):
    def __missing__(self, name: str) -> int:
        return 7


def test_every_sentence_can_be_said(app):
    with app.test_request_context():
        for reason, words in SENTENCES.items():
            said = str(words) % AnyFact()
            assert "%(" not in said, reason
            assert said.strip(), reason


def test_the_facts_of_a_list_are_named_one_by_one(app):
    with app.test_request_context():
        assert "满意、不满意" in sentence(Refused("not_a_choice", choices=["满意", "不满意"]))


def test_a_sentence_without_figures_may_hold_a_percent_sign(app):
    with app.test_request_context():
        assert sentence(Refused("not_open"))
