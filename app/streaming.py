"""Answers that have no end of their own: sent by the loop of the gate where there is one."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator

from flask import request

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
    """Wait for the parts of a stream one after another, in a thread that has no loop running."""

    async def following_part() -> bytes:
        return await anext(stream)

    loop = asyncio.new_event_loop()
    try:
        while True:
            yield loop.run_until_complete(following_part())
    except StopAsyncIteration:
        return
    finally:
        loop.run_until_complete(stream.aclose())
        loop.close()
