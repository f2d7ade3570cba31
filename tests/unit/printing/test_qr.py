"""Symbols made as sums are the symbols that the library makes one by one."""

import re

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

from app.ballotbox.codes import ALPHABET
from app.printing.qr import path, symbols

codes = st.text(ALPHABET, min_size=16, max_size=16)


def made_alone(text):
    maker = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=2)
    maker.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE))
    maker.make()
    return ["".join("01"[bool(dark)] for dark in row) for row in maker.modules]


@settings(max_examples=15, deadline=None)
@given(st.lists(codes, min_size=2, max_size=6))
def test_a_batch_of_addresses_equals_symbols_made_alone(batch):
    addresses = [f"http://192.168.1.10:8000/b/{code}" for code in batch]
    for address, symbol in zip(addresses, symbols(addresses), strict=True):
        assert list(symbol.rows()) == made_alone(address)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_texts_of_any_length_and_script_too(batch):
    for text, symbol in zip(batch, symbols(batch), strict=True):
        assert list(symbol.rows()) == made_alone(text)


@pytest.mark.parametrize("length", [1, 14, 40, 62, 200, 400])
def test_every_size_up_to_interleaved_blocks_and_version_marks(length):
    plain = "A" * length
    scattered = "".join("AZ"[at % 17 == 0] for at in range(length))
    batch = [plain, "B" + plain[1:], plain[1:] + "~", scattered]
    for text, symbol in zip(batch, symbols(batch), strict=True):
        assert list(symbol.rows()) == made_alone(text)


@settings(max_examples=25, deadline=None)
@given(codes)
def test_another_reader_reads_it(code):
    address = f"https://vote.example.cn/b/{code}"
    (symbol,) = symbols([address])
    side = symbol.side
    image = Image.new("L", (side + 8, side + 8), 255)
    for y, row in enumerate(symbol.rows()):
        for x, module in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if module == "1" else 255)
    (found,) = zxingcpp.read_barcodes(image.resize((side * 4 + 32,) * 2, Image.Resampling.NEAREST))
    assert found.text == address
    assert found.ec_level == "M"


def test_what_no_symbol_holds_is_refused():
    assert next(symbols(["x" * 2_331])).side == 177
    with pytest.raises(ValueError, match="too long"):
        list(symbols(["票" * 778]))


def test_the_path_is_one_fill_of_the_dark_modules_inside_its_quiet_zone():
    (symbol,) = symbols(["D0042K7Q"])
    drawn = path(symbol, left=10, top=100, side=58)
    assert symbol.side == 21
    assert symbol.quiet(58) == 8
    head, *rectangles, tail = drawn.split("\n")
    assert head == "q 2.00000 0 0 -2.00000 18.000 92.000 cm"
    assert tail == "f Q"
    canvas = [["0"] * 21 for _ in range(21)]
    for rectangle in rectangles:
        x, y, width = map(int, re.fullmatch(r"(\d+) (\d+) (\d+) 1 re", rectangle).groups())
        for column in range(x, x + width):
            assert canvas[y][column] == "0"
            canvas[y][column] = "1"
    assert ["".join(row) for row in canvas] == list(symbol.rows())
