"""The ordinary way of a ballot, past the framework: paper, cast, thanks, a waiting phone's poll.

A request of the framework, its extensions and a template cost a millisecond; three thousand
phones that open one paper in one minute, and poll while they wait, have no such millisecond. So
what nearly all of them ask is answered here: from the shelf, under the very headers that the
views sent with the first such answer. Whatever is not ordinary (a first paper, a fault, a
refusal, a named vote, another spelling) goes on to the views, which alone know what to say. A
contract holds the two to the same bytes.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, current_app
from werkzeug.utils import redirect

from app.ballotbox.admission import admit, admitted, has_receipt
from app.ballotbox.casting import cast
from app.ballotbox.codes import ALPHABET, CODE_LENGTH, is_receipt
from app.extensions import LOCALES
from app.refused import Refused
from app.web.booth.answers import JSON
from app.web.booth.papers import kept_paper, kept_thanks, shelf, squeezed
from app.web.booth.standing import Standing, as_json, standings, tag_of, to_vote

WAY = re.compile(rf"/b/([{ALPHABET}]{{{CODE_LENGTH}}})(?:/([1-9]\d{{0,8}}))?(/thanks|/now)?")
LONGEST_FORM = 200_000
FORM = "application/x-www-form-urlencoded"
OF_ONE_ANSWER = {"content-length", "location", "etag", "date"}
"""Headers that are of one answer alone, and made anew for each."""
OF_ITS_KIND = {
    "content-type",
    "content-encoding",
    "vary",
    "cache-control",
    "referrer-policy",
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "cross-origin-opener-policy",
    "strict-transport-security",
    "retry-after",
}
"""Headers that every answer of a kind has alike. An answer with any other (a cookie, say) may
speak of whoever it went to, and is learned from by nobody."""

Environ = dict[str, Any]
Start = Callable[..., Any]
Inner = Callable[[Environ, Start], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to the booth whose address is in its canonical spelling."""

    code: str
    box_id: int | None
    query: Mapping[str, str]
    environ: Environ

    @property
    def lang(self) -> str:
        """The language that the address names, or ''."""
        return self.query.get("lang", "")

    @property
    def takes_gzip(self) -> bool:
        """Whether a page may be sent compressed; none is sent in another way here."""
        taken = self.environ.get("HTTP_ACCEPT_ENCODING", "").split(",")
        return any(each.strip() == "gzip" for each in taken)  # and not "gzip;q=0"

    @property
    def script(self) -> bool:
        """Whether the phone's own script asks, and not a browser's navigation."""
        return bool(self.environ.get("HTTP_ACCEPT") == JSON)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: the body, and those headers that are of this answer alone."""

    status: HTTPStatus
    body: bytes
    own: tuple[tuple[str, str], ...] = ()


class Express:
    """Stands before the application and answers what it can."""

    def __init__(self, app: Flask, inner: Inner) -> None:
        self.app, self.inner = app, inner
        self.heads: dict[tuple[object, ...], list[tuple[str, str]]] = {}

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request as WSGI asks for it."""
        found = WAY.fullmatch(environ.get("PATH_INFO", ""))
        way = WAYS.get((environ["REQUEST_METHOD"], found[3] or "")) if found else None
        asked = _asked(found, environ) if found and way else None
        if asked is None or way is None:
            return self.inner(environ, start)
        try:
            with self.app.app_context():
                answer = way(asked)
        except Exception:  # noqa: BLE001  (the views meet it again: they say it, and log it discreetly)
            answer = None
        if answer is None:
            return self.inner(environ, start)
        key = (way, answer.status, asked.script, environ["wsgi.url_scheme"])
        head = self.heads.get(key)
        if head is None:
            return self.inner(environ, self._learning(key, answer.status, start))
        length = [("Content-Length", str(len(answer.body)))] if answer.body else []
        start(f"{answer.status.value} {answer.status.phrase}", [*head, *length, *answer.own])
        return (answer.body,)

    def _learning(self, key: tuple[object, ...], status: HTTPStatus, start: Start) -> Start:
        """Note the headers of the views' own answer, where it is the one that was expected."""

        def started(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            of_kind = [pair for pair in headers if pair[0].lower() not in OF_ONE_ANSWER]
            alike = all(name.lower() in OF_ITS_KIND for name, _value in of_kind)
            if line.startswith(str(status.value)) and alike:
                self.heads[key] = of_kind
            return start(line, headers, *more)

        return started


def _asked(found: re.Match[str], environ: Environ) -> Asked | None:
    """Read a request; None for whatever is not of the ordinary way."""
    if environ.get("SCRIPT_NAME"):
        return None
    pairs = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    query = dict(pairs)
    if len(query) < len(pairs) or query.get("lang", LOCALES[0]) not in LOCALES:
        return None
    return Asked(found[1], int(found[2]) if found[2] else None, query, environ)


def _paper(asked: Asked) -> Answer | None:
    """Show the one paper that is open for the card, or that of the box that was asked for."""
    if not asked.takes_gzip:
        return None
    _admission, cards = admitted(asked.code)
    ready = to_vote(standings(cards))
    if asked.box_id is None and len(ready) == 1:
        box_id = ready[0].box_id
    elif any(item.box_id == asked.box_id for item in ready):
        box_id = asked.box_id or 0
    else:
        return None
    page = kept_paper(box_id, asked.code, asked.lang)
    return (
        Answer(HTTPStatus.OK, squeezed(page))
        if page and not asked.query.keys() - {"lang"}
        else None
    )


def _cast(asked: Asked) -> Answer | None:
    """Put a faultless secret ballot into its box."""
    form = _form(asked.environ) if asked.takes_gzip or asked.script else None
    opened = shelf().papers.get(asked.box_id or 0)
    if form is None or opened is None or opened.face.named or form.get("step") != "cast":
        return None
    admission = admit(asked.code)
    filled, receipt = opened.instrument.read_form(opened.paper, form), form.get("receipt", "")
    if opened.frozen.session_id != admission.session_id or filled.marks is None:
        return None
    try:
        cast(admission, opened.face.id, filled.marks, receipt, remarks=filled.remarks)
    except Refused as refused:
        if refused.reason != "busy" or not asked.script:
            raise
        # The views would stand in the same queue once more, and keep a thread for it.
        lang = f"?lang={asked.lang}" if asked.lang else ""
        page = f"/b/{asked.code}/{opened.face.id}{lang}"
        return _told(HTTPStatus.SERVICE_UNAVAILABLE, page, done=False)
    tail = f"&lang={asked.lang}" if asked.lang else ""
    onward = f"/b/{asked.code}/{opened.face.id}/thanks?receipt={receipt}{tail}"
    if asked.script:
        return _told(HTTPStatus.OK, onward, done=True)
    page = redirect(onward, HTTPStatus.SEE_OTHER).get_data(as_text=True)
    return Answer(HTTPStatus.SEE_OTHER, squeezed(page), (("Location", onward),))


def _told(status: HTTPStatus, onward: str, *, done: bool) -> Answer:
    """Tell a phone's script where to go on, and whether its ballot is in."""
    said = current_app.json.dumps({"next": onward, "done": done}, separators=(",", ":"))
    return Answer(status, f"{said}\n".encode())


def _form(environ: Environ) -> dict[str, str] | None:
    """Read a form, of several values the first, and leave it to be read again."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE", "").split(";")[0] != FORM or not length.isdecimal():
        return None
    if int(length) > LONGEST_FORM:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    if len(body) < int(length):
        return None  # the phone went away midway: half of a form is another ballot
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    return dict(reversed(pairs))


def _thanks(asked: Asked) -> Answer | None:
    """Confirm a ballot to the card that has voted and a receipt of the box."""
    if not asked.takes_gzip:
        return None
    _admission, cards = admitted(asked.code)
    items, receipt = standings(cards), asked.query.get("receipt", "")
    settled = [one for one in items if one.box_id == asked.box_id and one.standing is Standing.IN]
    if not settled or not is_receipt(receipt) or not has_receipt(settled[0].box_id, receipt):
        return None
    page = kept_thanks(items, settled[0], asked.code, receipt, asked.lang)
    return Answer(HTTPStatus.OK, squeezed(page)) if page else None


def _now(asked: Asked) -> Answer | None:
    """Tell a waiting phone where its card stands, or that nothing has changed."""
    if asked.box_id is not None:
        return None
    items = standings(admitted(asked.code)[1])
    etag = f'"{tag_of(items)}"'
    known = asked.environ.get("HTTP_IF_NONE_MATCH", "")
    if known.removeprefix("W/") == etag:  # a proxy that compresses makes it a weak one
        return Answer(HTTPStatus.NOT_MODIFIED, b"", (("ETag", etag),))
    return Answer(HTTPStatus.OK, as_json(items).encode(), (("ETag", etag),))


WAYS: Mapping[tuple[str, str], Callable[[Asked], Answer | None]] = {
    ("GET", ""): _paper,
    ("POST", ""): _cast,
    ("GET", "/thanks"): _thanks,
    ("GET", "/now"): _now,
}
