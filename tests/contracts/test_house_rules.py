"""Rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.extensions import LOCALES

HOUSE = Path(__file__).parents[2]
SOURCES = [
    path
    for room in ("app", "voting", "evaluation")
    for path in (HOUSE / room).rglob("*.py")
    if "migrations" not in path.parts
]
SERVICES = re.compile(r"(service|checkin|tickets|ballot_store)\.py$")
BANNED = re.compile(r"^(utils?|helpers?|common|manager|data|base_.*)$")


def named(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def test_only_services_open_transactions() -> None:
    using = {named(path) for path in SOURCES if re.search(r"\btransaction\(\)", path.read_text())}
    using -= {"app/extensions.py"}
    assert using
    assert {path for path in using if not SERVICES.search(path)} == set()


def test_only_the_one_transaction_commits() -> None:
    using = {named(path) for path in SOURCES if re.search(r"\.commit\(\)", path.read_text())}
    assert using == {"app/extensions.py"}


def test_no_room_has_a_name_that_says_nothing() -> None:
    rooms = {part for path in SOURCES for part in path.relative_to(HOUSE).with_suffix("").parts}
    assert {room for room in rooms if BANNED.match(room)} == set()


def test_no_room_is_over_four_hundred_lines() -> None:
    long = {named(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in long.items() if lines > 400} == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_there_in_every_language(locale: str) -> None:
    path = HOUSE / "app" / "translations" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    missing = [message.id for message in catalogue if message.id and not message.string]
    assert len(catalogue) > 500
    assert missing == []
    unsound = [(message.id, error) for message, errors in catalogue.check() for error in errors]
    assert unsound == [], "`make catalogues` would end with these"
    placeholder = re.compile(r"%\((\w+)\)")
    wrong = [
        message.id
        for message in catalogue
        if message.id
        and set(placeholder.findall(str(message.id)))
        != set(placeholder.findall(str(message.string)))
    ]
    assert wrong == []


def test_no_template_and_no_style_reaches_another_host() -> None:
    reaching = re.compile(r"""(?:src|href|url\()\s*=?\s*["']?\s*(?:https?:)?//""")
    files = [*HOUSE.glob("templates/**/*.html"), *HOUSE.glob("app/static/**/*.*")]
    assert files
    assert [named(path) for path in files if reaching.search(path.read_text("utf-8"))] == []


def test_nothing_stands_inline_that_the_policy_forbids() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son\w+=\"", re.IGNORECASE)
    files = HOUSE.glob("templates/**/*.html")
    assert {named(path) for path in files if inline.search(path.read_text("utf-8"))} == set()
