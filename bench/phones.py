"""Phones as a load: each scans, fills in, casts and reads its thanks, over one connection.

Cheaper than a real client, since it runs on the cores it measures: one process, one loop, no
parsing beyond status, length and the few bytes that a phone needs.
"""

import asyncio
import gc
import random
import re
import ssl
import zlib
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from urllib.parse import urlencode

RECEIPT = re.compile(rb'name="receipt"\s+value="([^"]+)"')
PATIENCE = 60.0
"""Seconds after which a phone gives up; one that does is lost, and fails the run."""
LONGEST_WAIT = 2.0
LEAD = 2.0
"""Seconds that whatever goes on beside a vote begins before it, and a second more for each 200 of
them; and ends after it."""
PAUSE = (2.0, 4.0)
"""Seconds that a waiting phone lets pass between two polls (app/static/booth/booth.js)."""
COUNT = re.compile(rb'"cast":(\d+)')


@dataclass(frozen=True, slots=True)
class Walk:
    """How one service wants its phones: addresses by ticket code, and the fields of a ballot."""

    host: str
    ports: tuple[int, ...]
    """Of one server, or of several that share a database: a phone goes on to the next."""
    paper: Callable[[str], str]
    ballot: Callable[[str], str]
    fields: Mapping[str, str]
    tls: bool = False


@dataclass(slots=True)
class Journey:
    """One phone's way; times in seconds, None where it did not come so far."""

    paper: float | None = None
    cast: float | None = None
    whole: float | None = None
    done: float | None = None
    retries: int = 0
    receipt: str = ""
    acknowledged: float | None = None
    """When the ballot was answered with the way to its thanks."""


class Line(asyncio.Protocol):
    """One HTTP connection that answers one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.waiting: asyncio.Future[tuple[int, bytes, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or self.waiting is None or self.waiting.done():
            return
        head = bytes(self.buffer[:end])
        low = head.lower()
        at = low.find(b"content-length:")
        rest = low[at + 15 :].split(b"\r\n", 1)[0] if at >= 0 else b"0"
        length = int(rest)
        if len(self.buffer) - end - 4 < length:
            return
        body = bytes(self.buffer[end + 4 : end + 4 + length])
        del self.buffer[: end + 4 + length]
        self.waiting.set_result((int(head[9:12]), head, body))

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(ConnectionResetError(str(error)))


@dataclass(slots=True)
class Phone:
    """One phone with its card."""

    walk: Walk
    code: str
    context: ssl.SSLContext | None
    line: Line | None = None
    journey: Journey = field(default_factory=Journey)
    at: int = field(default_factory=lambda: random.randrange(1000))

    async def go(self) -> Journey:
        """Vote; whatever is not answered is asked again, as the phone's page does by itself."""
        begun = perf_counter()
        page = await self.ask("GET", self.walk.paper(self.code), b"", begun)
        if page is None:
            return self.journey
        shown = perf_counter()
        self.journey.paper = shown - begun
        found = RECEIPT.search(plain(page))
        if found is None:
            raise RuntimeError("this page is no paper: " + plain(page)[:400].decode())
        self.journey.receipt = found[1].decode()
        body = urlencode({**self.walk.fields, "receipt": self.journey.receipt}).encode()
        answer = await self.ask("POST", self.walk.ballot(self.code), body, begun)
        if answer is None:
            return self.journey
        cast = perf_counter()
        self.journey.cast = cast - shown
        where = re.search(rb"(?i)\r\nlocation: ([^\r]+)", answer[1])
        if where is None:
            raise RuntimeError(f"no thanks: {answer[0]} {plain(answer)[:800].decode()}")
        self.journey.acknowledged = cast
        thanks = await self.ask("GET", where[1].decode(), b"", begun)
        if thanks is not None and thanks[0] == 200:
            self.journey.done = perf_counter()
            self.journey.whole = self.journey.done - begun
        if self.line and self.line.transport:
            self.line.transport.close()
        return self.journey

    async def ask(
        self, method: str, path: str, body: bytes, begun: float
    ) -> tuple[int, bytes, bytes] | None:
        """Send a request until it is answered, or the phone has waited for too long."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.walk.host}\r\nAccept-Encoding: gzip\r\n"
        if body:
            form = "application/x-www-form-urlencoded"
            head += f"Content-Type: {form}\r\nContent-Length: {len(body)}\r\n"
        sent, wait = head.encode() + b"\r\n" + body, 0.05
        while perf_counter() - begun < PATIENCE:
            try:
                answer = await self.once(sent)
            except (OSError, TimeoutError):
                self.line = None
                self.at += 1
            else:
                if answer[0] != 503:
                    return answer
            self.journey.retries += 1
            await asyncio.sleep(wait * (0.5 + random.random()))
            wait = min(2 * wait, LONGEST_WAIT)
        return None

    async def once(self, sent: bytes) -> tuple[int, bytes, bytes]:
        """Send a request over the line, which is made anew where it was lost."""
        loop = asyncio.get_running_loop()
        if self.line is None or self.line.transport is None or self.line.transport.is_closing():
            where = (self.walk.host, self.walk.ports[self.at % len(self.walk.ports)])
            _made, self.line = await loop.create_connection(Line, *where, ssl=self.context)
        line = self.line
        assert line.transport is not None
        line.waiting = loop.create_future()
        line.transport.write(sent)
        return await asyncio.wait_for(line.waiting, PATIENCE)


def plain(answer: tuple[int, bytes, bytes]) -> bytes:
    """Return a body as it was before it was compressed."""
    _status, head, body = answer
    if b"content-encoding: gzip" in head.lower():
        return zlib.decompress(body, wbits=31)
    return body


def vote(
    walk: Walk,
    codes: Sequence[str],
    over: float,
    at_once: int,
    beside: Sequence[Callable[[Walk], Awaitable[None]]] = (),
) -> tuple[list[Journey], float]:
    """Have a phone a code vote; return their journeys and the seconds it took in all.

    over: they arrive evenly within so many seconds, at random; 0: as fast as they can, `at_once`
    of them at a time. beside: what else goes on, begun two seconds before and ended after.
    """

    async def hall() -> tuple[list[Journey], float]:
        gc.collect()
        gc.freeze()  # the load must not stand still for what the bench itself has made
        places, context = asyncio.Semaphore(at_once if not over else len(codes)), trusting(walk)
        others = [asyncio.create_task(one(walk)) for one in beside]  # type: ignore[arg-type]
        await asyncio.sleep(LEAD + len(others) / 200 if others else 0)

        async def one(code: str, arrives: float) -> Journey:
            await asyncio.sleep(arrives)
            async with places:
                return await Phone(walk, code, context).go()

        started = perf_counter()
        arrivals = [over * random.random() for _ in codes]
        journeys = await asyncio.gather(
            *(one(code, at) for code, at in zip(codes, arrivals, strict=True))
        )
        took = perf_counter() - started
        await asyncio.sleep(LEAD if others else 0)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        return list(journeys), took

    with ThreadPoolExecutor(1) as own:  # the caller's thread may have a loop: a browser's, say
        return own.submit(asyncio.run, hall()).result()


def trusting(walk: Walk) -> ssl.SSLContext | None:
    """Return what makes a phone trust the hall's own certificate; None without TLS."""
    if not walk.tls:
        return None
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass(slots=True)
class Poller:
    """A phone that waits: it asks where its card stands, as app/static/booth/booth.js does."""

    code: str
    asked: list[float] = field(default_factory=list)
    """Seconds that each answer took."""

    async def __call__(self, walk: Walk) -> None:
        await asyncio.sleep(random.random() * PAUSE[1])
        phone, tag = Phone(walk, self.code, trusting(walk)), ""
        while True:
            begun = perf_counter()
            head = f"GET /b/{self.code}/now HTTP/1.1\r\nHost: hall\r\nAccept: application/json\r\n"
            held = f"If-None-Match: {tag}\r\n" if tag else ""
            _status, found, _body = await phone.once(f"{head}{held}\r\n".encode())
            etag = re.search(rb"(?im)^etag: (.*?)\r?$", found)
            tag = etag[1].decode() if etag else tag
            self.asked.append(perf_counter() - begun)
            await asyncio.sleep(random.uniform(*PAUSE))


@dataclass(slots=True)
class Screen(asyncio.Protocol):
    """A hall screen: it follows the stream, and notes each count and when it came.

    A protocol and no reader: a thousand of them must not be what the run is about.
    """

    key: str
    seen: list[tuple[int, float]] = field(default_factory=list)
    rest: bytes = b""

    async def __call__(self, walk: Walk) -> None:
        loop = asyncio.get_running_loop()
        where = (walk.host, walk.ports[0])
        transport, _self = await loop.create_connection(lambda: self, *where, ssl=trusting(walk))
        transport.write(f"GET /screen/{self.key}/feed HTTP/1.1\r\nHost: hall\r\n\r\n".encode())
        try:
            await loop.create_future()
        finally:
            transport.close()

    def data_received(self, data: bytes) -> None:
        whole, _end, self.rest = (self.rest + data).rpartition(b"\n\n")
        found = COUNT.search(whole, max(0, whole.rfind(b"event: told")))
        if found is not None:
            self.seen.append((int(found[1]), perf_counter()))


@dataclass(frozen=True, slots=True)
class Dribbler:
    """A phone at the edge of the Wi-Fi: its ballot comes in byte by byte, and never ends."""

    walk_code: str

    async def __call__(self, walk: Walk) -> None:
        reader, writer = await asyncio.open_connection(walk.host, walk.ports[0], ssl=trusting(walk))
        where = walk.ballot(self.walk_code)
        kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000"
        writer.write(f"POST {where} HTTP/1.1\r\nHost: hall\r\n{kind}\r\n\r\n".encode())
        try:
            while not reader.at_eof():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.2)
        finally:
            writer.close()


def lags(screens: Sequence[Screen], journeys: Sequence[Journey], before: int) -> list[float]:
    """Return, of each screen and ballot, the seconds until the screen showed as many ballots.

    before: ballots that were in when the journeys began. One that was never shown is infinite.
    """
    acknowledged = sorted(one.acknowledged for one in journeys if one.acknowledged is not None)
    found = []
    for screen in screens:
        counts = [count for count, _at in screen.seen]
        for number, at in enumerate(acknowledged, before + 1):
            place = bisect_left(counts, number)
            shown = screen.seen[place][1] if place < len(counts) else inf
            found.append(max(0.0, shown - at))
    return found
