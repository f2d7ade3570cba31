"""The sentence of every refusal, for a reader who wants to know what to do now.

`Refused(reason, **facts)` carries the reason; here stands what it says, with its facts as
%(name)s. A test finds every reason in the code and asks for its sentence here.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

SIGN_IN: Mapping[str, Any] = {
    "sign_in_wrong": _l("This user name and password do not go together."),
    "password_wrong": _l("This is not the password in use now."),
    "password_unchanged": _l("This is the password you have already. Please think of a new one."),
    "password_too_short": _l(
        "A password needs %(least)s characters or more. A short sentence is easy to keep in mind."
    ),
    "password_too_long": _l("A password has at most %(most)s characters."),
    "password_is_username": _l("This is too close to the user name, and easily guessed."),
    "username_taken": _l("There is somebody called “%(username)s” already."),
    "name_missing": _l("A name is needed."),
    "staff_unknown": _l("There is no such person on the staff."),
    "last_administrator": _l(
        "This is the last administrator. Make somebody else administrator first, or nobody could "
        "let people in any more."
    ),
}

ASSEMBLY: Mapping[str, Any] = {
    "session_unknown": _l("There is no such session."),
    "session_archived": _l("This session is archived; its attendance can't be changed any more."),
    "deputy_unknown": _l("There is no such person on the roster."),
    "not_of_this_body": _l(
        "This person does not take part in this session: not on the roster any more, or not "
        "a member of this body."
    ),
    "present_already": _l(
        "This person is checked in. Undo the check-in first, or mark them as left early."
    ),
    "not_present": _l("This person has not checked in."),
    "number_taken": _l("Somebody else on the roster has the number %(number)s already."),
    "roster_changed": _l(
        "Somebody else changed the roster at the same moment. Nothing was written; please "
        "import once more."
    ),
    "known_by_other_number": _l(
        "Somebody of this name and delegation is on the roster as number %(other)s. If it is "
        "the same person, put that number here."
    ),
    "vote_is_open": _l("A vote of this session is open. Close it first."),
    "rehearsal_is_fixed": _l(
        "Cards or votes were prepared already, and a rehearsal must never be mixed with a real "
        "session. Make a new session instead."
    ),
    "voter_unknown": _l(
        "Nobody with this name or number votes here. Write the full name, or the number on the "
        "deputy's card."
    ),
    "voter_ambiguous": _l("Several deputies have this name. Write the number instead."),
    "voter_not_present": _l("This deputy is not checked in. The staff at the desk will help."),
}

FILES: Mapping[str, Any] = {
    "no_rows": _l("There is nothing under the headings of this file."),
    "no_heading_row": _l(
        "No row of headings was found. There should be one with: %(expected)s. The template to "
        "download has them all."
    ),
    "columns_missing": _l("These columns are missing: %(headings)s."),
    "heading_twice": _l("There is more than one column for the same thing: %(headings)s."),
    "unit_differs": _l("The column “%(heading)s” should be in %(unit)s."),
    "file_empty": _l("There is nothing in this file."),
    "file_damaged": _l("This file is damaged. Open it in Excel, save it again and choose it anew."),
    "file_too_large": _l("This file is too large to be a list."),
    "unpacks_too_large": _l("This file unpacks to far more than a list would hold."),
    "sheet_too_spread": _l(
        "Something stands far out in this sheet (row %(rows)s, column %(columns)s). Delete what is "
        "outside the list, or copy the list into a new file."
    ),
    "too_many_rows": _l("This file has %(rows)s rows; at most %(limit)s are accepted."),
    "not_a_table": _l("This is not a table. An Excel file (.xlsx) or a CSV file is needed."),
    "encoding_unknown": _l("The letters of this file can't be read. Save it as an Excel file."),
    "quotes_unbalanced": _l(
        "A quotation mark in this file has no partner, so its columns can't be told apart. Open it "
        "in Excel, look for the mark and save it as an Excel file."
    ),
    "old_workbook": _l("This is an Excel file of the old kind (.xls). Save it as .xlsx first."),
    "password_protected": _l("This file is locked with a password. Save it without one."),
}

CELLS: Mapping[str, Any] = {
    "blank": _l("This must be filled in."),
    "twice_in_the_file": _l("The same stands in row %(first)s already."),
    "not_a_name": _l("This is not a name."),
    "not_a_whole_number": _l("A whole number is needed."),
    "out_of_range": _l("A number from %(minimum)s to %(maximum)s is needed."),
    "not_an_amount": _l("An amount is needed, as a number, in the unit of the column."),
    "too_many_places": _l("At most %(places)s decimal places."),
    "not_a_phone": _l("This is not a telephone number."),
    "not_yes_or_no": _l("Write 是 or 否."),
    "not_a_choice": _l("Write one of these: %(choices)s."),
    "too_long": _l("This is too long; at most %(limit)s characters."),
    "digits_lost": _l(
        "Excel has rounded this number and lost its last digits. Set the column to text and type "
        "it again."
    ),
}

TICKETS: Mapping[str, Any] = {
    "unknown_code": _l("No ballot card has this code. Please look at it once more."),
    "too_many": _l("Too many wrong codes. Please wait one minute, then try again."),
    "unknown_key": _l("There is no such questionnaire."),
    "questionnaire_not_open": _l("This questionnaire is not open yet."),
    "questionnaire_closed": _l("This questionnaire is closed."),
    "already_answered": _l("An answer of this browser has been received already."),
    "no_cookie": _l("This browser keeps no cookie; please allow cookies or use another browser."),
    "too_many_answers": _l("Many are answering at this moment. Please wait a little."),
    "not_handed_out": _l("This card was not handed out yet. The staff at the desk will help."),
    "voided_ticket": _l("This card was made void and can no longer be used."),
    "other_session": _l("This card belongs to another session."),
    "unknown_batch": _l("There is no such printing of cards."),
    "batch_size": _l("Print from 1 to %(largest)s cards at a time, spares included."),
    "pile_differs": _l(
        "You counted %(counted)s cards, but %(waiting)s wait to be handed out. Please count again."
    ),
    "all_handed_out": _l(
        "%(out)s cards are handed out and %(allowed)s people are checked in: there is nobody left "
        "to give a card to. Check in whoever came first."
    ),
    "roll_is_frozen": _l(
        "A vote is open, and all %(admitted)s who were present at its opening have a card. Whoever "
        "comes now votes from the next item on."
    ),
    "box_is_open": _l("A vote is open and this card may have voted. Wait until it is closed."),
    "cards_are_archived": _l(
        "This session is archived; nothing can be done with its cards any more."
    ),
    "batch_may_have_voted": _l(
        "A vote is open, and %(out)s cards of this batch are handed out and may have voted. Wait "
        "until it is closed."
    ),
}

BOXES: Mapping[str, Any] = {
    "unknown_box": _l("There is no such vote."),
    "unknown_instrument": _l("This kind of vote is not installed here."),
    "not_open": _l("This vote is not open."),
    "closed": _l("This vote is closed; no more ballots are taken."),
    "already_in_the_box": _l("A ballot of this card is in the box already."),
    "not_your_paper": _l("This paper is for other raters; your card has none of it."),
    "voter_voted": _l("This voter's ballot is in the box already."),
    "bad_receipt": _l("The paper was shown too long ago. Open it again; nothing was counted."),
    "bad_ballot": _l("This ballot does not fit the paper. Open it again; nothing was counted."),
    "busy": _l("Very busy just now. Nothing is lost: please send it again."),
    "paper_is_frozen": _l("This vote was opened; its paper and rules can't be changed any more."),
    "already_closed": _l("This vote was closed; it can't be opened again."),
    "another_box_is_open": _l("Another vote of this session is open. Close that one first."),
    "not_ready": _l("Before the vote can be opened: %(missing)s"),
    "no_quorum": _l(
        "There is no quorum: %(present)s are present, and %(quorum)s are needed. To open the vote "
        "nevertheless, write down the reason; it is kept in the log."
    ),
    "nobody_has_a_ticket": _l("No ballot card was handed out yet, so nobody could vote."),
    "not_closed": _l("This vote is not closed yet."),
    "not_a_rehearsal": _l("This is a real session: robots may only vote in a rehearsal."),
    "nothing_to_rehearse": _l("This session has no vote that is open or in preparation."),
    "not_a_scrutineer": _l("Only a scrutineer can certify. This account has another role."),
    "password_due": _l(
        "This scrutineer still has the password that was handed over, which others know. Please "
        "sign in once with this account and choose a password of your own."
    ),
    "already_signed": _l(
        "%(name)s has signed this count already; it counts once. Another scrutineer has to sign."
    ),
    "already_certified": _l("This result was certified already."),
    "ballots_are_kept": _l(
        "The single ballots of this result are kept by those who count and by the archive."
    ),
    "not_certified": _l("The scrutineers have not certified this result yet."),
    "not_announced": _l("This result is shown to you once the chair has announced it."),
    "not_all_announced": _l(
        "Not every item is announced yet. The archive can be made once the last one is."
    ),
    "nothing_announced": _l("Nothing of this session is announced yet."),
    "already_announced": _l("This result was announced; it can't be declared void any more."),
    "reason_missing": _l("Please write down the reason; it is kept in the log."),
    "seal_broken": _l(
        "The stored result does not match its seal. It was altered after sealing: do not use it, "
        "keep the database as it is, and tell the administrator."
    ),
    "conservation": _l(
        "The box does not add up: %(spent)s cards were used, %(receipts)s receipts given, "
        "%(ballots)s ballots found. Nothing was sealed, and the vote is still open. Have the "
        "administrator make a backup; then declare this vote void and hold it again with the same "
        "cards."
    ),
    "conservation_of_sample": _l(
        "The open questionnaire does not add up: %(kept)s answers are to be counted, %(answers)s "
        "were found. Nothing was sealed, and it is still open. Have the administrator make a "
        "backup; then declare this vote void and hold it again."
    ),
}

VOTES: Mapping[str, Any] = {
    "candidate_unknown": _l("This project is no longer on the list."),
    "candidate_number_taken": _l("Number %(number)s is that of “%(name)s” already."),
    "candidate_name_taken": _l("Number %(number)s has this name already."),
    "candidates_changed": _l(
        "Somebody else has changed the list meanwhile. It is shown as it is now; please put it in "
        "order once more."
    ),
    "round_is_fixed": _l(
        "This is a further round: its projects, its seats and how it is marked follow from the "
        "result of the round before."
    ),
    "vote_not_void": _l("Only a vote that was declared void can be held again as it was."),
    "round_before_void": _l(
        "The round that this one follows from was declared void too. Hold that one again first."
    ),
    "vote_was_voided": _l("This vote was declared void, so no further round follows from it."),
    "nothing_to_follow": _l("The result of this vote asks for no further round."),
    "no_such_line": _l("The line cannot be drawn there: equal votes would be parted."),
}

EVALUATIONS: Mapping[str, Any] = {
    "subject_unknown": _l("This one is no longer on the list."),
    "subject_name_taken": _l("One with this name and post or unit is on the list already."),
    "subjects_changed": _l(
        "Somebody else has changed the list meanwhile. It is shown as it is now; please put it in "
        "order once more."
    ),
    "too_many_subjects": _l("At most %(limit)s can stand on one paper."),
    "no_questionnaire": _l("This evaluation has no open questionnaire."),
    "preset_unknown": _l("There are no such rules."),
    "share_unreadable": _l("Write a share as 1/2, 2/3 or 80 percent, with its sign."),
    "share_out_of_range": _l("A share lies between 0 and 1, and more than all is never reached."),
    "points_unreadable": _l("Write points from 0 to 100, for example 90."),
    "band_from_above": _l("A score is read from below: choose “at least” or “more than”."),
    "no_grade_chosen": _l("Tick one grade at least."),
    "no_points_named": _l("Write which points are meant, for example 90-100."),
    "no_step_chosen": _l("Tick what is proposed, or take this line away."),
    "evaluation_round_is_fixed": _l(
        "This is a further round: it is held with the scale and the criteria of the round before, "
        "so that the two can be compared."
    ),
    "kept_paper_unknown": _l("This paper is no longer in the library."),
    "paper_name_taken": _l("A paper of this name is in the library already."),
    "evaluation_not_void": _l(
        "Only an evaluation that was declared void can be held again as it was."
    ),
    "evaluation_was_voided": _l(
        "This evaluation was declared void, so no further round follows from it."
    ),
    "nobody_to_evaluate_again": _l("By this result nobody is to be evaluated again."),
    "counts_disagree": _l(
        "Two programs counted these ballots and disagree (%(places)s), so nothing was sealed. "
        "Every ballot is kept, and the vote is still open. Have the administrator make a backup; "
        "then declare this vote void and hold it again with the same cards, or wait until the "
        "fault is found and close it then."
    ),
    "evaluation_ballots_withheld": _l(
        "So few rated here that single ballots would show what a group of fewer than %(k)s said; "
        "they are not given out. The count was checked when the box was closed."
    ),
    "material_too_large": _l("This file is too large; at most %(limit)s kB."),
    "picture_unreadable": _l("This is not a JPEG or PNG picture, or it is damaged."),
    "picture_too_large": _l("This picture has too many pixels. Please save it smaller first."),
    "reading_unreadable": _l("This cannot be opened on a phone. A PDF or plain text is needed."),
    "unknown_enclosure": _l("This is not part of the paper."),
}

SCREENS: Mapping[str, Any] = {
    "unknown_screen": _l("This link of a screen is not in use. Please open the new one."),
    "too_many_screens": _l("No more than %(most)s screens can be open at once."),
}

SENTENCES: Mapping[str, Any] = {
    **SIGN_IN,
    **ASSEMBLY,
    **FILES,
    **CELLS,
    **TICKETS,
    **BOXES,
    **VOTES,
    **EVALUATIONS,
    **SCREENS,
}

STATUS: Mapping[str, HTTPStatus] = {
    "staff_unknown": HTTPStatus.NOT_FOUND,
    "session_unknown": HTTPStatus.NOT_FOUND,
    "deputy_unknown": HTTPStatus.NOT_FOUND,
    "unknown_code": HTTPStatus.NOT_FOUND,
    "unknown_batch": HTTPStatus.NOT_FOUND,
    "unknown_box": HTTPStatus.NOT_FOUND,
    "unknown_instrument": HTTPStatus.NOT_FOUND,
    "candidate_unknown": HTTPStatus.NOT_FOUND,
    "subject_unknown": HTTPStatus.NOT_FOUND,
    "kept_paper_unknown": HTTPStatus.NOT_FOUND,
    "unknown_enclosure": HTTPStatus.NOT_FOUND,
    "unknown_screen": HTTPStatus.NOT_FOUND,
    "not_handed_out": HTTPStatus.FORBIDDEN,
    "voided_ticket": HTTPStatus.FORBIDDEN,
    "other_session": HTTPStatus.FORBIDDEN,
    "not_announced": HTTPStatus.FORBIDDEN,
    "ballots_are_kept": HTTPStatus.FORBIDDEN,
    "not_your_paper": HTTPStatus.FORBIDDEN,
    "unknown_key": HTTPStatus.NOT_FOUND,
    "no_questionnaire": HTTPStatus.NOT_FOUND,
    "no_cookie": HTTPStatus.BAD_REQUEST,
    "too_many": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_answers": HTTPStatus.TOO_MANY_REQUESTS,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What HTTP calls a refusal, where it is not the plain 409: it is not possible now."""


class Reasoned(Protocol):
    """Whatever says no with a reason: a refusal, or a problem in an imported file."""

    @property
    def reason(self) -> str:
        """A word of `SENTENCES`."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """The figures of its sentence."""


def sentence(refused: Reasoned) -> str:
    """Say a refusal in the reader's language; raises KeyError for a reason without words."""
    facts = {
        name: "、".join(map(str, fact)) if isinstance(fact, list | tuple) else fact
        for name, fact in refused.facts.items()
    }
    words = str(SENTENCES[refused.reason])
    return words % facts if facts else words


def status_of(refused: Reasoned) -> HTTPStatus:
    """Return the HTTP status of a refusal."""
    return STATUS.get(refused.reason, HTTPStatus.CONFLICT)
