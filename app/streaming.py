"""Answers that have no end of their own: sent by the loop of the gate where there is one."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

from flask import request

T = TypeVar("T")

STREAMS = "piaojue.streams"
"""Where the gate finds, in the environment of a request, what is to follow its answer."""


def following(stream: AsyncGenerator[bytes, None]) -> Iterable[bytes]:
    """Return the body of an answer that is followed by a stream.

    It is empty where the gate takes the stream over; any other server has a thread wait for each
    part of it.
    """
    taken_over = request.environ.get(STREAMS)
    if taken_over is None:
        return in_turn(stream)
    taken_over.append(stream)
    return iter(())


def in_turn(stream: AsyncGenerator[bytes, None]) -> Iterator[bytes]:
    """Wait in this thread for the parts of a stream, which is followed on a loop of its own."""

    async def following_part() -> bytes:
        return await anext(stream)

    def waited(coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop_of_streams()).result()

    try:
        while True:
            yield waited(following_part())
    except StopAsyncIteration:
        return
    finally:
        waited(stream.aclose())


@cache
def loop_of_streams() -> asyncio.AbstractEventLoop:
    """Return the one loop of a process that has no gate, running in a thread of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="streams", daemon=True).start()
    return loop
