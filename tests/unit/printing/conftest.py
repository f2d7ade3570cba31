"""Reading printed sheets back as people and phones do: rendered, decoded, copied as text."""

from dataclasses import dataclass

import pypdfium2
import pytest
import zxingcpp


@dataclass(frozen=True)
class Mark:
    """A symbol found on a page: its text and its place in mm from the upper left corner."""

    text: str
    left: float
    top: float
    side: float


class Printed:
    """A PDF as its readers have it."""

    def __init__(self, pdf, dpi=150):
        self.pdf = pdf
        self._dpi = dpi
        self._document = pypdfium2.PdfDocument(pdf)

    def __len__(self):
        return len(self._document)

    @property
    def metadata(self):
        return self._document.get_metadata_dict()

    @property
    def sizes(self):
        return {
            tuple(round(length / 72 * 25.4) for length in page.get_size())
            for page in self._document
        }

    def text(self, page=0):
        return self._document[page].get_textpage().get_text_range().replace("\r\n", "\n")

    def image(self, page=0):
        return self._document[page].render(scale=self._dpi / 72, grayscale=True).to_pil()

    def marks(self, page=0):
        mm = 25.4 / self._dpi
        found = []
        for code in zxingcpp.read_barcodes(self.image(page)):
            corner, opposite = code.position.top_left, code.position.bottom_right
            side = (opposite.x - corner.x) * mm
            found.append(Mark(code.text, corner.x * mm, corner.y * mm, side))
        return sorted(found, key=lambda mark: (round(mark.top / 10), mark.left))


@pytest.fixture
def read():
    return Printed
