"""Documents and slides set in type by typst: PDF, PNG and SVG, with our own faces and no network.

The templates in `type/` get plain JSON and decide how it looks; a text is only ever a text to
them, whatever signs it holds.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst

from app.printing.lettering import legible
from app.printing.qr import png, symbols
from app.reports.document import (
    Block,
    Document,
    Figures,
    Grid,
    Heading,
    Seal,
    Signed,
    Signing,
    Text,
)
from app.reports.fitting import fitted
from app.reports.workbook import Kind, written
from app.writing import in_chinese

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "type"
_FONTS = _HERE.parent / "printing" / "fonts"
_setting = Lock()
"""One document at a time: typst takes every core it finds, and phones are being served."""


def pdf(document: Document) -> bytes:
    """Write a PDF with its faces embedded; equal documents are equal files."""
    (file,) = _compiled("document.typ", {"document": _as_json(document)}, "pdf", document.made_at)
    return file


def drawings(slides: Sequence[Mapping[str, Any]], form: Literal["png", "svg"]) -> tuple[bytes, ...]:
    """Draw the slides that `app.reports.slides` lays out, an image each: 1920 × 1080 as PNG."""
    return _compiled("slides.typ", {"slides": list(slides)}, form)


def _compiled(
    template: str,
    inputs: Mapping[str, Any],
    form: Literal["pdf", "png", "svg"],
    made_at: datetime | None = None,
) -> tuple[bytes, ...]:
    texts = {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}
    with _setting:
        found = typst.compile(
            (_TEMPLATES / template).read_bytes(),
            font_paths=_faces(),
            format=form,
            ppi=144.0,
            sys_inputs=texts,
            timestamp=None if made_at is None else made_at.astimezone(UTC).replace(microsecond=0),
        )
    if found is None:
        raise RuntimeError("typst wrote nothing")
    return tuple(found) if isinstance(found, list) else (found,)


@cache
def _faces() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)]
    )


def _as_json(document: Document) -> dict[str, Any]:
    language, region = ("zh", "cn") if in_chinese() else ("en", "gb")
    return {
        "name": _shown(document.name),
        "language": language,
        "region": region,
        "apart": document.apart,
        "sections": [
            {
                "title": [_shown(line) for line in section.title],
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    match block:
        case Text(words, look):
            told: dict[str, Any] = {"look": look.value, "words": _lines(words)}
        case Signed(closing, lines):
            told = {"closing": _shown(closing), "lines": list(map(_shown, lines))}
        case Heading(words):
            told = {"words": _shown(words)}
        case Figures(pairs):
            told = {"pairs": [list(map(_shown, pair)) for pair in pairs]}
        case Grid():
            told = _grid(block)
        case Signing(lines, date):
            told = {"lines": [[_shown(role), number] for role, number in lines], "date": date}
        case Seal():
            told = {
                "caption": block.caption,
                "digests": [list(pair) for pair in block.digests],
                "png": list(png(next(symbols([block.symbol])), 8)),
            }
    return {"kind": kind, **told}


def _grid(grid: Grid) -> dict[str, Any]:
    sheet, fit = grid.sheet, fitted(grid.sheet)
    return {
        "size": fit.size,
        "widths": list(fit.widths),
        "sideways": fit.sideways,
        "left": [at for at, column in enumerate(sheet.columns) if column.kind is Kind.TEXT],
        "headings": [_shown(column.heading) for column in sheet.columns],
        "rows": [
            [
                _lines(written(cell, column.kind))
                for cell, column in zip(row, sheet.columns, strict=True)
            ]
            for row in sheet.rows
        ],
        "strong": sorted(sheet.strong),
    }


def _lines(words: str) -> str:
    return "\n".join(_shown(line) for line in words.split("\n"))


def _shown(words: str) -> str:
    """Return a text for print: 〓 for what no face has, seen at once and mended by pen."""
    return legible(words)
