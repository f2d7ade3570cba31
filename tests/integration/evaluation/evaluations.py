"""A drafted evaluation of real-sounding units, and a way to hold it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PIL import Image

from app.ballotbox import casting, tickets
from app.ballotbox import service as box_service
from app.ballotbox.admission import admit
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import Secrecy
from app.ballotbox.seal import Return
from app.intake.pictures import small_jpeg
from evaluation import service
from tests.contracts.hall import NOON, make_session, roll

HEADINGS = "测评对象,职务或单位,说明"
UNITS = (
    "发展和改革局", "教育局", "科技局", "经济和信息化局", "民族宗教事务局", "公安局", "民政局", "司法局",
    "财政局", "人力资源和社会保障局", "自然资源和规划局", "生态环境局", "住房和城乡建设局", "交通运输局",
    "水利局", "农业农村局", "商务局", "文化广电旅游局", "卫生健康局", "退役军人事务局", "应急管理局",
    "审计局", "国有资产监督管理委员会", "市场监督管理局", "统计局", "医疗保障局", "综合行政执法局",
    "信访局", "政务服务管理办公室", "金融工作办公室", "机关事务中心", "供销合作社", "城区街道办事处",
    "高新技术产业园区管理委员会",
)  # fmt: skip


def _photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (900, 1200), (158, 27, 27)).save(written, "JPEG")
    return written.getvalue()


JPEG = _photo()
"""A photo as a camera takes it."""
SMALL = small_jpeg(JPEG, 480)
"""The same as it is stored."""
PDF = b"%PDF-1.7\n" + b"report " * 50


def table(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\n".join((headings, *rows)).encode()


def listed(number: int) -> bytes:
    """A file of so many units."""
    names = (f"{name}{at // 34 or ''}" for at, name in enumerate(UNITS * 2))
    rows = (f"明州市{name},局长,2026年度办理代表建议{at}件。" for at, name in enumerate(names, 1))
    return table(*[row for _, row in zip(range(number), rows, strict=False)])


def drafted(
    subjects: int = 3,
    preset: str = "zhenhai",
    session_id: int = 0,
    secrecy: Secrecy = Secrecy.SECRET,
    **settings: Any,
) -> int:
    """Draft an evaluation; `settings` are fields of its paper."""
    box_id = service.draft_evaluation(
        session_id or make_session(), "2026年度政府部门工作满意度测评", preset, secrecy=secrecy
    )
    if subjects:
        assert not service.import_subjects(box_id, listed(subjects), "名单.csv").problems
    if settings:
        change(box_id, **settings)
    return box_id


def change(box_id: int, **settings: Any) -> None:
    draft = service.get_draft(box_id)
    service.change_evaluation(
        box_id,
        title=settings.pop("title", draft.box.title),
        secrecy=settings.pop("secrecy", draft.paper.secrecy),
        kind=draft.kind,
        asked=replace(draft.paper, **settings),
    )


def ids(box_id: int) -> list[str]:
    return [subject.id for subject in service.get_draft(box_id).paper.subjects]


def names(box_id: int) -> list[str]:
    return [subject.name for subject in service.get_draft(box_id).paper.subjects]


def hand_out(box_id: int, number: int, group: str = "deputy") -> list[str]:
    """Cards for the session of a box, handed out; their codes."""
    session_id = box_service.get_box(box_id).session_id
    printed = tickets.issue(session_id, group, number, 0, "o", now=NOON)
    batch = tickets.batches(session_id)[-1]
    tickets.hand_out_pile(batch.batch_id, number, "o", now=NOON)
    return [card.code for card in printed]


def hold(
    box_id: int,
    codes: Sequence[str],
    ballots: Sequence[bytes],
    remarks: Mapping[str, str] | None = None,
) -> Return:
    """Open a box, cast the ballots, close it; 50 members, all of them present."""
    box_service.open_box(box_id, roll(50), "o", now=NOON)
    for code, marks in zip(codes, ballots, strict=False):
        casting.cast(admit(code), box_id, marks, new_receipt(), remarks=remarks or {})
    return box_service.close_box(box_id, "o", now=NOON)
