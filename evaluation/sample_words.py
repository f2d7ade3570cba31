"""The words of an open questionnaire: its rules on the paper, and what it brought in."""

from collections.abc import Iterator

from flask_babel import gettext as _

from app.ballotbox.seal import OpenSample
from evaluation.outcomes import GroupTurnout, Tally, Verdict
from evaluation.paper import Paper


def sample_clauses(paper: Paper) -> Iterator[str]:
    """Say which answers of the open questionnaire are left out, as clauses of the rule."""
    for group in paper.groups:
        if group.open_sample and group.least_seconds:
            yield str(
                _(
                    "of the open questionnaire, answers sent within %(seconds)s seconds of opening "
                    "it are left out",
                    seconds=group.least_seconds,
                )
            )
        if group.open_sample and group.uniform_invalid:
            yield str(
                _("of the open questionnaire, answers whose marks are all the same are left out")
            )


def sample_sentences(sample: OpenSample | None, tally: Tally) -> tuple[str, ...]:
    """Say how many answers came in, how many count, and why the others do not.

    Nothing for a box without an open questionnaire. received = counted + left out.
    """
    if sample is None:
        return ()
    group = next(group for group in tally.groups if group.id == sample.group)
    return (
        _received(sample, group),
        *_left_out(sample, group),
        str(_("No ballots are issued for it, so there is no response rate.")),
    )


def _received(sample: OpenSample, group: GroupTurnout) -> str:
    facts = {"group": group.name, "received": sample.received, "counted": group.valid}
    if group.valid is None:
        return str(
            _(
                "Open questionnaire “%(group)s” (open sample): %(received)s answers received; they "
                "are too few for their figures to be given.",
                **facts,
            )
        )
    return str(
        _(
            "Open questionnaire “%(group)s” (open sample): %(received)s answers received, "
            "%(counted)s counted.",
            **facts,
        )
    )


def _left_out(sample: OpenSample, group: GroupTurnout) -> Iterator[str]:
    reasons = [(str(_("sent too fast")), sample.too_fast)]
    reasons += [(_reason(verdict), number) for verdict, number in group.left_out.items()]
    said = [
        str(_("%(reason)s: %(number)s", reason=reason, number=number))
        for reason, number in reasons
        if number
    ]
    if said:
        yield str(_("Left out of it: %(reasons)s.", reasons=str(_(", ")).join(said)))


def _reason(verdict: Verdict) -> str:
    words = {
        Verdict.BLANK_INVALID: _("nothing marked"),
        Verdict.UNKNOWN_MARK: _("an unknown mark"),
        Verdict.MISSING: _("a mark missing"),
        Verdict.DOUBLE: _("two marks on one"),
        Verdict.OVER_CAP: _("too many of a limited grade"),
        Verdict.UNIFORM: _("all marks the same"),
        Verdict.NOTHING_LEFT: _("nobody fully rated"),
    }
    return str(words[verdict])
