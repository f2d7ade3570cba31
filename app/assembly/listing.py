"""Who and what there is, as lists for the pages of the secretariat; nothing here is written."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.assembly.finding import in_order_of_numbers, like, session_of, takes_part_in, votes_in
from app.assembly.models import Deputy, Session
from app.assembly.quorum import BodyKind
from app.extensions import db
from app.intake.cells import searched_name

DEPUTY = "deputy"
"""The rater group of whoever sits and is in no other."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """A delegation by its name, which is empty for those who belong to none, and its people."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Some of those who were asked for; `page` counts from 1, `found` are all of them."""

    people: tuple[Deputy, ...]
    found: int
    page: int
    pages: int


def all_sessions() -> list[Session]:
    """List every session, the latest first."""
    return list(db.session.scalars(select(Session).order_by(Session.held_on.desc(), Session.id)))


def roster_groups(session: Session) -> dict[str, int]:
    """Return how many of each rater group sit in a session, the largest group first."""
    people = func.count()
    query = (
        select(Deputy.rater_group, people)
        .where(votes_in(BodyKind(session.body_kind)))
        .group_by(Deputy.rater_group)
        .order_by(people.desc(), Deputy.rater_group)
    )
    return {group: int(number) for group, number in db.session.execute(query)}


def members_of(session: Session) -> frozenset[str]:
    """Return the rater groups of those who sit: deputies, and whom the roster counts among them."""
    return frozenset(roster_groups(session)) | {DEPUTY}


def find_session(session_id: int) -> Session:
    """Return a session; raises `session_unknown`."""
    return session_of(db.session(), session_id)


def seats_on_roster() -> dict[BodyKind, int]:
    """Count those on the roster who vote in each kind of body."""
    return {kind: _count(votes_in(kind)) for kind in BodyKind}


def observers_on_roster() -> int:
    """Count the observers on the roster."""
    return _count(Deputy.active & Deputy.observer)


def delegations(kind: BodyKind | None = None) -> list[Delegation]:
    """List the delegations of the roster, or of those who take part in a kind of body.

    In the order of their first numbers; those who belong to none come last.
    """
    chosen = Deputy.active if kind is None else takes_part_in(kind)
    by_number = select(Deputy.delegation).where(chosen).order_by(*in_order_of_numbers())
    people = Counter(db.session.scalars(by_number))
    return [Delegation(name, people[name]) for name in sorted(people, key=lambda name: not name)]


def roster_page(
    text: str = "",
    delegation: str | None = None,
    *,
    active: bool = True,
    page: int = 1,
    size: int = 100,
) -> RosterPage:
    """List the roster by number: those who are meant by `text`, of one delegation, or all.

    A page beyond the last is the last one.
    """
    chosen = select(Deputy).where(Deputy.active if active else ~Deputy.active)
    if delegation is not None:
        chosen = chosen.where(Deputy.delegation == delegation)
    if wanted := searched_name(text):
        chosen = chosen.where(like(wanted))
    found = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(-(-found // size), 1)
    page = min(max(page, 1), pages)
    ordered = chosen.order_by(*in_order_of_numbers()).offset((page - 1) * size).limit(size)
    return RosterPage(tuple(db.session.scalars(ordered)), found, page, pages)


def not_listed(numbers: Collection[str]) -> list[Deputy]:
    """List those on the roster whose number is not among these, by number."""
    everybody = select(Deputy).where(Deputy.active).order_by(*in_order_of_numbers())
    return [deputy for deputy in db.session.scalars(everybody) if deputy.number not in numbers]


def badge_holders(session_id: int, delegation: str | None = None) -> list[Deputy]:
    """List those who take part in a session, by delegation and number: for their badges.

    Raises `session_unknown`.
    """
    kind = BodyKind(find_session(session_id).body_kind)
    chosen = select(Deputy).where(takes_part_in(kind)).order_by(*in_order_of_numbers())
    if delegation is not None:
        chosen = chosen.where(Deputy.delegation == delegation)
    place = {group.name: index for index, group in enumerate(delegations(kind))}
    return sorted(db.session.scalars(chosen), key=lambda deputy: place[deputy.delegation])


def _count(chosen: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Deputy).where(chosen)) or 0
