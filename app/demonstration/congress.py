"""Makes the demonstration session through the same doors that an organiser uses."""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.passwords import fresh_password
from app.accounts.roles import Role
from app.addresses import own_address, public_address
from app.assembly import checkin
from app.assembly import service as assembly
from app.assembly.models import Deputy, Session
from app.assembly.quorum import BodyKind
from app.ballotbox import tickets
from app.ballotbox.codes import printed
from app.demonstration.names import delegations, people
from app.extensions import db, now
from app.rehearsal import keep_codes
from evaluation import service as evaluation
from voting import service as voting
from voting.presets import LOCAL_ORGANIC_LAW, preset_of

MEMBERS = 327
SEATS = 24
SPARES = 10
ACTOR = "demonstration"


def demonstrate() -> tuple[str, ...]:
    """Make the demonstration session on an empty installation; return lines to print about it.

    Does nothing, and returns nothing, where there is a session or a roster already: made-up
    people never stand among real ones. It is a rehearsal, so its cards may be kept in a file.
    """
    if db.session.scalar(select(Session.id).limit(1)) or db.session.scalar(
        select(Deputy.id).limit(1)
    ):
        return ()
    assembly.import_roster(roster(), "roster.csv")
    session_id = assembly.create_session(
        body="明州市人民代表大会",
        body_kind=BodyKind.CONGRESS,
        term="第十七届",
        title="第五次会议",
        sitting="第三次全体会议",
        place="明州人民会堂",
        held_on=now().date(),
        rehearsal=True,
    )
    for attendee in checkin.attendance_list(session_id):
        checkin.check_in(session_id, attendee.deputy_id)
    codes = hand_out(session_id)
    draft(session_id)
    draft_evaluation(session_id)
    passwords = [(name, scrutineer(name, number)) for number, name in enumerate(SCRUTINEERS, 1)]
    settings = current_app.extensions["settings"]
    return (
        _("Demonstration session: %(url)s/desk/sessions/%(id)s",
          url=own_address(settings), id=session_id),
        _("Ballot cards to try, one a phone:"),
        *(f"  {public_address(settings)}/b/{printed(code)}" for code in codes[:3]),
        _("Scrutineers, to certify the count:"),
        *(f"  {name}  {password}" for name, password in passwords),
        _("Robots vote in its next vote: piaojue rehearse %(id)s", id=session_id),
    )  # fmt: skip


SCRUTINEERS = ("jianpiao1", "jianpiao2")


def roster() -> bytes:
    """Return a roster of 327 deputies in 12 delegations, as an office would upload it."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["代表证号", "姓名", "代表团", "选举单位", "是否常委会组成人员"])
    choice = random.Random(327)  # noqa: S311  (the same made-up people every time)
    for number, (name, delegation) in enumerate(
        zip(people(MEMBERS, choice), delegations(MEMBERS), strict=True), 1
    ):
        member = "是" if number <= 41 else "否"  # noqa: PLR2004  (as large as such committees are)
        writer.writerow([f"{number:04}", name, f"{delegation}代表团", delegation, member])
    return table.getvalue().encode()


def hand_out(session_id: int) -> list[str]:
    """Print and hand out a card for everybody, void the spares; keep the codes for robots."""
    issued = tickets.issue(session_id, "deputy", MEMBERS, SPARES, ACTOR, now=now())
    batch = tickets.batches(session_id)[-1]
    tickets.hand_out_pile(batch.batch_id, MEMBERS, ACTOR, now=now())
    tickets.void_spare(session_id, ACTOR, now=now())
    codes = [card.code for card in issued if not card.spare]
    keep_codes(session_id, codes)
    return codes


def draft(session_id: int) -> None:
    """Draft the vote on 30 projects, and a second one to try other rules on."""
    preset = preset_of(LOCAL_ORGANIC_LAW)
    for title in titles():
        box_id = voting.draft_vote(session_id, title, str(preset), SEATS)
        projects = files("app.demonstration").joinpath("projects.csv").read_bytes()
        voting.import_candidates(box_id, projects, "projects.csv")


def draft_evaluation(session_id: int) -> None:
    """Draft the evaluation of 34 units by the rule of 镇海, with room for remarks."""
    title = "2026年度市政府部门工作满意度测评"
    box_id = evaluation.draft_evaluation(session_id, title, "zhenhai")
    units = files("app.demonstration").joinpath("units.csv").read_bytes()
    evaluation.import_subjects(box_id, units, "units.csv")
    found = evaluation.get_draft(box_id)
    evaluation.change_evaluation(
        box_id,
        title=title,
        secrecy=found.paper.secrecy,
        kind=found.kind,
        asked=replace(found.paper, remarks=True),
    )


def titles() -> Iterator[str]:
    """Name the votes of the demonstration."""
    yield "2027年度民生实事项目票决"
    yield "2027年度民生实事项目票决（第二场，供试用）"


def scrutineer(username: str, number: int) -> str:
    """Make a scrutineer's account and return its password."""
    password = fresh_password()
    accounts.create_staff(
        username,
        _("Scrutineer %(number)s", number=number),
        Role.SCRUTINEER,
        password,
        must_change_password=False,
    )
    return password
