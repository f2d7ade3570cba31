"""The archive of a session: every document of every item in one ZIP, with a list of digests."""

import hashlib
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import TypeAlias

from flask_babel import gettext as _

from app.ballotbox.domain import Stage
from app.ballotbox.models import Box
from app.refused import Refused
from app.reports.bundle import bundle_of
from app.reports.dossier import EXPORTED_FILES, ITEM_FILES, SESSION_FILES, Filed
from app.reports.download import file_name
from app.reports.slides import slides
from app.reports.typeset import drawings

Files: TypeAlias = Iterable[tuple[str, bytes]]
Producer: TypeAlias = Callable[[Box], Files]


def _bundle(box: Box) -> Files:
    yield bundle_of(box.id)


BESIDE: tuple[Producer, ...] = (_bundle,)
"""What else goes into the folder of each box, as (name, content): the recount bundle."""

_UNFINISHED = frozenset({Stage.OPEN, Stage.CLOSED, Stage.CERTIFIED})
WITHHELD = "ballots_withheld"
"""What the refusal of an instrument ends in whose ballots may not be listed one by one."""
_DIGESTS = "SHA256SUMS.txt"


def refuse_unfinished(boxes: Sequence[Box]) -> None:
    """Refuse an archive that would be incomplete.

    Raises Refused("not_all_announced") while an item is open or waits to be announced, and
    "nothing_announced" where there is none.
    """
    if any(box.stage in _UNFINISHED for box in boxes):
        raise Refused("not_all_announced")
    if not any(box.stage == Stage.ANNOUNCED for box in boxes):
        raise Refused("nothing_announced")


def archive(them: Sequence[Filed], made_at: datetime, beside: Sequence[Producer] = BESIDE) -> bytes:
    """Write the ZIP; `SHA256SUMS.txt` in it is what `sha256sum --check` reads."""
    written = BytesIO()
    sums = []
    date = made_at.timetuple()[:6]
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in _all(them, made_at, beside):
            file.writestr(zipfile.ZipInfo(name, date), content, zipfile.ZIP_DEFLATED)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        file.writestr(zipfile.ZipInfo(_DIGESTS, date), "".join(sums), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _all(
    them: Sequence[Filed], made_at: datetime, beside: Sequence[Producer]
) -> Iterator[tuple[str, bytes]]:
    for each in SESSION_FILES:
        suffix = each.key.partition(".")[2]
        yield f"{each.label}.{suffix}", each.make(them, made_at)
    alike = Counter(one.said.record.sealed.title for one in them)
    for number, one in enumerate(them, 1):
        sealed = one.said.record.sealed
        # Most further rounds say in their title which they are.
        said = [_("Round %(number)s", number=sealed.round)] if alike[sealed.title] > 1 else []
        folder = file_name(str(number), sealed.title, *said, suffix="")
        for name, content in _of(one, made_at, beside):
            yield f"{folder}/{name}", content


def _of(one: Filed, made_at: datetime, beside: Sequence[Producer]) -> Iterator[tuple[str, bytes]]:
    for each in (*ITEM_FILES, *EXPORTED_FILES):
        if not each.there(one.said):
            continue
        try:
            content = each.make(one, made_at)
        except Refused as refused:
            if not refused.reason.endswith(WITHHELD):
                raise
            continue  # too few raters for a list of ballots; all else is filed
        yield _plain_name(each.key, str(each.label)), content
    yield from slide_files(one)
    for producer in beside:
        yield from producer(one.box)


def _plain_name(key: str, label: str) -> str:
    """Name a file in its folder; what programs read keeps the name they ask for."""
    stem, _dot, suffix = key.partition(".")
    return key if stem.isupper() or suffix == "json" else f"{label}.{suffix}"


def slide_files(one: Filed) -> Iterator[tuple[str, bytes]]:
    """Yield the slides of a box, each as PNG and as SVG."""
    laid_out = slides(one.said)
    folder = str(_("Slides"))
    for number, content in enumerate(drawings(laid_out, "png"), 1):
        yield f"{folder}/{number}.png", content
    for number, content in enumerate(drawings(laid_out, "svg"), 1):
        yield f"{folder}/{number}.svg", content
