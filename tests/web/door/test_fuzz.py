"""Every form of the house, sent full of what nobody means: never a 500, never half an act.

What is sent where is not written down here: forms are read from the pages themselves, so that a
new one is tried without anybody thinking of it. `PIAOJUE_FUZZ=50` tries fifty times as long.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app.accounts.roles import Role
from tests.web.door.house import House, is_plain

LONGER = int(os.environ.get("PIAOJUE_FUZZ", "1"))
MANNERS = settings(
    max_examples=60 * LONGER,
    deadline=None,
    derandomize=LONGER == 1,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
ENDS_THE_LOGIN = {"/sign-out", "/password"}
NASTY = (
    "", " ", "　", "\t", "0", "-1", "1", "2", "3", "99999999999999999999", "1e309", "NaN", "½", "٣", "１２",
    "-0", "0x10", "1_000", "yes", "no", "on", "None", "null", "[]", "{}", "../../etc/passwd", "%00", "\x00",
    "\x1b[31m", "\r\nSet-Cookie: a=b", "<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}", "%(name)s",
    "%s%n", "=cmd|' /C calc'!A0", "张三", "𠮷𡃁𪚥", "龘" * 300, "é" * 70, "😀👩‍👩‍👧‍👦", "\u202egpj.exe", "\ufeff", "\u200b",
    "\ud7ff\ue000\uffff", "a" * 5000, "2026-13-45", "0000-00-00", "9999-12-31", "2026-11-22", "1/0", "2/3",
    "gt 1/2", "ge 0/0", "s1", "c1", "deputy", "DEPUTY", "A,B", "工作实绩 40", "工作实绩 0\n工作实绩 -1", "1000000000 万元",
    "second", "select", "rank", "per_item", "secret", "named", "organiser",
)  # fmt: skip


@dataclass
class Form:
    """A form as a page offers it: where it goes, what its fields are, what they may say."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.form, self.select = page, None, ""
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "form" and named.get("method") == "post":
            self.form = Form((named.get("action") or self.page).partition("#")[0])
            self.found.append(self.form)
        if self.form is None:
            return
        if tag == "select":
            self.select = named.get("name", "")
        name = self.select if tag == "option" else named.get("name", "")
        if name and tag in {"input", "select", "textarea", "button", "option"}:
            if named.get("type") == "file":
                self.form.files.add(name)
            else:
                self.form.fields.setdefault(name, []).append(named.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


def forms_of(house: House) -> list[Form]:
    """Read every form that an administrator or a scrutineer or a card is offered anywhere."""
    found: dict[tuple[str, str], Form] = {}
    house.app.config["WTF_CSRF_ENABLED"] = True
    for role in (Role.ADMINISTRATOR, Role.SCRUTINEER, None):
        client = house.client(role)
        for rule, method in house.rules():
            if method != "GET" or rule.endpoint == "static":
                continue
            for path in house.paths(rule):
                with client.get(path) as answer:
                    if answer.mimetype == "text/html":
                        reader = Forms(path)
                        reader.feed(answer.text)
                        for form in reader.found:
                            key = (form.action, ",".join(sorted(form.fields)))
                            found.setdefault(key, form)
    house.app.config["WTF_CSRF_ENABLED"] = False
    # What scripts send, and no page offers as a form, is tried with names that others use.
    known = {form.action.partition("?")[0] for form in found.values()}
    anything = {name: values for form in found.values() for name, values in form.fields.items()}
    for rule, method in house.rules():
        for path in house.paths(rule) if method == "POST" else []:
            if path not in known:
                found[path, ""] = Form(path, {**anything, "id": ["1"]})
    return [form for form in found.values() if form.action not in ENDS_THE_LOGIN]


texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.integers().map(str))


@st.composite
def sent(draw: st.DrawFn, forms: list[Form]) -> tuple[str, dict[str, list[str]]]:
    """A form and what is sent with it: fields left out, repeated, as offered, or anything."""
    form = draw(st.sampled_from(forms))
    data: dict[str, list[str]] = {}
    for name, offered in list(form.fields.items())[:40]:
        how = draw(st.integers(0, 9))
        if how == 0:
            continue
        if how <= 4:
            data[name] = [draw(st.sampled_from(offered))]
        else:
            data[name] = draw(st.lists(texts, min_size=1, max_size=2))
    for name in form.files:
        data[name] = [draw(texts)]
    if draw(st.booleans()):
        data[draw(texts)] = [draw(texts)]
    return form.action, data


@pytest.fixture
def outside(house: House) -> House:
    house.app.testing = False
    house.app.config["PROPAGATE_EXCEPTIONS"] = True
    return house


def encodable(data: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave lone surrogates out: no browser can write them into a form."""
    return {
        _plain(name): [_plain(text) for text in values] for name, values in data.items() if name
    }


def _plain(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


def test_forms_are_found_everywhere(outside):
    forms = forms_of(outside)
    reached = {
        is_plain(rule)
        for form in forms
        for rule in [_rule_of(outside, form.action)]
        if rule is not None
    }
    wanted = {is_plain(rule) for rule, method in outside.rules() if method == "POST"}
    assert wanted - reached <= ENDS_THE_LOGIN
    assert sum(len(form.fields) for form in forms) > 500


def _rule_of(house: House, action: str):
    adapter = house.app.url_map.bind("")
    try:
        return adapter.match(action.partition("?")[0], method="POST", return_rule=True)[0]
    except (MethodNotAllowed, NotFound):
        assert "/preview/paper" in action, f"a form leads to {action}, where nothing takes it"
        return None


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SCRUTINEER])
def test_no_form_breaks_the_house(outside, role):
    forms = forms_of(outside)

    @MANNERS
    @given(st.lists(sent(forms), min_size=1, max_size=4))
    def tried(acts):
        outside.restore()
        client = outside.client(role)
        for action, data in acts:
            outside.sign_in(client, role)
            answer = client.post(action, data=encodable(data))
            assert answer.status_code < 500 or answer.status_code == 503, (action, data)
            shown = client.get(action.partition("?")[0])
            assert shown.status_code < 500, (action, data)

    tried()


def test_no_address_breaks_the_house(outside):
    rules = [rule for rule, method in outside.rules() if method == "GET" and rule.arguments]
    asked = [
        path for rule, method in outside.rules() if method == "GET" for path in outside.paths(rule)
    ]
    names = (
        "next",
        "lang",
        "said",
        "receipt",
        "state",
        "preset",
        "moved",
        "by",
        "q",
        "text",
        "kind",
    )
    client = outside.client(Role.ADMINISTRATOR)

    @MANNERS
    @given(
        st.sampled_from(rules + asked),
        st.lists(texts, min_size=4, max_size=4),
        st.dictionaries(st.sampled_from(names), texts, max_size=3),
    )
    def tried(where, parts, query):
        if not isinstance(where, str):
            values = iter(parts * 2)
            where = re.sub(r"<[^>]*>", lambda _: _quoted(next(values)), where.rule)
        query = {name: _plain(value) for name, value in query.items()}
        with client.get(where, query_string=query) as answer:
            assert answer.status_code < 500, (where, query)

    tried()


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(_plain(text), safe="") or "x"


def test_a_long_day_breaks_nothing(outside):
    """One state carried on through hundreds of acts in one order, as a day at the desk is."""
    forms = forms_of(outside)
    for day in range(1 if LONGER == 1 else LONGER // 5):
        chance = random.Random(day)
        outside.restore()
        client = outside.client(Role.ADMINISTRATOR)
        for step in range(150):
            form = chance.choice(forms)
            data = {
                name: chance.choice([offered, offered, NASTY])[0:]
                for name, offered in form.fields.items()
            }
            some = {name: chance.choice(values) for name, values in data.items()}
            outside.sign_in(client, Role.ADMINISTRATOR)
            answer = client.post(form.action, data=some)
            assert answer.status_code < 500 or answer.status_code == 503, (day, step, form, some)
        for path in everything_to_see(outside):
            with client.get(path) as answer:
                assert answer.status_code < 500, (day, path)


def everything_to_see(house: House) -> Iterator[str]:
    for rule, method in house.rules():
        if method == "GET":
            yield from house.paths(rule)
