"""An emblem is drawn anew: whatever is in the file besides pixels is gone."""

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.hall import emblem
from app.hall.emblem import EDGE, drawn_anew
from app.refused import Refused


def picture(form: str, size: tuple[int, int] = (900, 300), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, (158, 27, 27)).save(written, form, **options)
    return written.getvalue()


def test_a_large_picture_becomes_a_small_png_of_the_same_shape() -> None:
    anew = Image.open(io.BytesIO(drawn_anew(picture("JPEG"))))
    assert anew.format == "PNG"
    assert anew.size == (EDGE, round(EDGE / 3))
    red, green, blue, alpha = anew.getpixel((10, 10))
    assert (abs(red - 158) < 4, abs(green - 27) < 4, abs(blue - 27) < 4, alpha) == (True,) * 3 + (
        255,
    )


def test_what_hides_in_a_file_is_gone() -> None:
    words = PngInfo()
    words.add_text("Comment", "who made this, and where")
    hidden = picture("PNG", (64, 64), pnginfo=words) + b"<script>alert(1)</script>"
    anew = drawn_anew(hidden)
    assert b"who made this" not in anew
    assert b"script" not in anew
    exif = Image.Exif()
    exif[0x010E] = "the chair's office"
    assert b"office" not in drawn_anew(picture("JPEG", exif=exif))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        picture("GIF"),
        picture("BMP"),
        picture("PNG")[:60],
        b"%PDF-1.7",
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        drawn_anew(content)
    assert refused.value.reason == "not_a_picture"


def test_a_picture_too_large_to_unpack_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emblem, "MOST_PIXELS", 100)
    with pytest.raises(Refused) as refused:
        drawn_anew(picture("PNG", (11, 10)))
    assert refused.value.reason == "not_a_picture"
