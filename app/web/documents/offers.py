"""The links of the documents page: files of one kind on one line, named by their format."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.ballotbox.instrument import instrument
from app.reports.dossier import ITEM_FILES, SESSION_FILES, Filed
from app.reports.slides import slides

_FORMATS = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel", "csv": "CSV", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of document: what it is called, and (format, address) of each of its files."""

    label: str
    links: tuple[tuple[str, str], ...]


def session_offers(session_id: int) -> tuple[Offer, ...]:
    """Return what a session gives."""
    return _grouped(
        [
            (
                str(each.label),
                each.key,
                url_for("documents.session_file", session_id=session_id, name=each.key),
            )
            for each in SESSION_FILES
        ]
    )


def item_offers(one: Filed) -> tuple[Offer, ...]:
    """Return what a sealed box gives: documents, slides, and the exports of its instrument."""
    files = [
        (
            one.said.form
            if each.key.startswith("return.") and each.key != "return.json"
            else str(each.label),
            each.key,
            url_for("documents.item_file", box_id=one.box.id, name=each.key),
        )
        for each in ITEM_FILES
        if each.there(one.said)
    ]
    pages = range(1, len(slides(one.said)) + 1)
    images = tuple(
        (
            f"{form.upper()} {page}" if len(pages) > 1 else form.upper(),
            url_for("documents.slide", box_id=one.box.id, number=page, form=form),
        )
        for form in ("png", "svg")
        for page in pages
    )
    exports = tuple(
        (str(label), url_for(endpoint, box_id=one.box.id))
        for label, endpoint in instrument(one.box.instrument).exports
    )
    return (
        *_grouped(files),
        Offer(str(_("Slides")), images),
        Offer(str(_("Figures and recount")), exports),
    )


def _grouped(files: Sequence[tuple[str, str, str]]) -> tuple[Offer, ...]:
    """Put files (label, key, address) of one label together, in their order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for label, key, url in files:
        found.setdefault(label, []).append((_FORMATS[key.rpartition(".")[2]], url))
    return tuple(Offer(label, tuple(links)) for label, links in found.items())
