"""Refusals as the phone tells them: what it means for this ballot, and what to do now.

A reason without a page of its own says the sentence of `app.web.refusals`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.refused import Refused
from app.web.refusals import sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page: heading, paragraphs, and after how many seconds it looks again (0: never)."""

    reason: str
    heading: Any
    words: tuple[Any, ...]
    again: int = 0


PAGES: Mapping[str, Refusal] = {
    page.reason: page
    for page in (
        Refusal(
            "unknown_code",
            _l("This code is not known"),
            (
                _l("Please compare it with the card once more, letter by letter."),
                _l("If it still does not open, the staff at the desk will help."),
            ),
        ),
        Refusal(
            "too_many",
            _l("Too many wrong codes"),
            (_l("Please wait one minute, then try again. A right code is never held up."),),
            again=60,
        ),
        Refusal(
            "not_handed_out",
            _l("This card is not handed out yet"),
            (
                _l("The staff scan a card when they hand it out; from then on it can vote."),
                _l("If it is in your hand already, please show it at the check-in desk."),
            ),
            again=5,
        ),
        Refusal(
            "voided_ticket",
            _l("This card was made void"),
            (_l("It can no longer vote. The staff at the check-in desk will help."),),
        ),
        Refusal(
            "not_open",
            _l("This vote is not open yet"),
            (_l("Please wait until the chair opens it; the paper then appears by itself."),),
            again=4,
        ),
        Refusal(
            "closed",
            _l("This vote is closed"),
            (
                _l("No ballot of this card is in the box, and none can be taken any more."),
                _l("If this surprises you, please tell the staff at once."),
            ),
        ),
        Refusal(
            "already_in_the_box",
            _l("Your ballot is in the box"),
            (
                _l("This card has voted here. One card puts in one ballot; it counts once."),
                _l("There is nothing more to do."),
            ),
        ),
        Refusal(
            "not_your_paper",
            _l("This paper is for other raters"),
            (_l("Your card has none of it. When a paper for you is opened, it appears here."),),
        ),
        Refusal(
            "busy",
            _l("Many are voting at this moment"),
            (_l("Please wait a little; this page looks again by itself."),),
            again=3,
        ),
        Refusal(
            "unknown_key",
            _l("There is no such questionnaire"),
            (_l("Please scan the code once more, or compare the address with the poster."),),
        ),
        Refusal(
            "questionnaire_not_open",
            _l("This questionnaire is not open yet"),
            (_l("Please come back when it has begun; the same code leads here then."),),
            again=30,
        ),
        Refusal(
            "questionnaire_closed",
            _l("This questionnaire is closed"),
            (_l("No more answers are taken. Thank you for wanting to take part."),),
        ),
        Refusal(
            "already_answered",
            _l("You have answered already"),
            (
                _l("An answer of this browser has been received; one browser gives one answer."),
                _l("There is nothing more to do."),
            ),
        ),
        Refusal(
            "no_cookie",
            _l("This browser keeps no cookie"),
            (
                _l(
                    "So that everybody answers once only, this page needs one cookie. It holds a "
                    "random number and nothing about you."
                ),
                _l("Please allow cookies, or scan the code with another browser."),
            ),
        ),
        Refusal(
            "too_many_answers",
            _l("Many are answering at this moment"),
            (_l("Please wait a little; this page looks again by itself."),),
            again=5,
        ),
        Refusal(
            "unknown_box",
            _l("There is no such vote"),
            (_l("This card has no such vote on its agenda."),),
        ),
    )
}


def page_of(refused: Refused) -> Refusal:
    """Return the page of a refusal."""
    known = PAGES.get(refused.reason)
    return known or Refusal(refused.reason, _l("This is not possible now"), (sentence(refused),))
