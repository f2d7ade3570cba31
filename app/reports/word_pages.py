"""The pages and faces of a Word file by GB/T 9704: what python-docx has no words for."""

import zipfile
from io import BytesIO
from typing import Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from app.reports.wrapping import columns_of

TITLE_FACE = "方正小标宋简体"
BODY_FACE = "仿宋_GB2312"
HEADING_FACE = "黑体"
NUMBER_FACE = "宋体"
DIGIT_FACE = "Times New Roman"
CODE_FACE = "Consolas"
FALL_BACKS = {
    TITLE_FACE: "方正小标宋_GBK,方正公文小标宋,华文中宋,宋体",
    BODY_FACE: "仿宋,方正仿宋_GBK,方正仿宋简体,华文仿宋,宋体",
    HEADING_FACE: "SimHei,方正黑体_GBK,微软雅黑",
    CODE_FACE: "Courier New",
}
"""What Word takes where a face is not installed, in this order (`w:altName`)."""

TITLE, BODY, NOTE, PAGE_NUMBER = 22.0, 16.0, 12.0, 14.0
"""二号, 三号, 小四, 四号, in points."""
LINE = 28.95
"""Points from line to line: 22 lines on the 225 mm of a page."""
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of the parts inside the file: equal documents are equal files."""


def run(
    paragraph: Any,
    words: str,
    *,
    face: str,
    size: float,
    digits: str = DIGIT_FACE,
    bold: bool = False,
) -> Any:
    """Add words to a paragraph: Chinese in one face, Latin and digits in another."""
    added = paragraph.add_run(_writable(words))
    added.font.size = Pt(size)
    added.font.name = digits
    added.font.bold = bold or None
    added._element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), face)  # noqa: SLF001
    return added


def _writable(words: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(letter for letter in words if letter >= " " or letter == "\t")


def upright(page: Any) -> None:
    """Set the margins of A4 by GB/T 9704."""
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    _numbered(page)


def sideways(page: Any) -> None:
    """Turn the page, and its margins with it."""
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(297), Mm(210)
    page.top_margin, page.bottom_margin = Mm(28), Mm(26)
    page.left_margin, page.right_margin = Mm(37), Mm(35)
    _numbered(page)


def _numbered(page: Any) -> None:
    """Put page numbers — 1 — at the outer side, a character from the edge, 7 mm below the type."""
    page.footer_distance = Mm(24)
    for foot, align in ((page.footer, ALIGN.RIGHT), (page.even_page_footer, ALIGN.LEFT)):
        foot.is_linked_to_previous = False
        paragraph = foot.paragraphs[0]
        for old in list(paragraph.runs):
            old._r.getparent().remove(old._r)  # noqa: SLF001
        paragraph.alignment = align
        edge = Pt(PAGE_NUMBER)
        look = paragraph.paragraph_format
        look.left_indent, look.right_indent = (edge, None) if align == ALIGN.LEFT else (None, edge)
        for words in ("— ", None, " —"):
            part = run(
                paragraph, words or "", face=NUMBER_FACE, digits=NUMBER_FACE, size=PAGE_NUMBER
            )
            if words is None:
                _field(part, "PAGE")


def new_page(file: Any) -> Any:
    """Begin a section on a new page; the paragraph that ends the one before takes no room."""
    page = file.add_section(WD_SECTION.NEW_PAGE)
    for counting in page._sectPr.findall(qn("w:pgNumType")):  # noqa: SLF001
        page._sectPr.remove(counting)  # noqa: SLF001
    end = file.paragraphs[-1].paragraph_format
    end.line_spacing_rule, end.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    return page


def count_anew(page: Any) -> None:
    """Begin with page 1; what is added after it goes on counting."""
    counting = OxmlElement("w:pgNumType")
    counting.set(qn("w:start"), "1")
    page._sectPr.find(qn("w:cols")).addprevious(counting)  # noqa: SLF001


def _field(inside: Any, code: str) -> None:
    for kind in ("begin", None, "end"):
        if kind is None:
            part = OxmlElement("w:instrText")
            part.text = code
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        inside._r.append(part)  # noqa: SLF001


def _font_table() -> bytes:
    fonts = "".join(
        f'<w:font w:name="{face}">'
        + (f'<w:altName w:val="{FALL_BACKS[face]}"/>' if face in FALL_BACKS else "")
        + f'<w:charset w:val="{"86" if columns_of(face) > len(face) else "00"}"/></w:font>'
        for face in (TITLE_FACE, BODY_FACE, HEADING_FACE, NUMBER_FACE, DIGIT_FACE, CODE_FACE)
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{head}<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()


def finished(saved: bytes) -> bytes:
    """Put our table of faces in, and date every part alike."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(saved)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "word/fontTable.xml":
                content = _font_table()
            new.writestr(zipfile.ZipInfo(part.filename, _FIRST_DATE), content, 8)
    return made.getvalue()
