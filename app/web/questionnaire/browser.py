"""What stands in the place of a card: a random token in a signed cookie, and when it saw the paper.

The token says nothing of anybody and goes to one questionnaire only (the cookie's path), so two
of them cannot tell that it is the same browser. When a paper was shown is not kept anywhere: it
travels in the form, signed together with the token, which also makes a form that another site
fills in worthless. The cookie is sent with no form that comes from another site (SameSite).
"""

import secrets
from datetime import datetime

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

COOKIE = "piaojue-q"
KEPT = 400 * 24 * 3600
"""Seconds that a browser keeps the cookie: the longest that browsers allow."""
TOKEN_BYTES = 16


def known_browser(key: str) -> bytes | None:
    """Return the token that this browser brought for a questionnaire; None without a good one."""
    try:
        token = bytes.fromhex(_signer(f"browser {key}").loads(request.cookies.get(COOKIE, "")))
    except (BadSignature, TypeError, ValueError):
        return None
    return token if len(token) == TOKEN_BYTES else None


def new_browser() -> bytes:
    """Return the token of a browser that has none."""
    return secrets.token_bytes(TOKEN_BYTES)


def remember(answer: Response, path: str, key: str, browser: bytes) -> None:
    """Give a browser its token, for the pages of one questionnaire."""
    answer.set_cookie(
        COOKIE,
        _signer(f"browser {key}").dumps(browser.hex()),
        max_age=KEPT,
        path=path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def shown_at(box_id: int, browser: bytes, now: datetime) -> str:
    """Return what a form says of when its paper was shown."""
    moment = round(now.timestamp() * 1000)
    return str(_signer(f"shown {box_id} {browser.hex()}").dumps(moment))


def seconds_since(shown: str, box_id: int, browser: bytes, now: datetime) -> float | None:
    """Return how long ago a paper was shown to this browser; None for what is not of our making."""
    try:
        moment = int(_signer(f"shown {box_id} {browser.hex()}").loads(shown))
    except (BadSignature, TypeError, ValueError):
        return None
    return now.timestamp() - moment / 1000


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"piaojue {purpose}")
