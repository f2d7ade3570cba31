"""What is read for the screens, and how it is said to them: server-sent events."""

import hashlib
import json
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from pathlib import Path

from flask import Flask, current_app
from flask_babel import force_locale

from app.extensions import db, now
from app.hall.scenes import drawn, scene_of
from app.hall.service import screen_behind
from app.hall.snapshot import Snapshot, read
from app.hall.watch import Channel, Told, Watch
from app.refused import Refused

BEAT = 2.0
"""Seconds after which a screen is told that nothing changed."""
STALE = 3.0
"""Seconds after which what was read last no longer passes for fresh."""
RETRY = b"retry: 1000\n\n"


def watch() -> Watch:
    """Return the one watch of this process."""
    found: Watch = current_app.extensions["hall"]
    return found


def init_hall(app: Flask) -> None:
    """Give the application its watch; nothing is read before the first screen opens."""

    def reading(wanted: Mapping[Channel, Told | None]) -> dict[Channel, Told]:
        with app.app_context():
            return told_now(wanted)

    app.extensions["hall"] = Watch(reading, most=app.extensions["settings"].screens)
    app.extensions["hall_version"] = version_of(Path(str(app.static_folder)) / "hall")


def version_of(folder: Path) -> str:
    """Return what changes with the style and the script of the screens."""
    content = b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    return hashlib.sha256(content).hexdigest()[:10]


def told_now(wanted: Mapping[Channel, Told | None]) -> dict[Channel, Told]:
    """Read each session once, whatever the number of its channels, and draw what changed."""
    snapshots: dict[str, Snapshot | None] = {}
    begun = time.monotonic()
    for key in {channel.key for channel in wanted}:
        snapshots[key] = snapshot_behind(key)
    db.session.rollback()  # the figures are read; what is drawn below reads for itself
    return {
        channel: _told(channel, last, snapshots[channel.key], begun)
        for channel, last in wanted.items()
    }


def snapshot_behind(key: str) -> Snapshot | None:
    """Return what the screens of a key may know now, None where it opens nothing."""
    try:
        screen = screen_behind(key)
    except Refused:
        return None
    return read(screen, current_app.extensions["settings"].scrutineers, now())


def shell_of(snapshot: Snapshot) -> str:
    """Return what the page around the pictures depends on: it is loaded anew where it changes."""
    version = current_app.extensions["hall_version"]
    facts = (snapshot.body, snapshot.sitting, snapshot.theme, snapshot.emblem, snapshot.rehearsal)
    return "|".join((version, *map(str, facts)))


def _told(channel: Channel, last: Told | None, snapshot: Snapshot | None, begun: float) -> Told:
    if snapshot is None:
        return Told("", 0, 0, 0, 0, None, "", "", 0, 0, begun, gone=True)
    with force_locale(channel.locale):
        scene = scene_of(snapshot, channel.view)
        unchanged = last is not None and last.scene is not None and last.scene.still == scene.still
        html = last.html if last is not None and unchanged else drawn(scene, snapshot)
    item = snapshot.item
    opened = item.opened_at if item is not None else None
    return Told(
        epoch="",
        turn=0,
        acts=snapshot.acts,
        box=0 if item is None else item.box_id,
        cast=0 if item is None else item.cast,
        scene=scene,
        html=html,
        shell=shell_of(snapshot),
        opened_at=0 if opened is None else round(opened.timestamp() * 1000),
        at=round(snapshot.at.timestamp() * 1000),
        read=begun,
    )


async def stream(
    watching: Watch, channel: Channel, *, beat: float = BEAT
) -> AsyncGenerator[bytes, None]:
    """Say to one screen what it is told, until it goes or its key opens nothing any more.

    A picture is sent once, then its figures; every `beat` seconds at least something is said, so
    that the screen knows it is not left alone. While nothing can be read, nothing is said but a
    comment: the screen finds out that it is stale.

    The refusal of one screen too many is an event of its own, because the browser's reader of
    streams hides the status and the words of an answer from the page.
    """
    yield RETRY
    try:
        with watching.seat(channel):
            async with aclosing(_following(watching, channel, beat)) as said_of_it:
                async for part in said_of_it:
                    yield part
    except Refused as refused:
        yield event("full", {"most": refused.facts["most"]}, retry=10_000)


async def _following(watching: Watch, channel: Channel, beat: float) -> AsyncGenerator[bytes, None]:
    turn, html = 0, ""
    while True:
        told = await watching.news(channel, turn, beat)
        if told is None or time.monotonic() - told.read > STALE:
            yield b": nothing could be read\n\n"
            turn = told.turn if told is not None else turn  # it is no news any more: wait a beat
            continue
        if told.gone:
            yield event("gone", {}, retry=10_000)
            return
        yield said(told, with_html=told.html != html)
        turn, html = told.turn, told.html


def said(told: Told, *, with_html: bool) -> bytes:
    """Return the event of what is told: written once, however many screens it goes to."""
    if with_html not in told.events:
        told.events[with_html] = event("told", as_json(told, with_html))
    return told.events[with_html]


def as_json(told: Told, with_html: bool) -> dict[str, object]:
    """Return what a screen is told as plain JSON; the picture only where it is asked for."""
    scene = told.scene
    said: dict[str, object] = {
        "epoch": told.epoch,
        "turn": told.turn,
        "acts": told.acts,
        "box": told.box,
        "cast": told.cast,
        "at": told.at,
        "openedAt": told.opened_at,
        "shell": told.shell,
        "picture": "" if scene is None else scene.picture.value,
        "figures": {} if scene is None else dict(scene.figures),
    }
    return said | {"html": told.html} if with_html else said


def event(name: str, said: Mapping[str, object], retry: int = 0) -> bytes:
    """Write one server-sent event; `retry` is how many milliseconds a screen waits to return."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    head = f"retry: {retry}\n" if retry else ""
    return f"{head}event: {name}\ndata: {text}\n\n".encode()
