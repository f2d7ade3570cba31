"""An uploaded picture comes out small, upright and bare, or not at all."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.intake.pictures import small_jpeg, small_picture, small_png
from app.refused import Refused


def picture(form: str, size: tuple[int, int] = (1200, 800), mode: str = "RGB", **options: object) -> bytes:  # fmt: skip
    written = io.BytesIO()
    Image.new(mode, size, (158, 27, 27, 0)[: len(mode)]).save(written, form, **options)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_a_large_photo_is_made_small_and_keeps_its_shape():
    small = opened(small_jpeg(picture("JPEG", (4000, 3000)), 480))
    assert (small.format, small.size) == ("JPEG", (480, 360))
    assert opened(small_jpeg(picture("PNG", (300, 400)), 480)).size == (300, 400)


def test_where_it_was_taken_is_gone_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    content = picture("JPEG", (600, 300), exif=exif)
    assert b"taken at home" in content
    made = small_jpeg(content, 480)
    assert b"taken at home" not in made
    assert b"Exif" not in made
    assert opened(made).size == (240, 480)


def test_what_is_see_through_becomes_white():
    made = opened(small_jpeg(picture("PNG", (40, 40), "RGBA"), 480))
    assert min(made.getpixel((20, 20))) > 250


def test_an_emblem_stays_see_through_and_nothing_hides_in_it():
    words = PngInfo()
    words.add_text("Comment", "who made this, and where")
    hidden = picture("PNG", (900, 300), "RGBA", pnginfo=words) + b"<script>alert(1)</script>"
    assert b"who made this" in hidden
    content = small_png(hidden, 512)
    assert b"who made this" not in content
    assert b"script" not in content
    made = opened(content)
    assert (made.format, made.size) == ("PNG", (512, 171))
    assert made.getpixel((10, 10))[3] == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0photo",
        b"<svg/>",
        b"%PDF-1.7",
        picture("GIF"),
        picture("BMP"),
        picture("PNG")[:60],
    ],
)
def test_anything_else_is_refused(content):
    with pytest.raises(Refused, match="picture_unreadable"):
        small_picture(content, 480)


@pytest.mark.parametrize("size", [(60_000, 60_000), (8_000, 8_000), (12_000, 12_000)])
def test_a_bomb_is_refused_before_it_is_unpacked(size):
    with pytest.raises(Refused, match="picture_too_large"):
        small_picture(bomb(*size), 480)
