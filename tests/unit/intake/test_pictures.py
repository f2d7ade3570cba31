"""An uploaded picture comes out small, upright and bare, or not at all."""

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


NOTED = Image.Exif()
NOTED[0x0112] = 6
SEEDS = [
    picture("JPEG", (60, 40), exif=NOTED, comment="at home", dpi=(72, 72)),
    picture("JPEG", (60, 40), progressive=True, icc_profile=b"x" * 200),
    picture("JPEG", (60, 40), "CMYK"),
    picture("PNG", (60, 40), "RGBA", exif=NOTED),
    picture("PNG", (60, 40), "P"),
]


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


@pytest.mark.parametrize(
    "size", [(60_000, 60_000), (8_000, 8_000), (12_000, 12_000), (5_000, 4_000), (1, 30_000)]
)
def test_a_bomb_is_refused_before_it_is_unpacked(size):
    with pytest.raises(Refused, match="picture_too_large"):
        small_picture(bomb(*size), 480)


def test_what_is_unpacked_piece_by_piece_may_be_larger():
    """A JPEG is unpacked near its new size, but a progressive one only as a whole."""
    assert opened(small_jpeg(picture("JPEG", (8_000, 5_000)), 480)).size == (480, 300)
    with pytest.raises(Refused, match="picture_too_large"):
        small_picture(picture("JPEG", (8_000, 5_000), progressive=True), 480)


HELD = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright scene lies in the file, by the number that the camera writes beside it."""


@pytest.mark.parametrize("turned", range(1, 9))
def test_however_the_camera_was_held_it_stands_upright(turned):
    """The corner that is red in the upright picture, in each way that Exif knows to turn it."""
    scene = Image.new("RGB", (80, 40), "white")
    scene.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = turned
    held = io.BytesIO()
    (scene if turned == 1 else scene.transpose(HELD[turned])).save(held, "PNG", exif=exif)
    made = small_picture(held.getvalue(), 480)
    assert made.size == (80, 40)
    assert made.getpixel((10, 10))[:3] == (255, 0, 0)
    assert made.getpixel((70, 30))[:3] == (255, 255, 255)


def test_a_damaged_note_of_the_camera_spoils_no_picture():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    content = picture("JPEG", (600, 300), exif=exif)
    at = content.index(b"II*\0") if b"II*\0" in content else content.index(b"MM\0*")
    for damage in range(at + 8, at + 40):
        for byte in (0, 127, 255):
            turned = content[:damage] + bytes([byte]) + content[damage + 1 :]
            assert max(small_picture(turned, 480).size) == 480


@settings(max_examples=300)
@given(st.sampled_from(SEEDS), st.data())
def test_turned_bytes_are_a_picture_or_refused(seed, data):
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        assert max(small_picture(bytes(content), 48).size) <= 48
