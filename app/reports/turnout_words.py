"""The turnout of a Return in words and as a sheet, the same for every instrument (RULES 8)."""

from flask_babel import gettext as _

from app.ballotbox.domain import Turnout
from app.ballotbox.seal import RollCall
from app.reports.workbook import Column, Kind, Sheet


def is_valid(roll: RollCall, turnout: Turnout) -> bool:
    """Whether the result stands: no more returned than issued, and opened with a quorum (RULES 2).

    One opened without a quorum, for whatever recorded reason, has figures but no force in law.
    """
    return not turnout.void and roll.quorate


def turnout_sentences(roll: RollCall, turnout: Turnout, act: str) -> tuple[str, ...]:
    """Say who was there, which ballots went out and came back, and whether the result stands.

    act: what was held, in a word: 表决, 测评.
    """
    return (_presence(roll), _ballots(turnout), _standing(roll, turnout, act))


def _presence(roll: RollCall) -> str:
    facts = {
        "total": roll.total_members,
        "due": roll.due,
        "present": roll.present,
        "on_leave": roll.on_leave,
        "quorum": roll.quorum,
    }
    if roll.quorate:
        words = _(
            "Of %(total)s members %(due)s were due, %(present)s are present and %(on_leave)s on "
            "leave; the quorum of %(quorum)s is met.",
            **facts,
        )
    else:
        words = _(
            "Of %(total)s members %(due)s were due, %(present)s are present and %(on_leave)s on "
            "leave; the quorum of %(quorum)s is not met.",
            **facts,
        )
    return str(words)


def _ballots(turnout: Turnout) -> str:
    return str(
        _(
            "%(issued)s ballots were issued and %(returned)s returned, of which %(valid)s are "
            "valid and %(invalid)s invalid; %(spare)s ballot cards were not handed out.",
            issued=turnout.issued,
            returned=turnout.returned,
            valid=turnout.valid,
            invalid=turnout.invalid,
            spare=turnout.spare,
        )
    )


def _standing(roll: RollCall, turnout: Turnout, act: str) -> str:
    if turnout.void:
        return str(_("More ballots were returned than issued: the %(act)s is void.", act=act))
    if not roll.quorate:
        if not roll.override:
            return str(_("The quorum was not reached: this %(act)s has no force in law.", act=act))
        return str(
            _(
                "The quorum was not reached: this %(act)s has no force in law. It was opened "
                "nevertheless, for this reason: %(reason)s",
                act=act,
                reason=roll.override,
            )
        )
    return str(_("No more ballots were returned than issued: the %(act)s is valid.", act=act))


def _not_met(roll: RollCall) -> str:
    if not roll.override:
        return str(_("not met"))
    return str(_("not met; the reason for opening: %(reason)s", reason=roll.override))


def turnout_sheet(
    roll: RollCall,
    turnout: Turnout,
    title: str,
    invalid: tuple[tuple[str, int], ...],
    notes: tuple[str, ...],
) -> Sheet:
    """Lay the figures out for reconciling; `invalid` is (reason, ballots) of the invalid ones.

    `notes` stand under it: the sentences that say the same.
    """
    rows = (
        (_("Members in all"), roll.total_members, _("the full strength of the body")),
        (_("Due"), roll.due, _("on the roster at the opening")),
        (_("On leave"), roll.on_leave, ""),
        (_("Present"), roll.present, _("checked in at the opening")),
        (
            _("Quorum"),
            roll.quorum,
            _("met") if roll.quorate else _not_met(roll),
        ),
        (_("Ballots issued"), turnout.issued, _("cards handed out")),
        (_("Ballots returned"), turnout.returned, _("in the box: valid and invalid")),
        (_("Not returned"), turnout.issued - turnout.returned, _("issued, less returned")),
        (_("Valid ballots"), turnout.valid, ""),
        (_("Invalid ballots"), turnout.invalid, ""),
        *((_("of these: %(reason)s", reason=reason), number, "") for reason, number in invalid),
        (
            _("Ballot cards not handed out"),
            turnout.spare,
            _("printed, and waiting or made void at the close"),
        ),
    )
    return Sheet(
        name=_("Turnout"),
        title=title,
        columns=(
            Column(_("Item")),
            Column(_("Figure"), Kind.FIGURE, width=12),
            Column(_("Note"), widest=60),
        ),
        rows=tuple((str(item), number, str(note)) for item, number, note in rows),
        notes=notes,
        strong=frozenset({5, 6, 8}),
    )
