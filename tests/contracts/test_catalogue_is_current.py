"""The catalogues hold the sentences of the code as it is now, no fewer and no others."""

import io
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

HOUSE = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "_l": None, "lazy_gettext": None}


def test_the_catalogue_is_extracted_anew() -> None:
    methods, options = parse_mapping_cfg(io.StringIO((HOUSE / "babel.cfg").read_text()))
    said = {
        message
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(HOUSE),
            methods,
            options,
            keywords=KEYWORDS,
            directory_filter=lambda path: Path(path).name not in {".venv", ".git", "tests"},
        )
    }
    path = HOUSE / "app" / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        kept = {message.id for message in read_po(file) if message.id}
    assert kept - said == set()
    assert said - kept == set()
