"""The phone's form as marks: what a deputy entered on a paper, and what stands in its way.

Pure of database and request: a paper and the form's fields in, a `Filled` out. A field is named
`item-<id>`; its value is `ticked`, `approve` / `against` / `abstain`, or a place; a field that is
missing or empty is an item without a mark.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from flask_babel import gettext as _

from app.ballotbox.domain import NO_MARK
from app.ballotbox.instrument import Filled, Mark
from voting.marks import Verdict, decode, encode, marked, verdict
from voting.paper import Paper, PaperKind

FIELD = "item-"
"""What the name of an item's field begins with; its id follows."""


def read_form(paper: Paper, form: Mapping[str, str]) -> Filled:
    """Read what a phone sent for a paper.

    `marks` is one byte an item, in the paper's order, or None where there are faults. `choices`
    maps the ids of marked items to their words, in the order the review tells them: that of the
    paper, or of the places on a `rank` paper; what could not be read is left out of it and has a
    fault beside its item. Fields the paper does not ask for are not read.
    """
    kind = paper.rule.kind
    letters: dict[str, int] = {}
    faults: list[Mark] = []
    for item in paper.items:
        try:
            letters[item] = encode(kind, form.get(FIELD + item, ""))
        except ValueError:
            letters[item] = NO_MARK
            faults.append(Mark(item, _not_read(paper, item)))
    marks = bytes(letters.values())
    faults = faults or list(_faults(paper, marks))
    chosen = [(item, letter) for item, letter in letters.items() if letter != NO_MARK]
    if kind is PaperKind.RANK:
        chosen.sort(key=lambda pair: pair[1])
    return Filled(
        marks=None if faults else marks,
        choices={item: decode(kind, letter) for item, letter in chosen},
        faults=tuple(faults),
        blank=not chosen and not faults,
    )


def _not_read(paper: Paper, item: str) -> str:
    name = paper.candidate(item).name
    if paper.rule.kind is PaperKind.RANK:
        return str(_("The place given to “%(name)s” is not a whole number.", name=name))
    return str(_("The mark on “%(name)s” cannot be read. Please mark it again.", name=name))


def _faults(paper: Paper, marks: bytes) -> Iterator[Mark]:
    """Say what makes a ballot void that a phone can still mend; a blank one is for the voter."""
    per_item = paper.rule.kind is PaperKind.PER_ITEM
    facts = {"seats": paper.rule.seats, "number": marked(paper, marks)}
    match verdict(paper, marks):
        case Verdict.OVER if per_item:
            yield Mark(
                "", _("At most %(seats)s may be approved; you approved %(number)s.", **facts)
            )
        case Verdict.OVER:
            yield Mark("", _("At most %(seats)s may be chosen; you chose %(number)s.", **facts))
        case Verdict.FEWER:
            yield Mark("", _("Exactly %(seats)s must be chosen; you chose %(number)s.", **facts))
        case Verdict.DUPLICATE_RANK:
            yield from _given_twice(paper, marks)
        case Verdict.GAP_IN_RANK:
            gap = next(place for place in range(1, len(marks) + 1) if place not in marks)
            yield Mark(
                "", _("Places run 1, 2, 3 without a gap; nobody has place %(gap)s.", gap=gap)
            )
        case _:
            return


def _given_twice(paper: Paper, marks: bytes) -> Iterator[Mark]:
    times = Counter(marks)
    for candidate, place in zip(paper.candidates, marks, strict=True):
        if place != NO_MARK and times[place] > 1:
            facts = {"place": place, "name": candidate.name}
            words = _("Place %(place)s is given more than once, here to “%(name)s”.", **facts)
            yield Mark(candidate.id, words)
