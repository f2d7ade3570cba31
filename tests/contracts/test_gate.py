"""The gate of the server: what comes in as a whole, who answers it, and who never waits for whom."""

import asyncio
import gc
import gzip
import re
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]
from sqlalchemy.exc import OperationalError

import app.gate
from app.ballotbox import reading, service
from app.ballotbox.admission import admit
from app.ballotbox.casting import Writer
from app.ballotbox.codes import new_receipt
from app.extensions import db
from app.gate import Gate, environ_of
from app.hall.service import screen_of
from tests.contracts.hall import NOON
from tests.waiting import waited
from tests.web.booth.hall import Hall

MARKS = {"item-p1": "ticked", "step": "cast"}
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass
class Scope:
    """A request as granian's protocol describes it."""

    path: str
    method: str = "GET"
    query_string: str = ""
    sent: Sequence[tuple[str, str]] = ()
    proto: str = "http"
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "[::1]:4321"
    scheme: str = "http"
    authority: str | None = None

    @property
    def headers(self) -> "Scope":
        return self

    def items(self) -> list[tuple[str, str]]:
        return [("host", "hall:8000"), ("accept-encoding", "gzip"), *self.sent]


@dataclass
class Protocol:
    """The other end of a request: its body comes in parts, a pause before each."""

    parts: Sequence[bytes] = ()
    pause: float = 0
    goes: int = 1000
    """Parts of a stream after which it goes away."""
    status: int = 0
    head: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    got: list[bytes] = field(default_factory=list)

    async def __call__(self) -> bytes:
        return b"".join([part async for part in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            await asyncio.sleep(self.pause)
            yield part

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.head, self.body = status, headers, body

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> "Protocol":
        self.status, self.head = status, headers
        return self

    async def send_bytes(self, part: bytes) -> None:
        self.got.append(part)
        if len(self.got) >= self.goes:
            raise ProtocolClosed

    @property
    def text(self) -> str:
        packed = ("content-encoding", "gzip") in [(n.lower(), v) for n, v in self.head]
        return (gzip.decompress(self.body) if packed else self.body).decode()


def ask(gate: Gate, path: str, form: dict[str, str] | None = None, accept: str = "") -> Protocol:
    return run(asking(gate, path, form, accept))


def run(asked: Coroutine[Any, Any, Protocol]) -> Protocol:
    return waited(asked)


async def asking(
    gate: Gate,
    path: str,
    form: dict[str, str] | None = None,
    accept: str = "",
    **more: Any,
) -> Protocol:
    where, _, query = path.partition("?")
    body = urlencode(form or {}).encode()
    sent = [("accept", accept)] if accept else []
    if form is not None:
        sent += [("content-type", FORM), ("content-length", str(len(body)))]
    answer = Protocol([body] if body else [], **more)
    await gate.__rsgi__(Scope(where, "POST" if body else "GET", query, sent), answer)  # type: ignore[arg-type]
    return answer


@pytest.fixture
def gate(boxed: Flask) -> Iterator[Gate]:
    yield Gate(boxed)
    waited(let_go())


async def let_go() -> None:
    """Have the loop give its connection back, and ask anew."""
    reading._hand.let_go()
    reading._hand.rests_until = 0.0


@pytest.fixture
def warm(boxed: Flask, gate: Gate) -> tuple[Hall, int]:
    """A hall with an open box; two cards have taught the express way all it needs."""
    hall = Hall(boxed)
    box = hall.open()
    walk(gate, hall.codes[-1], box, JSON)
    walk(gate, hall.codes[-2], box)
    return hall, box


def walk(gate: Gate, code: str, box: int, accept: str = "") -> list[int]:
    """Scan, cast, read the thanks; return the statuses."""
    receipt = new_receipt()
    paper = ask(gate, f"/b/{code}")
    cast = ask(gate, f"/b/{code}/{box}", MARKS | {"receipt": receipt}, accept)
    thanks = ask(gate, f"/b/{code}/{box}/thanks?receipt={receipt}")
    return [paper.status, cast.status, thanks.status]


def test_a_phone_is_answered_without_a_thread(
    gate: Gate, warm: tuple[Hall, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, box = warm

    def none(*_arguments: object) -> None:
        raise AssertionError("this went to the views")

    monkeypatch.setattr(gate.views, "submit", none)
    assert walk(gate, hall.codes[0], box) == [200, 303, 200]
    assert ask(gate, f"/b/{hall.codes[1]}").status == 200
    assert len(hall.ballots(box)) == 3


def test_the_gate_and_the_application_say_the_same(
    boxed: Flask, gate: Gate, warm: tuple[Hall, int]
) -> None:
    hall, box = warm
    client = boxed.test_client(use_cookies=False)
    for path in (f"/b/{hall.codes[0]}", f"/b/{hall.codes[-1]}", "/b/0000000000000000", "/sign-in",
                 f"/b/{hall.codes[0]}/{box}?lang=en", f"/b/{hall.codes[-1]}/{box}", "/nowhere/%E4"):  # fmt: skip
        said, plain = ask(gate, path), client.get(path, headers={"Accept-Encoding": "gzip"})
        assert said.status == plain.status_code, path
        ours = {name.lower(): value for name, value in said.head}
        theirs = {name.lower(): value for name, value in plain.headers}
        for once in ("date", "content-length", "set-cookie"):
            ours.pop(once, None), theirs.pop(once, None)
        assert ours == theirs


def test_a_used_card_a_late_one_and_a_faulty_form_are_told_by_the_views(
    gate: Gate, warm: tuple[Hall, int]
) -> None:
    hall, box = warm
    again = MARKS | {"receipt": new_receipt()}
    assert ask(gate, f"/b/{hall.codes[-1]}/{box}", again, JSON).status == 409
    faulty = {"step": "cast", "item-p1": "nonsense", "receipt": new_receipt()}
    assert ask(gate, f"/b/{hall.codes[0]}/{box}", faulty).status == 422
    service.close_box(box, "o", now=NOON)
    assert ask(gate, f"/b/{hall.codes[1]}/{box}", again, JSON).status == 409
    assert len(hall.ballots(box)) == 2


def test_half_a_form_is_no_ballot(gate: Gate, warm: tuple[Hall, int]) -> None:
    hall, box = warm
    whole = urlencode(MARKS | {"receipt": new_receipt(), "item-p2": "ticked"}).encode()
    came = whole[: whole.index(b"&item-p2")]
    head = [("content-type", FORM), ("content-length", str(len(whole)))]
    unstated = [("content-type", FORM), ("transfer-encoding", "chunked")]
    for sent, status, version in ((head, 400, "1.1"), (unstated, 411, "1.1"), (head[:1], 411, "2")):
        answer = Protocol([came])
        path = f"/b/{hall.codes[0]}/{box}"
        scope = Scope(path, "POST", "", sent, http_version=version)
        waited(gate.__rsgi__(scope, answer))  # type: ignore[arg-type]
        assert answer.status == status
    assert len(hall.ballots(box)) == 2


def test_what_breaks_off_is_turned_away(gate: Gate, warm: tuple[Hall, int]) -> None:
    class Broken(Protocol):
        async def __call__(self) -> bytes:
            raise ProtocolClosed

    answer = Broken()
    head = [("content-type", FORM), ("content-length", "300")]
    scope = Scope(f"/b/{warm[0].codes[0]}/{warm[1]}", "POST", "", head)
    waited(gate.__rsgi__(scope, answer))  # type: ignore[arg-type]
    assert answer.status == 400


def test_more_dribbling_phones_than_threads_hold_up_nobody(
    gate: Gate, warm: tuple[Hall, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, box = warm
    monkeypatch.setattr(app.gate, "SLOWEST", 5)
    gate.views = ThreadPoolExecutor(2)
    head = [("content-type", FORM), ("content-length", "4000")]

    async def hall_of_phones() -> tuple[list[Protocol], list[Protocol], float]:
        slow = [Protocol([b"x"] * 4000, pause=0.05) for _ in range(20)]
        path = f"/b/{hall.codes[0]}/{box}"
        scope = Scope(path, "POST", "", head)
        dribbling = [asyncio.create_task(gate.__rsgi__(scope, one)) for one in slow]  # type: ignore[arg-type]
        await asyncio.sleep(0.1)
        begun = time.monotonic()
        quick = await asyncio.gather(
            *(asking(gate, f"/b/{code}/{box}", MARKS | {"receipt": new_receipt()}, JSON)
              for code in hall.codes[:4]),
            *(asking(gate, "/sign-in") for _ in range(4)),
        )  # fmt: skip
        took = time.monotonic() - begun
        await asyncio.gather(*dribbling)
        return slow, quick, took

    slow, quick, took = waited(hall_of_phones())
    assert [one.status for one in quick] == [200] * 8
    assert took < 3, "they waited for nobody"
    assert [one.status for one in slow] == [408] * 20
    assert len(hall.ballots(box)) == 6


def test_what_is_too_long_is_said_before_it_is_read(gate: Gate) -> None:
    unread = Protocol([b"x"])
    head = [("content-type", FORM), ("content-length", str(gate.limit + 1))]
    waited(gate.__rsgi__(Scope("/sign-in", "POST", "", head), unread))  # type: ignore[arg-type]
    assert unread.status == 413
    assert "<h1" in unread.text


def test_a_long_request_is_whole_when_a_view_reads_it(gate: Gate, warm: tuple[Hall, int]) -> None:
    hall, box = warm
    padding = "x" * (2 * app.gate.IN_MEMORY)
    form = MARKS | {"receipt": new_receipt(), "padding": padding}
    assert ask(gate, f"/b/{hall.codes[0]}/{box}", form, JSON).status == 200
    assert len(hall.ballots(box)) == 3


def test_a_screen_is_followed_until_it_goes(gate: Gate, warm: tuple[Hall, int]) -> None:
    hall, _box = warm
    path = f"/screen/{screen_of(hall.session_id).key}/feed"
    db.session.remove()
    screens = [Protocol(goes=3), Protocol(goes=2)]
    gate.views = ThreadPoolExecutor(1)

    async def looked_on() -> None:
        await asyncio.gather(*(gate.__rsgi__(Scope(path), one) for one in screens))  # type: ignore[arg-type]

    waited(looked_on())
    assert [one.status for one in screens] == [200, 200]
    assert dict(screens[0].head)["Content-Type"].startswith("text/event-stream")
    assert "Content-Length" not in dict(screens[0].head)
    assert screens[0].got[0].startswith(b"retry:")
    assert b"event: told" in screens[0].got[1]
    assert gate.app.extensions["hall"].seated == 0, "who goes leaves the seat"


def test_a_full_queue_and_an_ailing_database_say_busy_once(
    gate: Gate, warm: tuple[Hall, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, box = warm
    monkeypatch.setattr(app.gate, "PATIENCE", 0.2)
    monkeypatch.setattr(Writer, "put", lambda _writer, _envelope: Future())
    form = MARKS | {"receipt": new_receipt()}
    begun = time.monotonic()
    told = ask(gate, f"/b/{hall.codes[0]}/{box}", form, JSON)
    page = ask(gate, f"/b/{hall.codes[0]}/{box}", form)
    assert (told.status, page.status) == (503, 503)
    assert '"done":false' in told.text
    assert form["receipt"] in page.text, "the page sends the very same ballot again"
    assert time.monotonic() - begun < 5, "nobody waited in a second queue"


def test_the_loop_gives_up_where_the_views_wait(
    gate: Gate, warm: tuple[Hall, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that does not answer at once is left to the views, and asked again later."""
    hall, box = warm
    asked: list[str] = []

    def shut(_engine: object) -> None:
        asked.append("connect")
        raise db.engine.dialect.loaded_dbapi.OperationalError("shut")

    async def at_hand() -> int:
        with gate.app.app_context(), reading.at_hand():
            return admit(hall.codes[0]).session_id

    waited(let_go())
    with monkeypatch.context() as shutting:
        shutting.setattr(reading, "_connected", shut)
        for code in hall.codes[:3]:
            assert ask(gate, f"/b/{code}").status == 200
    assert asked == ["connect"], "for a while it is not even tried"
    with pytest.raises(OperationalError):
        waited(at_hand())
    assert admit(hall.codes[0]).session_id == hall.session_id
    waited(let_go())
    assert waited(at_hand()) == hall.session_id
    assert walk(gate, hall.codes[0], box) == [200, 303, 200]


def test_a_ballot_that_cannot_be_written_leaves_no_words_of_the_database(
    gate: Gate,
    warm: tuple[Hall, int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hall, box = warm

    def failing(*_arguments: object) -> None:
        raise OperationalError("INSERT", None, Exception(f"a row of {hall.codes[0]}"))

    form = MARKS | {"receipt": new_receipt()}
    with monkeypatch.context() as breaking:
        breaking.setattr("app.ballotbox.casting.put_in", failing)
        assert ask(gate, f"/b/{hall.codes[0]}/{box}", form, JSON).status == 503
        gc.collect()
    assert "cannot be written (Exception)" in caplog.text
    assert hall.codes[0] not in caplog.text
    assert "never retrieved" not in caplog.text
    assert ask(gate, f"/b/{hall.codes[0]}/{box}", form, JSON).status == 200


def test_a_request_is_told_as_wsgi_asks_for_it() -> None:
    sent = [
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("accept", "a"),
        ("accept", "b"),
        ("content-length", "3"),
        ("x_forwarded_for", "9.9.9.9"),
    ]
    environ = environ_of(Scope("/项目 a", "POST", "q=%E4%BD%A0", sent))  # type: ignore[arg-type]
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/项目 a"
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1; b=2", "a, b")
    assert "HTTP_X_FORWARDED_FOR" not in environ, "an underscore passes for no hyphen"
    assert (environ["CONTENT_LENGTH"], environ["REMOTE_ADDR"]) == ("3", "::1")
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert not re.search(r"[^ -~]", environ["QUERY_STRING"])


def test_behind_a_proxy_the_phone_s_own_address_and_scheme_count(
    gate: Gate, warm: tuple[Hall, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _box = warm
    gate.behind = 1
    seen: list[tuple[str, str]] = []
    begin = gate.express.begin
    monkeypatch.setattr(
        gate.express,
        "begin",
        lambda environ: (
            seen.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"])) or begin(environ)
        ),
    )
    forwarded = [("x-forwarded-for", "10.1.2.3"), ("x-forwarded-proto", "https")]
    answer = Protocol()
    waited(gate.__rsgi__(Scope(f"/b/{hall.codes[0]}", sent=forwarded), answer))  # type: ignore[arg-type]
    assert answer.status == 200
    assert seen == [("10.1.2.3", "https")]
