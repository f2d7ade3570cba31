"""What a person holds: the code of a ticket and the number of a receipt.

Both are Crockford base32 (digits and capitals without I, L, O, U), so nothing on a card can be
taken for something else, and what was typed can be read leniently without two codes falling
together. Pure: randomness is passed in and nothing is remembered; only the keyed digest of a
code is ever stored.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from hashlib import blake2b
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 16
"""Characters of a code, 80 bits: a thousand guesses a second at 3,000 tickets would need some
ten billion years for the first hit."""
RECEIPT_LENGTH: Final = 12
"""Characters of a receipt, 60 bits."""
KEY_LENGTH: Final = 8
"""Characters of the key of an open questionnaire, 40 bits: it hangs on walls and may be typed by
hand; nobody comes upon one that is not published yet."""
DIGEST_BYTES: Final = 16
"""Bytes of the digest under which a ticket is stored."""

Draw = Callable[[int], bytes]
"""A source of randomness: that many random bytes, `secrets.token_bytes` outside tests."""

_GROUP = 4
_LONGEST_TEXT = 2_000
_MALFORMED = "malformed_code"
_SHORTEST_KEY = 16
# U is the one letter Crockford leaves out to spare us words; in a code it can only be a V.
_LOOK_ALIKES = str.maketrans("OILU", "011V")
# What people and input methods put between the groups. NFKC has already made full-width forms
# and odd spaces plain; 一 and ー are what a Chinese or Japanese keyboard gives for a dash.
_BETWEEN = re.compile(r"[\s\-_.·,、:‐‑‒–—―−─ー一\u00ad\u200b-\u200d\u2060\ufeff]+")
_IN_ADDRESS = re.compile(r".*/b/([^\s/?#&]*)", re.IGNORECASE | re.DOTALL)
_KEY = re.compile(f"[{ALPHABET}]{{{KEY_LENGTH}}}")
_CODE = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")
_RECEIPT = re.compile(f"[{ALPHABET}]{{{RECEIPT_LENGTH}}}")


def new_code(draw: Draw = secrets.token_bytes) -> str:
    """Return a fresh code of 80 random bits: 16 characters, no dashes (the canonical form)."""
    return _characters(draw, CODE_LENGTH)


def new_receipt(draw: Draw = secrets.token_bytes) -> str:
    """Return a fresh receipt of 60 random bits: 12 characters, no dashes."""
    return _characters(draw, RECEIPT_LENGTH)


def new_key(draw: Draw = secrets.token_bytes) -> str:
    """Return a fresh public key of 40 random bits: 8 characters, no dashes."""
    return _characters(draw, KEY_LENGTH)


def printed(code: str) -> str:
    """Return a canonical code as cards show it: `XXXX-XXXX-XXXX-XXXX`."""
    return _grouped(code)


def printed_key(key: str) -> str:
    """Return a public key as posters show it: `XXXX-XXXX`."""
    return _grouped(key)


def printed_receipt(receipt: str) -> str:
    """Return a canonical receipt as the thanks page shows it: `XXXX-XXXX-XXXX`."""
    return _grouped(receipt)


def is_receipt(text: str) -> bool:
    """Say whether `text` is a receipt in its canonical form; machines send it, so no leniency."""
    return _RECEIPT.fullmatch(text) is not None


def read_receipt(text: str) -> str:
    """Return the canonical receipt in what somebody typed, as leniently as a code.

    Raises ValueError("malformed_code").
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(_MALFORMED)
    return _canonical(unicodedata.normalize("NFKC", text), _RECEIPT)


def read_code(text: str) -> str:
    """Return the canonical code in what somebody typed, pasted or scanned.

    Forgives case, full-width forms, spaces and dashes of every kind, the look-alikes O (0),
    I and L (1), U (V), and a whole address ending in `/b/<code>`, also amid other words.
    Raises ValueError("malformed_code") for anything else, never echoing the text.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(_MALFORMED)
    plain = unicodedata.normalize("NFKC", text)
    if address := _IN_ADDRESS.match(plain):
        plain = address[1]
    return _canonical(plain, _CODE)


def read_key(text: str) -> str:
    """Return the canonical public key in what stands in an address, as leniently as a code.

    Raises ValueError("malformed_code").
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(_MALFORMED)
    return _canonical(unicodedata.normalize("NFKC", text), _KEY)


def code_digest(key: bytes, code: str) -> bytes:
    """Return what is stored of a canonical code: its keyed BLAKE2b, 16 bytes.

    `key` is the secret of the installation, 16 to 64 bytes; without it the digest neither tells
    nor confirms a code. Raises ValueError for another key length, and ValueError
    ("malformed_code") for a code that did not come from `new_code` or `read_code`, because two
    spellings of one code must never have two digests.
    """
    if len(key) < _SHORTEST_KEY:
        raise ValueError("the key is too short to keep a code secret")
    if not _CODE.fullmatch(code):
        raise ValueError(_MALFORMED)
    return blake2b(
        code.encode(), digest_size=DIGEST_BYTES, key=key, person=b"piaojue.ticket"
    ).digest()


def browser_digest(key: bytes, box_id: int, token: bytes) -> bytes:
    """Return what is stored of a browser that answered: of its random token, for one box only."""
    return _digest_in(key, box_id, b"piaojue.browser", token)


def receipt_digest(key: bytes, box_id: int, receipt: str) -> bytes:
    """Return what is stored of the receipt of an open questionnaire, for one box only."""
    return _digest_in(key, box_id, b"piaojue.answer", receipt.encode())


def _digest_in(key: bytes, box_id: int, person: bytes, content: bytes) -> bytes:
    salt = box_id.to_bytes(8, "big")
    return blake2b(content, digest_size=DIGEST_BYTES, key=key, salt=salt, person=person).digest()


def _canonical(plain: str, form: re.Pattern[str]) -> str:
    """Return a text without what people put between groups; raises ValueError on another form."""
    plain = _BETWEEN.sub("", plain)
    # Only ASCII may be capitalised: "ı" would become I and pass for a 1.
    code = plain.upper().translate(_LOOK_ALIKES) if plain.isascii() else ""
    if not form.fullmatch(code):
        raise ValueError(_MALFORMED)
    return code


def _characters(draw: Draw, length: int) -> str:
    drawn = draw((5 * length + 7) // 8)
    bits = int.from_bytes(drawn, "big")
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(length)))


def _grouped(canonical: str) -> str:
    return "-".join(canonical[at : at + _GROUP] for at in range(0, len(canonical), _GROUP))
