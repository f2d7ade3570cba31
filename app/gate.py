"""The gate of the server: granian's loop, in front of the application.

What phones ask a thousand times is answered on the loop itself; everything else goes to the
views, each request in a thread. A request comes to a thread once it is here as a whole and leaves
it once its answer is made, so that hundreds of phones at the edge of the Wi-Fi, and as many
screens that look on for hours, hold nothing but their connections (ADR 0010).
"""

import asyncio
import gc
import sys
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from io import SEEK_END, BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Flask
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined]
from werkzeug.middleware.proxy_fix import ProxyFix

from app.ballotbox.casting import PATIENCE
from app.ballotbox.reading import at_hand
from app.factory import create_app
from app.streaming import STREAMS
from app.web.booth.express import Answer, Begun, Express, Handed
from app.web.doorstep import HOST

VIEWS = 128
"""Threads for the views; a named vote waits in one until it is in the box."""
IN_MEMORY = 256_000
"""Bytes of a request that are kept in memory; a longer one is put into a file as it comes."""
LONG_ONES = 64
"""Longer requests that are let in at a time."""
SLOWEST, SLOWEST_LONG = 120, 900
"""Seconds in which a request, and a longer one, must be here as a whole."""

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Stream = AsyncGenerator[bytes, None]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole or with streams that follow it and have no end of their own."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes = b""
    streams: Sequence[Stream] = ()


class TurnedAway(Exception):  # noqa: N818  (it is an answer, not an error)
    """A request that is no whole one; status says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


def create_gate() -> "Gate":
    """Build the application and the gate in front of it: what granian starts in each process."""
    gate = Gate(create_app())
    # What is there now stays: to look through all of it for garbage, time and again, would stop
    # the loop for a fifth of a second in the midst of a vote.
    gc.collect()
    gc.freeze()
    return gate


class Gate:
    """Answers the requests of granian's RSGI protocol."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.limit: int = app.config["MAX_CONTENT_LENGTH"]
        self.express: Express = app.extensions["express"]
        self.behind: int = app.extensions["settings"].trusted_proxies
        self.views = ThreadPoolExecutor(VIEWS, "views")
        self.long_ones = asyncio.Semaphore(LONG_ONES)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer a request; a phone that went away meanwhile is told nothing."""
        environ = environ_of(scope)
        with suppress(ProtocolClosed):
            try:
                with await self._body(environ, protocol) as environ["wsgi.input"]:
                    reply = await self._reply(environ)
            except TurnedAway as turned_away:
                reply = Reply(turned_away.status, [("Connection", "close")])
            await _send(reply, protocol)

    async def _body(self, environ: Environ, protocol: HTTPProtocol) -> IO[bytes]:
        """Wait until the request is here as a whole; what is too long is left to the views.

        Half of a form is another ballot: what ends before its stated length is turned away, and
        what states none (no browser sends such) at once.
        """
        if "HTTP_TRANSFER_ENCODING" in environ or _streamed(environ):
            raise TurnedAway(HTTPStatus.LENGTH_REQUIRED)
        stated = int(environ.get("CONTENT_LENGTH") or 0)
        if stated == 0 or stated > self.limit:
            return BytesIO()  # the views refuse a length before they read anything of it
        found: IO[bytes]
        try:
            if stated <= IN_MEMORY:
                async with asyncio.timeout(SLOWEST):
                    found = BytesIO(await protocol())
            else:
                async with asyncio.timeout(SLOWEST_LONG), self.long_ones:
                    found = await _spooled(protocol)
        except TimeoutError:
            raise TurnedAway(HTTPStatus.REQUEST_TIMEOUT) from None
        except ProtocolClosed:  # what came in broke off; what goes out may still arrive
            raise TurnedAway(HTTPStatus.BAD_REQUEST) from None
        if found.seek(0, SEEK_END) < stated:
            found.close()
            raise TurnedAway(HTTPStatus.BAD_REQUEST)
        found.seek(0)
        return found

    async def _reply(self, environ: Environ) -> Reply:
        """Answer on the ordinary way of a phone, or through the views."""
        if self.behind:  # in place: the application's own ProxyFix then finds it done
            many = self.behind
            ProxyFix(_nothing, x_for=many, x_proto=many, x_host=many)(environ, _nothing)  # type: ignore[arg-type]
        begun = self.express.begin(environ)
        if begun is not None and HOST.fullmatch(environ.get("HTTP_HOST", "")):
            answer = await self._tried(begun)
            told = self.express.told(begun, answer)
            if told is not None:
                return Reply(*told)
            self.express.left(begun, answer)
            environ["wsgi.input"].seek(0)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.views, through, self.app.wsgi_app, environ)

    async def _tried(self, begun: Begun) -> Answer | None:
        with at_hand():
            found = self.express.attempt(begun)
        if isinstance(found, Handed):
            await _over(found.waiting, PATIENCE)
            return self.express.settled(begun, found)
        return found


async def _over(waiting: "Future[Any]", seconds: float) -> None:
    """Wait on the loop until something that a thread does is over, or the seconds are.

    Its outcome stays with it: asyncio's own copy of a failure would put the words of the database
    into the log, in which ballots are told by nothing.
    """
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def ring(_waiting: "Future[Any]") -> None:
        with suppress(RuntimeError):  # the loop was closed, and so nobody waits
            loop.call_soon_threadsafe(over.set)

    waiting.add_done_callback(ring)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await over.wait()


def _streamed(environ: Environ) -> bool:
    """Whether HTTP/2, which needs no header for it, may bring a form of unstated length."""
    posted = environ["REQUEST_METHOD"] == "POST" and "CONTENT_LENGTH" not in environ
    return posted and environ["SERVER_PROTOCOL"].startswith("HTTP/2")


async def _spooled(protocol: HTTPProtocol) -> IO[bytes]:
    """Put a long request into a file as it comes."""
    with ExitStack() as unless_whole:
        found = unless_whole.enter_context(SpooledTemporaryFile(IN_MEMORY))
        async for part in protocol:
            found.write(part)
        unless_whole.pop_all()
    return cast("IO[bytes]", found)


async def _send(reply: Reply, protocol: HTTPProtocol) -> None:
    """Send an answer; raises ProtocolClosed where nobody is there any more."""
    headers = list(reply.headers)
    if not reply.streams:
        protocol.response_bytes(reply.status, headers, reply.body)
        return
    transport = protocol.response_stream(reply.status, headers)
    for stream in reply.streams:
        async with aclosing(stream):
            async for part in stream:
                await transport.send_bytes(part)


def environ_of(scope: Scope) -> Environ:
    """Return a request as WSGI asks for it (PEP 3333), without its body."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # nobody means it, and it would pass for the one with a hyphen
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        apart = "; " if key == "HTTP_COOKIE" else ", "
        environ[key] = f"{environ[key]}{apart}{value}" if key in environ else value
    if scope.authority:
        environ.setdefault("HTTP_HOST", scope.authority)
    return environ


def through(application: Application, environ: Environ) -> Reply:
    """Have the application answer, and wait for the whole of it but for streams."""
    environ[STREAMS] = streams = list[Stream]()
    started: list[tuple[int, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        started.append((int(status[:3]), headers))

    parts = application(environ, start)
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return Reply(*started[-1], body, streams)


def _nothing(*_arguments: Any) -> Iterable[bytes]:
    return ()
