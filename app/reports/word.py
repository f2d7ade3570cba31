"""A `Document` as a Word file in the form of GB/T 9704, to be opened, changed and printed.

The faces that official documents are set in are named, with faces to fall back on for machines
that lack them: nothing is embedded, as Word and WPS have them.
"""

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from app.printing.qr import png, symbols
from app.reports.document import (
    Block,
    Document,
    Figures,
    Grid,
    Heading,
    Look,
    Seal,
    Section,
    Signed,
    Signing,
    Text,
)
from app.reports.fitting import UPRIGHT, fitted
from app.reports.word_pages import (
    BODY,
    BODY_FACE,
    CODE_FACE,
    DIGIT_FACE,
    HEADING_FACE,
    LINE,
    NOTE,
    TITLE,
    TITLE_FACE,
    count_anew,
    finished,
    new_page,
    run,
    sideways,
    upright,
)
from app.reports.workbook import Kind, Sheet, written

_TITLE_LINE = 34.0
_RED = RGBColor(0x9E, 0x1B, 0x1B)
_QR = 26.0
_ALIGNED = {Kind.TEXT: ALIGN.LEFT, Kind.FIGURE: ALIGN.CENTER, Kind.SHARE: ALIGN.CENTER}


def word(document: Document) -> bytes:
    """Write a DOCX."""
    file = docx.Document()
    made_at = document.made_at.astimezone(UTC).replace(tzinfo=None)
    about = file.core_properties
    about.title, about.author, about.comments = document.name, "", ""
    about.created = about.modified = made_at
    file.settings.odd_and_even_pages_header_footer = True
    _style(file)
    for number, section in enumerate(document.sections):
        _section(file, section, first=number == 0, apart=document.apart)
    saved = BytesIO()
    file.save(saved)
    return finished(saved.getvalue())


def _style(file: Any) -> None:
    style = file.styles["Normal"]
    style.font.size = Pt(BODY)
    style.font.name = DIGIT_FACE
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FACE)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)


def _section(file: Any, section: Section, *, first: bool, apart: bool) -> None:
    page = file.sections[0] if first else new_page(file)
    upright(page)
    if apart:
        count_anew(page)
    for at, line in enumerate(section.title):
        words = file.add_paragraph()
        words.paragraph_format.keep_with_next = True
        after = LINE if at == len(section.title) - 1 else 0
        _set(words, line, face=TITLE_FACE, size=TITLE, align=ALIGN.CENTER, line=_TITLE_LINE)
        words.paragraph_format.space_after = Pt(after)
    for at, block in enumerate(section.blocks):
        _block(file, block, last=at == len(section.blocks) - 1)


def _block(file: Any, block: Block, *, last: bool) -> None:
    match block:
        case Text():
            _text(file, block)
        case Signed():
            _signed(file, block)
        case Heading():
            paragraph = file.add_paragraph()
            paragraph.paragraph_format.keep_with_next = True
            _set(paragraph, block.words, face=HEADING_FACE, indent=2)
        case Figures():
            _figures(file, block)
        case Grid():
            _grid(file, block.sheet, last=last)
        case Signing():
            _signing(file, block)
        case Seal():
            _seal(file, block)


def _text(file: Any, text: Text) -> None:
    paragraph = file.add_paragraph()
    match text.look:
        case Look.BODY:
            _set(paragraph, text.words, indent=2)
        case Look.ADDRESS:
            _set(paragraph, text.words)
        case Look.CENTRED:
            _set(paragraph, text.words, align=ALIGN.CENTER)
        case Look.STRONG:
            _set(paragraph, text.words, indent=2, bold=True)
        case Look.WARNING:
            _set(paragraph, text.words, face=HEADING_FACE, align=ALIGN.CENTER, colour=_RED)
        case Look.NOTE:
            _set(paragraph, text.words, size=NOTE, indent=2, line=20)


def _signed(file: Any, signed: Signed) -> None:
    closing = file.add_paragraph()
    _set(closing, signed.closing, indent=2)
    closing.paragraph_format.keep_with_next = True
    for at, line in enumerate(signed.lines):
        paragraph = file.add_paragraph()
        _set(paragraph, line, align=ALIGN.RIGHT)
        look = paragraph.paragraph_format
        look.right_indent = Pt(2 * BODY)
        look.space_before = Pt(0 if at else LINE)
        look.keep_with_next = at < len(signed.lines) - 1


def _figures(file: Any, figures: Figures) -> None:
    table = _table(file, 2, [UPRIGHT / len(figures.pairs)] * len(figures.pairs))
    for at, (name, figure) in enumerate(figures.pairs):
        _fill(table.cell(0, at), name, size=NOTE - 1.5, face=HEADING_FACE, align=ALIGN.CENTER)
        _fill(table.cell(1, at), figure, size=BODY, align=ALIGN.CENTER, bold=True)
    for row in table.rows:
        _whole(row)
    _gap(file)


def _grid(file: Any, sheet: Sheet, *, last: bool) -> None:
    fit = fitted(sheet)
    if fit.sideways:
        sideways(new_page(file))
    table = _table(file, 1 + len(sheet.rows), fit.widths)
    for cell, column in zip(table.rows[0].cells, sheet.columns, strict=True):
        _fill(cell, column.heading, size=fit.size, face=HEADING_FACE, align=ALIGN.CENTER)
    _repeated(table.rows[0])
    for at, (row, cells) in enumerate(zip(table.rows[1:], sheet.rows, strict=True)):
        _whole(row)
        for cell, value, column in zip(row.cells, cells, sheet.columns, strict=True):
            align = _ALIGNED.get(column.kind, ALIGN.CENTER)
            bold = at in sheet.strong
            _fill(cell, written(value, column.kind), size=fit.size, align=align, bold=bold)
    if fit.sideways and not last:
        upright(new_page(file))
    elif not last:
        _gap(file)


def _signing(file: Any, signing: Signing) -> None:
    _gap(file)
    for role, number in signing.lines:
        paragraph = file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)
        blanks = "\u3000".join(["＿" * 7] * number)
        _set(paragraph, f"{role}{blanks}", indent=2)
    date = file.add_paragraph()
    _set(date, signing.date, align=ALIGN.RIGHT)
    date.paragraph_format.right_indent = Pt(2 * BODY)
    date.paragraph_format.space_before = Pt(8)


def _seal(file: Any, seal: Seal) -> None:
    table = _table(file, 1, (_QR + 4, UPRIGHT - _QR - 4), ruled=False)
    _whole(table.rows[0])
    left, right = table.rows[0].cells
    symbol = next(symbols([seal.symbol]))
    left.paragraphs[0].add_run().add_picture(BytesIO(png(symbol, 8)), width=Mm(_QR))
    paragraph = right.paragraphs[0]
    _set(paragraph, seal.caption, size=9, line=13, align=ALIGN.LEFT)
    for label, digest in seal.digests:
        paragraph = right.add_paragraph()
        _set(paragraph, f"{label} ", size=9, line=12, align=ALIGN.LEFT)
        run(paragraph, digest, face=CODE_FACE, digits=CODE_FACE, size=7.5)


def _table(file: Any, rows: int, widths: Sequence[float], *, ruled: bool = True) -> Any:
    """Add a table of fixed widths (mm), as wide as the type, centred on it."""
    table = file.add_table(rows, len(widths))
    if ruled:
        table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "57")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001  (python-docx has no name for it)
    look.addprevious(margins)
    return table


def _fill(
    cell: Any,
    words: str,
    *,
    size: float,
    align: ALIGN,
    face: str = BODY_FACE,
    bold: bool = False,
) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    _set(paragraph, words, size=size, face=face, align=align, bold=bold, line=size * 1.35)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)


def _whole(row: Any) -> None:
    """Never break a row over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def _repeated(row: Any) -> None:
    """Repeat a row as the heading of each page."""
    _whole(row)
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def _gap(file: Any) -> None:
    paragraph = file.add_paragraph()
    _set(paragraph, "", size=8, line=10)


def _set(
    paragraph: Any,
    words: str,
    *,
    face: str = BODY_FACE,
    size: float = BODY,
    align: ALIGN = ALIGN.JUSTIFY,
    line: float = LINE,
    indent: int = 0,
    bold: bool = False,
    colour: RGBColor | None = None,
) -> None:
    """Set the words of a paragraph; `indent` is the characters its first line stands in."""
    look = paragraph.paragraph_format
    look.alignment = align
    look.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    look.line_spacing = Pt(line)
    if indent:
        look.first_line_indent = Pt(indent * size)
    for number, part in enumerate(words.split("\n")):
        if number:
            paragraph.add_run().add_break()
        added = run(paragraph, part, face=face, size=size, bold=bold)
        if colour is not None:
            added.font.color.rgb = colour
