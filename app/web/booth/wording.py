"""What the pages of a paper call things: a ballot of a vote, one of an evaluation, or answers."""

from typing import Any

from flask_babel import gettext as _


def booth_words(*, open_sample: bool, rating: bool, committee: bool) -> dict[str, Any]:
    """Return the words of a paper and its review, in the reader's language.

    open_sample: whether it is an open questionnaire, where there is no card and no box to speak
    of; rating: whether it is an evaluation (测评), not a vote (表决); committee: whether its
    raters or voters are members of a standing committee. Words with {n} or {voter} are filled in
    on the phone.
    """
    if open_sample:
        return {
            "check": _("Please check your answers"),
            "final": _("Once confirmed, your answers are in and cannot be changed."),
            "confirm": _("Confirm and submit"),
            "delivering": _("Sending your answers …"),
            "busy": _(
                "Many are answering at this moment. Your choices are kept; sending again by "
                "itself (attempt {n})."
            ),
            "waiting": _(
                "Many are answering at this moment, and there is no answer yet. Your choices are "
                "kept here: please press the button again."
            ),
            "mend": _("Not yet sent. Please mend this first:"),
            **_of_everybody(),
        }
    return {
        "check": _("Please check your ballot"),
        "final": _("Once confirmed, the ballot goes into the box and cannot be changed."),
        "confirm": _("Confirm and submit") if rating else _("Confirm and vote"),
        "delivering": _("Putting your ballot into the box …"),
        "busy": _(
            "Many are voting at this moment. Your choices are kept; sending again by itself "
            "(attempt {n})."
        ),
        "waiting": _(
            "Many are voting at this moment, and there is no answer yet. Your choices are kept "
            "here: please press the button again."
        ),
        "mend": _("Not yet in the box. Please mend this first:"),
        "name": _("Your name or member number") if committee else _("Your name or deputy number"),
        "voter": _("Please write your name or your member number first.")
        if committee
        else _("Please write your name or your deputy number first."),
        "as": _("Rating by name as: {voter}") if rating else _("Voting by name as: {voter}"),
        **_of_everybody(),
    }


def _of_everybody() -> dict[str, Any]:
    return {
        "lost": _(
            "The network is not reached. Your choices are kept; sending again by itself "
            "(attempt {n})."
        ),
        "preview": _("This is a preview. Nothing is sent."),
    }
