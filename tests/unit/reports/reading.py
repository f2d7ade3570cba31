"""Documents read back by other libraries than those that wrote them."""

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET

import openpyxl
import pypdfium2

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word_tables(content: bytes) -> list[list[list[str]]]:
    """The tables of a DOCX as rows of texts, read from the XML itself."""
    root = _body(content)
    return [
        [[_text(cell) for cell in row.iter(f"{_W}tc")] for row in table.iter(f"{_W}tr")]
        for table in root.iter(f"{_W}tbl")
    ]


def word_text(content: bytes) -> str:
    """All paragraphs of a DOCX, tables too, without any white space."""
    return squeezed("".join(_text(part) for part in _body(content).iter(f"{_W}p")))


def word_xml(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as file:
        return file.read("word/document.xml").decode()


def pdf_text(content: bytes) -> str:
    """All text of a PDF in reading order, without any white space."""
    document = pypdfium2.PdfDocument(content)
    try:
        return squeezed("".join(page.get_textpage().get_text_bounded() for page in document))
    finally:
        document.close()


def pdf_pages(content: bytes) -> list[tuple[float, float]]:
    """The width and height of each page, in millimetres."""
    document = pypdfium2.PdfDocument(content)
    try:
        sizes = [page.get_size() for page in document]
    finally:
        document.close()
    return [(round(w * 25.4 / 72), round(h * 25.4 / 72)) for w, h in sizes]


def workbook_rows(content: bytes, sheet: str) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(BytesIO(content))
    return [tuple(cell.value for cell in row) for row in book[sheet].iter_rows()]


def squeezed(text: str) -> str:
    """A text without white space and control characters: a PDF breaks lines where it likes."""
    return re.sub(r"[\s\x00-\x1f\ufffe\u00ad]+", "", text)


def _body(content: bytes) -> ET.Element:
    return ET.fromstring(word_xml(content))


def _text(element: ET.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_W}t"))
