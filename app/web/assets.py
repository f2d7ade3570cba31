"""Static files under addresses that change with their content, to be kept by browsers for good.

In a hall three thousand phones then ask for the booth's style and script once, not at each page,
and get them compressed: a third of their size on the air.
"""

import gzip
import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

YEAR = 31_536_000
TEXT = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


def init_assets(app: Flask) -> None:
    """Add the version to every `url_for("static", …)`, and let browsers keep what has one."""
    folder = Path(str(app.static_folder))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR

    @cache
    def version(filename: str) -> str:
        file = folder / filename
        return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else ""

    @app.url_defaults
    def _(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values.setdefault("v", version(values["filename"]))

    @cache
    def squeezed(content: bytes) -> bytes:
        return gzip.compress(content, mtime=0)

    @app.after_request
    def _(answer: Response) -> Response:
        if (
            request.endpoint != "static"
            or answer.mimetype not in TEXT
            or answer.status_code != HTTPStatus.OK
        ):
            return answer
        answer.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            answer.direct_passthrough = False
            answer.set_data(squeezed(answer.get_data()))
            answer.content_encoding = "gzip"
        return answer
