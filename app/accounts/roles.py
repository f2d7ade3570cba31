"""Who on the staff may do what, as plain words."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a member of the staff was trusted with.

    An administrator runs the installation and may do what an organiser may; an organiser prepares
    and holds sessions; a scrutineer watches and certifies, which nobody else can do for them; a
    viewer only looks.
    """

    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    SCRUTINEER = "scrutineer"
    VIEWER = "viewer"


INCLUDED: Mapping[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR, Role.ORGANISER, Role.VIEWER}),
    Role.ORGANISER: frozenset({Role.ORGANISER, Role.VIEWER}),
    Role.SCRUTINEER: frozenset({Role.SCRUTINEER, Role.VIEWER}),
    Role.VIEWER: frozenset({Role.VIEWER}),
}
"""The roles whose doors each role opens. Certifying stays with the scrutineers (RULES 2)."""


def opens(role: Role, door: frozenset[Role]) -> bool:
    """Whether somebody of this role may enter where any role of `door` may."""
    return bool(INCLUDED[role] & door)
