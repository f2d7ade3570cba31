"""What every answer tells the browser: nothing from elsewhere, nothing inline, no frame."""

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, request
from werkzeug.wrappers import Response

from app.accounts.guards import own_path

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
YEAR = 31_536_000


def within(location: str) -> str:
    """Return the path of an address that we lead on to: all of them are ours.

    The router spells an address right (`/desk` is `/desk/`) with the Host header before it, and
    that is whatever somebody sent.
    """
    asked = urlsplit(location)
    return own_path(urlunsplit(("", "", asked.path, asked.query, asked.fragment)))


def init_headers(app: Flask) -> None:
    """Set the headers on every answer that does not set its own, as the booth does."""

    @app.after_request
    def _(answer: Response) -> Response:
        headers = answer.headers
        if ":" in headers.get("Location", ""):
            headers["Location"] = within(headers["Location"])
            answer.set_data("")  # the router's own page repeats what it led to
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        return answer
