"""One reader a process for all of its screens: a few reads a second, however many look on.

A thread reads each watched session and wakes the streams whose picture changed. Several
processes share nothing but the database, which each reads for itself. Without a screen nothing
is read at all.
"""

import asyncio
import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from app.hall.scenes import Scene, View
from app.refused import Refused

EVERY = 0.12
"""Seconds from one read to the next: a ballot is on the screens within a quarter of a second."""
LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Channel:
    """What a stream follows: the screens behind a key, one view of them, in one language."""

    key: str
    view: View
    locale: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the screens of a channel are told.

    turn grows with every change within this process (epoch); acts and cast grow in the database,
    so that a screen that lands in another process can tell what is older. read is the time of
    the reading on this machine's monotonic clock, at the same in milliseconds since 1970.
    shell changes where the page itself must be loaded anew. gone: the key opens nothing now.
    """

    epoch: str
    turn: int
    acts: int
    box: int
    cast: int
    scene: Scene | None
    html: str
    shell: str
    opened_at: int
    at: int
    read: float
    gone: bool = False
    events: dict[bool, bytes] = field(default_factory=dict, compare=False)
    """What the streams send of it, with the picture and without; filled as it is asked for."""


Bell = asyncio.Future[None]
"""Somebody who waits for news, on whatever loop."""
Reading = Callable[[Mapping[Channel, Told | None]], Mapping[Channel, Told]]
"""Reads what channels are told now, given what each was told last; turn and epoch are not its."""


class Watch:
    """The screens of this process and the thread that reads for them."""

    def __init__(
        self,
        read: Reading,
        *,
        most: int,
        every: float = EVERY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self.epoch = secrets.token_hex(4)
        self._read = read
        self._every = every
        self._clock = clock
        self._changed = threading.Lock()
        self._waiting: dict[Bell, Channel] = {}
        self._seats: Counter[Channel] = Counter()
        self._told: dict[Channel, Told] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def seat(self, channel: Channel) -> Iterator[None]:
        """Follow a channel; raises Refused("too_many_screens") where no seat is left."""
        self._sit(channel)
        try:
            yield
        finally:
            self._leave(channel)

    async def news(self, channel: Channel, after: int, timeout: float) -> Told | None:  # noqa: ASYNC109  (no error: what is latest then is an answer)
        """Wait until a channel is told something of a turn after `after`, or for `timeout` seconds.

        Returns what is the latest then, None where nothing has been read yet.
        """
        with self._changed:
            told = self._told.get(channel)
            if told is not None and told.turn > after:
                return told
            loop = asyncio.get_running_loop()
            bell: Bell = loop.create_future()
            self._waiting[bell] = channel
        late = loop.call_later(timeout, _ring, (bell,))
        try:
            await bell
        finally:
            late.cancel()
            with self._changed:
                self._waiting.pop(bell, None)
        return self._told.get(channel)

    @property
    def seated(self) -> int:
        """How many streams are open."""
        with self._changed:
            return self._seats.total()

    def _sit(self, channel: Channel) -> None:
        with self._changed:
            if self._seats.total() >= self.most:
                raise Refused("too_many_screens", most=self.most)
            self._seats[channel] += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hall", daemon=True)
                self._thread.start()

    def _leave(self, channel: Channel) -> None:
        with self._changed:
            self._seats[channel] -= 1
            if not self._seats[channel]:
                del self._seats[channel]
                self._told.pop(channel, None)

    def _run(self) -> None:
        ailing = False
        while True:
            with self._changed:
                if not self._seats:
                    self._thread = None
                    return
                wanted = {channel: self._told.get(channel) for channel in self._seats}
            begun = self._clock()
            try:
                found = self._read(wanted)
            except Exception:
                # Whatever it is, the next reading may do; until then the screens say that they
                # are stale, because nothing is told to be fresh.
                if not ailing:  # and not seven times a second, for as long as it lasts
                    LOGGER.exception("the screens could not be read")
                ailing = True
            else:
                self._tell(found)
                if ailing:
                    LOGGER.warning("the screens are read again")
                ailing = False
            time.sleep(max(0.0, self._every - (self._clock() - begun)))

    def _tell(self, found: Mapping[Channel, Told]) -> None:
        changed = set()
        with self._changed:
            for channel, told in found.items():
                if channel not in self._seats:
                    continue
                last = self._told.get(channel)
                same = last is not None and _same(last, told)
                turn = 1 if last is None else last.turn + (not same)
                self._told[channel] = replace(told, epoch=self.epoch, turn=turn, events={})
                if not same:
                    changed.add(channel)
            ringing = [bell for bell, channel in self._waiting.items() if channel in changed]
        for loop in {bell.get_loop() for bell in ringing}:
            with suppress(RuntimeError):  # it was closed, and so nobody waits
                loop.call_soon_threadsafe(_ring, [b for b in ringing if b.get_loop() is loop])


def _ring(bells: Sequence[Bell]) -> None:
    for bell in bells:
        if not bell.done():
            bell.set_result(None)


def _same(last: Told, told: Told) -> bool:
    """Whether two readings show the same."""
    return (last.scene, last.html, last.shell, last.acts, last.gone) == (
        told.scene,
        told.html,
        told.shell,
        told.acts,
        told.gone,
    )
