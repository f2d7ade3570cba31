"""The recount bundle: all that a scrutineer needs to count a closed box again, as one ZIP.

`recount.py` in it shares no code with the service. What the files hold is in docs/formats.md.
"""

import csv
import hashlib
import json
import secrets
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files as resources
from io import BytesIO, StringIO
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app.ballotbox import chain, service
from app.ballotbox.canonical import canonical
from app.ballotbox.domain import NO_MARK
from app.ballotbox.instrument import instrument
from app.ballotbox.models import Act, Box
from app.reports.download import file_name
from app.reports.record import record_of, session_words

GIVEN = ("total_members", "due", "on_leave", "present", "issued", "spare")
"""The figures of the turnout that no ballot tells."""
LANGUAGE = "zh_Hans"
"""What is read in the hall, whoever downloads it."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the ZIP: when it was made tells nothing, and must not differ."""

Shuffle = Callable[[list[Any]], None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a closed box left behind, as it is stored.

    ballots: (rater group or voter, marks); groups: of a named vote whose paper has rater groups,
    by voter; cell: writes one mark, raising ValueError for a byte
    that the paper does not know; acts: the log of the session, oldest first, as plain JSON;
    blinding: what the digest of the ballots is taken under, '' before there was such.
    """

    paper: str
    sealed: str
    rule: str
    ballots: Sequence[tuple[str, bytes]]
    receipts: Sequence[str]
    acts: Sequence[Mapping[str, Any]]
    cell: Callable[[int], str]
    groups: Mapping[str, str] = field(default_factory=dict)
    blinding: str = ""


def evidence_of(box: Box) -> Evidence:
    """Read what is stored of a box, altered or not; raises Refused("not_closed")."""
    kind = instrument(box.instrument)
    ballots, receipts = service.stored_ballots(box.id), service.receipts_of(box.id)
    paper = kind.read_paper(json.loads(box.paper))
    with force_locale(LANGUAGE):
        rule = kind.rule(paper)
    return Evidence(
        paper=box.paper,
        sealed=box.sealed,
        rule=rule,
        ballots=ballots,
        receipts=receipts,
        acts=_acts_until_last_of(box),
        cell=lambda byte: kind.cell(paper, byte),
        groups=service.stored_groups(box.id),
        blinding=box.blinding,
    )


def bundle_of(box_id: int) -> tuple[str, bytes]:
    """Return the name and the content of a box's bundle.

    Raises Refused("not_closed") before the box is sealed, "seal_broken" where it was altered.
    """
    box = service.get_box(box_id)
    service.sealed_return(box_id)
    content = packed(bundled(evidence_of(box), secrets.SystemRandom().shuffle))
    with force_locale(LANGUAGE):
        record = record_of(box, str(instrument(box.instrument).label))
        number = _("Round %(number)s", number=box.round)
        mark = [_("rehearsal")] if record.sealed.roll.rehearsal else []
        parts = (*mark, session_words(record), box.title, number, _("Recount bundle"))
        return file_name(*parts, suffix=".zip"), content


def bundled(evidence: Evidence, shuffle: Shuffle) -> dict[str, bytes]:
    """Write every file of a bundle; the ballots in the order that `shuffle` leaves them in."""
    paper, sealed = json.loads(evidence.paper), json.loads(evidence.sealed)
    turnout = {name: sealed["turnout"][name] for name in GIVEN}
    files = {
        "README.txt": _readme().encode("utf-8-sig"),
        "PAPER.json": evidence.paper.encode(),
        "RULE.txt": f"{evidence.rule}\n".encode("utf-8-sig"),
        "BALLOTS.csv": _table(paper, evidence, shuffle),
        "BLINDING.txt": f"{evidence.blinding}\n".encode(),
        "RECEIPTS.txt": "".join(f"{code}\n" for code in sorted(evidence.receipts)).encode(),
        "TURNOUT.json": f"{json.dumps(turnout, indent=2)}\n".encode(),
        "RETURN.json": evidence.sealed.encode(),
        "ACTS.jsonl": "".join(f"{canonical(act)}\n" for act in evidence.acts).encode(),
        "recount.py": recount_program(),
    }
    sums = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return files | {"SHA256SUMS": "".join(sums).encode()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Put files into a ZIP that tells nothing of when and where it was made."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return written.getvalue()


def recount_program() -> bytes:
    """Return the program that goes into every bundle, and that `piaojue recount` runs."""
    return resources("recount").joinpath("recount.py").read_bytes()


def act_json(act: Act) -> dict[str, Any]:
    """Return an act as it is hashed, with its digest."""
    return {
        "session": act.session_id,
        "number": act.number,
        "at": act.at,
        "actor": act.actor,
        "kind": act.kind,
        "facts": act.facts,
        "previous": act.previous,
        "digest": act.digest,
    }


def _acts_until_last_of(box: Box) -> tuple[Mapping[str, Any], ...]:
    """Return the log up to the last act that speaks of the box: its seal, or who certified it."""
    acts = chain.acts(box.session_id)
    own = [at for at, act in enumerate(acts, 1) if _box_of(act) == box.id]
    return tuple(act_json(act) for act in acts[: max(own, default=0)])


def _box_of(act: Act) -> int | None:
    try:
        facts = json.loads(act.facts)
    except ValueError:  # altered: what breaks the chain must not keep it from being shown
        return None
    return facts.get("box") if isinstance(facts, dict) else None


def _table(paper: Mapping[str, Any], evidence: Evidence, shuffle: Shuffle) -> bytes:
    rows = list(evidence.ballots)
    shuffle(rows)
    labels = ["voter"] * (paper.get("secrecy") == "named") + ["group"] * bool(paper.get("groups"))
    written = StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow([*labels, *(item["id"] for item in paper["items"])])
    for who, marks in rows:
        known = [who, evidence.groups[who]] if evidence.groups else [who]
        table.writerow([*known[: len(labels)], *(_sign(evidence, byte) for byte in marks)])
    return written.getvalue().encode("utf-8-sig")


def _sign(evidence: Evidence, byte: int) -> str:
    if byte == NO_MARK:
        return ""
    try:
        return evidence.cell(byte)
    except ValueError:
        return f"?{byte:02x}"  # to be looked at, not read as something else


def _readme() -> str:
    return resources("recount").joinpath("README.txt").read_text(encoding="utf-8")
