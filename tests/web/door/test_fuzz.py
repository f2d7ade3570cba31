"""Every form of the house, sent full of what nobody means: never a 500, never half an act.

What is sent where is not written down here: forms are read from the pages themselves, so that a
new one is tried without anybody thinking of it. `PIAOJUE_FUZZ=50` tries fifty times as long.
"""

import os
import random
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app.accounts.roles import Role
from tests.web.door.forms import ENDS_THE_LOGIN, Form
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
NASTY = (
    "", " ", "　", "\t", "0", "-1", "1", "2", "3", "99999999999999999999", "1e309", "NaN", "½", "٣", "１２",
    "-0", "0x10", "1_000", "yes", "no", "on", "None", "null", "[]", "{}", "../../etc/passwd", "%00", "\x00",
    "\x1b[31m", "\r\nSet-Cookie: a=b", "<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}", "%(name)s",
    "%s%n", "=cmd|' /C calc'!A0", "张三", "𠮷𡃁𪚥", "龘" * 300, "é" * 70, "😀👩‍👩‍👧‍👦", "\u202egpj.exe", "\ufeff", "\u200b",
    "\ud7ff\ue000\uffff", "a" * 5000, "2026-13-45", "0000-00-00", "9999-12-31", "2026-11-22", "1/0", "2/3",
    "gt 1/2", "ge 0/0", "s1", "c1", "deputy", "DEPUTY", "A,B", "工作实绩 40", "工作实绩 0\n工作实绩 -1", "1000000000 万元",
    "second", "select", "rank", "per_item", "secret", "named", "organiser",
)  # fmt: skip


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


def test_forms_are_found_everywhere(outside, forms):
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
def test_no_form_breaks_the_house(outside, forms, role):

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
    rules = [
        rule.rule
        for rule in outside.app.url_map.iter_rules()
        if rule.arguments and "feed" not in rule.rule
    ]
    asked = [path for _, path in outside.tries()]
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
        values = iter(parts * 2)
        where = re.sub(r"<[^>]*>", lambda _: _quoted(next(values)), where)
        query = {name: _plain(value) for name, value in query.items()}
        with client.get(where, query_string=query) as answer:
            assert answer.status_code < 500, (where, query)

    tried()


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(_plain(text), safe="") or "x"


def test_a_long_day_breaks_nothing(outside, forms):
    """One state carried on through hundreds of acts in one order, as a day at the desk is."""
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
        for _, path in outside.tries():
            with client.get(path) as answer:
                assert answer.status_code < 500, (day, path)
