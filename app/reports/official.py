"""The official documents of a result: what stands on the return, the notice, the letters.

Every word and figure comes from the `Statement`; here they are only put in order (RULES 8).
"""

from datetime import datetime

from flask_babel import gettext as _

from app.ballotbox.domain import Secrecy
from app.reports.document import (
    Block,
    Document,
    Figures,
    Grid,
    Heading,
    Look,
    Seal,
    Section,
    Signed,
    Signing,
    Text,
)
from app.reports.fitting import printed
from app.reports.record import certified_words, digests, formal_name, marks, turnout_words
from app.reports.statement import Letter, Statement
from app.reports.wrapping import columns_of, lines_of
from app.writing import chinese_number, in_chinese

_SCRUTINEERS = 2
_TELLERS = 2
_TITLE_COLUMNS = 40
"""Twenty characters of 22 points are as wide as the type."""


def official_return(said: Statement, made_at: datetime) -> Document:
    """Return the 表决结果报告单 or 测评结果报告单, with all that RULES 8 asks for."""
    record = said.record
    blocks: list[Block] = _marks(said)
    if said.adopted:
        blocks.append(Text(_("Held under: %(adopted)s", adopted=said.adopted)))
    where = " ".join(part for part in (record.held_on, record.place) if part)
    blocks.append(Text(_("Held on %(where)s, by %(how)s.", where=where, how=_how(said))))
    blocks += [
        Heading(_numbered(1, _("Attendance and ballots"))),
        Figures(_reconciliation(said)),
        *(Text(words) for words in turnout_words(record)),
    ]
    if said.invalid:
        reasons = str(_("; ")).join(
            _("%(reason)s %(number)s", reason=reason, number=number)
            for reason, number in said.invalid
        )
        blocks.append(Text(_("Of the invalid ballots: %(reasons)s.", reasons=reasons)))
    blocks += [
        Heading(_numbered(2, _("The result"))),
        *(Text(words, Look.STRONG) for words in said.decided[:1]),
        *(Text(words) for words in said.decided[1:]),
        Grid(printed(said.table)),
        Text(_("Rule: %(rule)s", rule=said.rule), Look.NOTE),
        *(Text(note, Look.NOTE) for note in said.notes),
        Signing(
            (
                (_("Chief scrutineer:"), 1),
                (_("Scrutineers:"), _SCRUTINEERS),
                (_("Tellers:"), _TELLERS),
            ),
            record.held_on,
        ),
    ]
    if record.signatures:
        signed = str(_("; ")).join(certified_words(record))
        blocks.append(Text(_("Certified in the system by: %(signed)s", signed=signed), Look.NOTE))
    caption = _("The seal as a code: compare it with the seal on the screen or on another print.")
    blocks += [Seal(str(caption), digests(record)), *_annexes(said)]
    title = titled(formal_name(record), said.title, said.form)
    return Document(said.title, (Section(title, tuple(blocks)),), made_at)


def notice_document(said: Statement, made_at: datetime) -> Document:
    """Return the public notice; raises ValueError where nothing can be made known."""
    notice = said.notice
    if notice is None:
        raise ValueError("no notice")
    blocks = [*_marks(said), *(Text(words) for words in notice.paragraphs)]
    if notice.listed:
        blocks.append(Grid(notice.listed))
    blocks.append(Signed(notice.closing, (notice.signed, notice.dated)))
    return Document(
        " ".join(notice.title), (Section(titled(*notice.title), tuple(blocks)),), made_at
    )


def letters_document(said: Statement, made_at: datetime) -> Document:
    """Return the feedback letters, a page each; raises ValueError where there is none."""
    if not said.letters:
        raise ValueError("no letters")
    name = _("%(title)s: feedback letters", title=said.title)
    sections = tuple(_letter(said, one) for one in said.letters)
    return Document(str(name), sections, made_at, apart=True)


def _letter(said: Statement, letter: Letter) -> Section:
    blocks = [*_marks(said), Text(letter.to, Look.ADDRESS)]
    blocks += [Text(words) for words in letter.paragraphs]
    if letter.table:
        blocks.append(Grid(letter.table))
    blocks += [Text(words) for words in letter.outcome]
    blocks.append(Signed(letter.closing, (letter.signed, letter.dated)))
    return Section(titled(*letter.title), tuple(blocks))


def minutes_document(statements: tuple[Statement, ...], made_at: datetime) -> Document:
    """Return the paragraphs for the minutes, one item after the other; raises IndexError on none.

    They are meant to be copied into the minutes of the session.
    """
    first = statements[0]
    blocks: list[Block] = []
    for number, said in enumerate(statements, 1):
        blocks.append(Heading(_numbered(number, said.title)))
        blocks += _marks(said)
        blocks += [Text(words) for words in said.minutes]
    title = (formal_name(first.record), str(_("Minutes of votes and evaluations")))
    return Document(" ".join(title), (Section(titled(*title), tuple(blocks)),), made_at)


def titled(*lines: str) -> tuple[str, ...]:
    """Break the lines of a title that are too long for a page, into parts as even as they go.

    The name of a session is parted after the name of the body where that fits.
    """
    return tuple(part for line in lines for part in _parted(line))


def _parted(line: str) -> tuple[str, ...]:
    if columns_of(line) <= _TITLE_COLUMNS:
        return (line,)
    for name in ("委员会", "代表大会"):
        before, body, after = line.partition(name)
        parts = (before + body, after)
        if after and all(columns_of(part) <= _TITLE_COLUMNS for part in parts):
            return parts
    number = -(-columns_of(line) // _TITLE_COLUMNS)
    width = -(-columns_of(line) // number)
    while len(lines_of(line, width)) > number:
        width += 1
    return lines_of(line, width)


def _marks(said: Statement) -> list[Block]:
    """Say in red what must not be overlooked: a draft, a rehearsal, a void vote."""
    return [Text(words, Look.WARNING) for words in marks(said.record)]


def _how(said: Statement) -> str:
    named = said.record.sealed.secrecy is Secrecy.NAMED
    return str(_("named vote") if named else _("secret vote"))


def _reconciliation(said: Statement) -> tuple[tuple[str, str], ...]:
    roll, turnout = said.record.sealed.roll, said.record.sealed.turnout
    figures = (
        (_("Members in all"), roll.total_members),
        (_("Due"), roll.due),
        (_("Present"), roll.present),
        (_("Quorum"), roll.quorum),
        (_("Ballots issued"), turnout.issued),
        (_("Ballots returned"), turnout.returned),
        (_("Valid ballots"), turnout.valid),
        (_("Invalid ballots"), turnout.invalid),
        (_("Ballot cards not handed out"), turnout.spare),
    )
    return tuple((str(name), str(figure)) for name, figure in figures)


def _annexes(said: Statement) -> list[Block]:
    """Append the further tables, each with what has not been noted under the first one."""
    blocks: list[Block] = []
    for number, annex in enumerate(said.annexes, 1):
        facts = {"number": number, "name": annex.name}
        blocks += [Heading(str(_("Annex %(number)s: %(name)s", **facts))), Grid(printed(annex))]
        blocks += [Text(note, Look.NOTE) for note in annex.notes if note not in said.notes]
    return blocks


def _numbered(number: int, words: str) -> str:
    """Return a heading numbered as official documents do: 一、出席与票数."""
    if in_chinese():
        return f"{chinese_number(number)}、{words}"
    return f"{number}. {words}"
