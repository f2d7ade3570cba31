"""What the documents say is there: links, commands, settings, rooms; and what they must not name."""

import ast
import re
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from app.cli import main
from app.config import Settings

HOUSE = Path(__file__).parents[2]
PAGES = sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BARE_SETTINGS = {"testing", "secure_cookies"}
"""Not for operators: what the suite sets, and what follows from the public address."""


def named(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the forges make them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_inside_the_house_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_and_file_that_a_page_speaks_of_is_there(page: Path) -> None:
    text = page.read_text()
    commands = {named for named, _ in walked(main)}
    for said in re.findall(r"piaojue ([a-z]+(?:-[a-z]+)?)\b(?! v)", "\n".join(code_of(text))):
        assert said in commands, f"piaojue {said}"
    for target in re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{''.join(target)}:", (HOUSE / "Makefile").read_text(), re.MULTILINE)
    for path in re.findall(r"`((?:bench|app|voting|evaluation|tests|deploy|docs)/[\w./-]+)`", text):
        found = path if (HOUSE / path).exists() else f"{path}.py"
        assert (HOUSE / found).exists() or list(HOUSE.glob(f"{path}-*")), path


def walked(group: click.Group) -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        found.append((name, command))
    return found


def code_of(text: str) -> list[str]:
    """What a page says in code: its blocks, and between single ticks."""
    blocks = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    return [*blocks, *re.findall(r"`([^`\n]+)`", text)]


def test_the_handbook_lists_every_setting_and_every_command() -> None:
    text = (HOUSE / "docs" / "handbook.zh-CN.md").read_text()
    told = set(re.findall(r"PIAOJUE_([A-Z_]+)", text.split("设置一览\n")[-1]))
    known = {field.name.upper() for field in fields(Settings) if field.name not in BARE_SETTINGS}
    assert told == known
    missing = {
        name for name, _ in walked(main) if f"`{name}" not in text and f"piaojue {name}" not in text
    }
    assert missing == set()


def test_what_the_handbook_quotes_stands_on_a_page() -> None:
    """「…」 are words of the screen, with × for a figure; whoever looks for them must find them."""
    path = HOUSE / "app" / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        said = [bare(str(message.string)) for message in read_po(file) if message.id]
    said += [bare(template.read_text()) for template in (HOUSE / "templates").rglob("*.html")]
    text = (HOUSE / "docs" / "handbook.zh-CN.md").read_text()
    missing = [
        quoted
        for quoted in sorted(set(re.findall(r"「([^」\n]+)」", text)) - {"直角引号", "〓"})
        for part in re.split(r"×|……", bare(quoted))
        if not any(part in sentence for sentence in said)
    ]
    assert missing == []


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_decisions_are_numbered_one_after_another() -> None:
    files = sorted((HOUSE / "docs" / "adr").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for number, file in enumerate(files, 1):
        assert file.read_text().startswith(f"# {number}. "), file.name


@pytest.mark.parametrize("room", ["voting", "evaluation"])
def test_an_instrument_names_its_rooms_in_the_order_of_their_imports(room: str) -> None:
    doc = ast.get_docstring(ast.parse((HOUSE / room / "__init__.py").read_text()))
    parts = [re.findall(r"`(\w+)`", part) for part in doc.split("\n- ")[1:]]
    place = {module: at for at, part in enumerate(parts) for module in part}
    files = {path.stem: path for path in (HOUSE / room).glob("*.py") if path.stem != "__init__"}
    assert place.keys() == files.keys()
    upwards = []
    for module, path in files.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.split(".")[0] == room
            ):
                _, _, below = node.module.partition(".")
                used = [below] if below else [alias.name for alias in node.names]
                upwards += [(module, one) for one in used if place[one] > place[module]]
    assert upwards == []


def test_no_machine_and_no_registry_is_named() -> None:
    """Neither folders of whoever built this, nor the host that their packages came from."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    folders = "work|root"
    hosts = "pypi|npmjs|pythonhosted"
    banned = re.compile(
        rf"(?<![\w.])/(?:{folders})(?:/|\b)|(?:{hosts})\.\w+|--(?:extra-)?index-url"
    )
    found = []
    for name in listed.stdout.split():
        path = HOUSE / name
        if (
            path.suffix in {".ttf", ".png", ".woff2"}
            or not path.is_file()
            or path == Path(__file__)
        ):
            continue
        found += [f"{name}: {hit}" for hit in banned.findall(path.read_text(errors="replace"))]
    assert found == []
