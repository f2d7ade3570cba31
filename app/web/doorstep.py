"""What is turned away before any page is asked: hosts, numbers and texts that can be none.

And texts too long to be any.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import abort, request
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response

LARGEST = 2**31 - 1
"""The largest number of a row, on every engine we run on."""

HOST = re.compile(
    r"(?=.{0,260}\Z)"
    r"(?:[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?|\[[0-9A-Fa-f:.]{2,45}\])?"
    r"(?::[0-9]{0,5})?"
)
NO_HOST = "地址有误，请核对浏览器中的网址。\nThis address names no host that could be ours.\n"

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class RowNumber(IntegerConverter):
    """The `int` of every address: a number beyond any row is an address that leads nowhere."""

    regex = "[0-9]+"

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:  # noqa: A002  (werkzeug's name)
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})


def doorstep(inside: Application) -> Application:
    """Answer a Host header that no browser sends; no page, not even of an error, could be built.

    Which hosts are ours is not asked: a service in a hall is reached by whatever number or name
    it has that day, and no answer of ours carries the header on (`within` in headers).
    """

    def application(environ: Environ, start: Any) -> Iterable[bytes]:
        if HOST.fullmatch(environ.get("HTTP_HOST", "")):
            return inside(environ, start)
        return Response(NO_HOST, 400, mimetype="text/plain")(environ, start)

    return application


def is_text() -> bool:
    """Whether the body is a form without files."""
    return request.mimetype == "application/x-www-form-urlencoded"


def limit_text() -> None:
    """Hold a form without files to the limit of text; werkzeug holds only one with files to it.

    Without it such a form could be as long as the largest file.
    """
    most, longest = request.max_content_length, request.max_form_memory_size
    if is_text() and most is not None and longest is not None:
        request.max_content_length = min(most, longest)


def refuse_nul() -> None:
    """Refuse the one character that no database takes in a text, wherever it stands.

    The booth reads forms of its own, in which what is no mark is simply none.
    """
    parts = [str(value) for value in (request.view_args or {}).values()]
    if any("\0" in part for part in parts):
        abort(404)
    if request.blueprint == "booth":
        return
    for fields in (request.args, request.form):
        if any("\0" in text for name, texts in fields.lists() for text in (name, *texts)):
            abort(400)
