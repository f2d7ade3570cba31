"""Robots in place of raters and voters: a box held through the real pages of a running server."""

import http.client
import json
import random
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import click
from flask import current_app
from flask_babel import gettext as _

from app.assembly.finding import session_of
from app.assembly.listing import DEPUTY
from app.ballotbox import service, tickets
from app.ballotbox.admission import admit, frozen_paper
from app.ballotbox.domain import Stage, Turnout
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Box
from app.ballotbox.piles import Piles
from app.ballotbox.seal import Return
from app.extensions import db, now
from app.refused import Refused
from app.web.boxes.roll import members, roll_call

ACTOR = "rehearsal"
MOST_AT_ONCE = 512
ATTEMPTS = 40
DOUBLE_TAPS = 0.1
"""How many of the robots send their ballot twice, as impatient people do."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the ballot of a robot with a card of a rater group; times in seconds."""

    group: str
    marks: bytes
    accepted: bool
    retries: int
    paper: float
    cast: float
    journey: float


@dataclass(frozen=True, slots=True)
class Report:
    """What the robots sent and what the box counted.

    groups are the rater groups that the paper names, by the name of each.
    """

    sent: Sequence[Sent]
    groups: Mapping[str, str]
    sealed: Return
    agrees: bool

    def lines(self) -> Iterator[str]:
        """Say it in lines for a terminal."""
        accepted = sum(one.accepted for one in self.sent)
        turnout = self.sealed.turnout
        yield _(
            "Phones: %(sent)s; accepted %(accepted)s, refused %(refused)s, sent again %(retries)s.",
            sent=len(self.sent),
            accepted=accepted,
            refused=len(self.sent) - accepted,
            retries=sum(one.retries for one in self.sent),
        )
        for group, name in self.groups.items():
            theirs = [one.accepted for one in self.sent if one.group == group]
            yield "  " + _(
                "%(group)s: %(sent)s phones, %(accepted)s accepted.",
                group=name,
                sent=len(theirs),
                accepted=sum(theirs),
            )
        for name, seconds in (
            (_("paper"), [one.paper for one in self.sent]),
            (_("cast"), [one.cast for one in self.sent]),
            (_("whole journey"), [one.journey for one in self.sent]),
        ):
            p50, p95, p99 = (1000 * percentile(seconds, share) for share in (50, 95, 99))
            yield f"  {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms"
        yield _(
            "The Return: issued %(issued)s, returned %(returned)s, valid %(valid)s, invalid "
            "%(invalid)s.",
            issued=turnout.issued,
            returned=turnout.returned,
            valid=turnout.valid,
            invalid=turnout.invalid,
        )
        yield (
            _("It agrees with what the phones sent.")
            if self.agrees
            else _("IT DOES NOT AGREE with what the phones sent.")
        )


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value that `share` percent of the values do not exceed; 0 for none."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * share // 100) - 1)] if ranked else 0.0


def rehearse(session_id: int, *, voters: int, seconds: float, server: str, seed: int) -> Report:
    """Open the next box of a rehearsal session, have robots fill it, close and compare.

    The robots are shared out evenly among the rater groups that its paper asks for cards. Raises
    Refused("not_a_rehearsal") for a real session, and "nothing_to_rehearse" where no box that
    asks cards is open or drafted.
    """
    if not session_of(db.session(), session_id).rehearsal:
        raise Refused("not_a_rehearsal")
    box = next_box(session_id)
    box_id, asked = box.id, asked_groups(box)
    cards = [
        (group, code)
        for group, number in shared_out(voters, tuple(asked))
        for code in robot_codes(session_id, group, number)
    ]
    open_for_robots(box)
    opened_paper = frozen_paper(box_id)
    kind = instrument(opened_paper.instrument)
    paper = kind.read_paper(opened_paper.paper)
    choice = random.Random(seed)  # noqa: S311  (choices of robots, to be repeated)
    filled = [dict(kind.made_up(paper, choice)) for _robot in range(voters)]
    robots = [
        Robot(
            server,
            group,
            code,
            box_id,
            form,
            kind.read_form(paper, form).marks or b"",
            seconds * choice.random(),
            twice=choice.random() < DOUBLE_TAPS,
        )
        for (group, code), form in zip(cards, filled, strict=True)
    ]
    db.session.remove()  # the robots take their time; hold no connection meanwhile
    started = time.monotonic()
    with ThreadPoolExecutor(min(voters, MOST_AT_ONCE)) as hall:
        sent = list(hall.map(lambda robot: robot.vote(started), sorted(robots, key=by_arrival)))
    sealed = service.close_box(box_id, ACTOR, now=now())
    turnout = Turnout.from_json(sealed.turnout.as_json() | {"valid": 0, "invalid": 0})
    in_it = [one for one in sent if one.accepted]
    agrees = turnout.returned == len(in_it)
    held = service.get_box(box_id)
    grouped = bool(held.rater_groups)
    if agrees:
        ballots = ((one.group if grouped else "", one.marks) for one in in_it)
        issued = tickets.handed_out_by_group(session_id)
        expected = kind.count(paper, Piles.of(held.width, ballots), turnout, issued)
        agrees = expected.result == sealed.result
    return Report(sent, asked if grouped else {}, sealed, agrees)


def next_box(session_id: int) -> Box:
    """Return the box that is open, or else the first drafted one; of those that ask cards."""
    boxes = service.boxes_of(session_id)
    coming = [box for stage in (Stage.OPEN, Stage.DRAFTED) for box in boxes if box.stage == stage]
    found = next((box for box in coming if asked_groups(box)), None)
    if found is None:
        raise Refused("nothing_to_rehearse")
    return found


def asked_groups(box: Box) -> Mapping[str, str]:
    """Return the rater groups whose cards a box asks, with their names.

    A paper that names none is for those who sit: their robots are deputies. An open
    questionnaire alone asks no cards.
    """
    paper = json.loads(box.paper) if box.paper else instrument(box.instrument).compose(box.id)
    groups = paper.get("groups", ())
    if not groups:
        return {DEPUTY: ""}
    return {group["id"]: group["name"] for group in groups if not group.get("open_sample")}


def shared_out(voters: int, groups: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Share robots out evenly; what is left over goes to the first groups."""
    each, over = divmod(voters, len(groups))
    for at, group in enumerate(groups):
        yield group, each + (at < over)


def by_arrival(robot: "Robot") -> float:
    """Return when a robot arrives, for sorting."""
    return robot.arrives


def robot_codes(session_id: int, group: str, number: int) -> list[str]:
    """Return codes of so many cards of a rater group that are handed out to robots.

    What is lacking is made, and kept in the instance: a rehearsal's cards open nothing but the
    rehearsal, so here alone codes are kept in a file.
    """
    kept = rehearsal_codes(session_id)
    known = kept.read_text().split() if kept.exists() else []
    usable = [code for code in known if _admits(code, group)]
    if len(usable) < number:
        more = number - len(usable)
        printed = tickets.issue(session_id, group, more, 0, ACTOR, now=now())
        newest = tickets.batches(session_id)[-1]
        tickets.hand_out_pile(newest.batch_id, more, ACTOR, now=now())
        made = [card.code for card in printed]
        usable += made
        keep_codes(session_id, [*known, *made])
    return usable[:number]


def rehearsal_codes(session_id: int) -> Path:
    """Return the file in which the codes of a rehearsal's robots are kept."""
    folder: Path = current_app.extensions["settings"].instance / "rehearsals"
    return folder / f"{session_id}.txt"


def keep_codes(session_id: int, codes: Sequence[str]) -> None:
    """Keep the codes of a rehearsal for its robots."""
    kept = rehearsal_codes(session_id)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("\n".join(codes))


def _admits(code: str, group: str) -> bool:
    try:
        return admit(code).group == group
    except Refused:
        return False


def open_for_robots(box: Box) -> None:
    """Open a drafted box with whoever is there; one that is open already stays as it is."""
    if box.stage == Stage.DRAFTED:
        roll = roll_call(box.session_id, _("rehearsal with robots"))
        who = members(box.session_id)
        service.open_box(box.id, roll, ACTOR, now=now(), members=who)


class PaperForm(HTMLParser):
    """Reads the address and the receipt out of the paper, as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the form and its hidden fields."""
        found = dict(attrs)
        if tag == "form" and found.get("method") == "post":
            self.action = found.get("action") or ""
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[found.get("name") or ""] = found.get("value") or ""


@dataclass(slots=True)
class Robot:
    """One simulated phone: its card, its choices, when it arrives, whether it taps twice."""

    server: str
    group: str
    code: str
    box_id: int
    form: Mapping[str, str]
    marks: bytes
    arrives: float
    twice: bool
    retries: int = 0

    def vote(self, started: float) -> Sent:
        """Scan, fill in, send until answered, read the thanks."""
        time.sleep(max(0.0, started + self.arrives - time.monotonic()))
        begun = time.monotonic()
        connection = self.connect()
        page = self.ask(connection, "GET", f"/b/{self.code}")
        read = PaperForm()
        read.feed(page[1])
        shown = time.monotonic()
        fields = {**read.hidden, **self.form, "step": "cast"}
        path = f"/b/{self.code}/{self.box_id}"
        answer = self.ask(connection, "POST", path, fields)
        if self.twice:
            self.retries += 1
            answer = self.ask(connection, "POST", path, fields)
        cast = time.monotonic()
        accepted = answer[0] == HTTPStatus.SEE_OTHER
        if accepted:
            thanks = self.ask(connection, "GET", answer[2])
            accepted = thanks[0] == HTTPStatus.OK
        connection.close()
        done = time.monotonic()
        times = shown - begun, cast - shown, done - begun
        return Sent(self.group, self.marks, accepted, self.retries, *times)

    def connect(self) -> http.client.HTTPConnection:
        """Open a connection to the server; its certificate may be the hall's own."""
        address = urlsplit(self.server)
        host = address.hostname or "127.0.0.1"
        if address.scheme == "https":
            trusting = ssl.create_default_context()
            trusting.check_hostname = False
            trusting.verify_mode = ssl.CERT_NONE
            return http.client.HTTPSConnection(host, address.port, timeout=30, context=trusting)
        return http.client.HTTPConnection(host, address.port, timeout=30)

    def ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        fields: Mapping[str, str] | None = None,
    ) -> tuple[int, str, str]:
        """Send a request until it is answered; return status, text and where it leads.

        Raises click.ClickException when the server stays silent.
        """
        body = urlencode(fields) if fields is not None else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        for attempt in range(ATTEMPTS):
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                connection.close()
            else:
                if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    return answer.status, text, answer.getheader("Location", "")
            self.retries += 1
            time.sleep(min(2.0, 0.05 * 2**attempt))
        raise click.ClickException(f"{self.server} does not answer")
