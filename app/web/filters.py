"""The filters and globals of every template."""

from flask import Flask, current_app
from markupsafe import Markup, escape

from app.accounts.guards import may_enter
from app.ballotbox.codes import printed, printed_receipt
from app.titles import parts
from app.web.navigation import here, main_entries, session_entries
from app.web.refusals import sentence
from app.web.words import word
from app.writing import (
    chinese_number,
    clock,
    day,
    fraction_words,
    moment,
    number,
    page_language,
    percent,
    threshold_words,
)


def url_exists(endpoint: str) -> bool:
    """Whether a room has landed: links to rooms stand only where there is one."""
    return endpoint in current_app.view_functions


def in_parts(title: str) -> Markup:
    """Mark where a title may break (`app.titles`); its style keeps all else together."""
    return Markup("<wbr>").join(escape(part) for part in parts(title))


def init_filters(app: Flask) -> None:
    """Give the filters and globals to the templates."""
    app.jinja_env.filters.update(
        percent=percent,
        number=number,
        chinese_number=chinese_number,
        fraction_words=fraction_words,
        threshold_words=threshold_words,
        day=day,
        moment=moment,
        clock=clock,
        word=word,
        sentence=sentence,
        in_parts=in_parts,
        printed_code=printed,
        printed_receipt=printed_receipt,
    )
    app.jinja_env.globals.update(
        page_language=page_language,
        url_exists=url_exists,
        may_enter=may_enter,
        here=here,
        main_entries=main_entries,
        session_entries=session_entries,
    )
