"""Photos and reading material: what is accepted, told by its content and never by its name.

Pure: bytes in, a `Material` out. A file from an office is opened on hundreds of phones, so only
what every phone shows by itself comes through, and only so large.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.intake.delimited import decoded
from app.intake.pictures import small_jpeg, small_png
from app.refused import Refused

KILOBYTE = 1024

_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f]")


class MediaType(StrEnum):
    """What phones open without help."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"
    TEXT = "text/plain"


class Slot(StrEnum):
    """The two places for material beside a subject."""

    PHOTO = "photo"
    READING = "reading"


LIMITS: Mapping[Slot, int] = MappingProxyType(dict.fromkeys(Slot, 8 * 1024 * KILOBYTE))
"""Bytes, as uploaded."""

PHOTO_EDGE = 480
"""Pixels; a photo is a thumbnail on a phone, and sixty of them must come over a hall's Wi-Fi."""

READING_EDGE = 2400
"""Pixels; a scanned page stays readable, and no phone is sent more than it can unpack."""

_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"


@dataclass(frozen=True, slots=True)
class Material:
    """An accepted file; `key` is the SHA-256 of its content in hexadecimal digits."""

    key: str
    media_type: MediaType
    content: bytes


def read_material(slot: Slot, content: bytes) -> Material:
    """Accept a file for a place; text is stored as UTF-8, whatever encoding it came in.

    A picture is drawn anew, a photo as a JPEG of at most 480 pixels, one to be read of at most
    2400, without what a camera writes beside it.
    Raises `file_empty`, `material_too_large` with the limit in kB, `picture_unreadable` for what
    is no JPEG or PNG, `picture_too_large`, `reading_unreadable` for what is no PDF, picture or
    plain text.
    """
    if not content:
        raise Refused("file_empty")
    if len(content) > LIMITS[slot]:
        raise Refused("material_too_large", limit=LIMITS[slot] // KILOBYTE)
    if slot is Slot.PHOTO:
        return _material(MediaType.JPEG, small_jpeg(content, PHOTO_EDGE))
    if content.startswith(_JPEG):
        return _material(MediaType.JPEG, small_jpeg(content, READING_EDGE))
    if content.startswith(_PNG):
        return _material(MediaType.PNG, small_png(content, READING_EDGE))
    if content.startswith(_PDF):
        return _material(MediaType.PDF, content)
    return _material(MediaType.TEXT, _plain(content))


def _material(media_type: MediaType, content: bytes) -> Material:
    return Material(hashlib.sha256(content).hexdigest(), media_type, content)


def _plain(content: bytes) -> bytes:
    try:
        text = decoded(content)
    except Refused:
        raise Refused("reading_unreadable") from None
    if _UNPRINTABLE.search(text) or not text.strip():
        raise Refused("reading_unreadable")
    return text.encode()
