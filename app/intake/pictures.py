"""Uploaded pictures: opened with care, set upright, made small, and nothing kept but pixels."""

import io
import struct
import threading
import warnings
from typing import Final

from PIL import ExifTags, Image

from app.refused import Refused

FORMATS: Final = ("JPEG", "PNG")
"""SVG is a document that may carry scripts and addresses: not taken."""
MOST_PIXELS: Final = 50_000_000
"""More than any telephone takes; a file of a few kilobytes may claim far more (a bomb)."""
MOST_WHOLE: Final = 16_000_000
"""Pixels of what must be unpacked whole before it is made small: a PNG, a progressive JPEG. A page
scanned at 300 dpi has 9 million. At 50 million it took 500 MB (measured)."""
LONGEST_EDGE: Final = 20_000
"""Pixels; a strip one pixel wide takes far more than its pixels do (1.2 GB, measured)."""

_WHITE = (255, 255, 255)
_PLAIN_MODES = frozenset({"L", "RGB", "RGBA"})
_DAMAGED = (OSError, ValueError, SyntaxError, TypeError, LookupError, struct.error)
"""What Pillow fails with where bytes of a file are turned (found by turning them)."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is set upright by what the camera wrote (Exif 2.3, tag 274)."""

_room = threading.Lock()
# One picture takes up to 150 MB; ten uploads at once must not take the memory the vote needs.


def small_picture(content: bytes, edge: int) -> Image.Image:
    """Return a JPEG or PNG upright, at most `edge` pixels long, without anything but pixels.

    Where it was taken, when and by whom, comments and colour profiles are gone. Its size is read
    before a pixel is unpacked, and pictures are unpacked one at a time. Raises
    Refused("picture_too_large" | "picture_unreadable").
    """
    try:
        with warnings.catch_warnings(), _room:
            warnings.simplefilter("ignore")  # Pillow says of damaged notes what it makes of them
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _refuse_large(picture)
                near = [max(2 * edge * length // max(picture.size), 1) for length in picture.size]
                picture.draft("RGB", (near[0], near[1]))  # a JPEG is unpacked near its new size
                pixels = _made_small(picture, edge)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("picture_too_large") from None
    except _DAMAGED:
        raise Refused("picture_unreadable") from None
    return Image.frombytes("RGBA", pixels.size, pixels.tobytes())


def _refuse_large(picture: Image.Image) -> None:
    """Refuse by its head what would take too much memory."""
    whole = picture.format == "PNG" or "progressive" in picture.info
    most = MOST_WHOLE if whole else MOST_PIXELS
    if picture.width * picture.height > most or max(picture.size) > LONGEST_EDGE:
        raise Refused("picture_too_large")


def _made_small(picture: Image.Image, edge: int) -> Image.Image:
    """Return the pixels, small and upright; what the camera wrote is read for this and no more."""
    turn = _TURNS.get(_orientation(picture))
    plain = picture.mode in _PLAIN_MODES and "transparency" not in picture.info
    pixels = picture if plain else picture.convert("RGBA")
    pixels.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    upright = pixels if turn is None else pixels.transpose(turn)
    return upright.convert("RGBA")


def _orientation(picture: Image.Image) -> int:
    """Return how the camera was held; a picture is none the worse for a note that is damaged."""
    try:
        said = picture.getexif().get(ExifTags.Base.Orientation)
    except _DAMAGED:
        return 1
    return said if isinstance(said, int) else 1


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
