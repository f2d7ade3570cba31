"""What every answer tells the browser: nothing from elsewhere, nothing inline, no frame."""

from flask import Flask, request
from werkzeug.wrappers import Response

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
YEAR = 31_536_000


def init_headers(app: Flask) -> None:
    """Set the headers on every answer that does not set its own, as the booth does."""

    @app.after_request
    def _(answer: Response) -> Response:
        headers = answer.headers
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
