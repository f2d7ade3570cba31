"""A session with a box of every kind, held to its end, on the real instruments."""

from app.accounts.roles import Role
from app.accounts.service import create_staff
from app.assembly.checkin import attendance_list, check_in
from app.assembly.service import import_roster
from app.ballotbox import service, tickets
from app.ballotbox.admission import admit
from app.ballotbox.casting import cast, cast_open
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import Secrecy
from app.web.boxes.roll import roll_call
from evaluation import service as evaluations
from evaluation.materials import Slot
from evaluation.paper import RaterGroup
from tests.contracts.hall import NOON, make_session
from tests.integration.evaluation import evaluations as rated
from tests.integration.voting import votes as voted
from voting import service as voting

ROSTER = "代表证号,姓名\n0012,张玉书\n0013,李秀兰\n".encode()
GROUPS = (
    RaterGroup("committee_member", "常委会组成人员", 60),
    RaterGroup("deputy", "人大代表", 40),
    RaterGroup("public", "社会公众", 0, open_sample=True),
)


def hold_a_session() -> dict[str, int]:
    """Hold it and return its boxes: a vote, an evaluation with an open sample, a named vote, a
    void one, and a draft."""
    import_roster(ROSTER, "roster.csv")
    create_staff("jian", "监票女士", Role.SCRUTINEER, "correct horse battery")
    session_id = make_session()
    for attendee in attendance_list(session_id):
        check_in(session_id, attendee.deputy_id)
    boxes = {
        "vote": voted.drafted(4, 2, session_id=session_id),
        "evaluation": rated.drafted(2, "zhenhai", session_id, groups=GROUPS, remarks=True),
        "named": voted.drafted(3, 2, session_id=session_id),
        "void": voted.drafted(2, 1, session_id=session_id),
        "draft": voted.drafted(3, 2, session_id=session_id),
    }
    named = voting.get_draft(boxes["named"])
    voting.change_vote(
        boxes["named"],
        title=named.box.title,
        secrecy=Secrecy.NAMED,
        adopted="",
        rule=named.vote.rule,
    )
    subject = rated.ids(boxes["evaluation"])[0]
    evaluations.put_subject(boxes["evaluation"], {}, subject, {Slot.PHOTO: rated.JPEG})
    members = rated.hand_out(boxes["vote"], 2, "committee_member")
    deputies = voted.hand_out(boxes["vote"], 4)
    for name, box_id in boxes.items():
        if name != "draft":
            _hold(name, box_id, members + deputies[:3])
    tickets.void_spare(session_id, "o", now=NOON)
    return boxes


def _hold(name: str, box_id: int, codes: list[str]) -> None:
    roll = roll_call(service.get_box(box_id).session_id, "主席团决定")
    service.open_box(box_id, roll, "o", now=NOON)
    rows = [b"xx\xff\xff", b"x\xff\xff\xff", b"\xff" * 4, b"xxx\xff", b"\xffx\xff\xff"]
    if name == "evaluation":
        rows = [b"AB", b"AA", b"BC", b"A\xff", b"AB"]
        for at in range(6):
            cast_open(box_id, bytes([at]) * 16, b"AC", new_receipt(), in_time=at > 0)
    for at, (code, marks) in enumerate(zip(codes, rows, strict=True)):
        width = service.get_box(box_id).width
        cast(
            admit(code),
            box_id,
            marks[:width],
            new_receipt(),
            f"代表{at}" if name == "named" else None,
            remarks={rated.ids(box_id)[0]: f"意见{at}"} if name == "evaluation" else {},
        )
    if name == "void":
        service.void_box(box_id, "投票中断", "o", now=NOON)
        return
    service.close_box(box_id, "o", now=NOON)
    for username in ("jian", "piao"):
        service.certify(box_id, username, f"{username}女士", 2, now=NOON)
    if name != "named":
        service.announce(box_id, "o", now=NOON)
