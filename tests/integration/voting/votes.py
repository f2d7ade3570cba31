"""A drafted vote on real-sounding projects, and a way to hold it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.ballotbox import casting, tickets
from app.ballotbox import service as box_service
from app.ballotbox.admission import admit
from app.ballotbox.codes import new_receipt
from app.ballotbox.seal import Return
from tests.contracts.hall import make_session, roll
from voting import service

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
HEADINGS = "序号,项目名称,责任单位,总投资（万元）,建设内容,完成时限,项目来源"
NAMES = (
    "老旧小区改造", "农村饮用水提标", "学校食堂改建", "养老服务站新建", "背街小巷整治",
    "公共停车位扩建", "乡村公路提级", "社区卫生站改造", "电梯加装", "文化礼堂建设",
)  # fmt: skip


def table(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\n".join((headings, *rows)).encode()


def listed(number: int) -> bytes:
    """A file of so many projects."""
    rows = (
        f"{n},{NAMES[(n - 1) % len(NAMES)]}{(n - 1) // len(NAMES) or ''},市建设局,{n}00.50,内容{n},2027年底,群众征集"
        for n in range(1, number + 1)
    )
    return table(*rows)


def drafted(
    candidates: int = 5, seats: int = 3, preset: str = "local_organic_law", session_id: int = 0
) -> int:
    box_id = service.draft_vote(session_id or make_session(), "民生实事项目票决", preset, seats)
    if candidates:
        assert not service.import_candidates(box_id, listed(candidates), "名单.csv").problems
    return box_id


def hand_out(box_id: int, number: int) -> list[str]:
    """Cards for the session of a box, handed out; their codes."""
    session_id = box_service.get_box(box_id).session_id
    printed = tickets.issue(session_id, "deputy", number, 0, "o", now=NOON)
    batch = tickets.batches(session_id)[-1]
    tickets.hand_out_pile(batch.batch_id, number, "o", now=NOON)
    return [card.code for card in printed]


def hold(box_id: int, codes: Sequence[str], ballots: Sequence[bytes]) -> Return:
    """Open a box, cast the ballots, close it; 50 members, all of them present."""
    box_service.open_box(box_id, roll(50), "o", now=NOON)
    for code, marks in zip(codes, ballots, strict=False):
        casting.cast(admit(code), box_id, marks, new_receipt())
    return box_service.close_box(box_id, "o", now=NOON)


def follow(box_id: int) -> int:
    return service.create_follow_up(box_id, lambda title, purpose, number: f"{title}-{number}")
