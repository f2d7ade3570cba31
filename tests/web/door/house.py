"""A furnished house: whatever an address may name exists, so that every door can be tried.

Built once a process and copied for each test. `House.paths` turns any rule of the application
into addresses that lead somewhere; a rule with an argument that nothing here stands for fails
loudly, as does a new door that nobody placed in the table of `test_who_enters`.
"""

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select
from werkzeug.routing import Rule

from app.accounts.models import Staff, login_trace
from app.accounts.roles import Role
from app.assembly import checkin
from app.assembly import service as assembly
from app.assembly.models import Deputy
from app.assembly.quorum import BodyKind
from app.ballotbox import casting, service, tickets
from app.ballotbox.admission import admit
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import Stage
from app.ballotbox.instrument import instrument
from app.extensions import db, transaction
from app.hall.service import screen_of
from app.reports.dossier import ITEM_FILES, SESSION_FILES
from evaluation import service as evaluation
from evaluation.library_service import keep_paper
from evaluation.materials import Slot
from evaluation.paper import RaterGroup
from tests.conftest import make_app
from tests.contracts.hall import NOON, roll
from tests.integration.evaluation.evaluations import JPEG, PDF
from tests.integration.evaluation.evaluations import drafted as drafted_evaluation
from tests.integration.voting.votes import drafted as drafted_vote
from voting import service as voting

CARDS = 12
BALLOTS = 6
ANSWERS = 2
ROSTER = "编号,姓名\n" + "\n".join(f"{n:03},代表{n}" for n in range(1, CARDS + 1))
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
STREAM = "_feed"
"""What the endpoints of endless answers end in."""
REMARK = "此处意见须保密"


@dataclass(frozen=True)
class Sitting:
    """A session with cards in the hands of its deputies, and a box of one instrument a stage."""

    session_id: int
    batch_id: int
    spare_batch_id: int
    codes: tuple[str, ...]
    boxes: dict[Stage, int]
    public_keys: dict[int, str]
    screen_key: str
    item: str
    material: str


@dataclass(frozen=True)
class Plan:
    """What stands in the house: a sitting an instrument, the staff, somebody on the roster."""

    sittings: dict[str, Sitting]
    staff: dict[Role, int]
    spare_staff_id: int
    deputy_id: int
    kept_id: int

    def sitting_of(self, box_id: int) -> Sitting:
        return next(at for at in self.sittings.values() if box_id in at.boxes.values())

    def foreign_code(self, at: Sitting) -> str:
        """Return a card that is good in another sitting than this one."""
        return next(other.codes[0] for other in self.sittings.values() if other is not at)

    def box(self, kind: str, stage: Stage) -> int:
        return self.sittings[kind].boxes[stage]


def build(app: Flask) -> Plan:
    """Furnish the house; every stage of a box of each instrument, with ballots in it."""
    with app.app_context(), force_locale("zh_Hans"):
        assert not assembly.import_roster(ROSTER.encode(), "名册.csv").problems
        sittings = {
            "voting": _sitting("第五次会议", "voting", _vote),
            "evaluation": _sitting("第六次会议", "evaluation", _evaluation),
        }
        return Plan(
            sittings=sittings,
            kept_id=keep_paper(sittings["evaluation"].boxes[Stage.DRAFTED], "部门测评"),
            staff={role: _take_on(role.value, role) for role in Role},
            spare_staff_id=_take_on("spare", Role.VIEWER),
            deputy_id=next(iter(db.session.scalars(select(Deputy.id)))),
        )


def _sitting(title: str, kind: str, draft: Callable[[int], tuple[int, str, str]]) -> Sitting:
    session_id = assembly.create_session(
        body="明州市人民代表大会",
        body_kind=BodyKind.CONGRESS,
        term="第十七届",
        title=title,
        held_on=date(2026, 11, 22),
        place="人民会堂",
    )
    for who in checkin.attendance_list(session_id):
        checkin.check_in(session_id, who.deputy_id)
    printed = tickets.issue(session_id, "deputy", CARDS, 0, "organiser", now=NOON)
    (batch,) = tickets.batches(session_id)
    tickets.hand_out_pile(batch.batch_id, CARDS, "organiser", now=NOON)
    tickets.issue(session_id, "deputy", 3, 1, "organiser", now=NOON)
    codes = tuple(card.code for card in printed)
    boxes: dict[Stage, int] = {}
    items: dict[Stage, str] = {}
    material = ""
    for stage in Stage:
        boxes[stage], items[stage], material = draft(session_id)
        if stage is not Stage.OPEN:
            _bring_to(stage, kind, boxes[stage], codes)
    _bring_to(Stage.OPEN, kind, boxes[Stage.OPEN], codes)  # one at a time in a session
    return Sitting(
        session_id=session_id,
        batch_id=batch.batch_id,
        spare_batch_id=tickets.batches(session_id)[-1].batch_id,
        codes=codes,
        boxes=boxes,
        public_keys={box_id: service.get_box(box_id).public_key for box_id in boxes.values()},
        screen_key=screen_of(session_id).key,
        item=items[Stage.DRAFTED],
        material=material,
    )


def _take_on(username: str, role: Role) -> int:
    with transaction() as writing:
        person = Staff(
            username=username, display_name=f"{role.value}员", role=role, password_hash="none"
        )
        writing.add(person)
        writing.flush()
        return int(person.id)


def _vote(session_id: int) -> tuple[int, str, str]:
    box_id = drafted_vote(6, 3, "per_item", session_id)
    return box_id, voting.get_draft(box_id).candidates[0].id, ""


def _evaluation(session_id: int) -> tuple[int, str, str]:
    groups = (
        RaterGroup("deputy", "人大代表", 60),
        RaterGroup("public", "社会公众", 40, open_sample=True, least_seconds=0),
    )
    box_id = drafted_evaluation(4, "jinshi", session_id, remarks=True, groups=groups)
    values = {"name": "明州市发展和改革局"}
    evaluation.put_subject(box_id, values, "s1", {Slot.PHOTO: JPEG, Slot.READING: PDF})
    subject = evaluation.get_draft(box_id).paper.subjects[0]
    return box_id, subject.id, subject.photo


def _bring_to(stage: Stage, kind: str, box_id: int, codes: tuple[str, ...]) -> None:
    if stage is Stage.DRAFTED:
        return
    service.open_box(box_id, roll(CARDS, total=CARDS), "organiser", now=NOON)
    paper = read_paper(kind, box_id)
    for number, code in enumerate(codes[:BALLOTS]):
        remarks = {paper.subjects[0].id: f"{REMARK}{number}"} if kind == "evaluation" else {}
        casting.cast(
            admit(code), box_id, made_up(kind, paper, number), new_receipt(), remarks=remarks
        )
        if kind == "evaluation" and number < ANSWERS:
            browser, marks = bytes([number] * 16), made_up(kind, paper, number + 50)
            casting.cast_open(box_id, browser, marks, new_receipt(), in_time=True, remarks=remarks)
    if stage in (Stage.CLOSED, Stage.CERTIFIED, Stage.ANNOUNCED):
        service.close_box(box_id, "organiser", now=NOON)
    if stage in (Stage.CERTIFIED, Stage.ANNOUNCED):
        for name in ("赵监票", "钱监票"):
            service.certify(box_id, name, name, 2, now=NOON)
    if stage is Stage.ANNOUNCED:
        service.announce(box_id, "organiser", now=NOON)
    if stage is Stage.VOIDED:
        service.void_box(box_id, "重新准备", "organiser", now=NOON)


def read_paper(kind: str, box_id: int) -> Any:
    return instrument(kind).read_paper(json.loads(service.get_box(box_id).paper))


def made_up(kind: str, paper: Any, seed: int) -> bytes:
    """Return valid marks that somebody could have made."""
    form = instrument(kind).made_up(paper, random.Random(seed))
    filled = instrument(kind).read_form(paper, form)
    assert filled.marks is not None, filled.faults
    return bytes(filled.marks)


@dataclass
class House:
    """The application on its own copy of the furnished database."""

    app: Flask
    plan: Plan
    furnished: Path

    @property
    def file(self) -> Path:
        return Path(self.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))

    def restore(self) -> None:
        """Put everything back as it was furnished."""
        with self.app.app_context():
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.furnished, self.file)

    def rules(self) -> Iterator[tuple[Rule, str]]:
        """Yield every (rule, method) of the application."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule):
            for method in sorted((rule.methods or set()) & METHODS):
                yield rule, method

    def client(self, role: Role | None = None) -> FlaskClient:
        """Return a browser; signed in as a role, without its page, which is tested elsewhere."""
        client = self.app.test_client()
        if role is not None:
            self.sign_in(client, role)
        return client

    def sign_in(self, client: FlaskClient, role: Role) -> None:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = f"{self.plan.staff[role]}:{login_trace('none')}"
            cookie["_fresh"] = True

    def paths(self, rule: Rule) -> list[str]:
        """Return the addresses of a rule: one, or one a box where it names a box."""
        room = rule.endpoint.partition(".")[0]
        sittings = self.plan.sittings
        chosen = [sittings[room]] if room in sittings else list(sittings.values())
        if room == "questionnaire":
            at = sittings["evaluation"]
            return [self.path(rule, at, box_id) for box_id in at.boxes.values()]
        if "box_id" not in rule.arguments:
            return [self.path(rule, chosen[0], 0)]
        return [self.path(rule, at, box_id) for at in chosen for box_id in at.boxes.values()]

    def tries(self) -> Iterator[tuple[Rule, str]]:
        """Yield every (rule, address) to look at that answers with a page or a file, at last."""
        for rule, method in self.rules():
            if method == "GET" and not rule.endpoint.endswith(STREAM):
                for path in self.paths(rule):
                    yield rule, path

    def path(self, rule: Rule, at: Sitting, box_id: int, code: str = "") -> str:
        plan = self.plan
        keys = {"hall": at.screen_key, "questionnaire": at.public_keys.get(box_id, "")}
        spare = "pile" in rule.rule or "void" in rule.rule
        known: dict[str, Any] = {
            "session_id": at.session_id,
            "deputy_id": plan.deputy_id,
            "staff_id": plan.spare_staff_id,
            "batch_id": at.spare_batch_id if spare else at.batch_id,
            "box_id": box_id,
            "candidate_id": plan.sittings["voting"].item,
            "subject_id": plan.sittings["evaluation"].item,
            "key": keys.get(rule.endpoint.partition(".")[0], at.material)
            if "/ready/" not in rule.rule
            else "jinshi",
            "material": at.material,
            "name": (ITEM_FILES if "box_id" in rule.arguments else SESSION_FILES)[0].key,
            "number": 1,
            "kept_id": plan.kept_id,
            "code": code or at.codes[0],
            "filename": "desk/desk.css",
        }
        known |= rule.defaults or {}
        missing = rule.arguments - set(known)
        assert not missing, f"say in {Path(__file__).name} what stands for {missing} in {rule}"
        built = rule.build({name: known[name] for name in rule.arguments})
        assert built is not None, rule
        return built[1]


def is_plain(rule: Rule) -> str:
    """Spell a rule without its converters: `/desk/boxes/<box_id>`."""
    return re.sub(r"<[^:<>]*:", "<", rule.rule)


def furnish(url: str, instance: Path) -> Plan:
    app = make_app(url, instance)
    plan = build(app)
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    return plan
