"""QR symbols by the thousand, as matrices of bits and as one PDF path each.

For texts of one length, with version, mask and byte mode held still, every module of a symbol is
a sum modulo 2 of the bits of its text and a constant: bits are laid out as they come, Reed-Solomon
is linear over GF(256), and the mask is added at the end. So `qrcode` makes one symbol in full
and one more for each bit that is ever seen to differ from it; all others are sums (XOR) of these.
Three thousand tickets differ in 112 bits. `tests/unit/printing/test_qr.py` holds every symbol
against the one that `qrcode` makes by itself.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

QUIET: Final = 4
"""Modules that stay white on each side of a symbol, as its standard asks."""

_MASK: Final = 2  # any reads as well as the "best" one, which costs seven more drawings
_LONGEST = 2_331  # what the largest version holds at M
_DARK = re.compile("1+")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol: `side` modules square, `bits` row by row, the first module highest."""

    side: int
    bits: int

    def quiet(self, side: float) -> float:
        """Return how wide the quiet zone is where the symbol with it is `side` wide."""
        return side * QUIET / (self.side + 2 * QUIET)

    def rows(self) -> Iterator[str]:
        """Yield the rows from the top, a "1" for each dark module."""
        text = format(self.bits, f"0{self.side * self.side}b")
        for start in range(0, len(text), self.side):
            yield text[start : start + self.side]


def symbols(texts: Iterable[str]) -> Iterator[Symbol]:
    """Yield the symbol of each text: UTF-8, error correction M, the smallest version.

    Nothing outlives the call: what is shared between the symbols of a batch goes with it, so no
    code of a ticket stays in memory. Raises ValueError for a text of more than 2,331 bytes.
    """
    families: dict[int, _Family] = {}
    for text in texts:
        octets = text.encode()
        if len(octets) > _LONGEST:
            raise ValueError("too long for a QR symbol")
        family = families.get(len(octets))
        if family is None:
            family = families[len(octets)] = _Family(octets)
        yield family.symbol(octets)


def path(symbol: Symbol, left: float, top: float, side: float) -> str:
    """Return PDF operators that fill the symbol in the current colour, as one path.

    `side` is its width in points with the quiet zone, whose upper left corner is (`left`, `top`).
    Dark modules side by side are one rectangle. One path, so that no hairline shows between them.
    """
    module = side / (symbol.side + 2 * QUIET)
    x, y = left + symbol.quiet(side), top - symbol.quiet(side)
    row = symbol.side + 1
    rectangles = [_rectangle(row, *run.span()) for run in _DARK.finditer("0".join(symbol.rows()))]
    placed = f"q {module:.5f} 0 0 {-module:.5f} {x:.3f} {y:.3f} cm"
    return "\n".join((placed, *rectangles, "f Q"))


def png(symbol: Symbol, module: int) -> bytes:
    """Return the symbol with its quiet zone as a PNG of one bit a pixel, `module` pixels a module.

    By hand: it is a dozen lines, and a library of pictures for it would be another dependency.
    """
    side = (symbol.side + 2 * QUIET) * module
    blank = "1" * side
    rows = [blank] * (QUIET * module)
    for row in symbol.rows():
        light = "".join(("0" if bit == "1" else "1") * module for bit in row)
        rows += [f"{'1' * QUIET * module}{light}{'1' * QUIET * module}"] * module
    rows += [blank] * (QUIET * module)
    width = (side + 7) // 8
    lines = b"".join(
        b"\0" + (int(row, 2) << (8 * width - side)).to_bytes(width, "big") for row in rows
    )
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


@lru_cache(maxsize=1 << 15)
def _rectangle(row: int, start: int, end: int) -> str:
    """Return the rectangle of a run in rows of that length; knows places, nothing of any code."""
    return f"{start % row} {start // row} {end - start} 1 re"


class _Family:
    """The symbols of all texts of one length, reached from the first by adding bits."""

    def __init__(self, first: bytes) -> None:
        self._first = first
        maker = _maker(first)
        self._version = maker.version
        self._side = maker.modules_count
        self._bits = _bits(maker)
        self._steps: dict[tuple[int, int], int] = {}

    def symbol(self, octets: bytes) -> Symbol:
        bits = self._bits
        for place, (octet, first) in enumerate(zip(octets, self._first, strict=True)):
            if octet != first:
                bits ^= self._step(place, octet ^ first)
        return Symbol(self._side, bits)

    def _step(self, place: int, change: int) -> int:
        """Return what differs in the symbol when `change` is added to the octet at `place`."""
        step = self._steps.get((place, change))
        if step is None:
            lowest = change & -change
            if change == lowest:
                octets = bytearray(self._first)
                octets[place] ^= change
                step = self._bits ^ _bits(_maker(bytes(octets), self._version))
            else:
                step = self._step(place, lowest) ^ self._step(place, change ^ lowest)
            self._steps[place, change] = step
        return step


def _maker(octets: bytes, version: int | None = None) -> QRCode:
    maker = QRCode(version=version, error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    maker.add_data(QRData(octets, mode=MODE_8BIT_BYTE))
    maker.make(fit=version is None)
    return maker


def _bits(maker: QRCode) -> int:
    return int("".join("1" if dark else "0" for row in maker.modules for dark in row), 2)
