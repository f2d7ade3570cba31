"""Uploaded pictures: opened with care, set upright, made small, and nothing kept but pixels."""

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

from app.refused import Refused

FORMATS: Final = ("JPEG", "PNG")
"""SVG is a document that may carry scripts and addresses: not taken."""
MOST_PIXELS: Final = 50_000_000
"""More than any telephone takes; a file of a few kilobytes may claim far more (a bomb)."""

_WHITE = (255, 255, 255)


def small_picture(content: bytes, edge: int) -> Image.Image:
    """Return a JPEG or PNG upright, at most `edge` pixels long, without anything but pixels.

    Where it was taken, when and by whom, comments and colour profiles are gone. Its size is read
    before a pixel is unpacked. Raises Refused("picture_too_large" | "picture_unreadable").
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused("picture_too_large")
                picture.draft("RGB", (2 * edge, 2 * edge))  # a JPEG is unpacked near its new size
                pixels = ImageOps.exif_transpose(picture).convert("RGBA")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("picture_too_large") from None
    except (OSError, ValueError, SyntaxError):
        raise Refused("picture_unreadable") from None
    pixels.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return Image.frombytes("RGBA", pixels.size, pixels.tobytes())


def small_png(content: bytes, edge: int) -> bytes:
    """Return a picture as a PNG, see-through where it was; raises `small_picture`'s."""
    written = io.BytesIO()
    small_picture(content, edge).save(written, "PNG", optimize=True)
    return written.getvalue()


def small_jpeg(content: bytes, edge: int) -> bytes:
    """Return a picture as a JPEG, what is see-through in it on white; raises `small_picture`'s."""
    picture = small_picture(content, edge)
    page = Image.new("RGB", picture.size, _WHITE)
    page.paste(picture, mask=picture.getchannel("A"))
    written = io.BytesIO()
    page.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()
