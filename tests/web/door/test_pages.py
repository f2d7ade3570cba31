"""What every page of the house keeps to: nothing inline, nothing from elsewhere, nothing kept.

The templates are read by `contracts/test_house_rules`; here it is what really goes out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest

from app.accounts.guards import Keeper, door_of
from app.accounts.roles import Role
from tests.conftest import settings_for
from tests.web.door.house import House

REACHING = ("src", "href", "action", "formaction", "srcset", "data", "poster", "ping", "background")
OURS = ("/", "#", "?")
PREVIEWED = "preview_paper"
"""A booth's page in a frame of the desk; its policy lets no form be sent at all."""
KEPT = {"booth.enclosed", "questionnaire.enclosed", "evaluation.material"}
"""Files under the digest of their content: a phone may keep them, nobody in between."""
PICTURES = "data:image/"


class Strict(HTMLParser):
    """Names what a strict policy forbids, and the forms that are sent without a token."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.form: str | None = None
        self.tokens = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if tag == "style" or "style" in named or (tag == "script" and not named.get("src")):
            self.faults.append(f"inline {tag} {attributes}")
        self.faults += [f"{tag} {name}" for name in named if name.startswith("on")]
        self.faults += [f"{tag} is never needed" for tag in {"iframe", "base", "embed"} & {tag}]
        for name in set(REACHING) & set(named):
            address = named[name] or "?"
            picture = tag == "img" and address.startswith(PICTURES)
            if not address.startswith(OURS) or address.startswith("//"):
                self.faults += [] if picture else [f"{tag} {name}={address}"]
        if tag == "form":
            self.form, self.tokens = named.get("method", "get"), 0
        if tag == "input" and named.get("name") == "csrf_token":
            self.tokens += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            wanted = 1 if self.form == "post" else 0
            if self.tokens != wanted:
                self.faults.append(f"{self.tokens} tokens in a form sent by {self.form}")
            self.form = None


@dataclass
class Page:
    path: str
    endpoint: str
    answer: object

    @property
    def is_booth(self) -> bool:
        return self.endpoint.startswith(("booth.", "questionnaire."))


def pages(house: House, role: Role | None) -> Iterator[Page]:
    """Walk every address of the house; a page of the booth has no token and needs none."""
    house.app.config["WTF_CSRF_ENABLED"] = True
    client = house.client(role)
    for rule, path in house.tries():
        with client.get(path) as answer:
            answer.get_data()
            yield Page(path, rule.endpoint, answer)


@pytest.mark.parametrize("role", [None, *Role])
def test_every_page_keeps_to_the_policy(house, role):
    read = 0
    for page in pages(house, role):
        answer = page.answer
        if answer.mimetype != "text/html":
            continue
        strict = Strict()
        strict.feed(answer.text)
        faults = strict.faults
        if page.is_booth or page.endpoint.endswith(PREVIEWED):
            faults = [fault for fault in faults if not fault.startswith("0 tokens")]
        if page.endpoint.endswith(".preview"):
            faults = [fault for fault in faults if not fault.startswith("iframe")]
        assert faults == [], page.path
        read += answer.status_code == 200
    assert read >= (4 if role is None else 40)


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_every_answer_says_what_the_browser_may_do_with_it(house, role):
    for page in pages(house, role):
        headers = page.answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy or "default-src 'none'" in policy, page.path
        assert "unsafe-eval" not in policy
        assert "base-uri 'none'" in policy
        assert "form-action" in policy
        assert "frame-ancestors 'none'" in policy or page.endpoint.endswith(PREVIEWED)
        if page.answer.mimetype == "text/html":
            assert "unsafe-inline" not in policy, page.path
        assert headers["X-Content-Type-Options"] == "nosniff", page.path
        assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}, page.path
        kept = headers["Cache-Control"]
        if door_of(house.app, page.endpoint).keeper is Keeper.NOBODY and "static" in page.path:
            assert "no-store" not in kept
        elif kept != "no-store":
            assert page.endpoint in KEPT, page.path
            assert kept.startswith("private,"), page.path
        assert "Server" not in headers or "Werkzeug" not in headers["Server"]


def cookies_of(house: House, *, secure: bool) -> list[str]:
    from app.factory import configure

    settings = settings_for(house.app.config["SQLALCHEMY_DATABASE_URI"], house.file.parent)
    configure(house.app, replace(settings, secure_cookies=secure))
    answer = house.app.test_client().post("/locale", data={"locale": "en"})
    return answer.headers.getlist("Set-Cookie")


@pytest.mark.parametrize("secure", [True, False])
def test_the_one_cookie_is_kept_from_scripts_and_other_sites(house, secure):
    house.app.config["WTF_CSRF_ENABLED"] = False
    (cookie,) = cookies_of(house, secure=secure)
    parts = {part.strip() for part in cookie.split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert ("Secure" in parts) is secure
    assert not any(part.startswith(("Expires", "Max-Age", "Domain")) for part in parts)


def test_a_phone_gets_no_cookie(house):
    for page in pages(house, None):
        if page.endpoint.startswith(("booth.", "hall.")):
            assert "Set-Cookie" not in page.answer.headers, page.path
