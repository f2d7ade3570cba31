"""A file as an answer: its name in Chinese, and safe on every system it is saved on."""

import re
from io import BytesIO

from flask import send_file
from werkzeug.wrappers import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
ZIP = "application/zip"
PNG = "image/png"
SVG = "image/svg+xml"
CSV = "text/csv; charset=utf-8"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
ZIP = "application/zip"

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
_LONGEST = 240
"""Bytes of a name without its suffix; the shortest limit among file systems is 255."""


def file_name(*parts: str, suffix: str) -> str:
    """Join the parts to a file's name; where it is too long the longest part is cut."""
    clean = [" ".join(_FORBIDDEN.sub(" ", part).split()).strip(". ") for part in parts]
    clean = [part for part in clean if part]
    while len("-".join(clean).encode()) > _LONGEST:
        longest = max(range(len(clean)), key=lambda at: len(clean[at]))
        clean[longest] = clean[longest][:-1].rstrip()
    return f"{'-'.join(clean)}{suffix}"


def download(content: bytes, mimetype: str, name: str) -> Response:
    """Answer with a file to be saved under that name (RFC 5987, as werkzeug writes it)."""
    answer = send_file(BytesIO(content), mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
