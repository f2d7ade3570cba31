"""One reader for all screens: what each is told, in what order, and how many there can be."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from app.hall.feed import stream
from app.hall.scenes import Picture, Scene, View
from app.hall.watch import Channel, Told, Watch
from app.refused import Refused
from app.streaming import in_turn
from tests.waiting import waited

HALL = Channel("KEY", View.HALL, "zh_Hans")
TABLE = Channel("KEY", View.TABLE, "zh_Hans")


def told(cast: int = 0, *, gone: bool = False, html: str = "<p>") -> Told:
    scene = Scene(View.HALL, Picture.VOTING, ("still",), {"cast": str(cast)})
    return Told("", 0, 5, 1, cast, scene, html, "shell", 0, 1000, time.monotonic(), gone=gone)


class Reader:
    """Stands for the database: what is told next, and how often it was asked."""

    def __init__(self) -> None:
        self.next = told()
        self.asked: list[frozenset[Channel]] = []
        self.fails = False

    def __call__(self, wanted: Mapping[Channel, Told | None]) -> dict[Channel, Told]:
        self.asked.append(frozenset(wanted))
        if self.fails:
            raise OSError("the database is gone")
        return dict.fromkeys(wanted, replace(self.next, read=time.monotonic()))


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def watch(reader: Reader) -> Iterator[Watch]:
    made = Watch(reader, every=0.01, most=3)
    yield made
    until(lambda: made._thread is None)


def latest(watch: Watch, channel: Channel, after: int, timeout: float) -> Told | None:
    return waited(watch.news(channel, after, timeout))


def until(true: object, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.005)


def events(said: bytes) -> dict[str, object]:
    name, data = said.decode().strip().splitlines()[-2:]
    return {"event": name.removeprefix("event: "), **json.loads(data.removeprefix("data: "))}


def test_nothing_is_read_while_nobody_looks(watch: Watch, reader: Reader) -> None:
    time.sleep(0.05)
    assert reader.asked == []
    with watch.seat(HALL):
        until(lambda: reader.asked)
    until(lambda: watch._thread is None)
    asked = len(reader.asked)
    time.sleep(0.05)
    assert len(reader.asked) == asked
    with watch.seat(HALL):
        assert latest(watch, HALL, 0, 5) is not None, "the next screen starts the reader again"


def test_twenty_screens_are_one_reading(reader: Reader) -> None:
    watch = Watch(reader, every=0.05, most=20)
    seats = [watch.seat(HALL) for _ in range(20)]
    for seat in seats:
        seat.__enter__()
    begun = len(reader.asked)
    time.sleep(0.3)
    assert len(reader.asked) - begun <= 7
    assert set(reader.asked) == {frozenset({HALL})}
    assert watch.seated == 20
    for seat in seats:
        seat.__exit__(None, None, None)
    until(lambda: watch._thread is None)


def test_one_screen_too_many_is_refused_and_a_free_seat_is_taken_again(watch: Watch) -> None:
    with watch.seat(HALL), watch.seat(HALL):
        with watch.seat(TABLE):
            with pytest.raises(Refused) as refused, watch.seat(HALL):
                pass
            assert refused.value.reason == "too_many_screens"
            assert refused.value.facts == {"most": 3}
            full = events(list(in_turn(stream(watch, HALL)))[-1])
            assert full == {"event": "full", "most": 3}
        with watch.seat(HALL):
            assert watch.seated == 3
    assert watch.seated == 0


def test_a_change_wakes_a_stream_at_once_and_turns_only_grow(watch: Watch, reader: Reader) -> None:
    with watch.seat(HALL):
        turns, casts, turn = [], [], 0
        for cast in (3, 3, 7, 8):
            reader.next = told(cast)
            news = latest(watch, HALL, turn, 0.1)
            assert news is not None
            until(lambda: latest(watch, HALL, 0, 1).cast == reader.next.cast)
            news = latest(watch, HALL, 0, 1)
            turns.append(news.turn)
            casts.append(news.cast)
            turn = news.turn
        assert turns == sorted(turns)
        assert casts == [3, 3, 7, 8]
        assert len(set(turns)) == 3, "what is the same is no turn"
        assert {latest(watch, HALL, 0, 1).epoch} == {watch.epoch}


def test_a_picture_is_sent_once_and_then_its_figures(watch: Watch, reader: Reader) -> None:
    said = in_turn(stream(watch, HALL, beat=0.05))
    assert next(said) == b"retry: 1000\n\n"
    first = events(next(said))
    assert (first["event"], first["html"]) == ("told", "<p>")
    beat = events(next(said))
    assert "html" not in beat
    assert beat["turn"] == first["turn"]
    reader.next = told(9)
    until(lambda: latest(watch, HALL, 0, 1).cast == 9)
    assert events(next(said))["figures"] == {"cast": "9"}
    reader.next = told(9, html="<h1>")
    until(lambda: latest(watch, HALL, 0, 1).html == "<h1>")
    assert events(next(said))["html"] == "<h1>"
    said.close()
    assert watch.seated == 0


def test_while_nothing_can_be_read_nothing_passes_for_fresh(
    watch: Watch, reader: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.hall.feed.STALE", 0.1)
    said = in_turn(stream(watch, HALL, beat=0.05))
    next(said)
    assert events(next(said))["event"] == "told"
    reader.fails = True
    until(lambda: next(said).startswith(b":"))
    assert next(said).startswith(b":")
    assert caplog.text.count("could not be read") == 1, "said once, however long it lasts"
    reader.fails, reader.next = False, told(4)
    until(lambda: (one := next(said)).startswith(b"event") and events(one)["cast"] == 4)
    said.close()


def test_a_screen_that_comes_while_nothing_can_be_read_is_told_so_once_a_beat(
    watch: Watch, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read long ago is no news: to say again and again that it is old stops the loop."""
    monkeypatch.setattr("app.hall.feed.STALE", 0.1)

    async def comes() -> tuple[int, bytes]:
        said, times = stream(watch, HALL, beat=0.2), 0
        end = time.monotonic() + 1
        async for part in said:
            times += part.startswith(b":")
            assert times < 10
            if time.monotonic() > end:
                reader.fails = False
                if part.startswith(b"event"):
                    break
        await said.aclose()
        return times, part

    with watch.seat(HALL):
        until(lambda: latest(watch, HALL, 0, 1) is not None)
        reader.fails = True
        time.sleep(0.2)
        times, last = waited(comes())
    assert times > 0
    assert events(last)["html"] == "<p>"


def test_a_key_that_opens_nothing_any_more_ends_the_stream(watch: Watch, reader: Reader) -> None:
    said = in_turn(stream(watch, HALL, beat=0.05))
    next(said)
    next(said)
    reader.next = told(gone=True)
    assert [events(one)["event"] for one in said if b"event: told" not in one] == ["gone"]
    assert watch.seated == 0


def test_streams_that_come_and_go_at_once_leave_no_seat_behind(reader: Reader) -> None:
    watch = Watch(reader, every=0.001, most=8)

    def look() -> None:
        for _ in range(20):
            said = in_turn(stream(watch, HALL, beat=0.01))
            next(said)
            next(said)
            said.close()

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert watch.seated == 0
    until(lambda: watch._thread is None)
