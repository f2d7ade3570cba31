"""Passwords: the rule, the hash, and the ones we hand out."""

import secrets
import threading
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.refused import Refused

SHORTEST = 10
LONGEST = 200

# No letter or figure that is taken for another when read from paper: no 0 o, no 1 l i.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 3, 4

_hasher = PasswordHasher()
# One check takes 64 MB; a storm of guesses must not take the memory the vote needs.
_room = threading.BoundedSemaphore(4)
# What an unknown name is checked against, so that it takes as long as a known one.
_nobody = _hasher.hash(secrets.token_hex(16))


def fresh_password(choice: Callable[[str], str] = secrets.choice) -> str:
    """Make a password to be handed over on paper: `kfz7-m4qp-x9th`, 59 bits."""
    return "-".join("".join(choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def hashed(password: str) -> str:
    """Return the argon2id hash to be stored."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one of the hash; the same work where there is no hash."""
    try:
        with _room:
            _hasher.verify(password_hash or _nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def refuse_weak(password: str, username: str) -> None:
    """Hold a new password to the rule: long enough, and not the user's own name.

    Raises Refused("password_too_short", least), Refused("password_too_long", most) or
    Refused("password_is_username"). Nothing is asked of its letters: length is what counts
    (NIST SP 800-63B).
    """
    if len(password) < SHORTEST:
        raise Refused("password_too_short", least=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password_too_long", most=LONGEST)
    if username in password.casefold() and len(password) - len(username) < SHORTEST // 2:
        raise Refused("password_is_username")
