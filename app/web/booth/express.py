"""The ordinary way of a ballot, past the framework: paper, cast, thanks, a waiting phone's poll.

A request of the framework, its extensions and a template cost a millisecond; three thousand
phones that open one paper in one minute, and poll while they wait, have no such millisecond. So
what nearly all of them ask is answered here: from the shelf, under the very headers that the
views sent with the first such answer. Whatever is not ordinary (a first paper, a fault, a
refusal, a named vote, another spelling) goes on to the views, which alone know what to say. A
contract holds the two to the same bytes.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.utils import redirect

from app.ballotbox.admission import admit, admitted, has_receipt
from app.ballotbox.ballot_store import Answer as BallotAnswer
from app.ballotbox.casting import PATIENCE, hand_in, settle
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

TRIED = "piaojue.tried"
"""In the environment of a request that is left to the views: the kind of their answer, of which
something is to be learned; else None."""
QUEUED = "piaojue.queued"
"""In the environment of a ballot that stood in the queue in vain: once is enough."""

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


@dataclass(frozen=True, slots=True)
class Handed:
    """A ballot on its way into the box, and what its phone is told once it is in."""

    waiting: "Future[BallotAnswer]"
    told: Callable[[], Answer]


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that the express way knows, and who answers it."""

    way: "Way"
    asked: Asked


Way = Callable[[Asked], Answer | Handed | None]
Kind = tuple[Way, HTTPStatus, bool, str]
"""Answers that have their headers in common."""
Told = tuple[int, Sequence[tuple[str, str]], bytes]


class Express:
    """Stands before the application and answers what it can.

    The gate of the server asks it piece by piece and waits for ballots on its loop; under any
    other server it is an application of its own (`__call__`), which waits in its thread.
    """

    def __init__(self, app: Flask, inner: Inner) -> None:
        self.app, self.inner = app, inner
        self.heads: dict[Kind, list[tuple[str, str]]] = {}

    def begin(self, environ: Environ) -> Begun | None:
        """Look at a request; None where it is not of the ordinary way."""
        found = WAY.fullmatch(environ.get("PATH_INFO", ""))
        way = WAYS.get((environ["REQUEST_METHOD"], found[3] or "")) if found else None
        asked = _asked(found, environ) if found and way else None
        return None if asked is None or way is None else Begun(way, asked)

    def attempt(self, begun: Begun) -> Answer | Handed | None:
        """Answer a request as far as nothing has to be waited for; None leaves it to the views."""
        try:
            with self.app.app_context():
                return begun.way(begun.asked)
        except Refused as refused:
            return self._busy(begun, refused)
        except Exception:  # noqa: BLE001  (the views meet it again: they say it, and log it discreetly)
            return None

    def settled(self, begun: Begun, handed: Handed, patience: float = 0) -> Answer | None:
        """Answer the phone whose ballot was handed in; None leaves it to the views."""
        try:
            settle(handed.waiting, patience)
        except Refused as refused:
            return self._busy(begun, refused)
        except Exception:  # noqa: BLE001  (as above)
            return None
        return handed.told()

    def told(self, begun: Begun, answer: Answer | None) -> Told | None:
        """Return an answer with its headers; None while none of its kind went out."""
        head = None if answer is None else self.heads.get(_kind(begun, answer))
        if answer is None or head is None:
            return None
        length = [("Content-Length", str(len(answer.body)))] if answer.body else []
        return answer.status.value, [*head, *length, *answer.own], answer.body

    def left(self, begun: Begun, answer: Answer | None) -> None:
        """Leave a request to the views, which say what an `answer` that came to nothing is like."""
        begun.asked.environ[TRIED] = None if answer is None else _kind(begun, answer)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request as WSGI asks for it, unless it was tried already."""
        begun = None if TRIED in environ else self.begin(environ)
        if begun is not None:
            found = self.attempt(begun)
            answer = self.settled(begun, found, PATIENCE) if isinstance(found, Handed) else found
            told = self.told(begun, answer)
            if told is not None:
                status, headers, body = told
                start(f"{status} {HTTPStatus(status).phrase}", headers)
                return (body,)
            self.left(begun, answer)
        kind = environ.get(TRIED)
        return self.inner(environ, start if kind is None else self._learning(kind, start))

    def _busy(self, begun: Begun, refused: Refused) -> Answer | None:
        """Tell a script to send its ballot again; the page for everybody else is the views'."""
        asked = begun.asked
        if refused.reason != "busy":
            return None
        asked.environ[QUEUED] = True
        if not asked.script:
            return None
        lang = f"?lang={asked.lang}" if asked.lang else ""
        page = f"/b/{asked.code}/{asked.box_id}{lang}"
        return _told(HTTPStatus.SERVICE_UNAVAILABLE, page, done=False)

    def _learning(self, kind: Kind, start: Start) -> Start:
        """Note the headers of the views' own answer, where it is the one that was expected."""

        def started(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            of_kind = [pair for pair in headers if pair[0].lower() not in OF_ONE_ANSWER]
            alike = all(name.lower() in OF_ITS_KIND for name, _value in of_kind)
            if line.startswith(str(kind[1].value)) and alike:
                self.heads[kind] = of_kind
            return start(line, headers, *more)

        return started


def _kind(begun: Begun, answer: Answer) -> Kind:
    asked = begun.asked
    return begun.way, answer.status, asked.script, asked.environ["wsgi.url_scheme"]


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


def _cast(asked: Asked) -> Handed | None:
    """Hand in a faultless secret ballot."""
    form = _form(asked.environ) if asked.takes_gzip or asked.script else None
    opened = shelf().papers.get(asked.box_id or 0)
    if form is None or opened is None or opened.face.named or form.get("step") != "cast":
        return None
    admission = admit(asked.code)
    filled, receipt = opened.instrument.read_form(opened.paper, form), form.get("receipt", "")
    if opened.frozen.session_id != admission.session_id or filled.marks is None:
        return None
    waiting = hand_in(admission, opened.face.id, filled.marks, receipt, remarks=filled.remarks)
    return Handed(waiting, lambda: _in_the_box(asked, receipt))


def _in_the_box(asked: Asked, receipt: str) -> Answer:
    """Lead the phone whose ballot is in to its thanks."""
    tail = f"&lang={asked.lang}" if asked.lang else ""
    onward = f"/b/{asked.code}/{asked.box_id}/thanks?receipt={receipt}{tail}"
    if asked.script:
        return _told(HTTPStatus.OK, onward, done=True)
    page = redirect(onward, HTTPStatus.SEE_OTHER).get_data(as_text=True)
    return Answer(HTTPStatus.SEE_OTHER, squeezed(page), (("Location", onward),))


def _told(status: HTTPStatus, onward: str, *, done: bool) -> Answer:
    """Tell a phone's script where to go on, and whether its ballot is in."""
    said = json.dumps({"done": done, "next": onward}, separators=(",", ":"))
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


WAYS: Mapping[tuple[str, str], Way] = {
    ("GET", ""): _paper,
    ("POST", ""): _cast,
    ("GET", "/thanks"): _thanks,
    ("GET", "/now"): _now,
}
