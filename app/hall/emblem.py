"""The congress's own emblem: whatever is uploaded is drawn anew, and only that is kept."""

import io
import warnings
from typing import Final

from PIL import Image

from app.refused import Refused

FORMATS: Final = ("PNG", "JPEG")
"""SVG is a document that may carry scripts and addresses: not taken."""
EDGE: Final = 512
"""Pixels of the longer edge of what is kept: sharp at the size it is shown, also on 4K."""
MOST_PIXELS: Final = 40_000_000


def drawn_anew(content: bytes) -> bytes:
    """Return an uploaded PNG or JPEG as a PNG of at most 512 pixels, without anything but pixels.

    Comments, colour profiles, places and whatever else hides in a file are gone with it. Raises
    Refused("not_a_picture"), also for a picture too large to be unpacked.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused("not_a_picture")
                pixels = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise Refused("not_a_picture") from error
    except Image.DecompressionBombError as error:
        raise Refused("not_a_picture") from error
    pixels.thumbnail((EDGE, EDGE))
    bare = Image.frombytes("RGBA", pixels.size, pixels.tobytes())
    written = io.BytesIO()
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()
