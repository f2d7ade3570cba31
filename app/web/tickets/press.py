"""What stands on the cards, and where the address on them can be reached from."""

import re
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask_babel import force_locale
from flask_babel import gettext as _

from app.ballotbox.codes import printed as in_groups
from app.ballotbox.tickets import PrintedTicket
from app.extensions import LOCALES
from app.printing.cards import CardSheet, TicketCard, ticket_cards
from app.web.tickets.reckoning import group_label

UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""What a file system refuses, and what would have a name read backwards."""


class Reach(StrEnum):
    """From where phones reach an address."""

    NOWHERE = "nowhere"
    """From this machine only: cards with it would be useless."""
    HALL = "hall"
    """From the same local network only."""
    ANYWHERE = "anywhere"


def reach(address: str) -> Reach:
    """Judge the address that is printed on cards by how it looks; nothing is tried."""
    host = urlsplit(address).hostname or ""
    try:
        number = ip_address(host)
    except ValueError:
        if host in {"", "localhost"}:
            return Reach.NOWHERE
        return Reach.ANYWHERE if "." in host and not host.endswith(".local") else Reach.HALL
    if number.is_loopback or number.is_unspecified or number.is_link_local:
        return Reach.NOWHERE
    return Reach.HALL if number.is_private else Reach.ANYWHERE


def card_file(
    codes: Sequence[PrintedTicket], title: str, address: str, *, rehearsal: bool, grouped: bool
) -> bytes:
    """Return the PDF of cards in the order given; `grouped` prints the rater group on each.

    Cards are in the language of the phones' pages, whatever the organiser reads.
    """
    with force_locale(LOCALES[0]):
        words = CardSheet(
            title=title,
            how_to_use=_(
                "Scan with WeChat, or open %(address)s in a browser and type the code.",
                address=f"{address}/b",
            ),
            secret=_("One person, one card. Keep the code secret; no photos, no passing on."),
            code_label=_("Code"),
            spare=_("Spare"),
            rehearsal=_("REHEARSAL") if rehearsal else "",
        )
        cards = [
            TicketCard(
                url=f"{address}/b/{card.code}",
                code=in_groups(card.code),
                group=group_label(card.rater_group) if grouped else "",
                spare=card.spare,
            )
            for card in codes
        ]
    return ticket_cards(cards, words)


def file_name(title: str, group: str, number: int, cards: int, *, rehearsal: bool) -> str:
    """Return what the file is called, with nothing in it that a file system refuses."""
    parts = (
        _("Ballot cards"),
        _("REHEARSAL") if rehearsal else "",
        title.replace(" ", ""),
        group_label(group),
        _("batch %(number)s", number=number),
        _("%(cards)s cards", cards=cards),
    )
    return UNSAFE_IN_NAMES.sub("_", "_".join(filter(None, parts))) + ".pdf"
