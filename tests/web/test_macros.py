"""The parts of the desk keep their promises to keyboards, screen readers and bare browsers."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from app.ballotbox.domain import Stage
from app.intake.columns import Problem

IMPORTS = """
{% from "macros/forms.html" import field, radio_cards, button, post_button, form_problem, fieldset %}
{% from "macros/page.html" import page_header, card, notice, badge, tag, stats, stat, progress %}
{% from "macros/page.html" import stepper, empty_state, live, print_button, flashes %}
{% from "macros/tables.html" import table, problems_table, pairs %}
"""

Draw = Callable[..., str]


def with_imports(template: str) -> str:
    return template if template.startswith("{% extends") else IMPORTS + template


@pytest.fixture
def draw(site: Flask) -> Draw:
    def drawn(template: str, **values: object) -> str:
        with site.test_request_context():
            made = {name: value() if callable(value) else value for name, value in values.items()}
            return " ".join(render_template_string(with_imports(template), **made).split())

    return drawn


class PaperForm(FlaskForm):
    title = StringField("Title", [InputRequired("Still empty.")])
    kind = RadioField("Kind", choices=[SelectChoice("a", "First"), SelectChoice("b", "Second")])
    named = BooleanField("Named vote")


def invalid() -> PaperForm:
    form = PaperForm()
    form.validate()
    return form


def test_a_field_ties_its_label_help_and_error_together(draw):
    drawn = draw('{{ field(form.title, "On top of the paper.") }}', form=invalid)
    assert '<label for="title">' in drawn
    control = re.search(r'<input[^>]*id="title"[^>]*>', drawn)[0]
    assert 'aria-describedby="title-help title-error"' in control
    assert 'aria-invalid="true"' in control
    assert 'id="title-help"' in drawn
    assert "Still empty." in re.search(r'id="title-error".*', drawn)[0]


def test_a_sound_field_points_nowhere(draw):
    drawn = draw("{{ field(form.title) }}", form=PaperForm)
    assert "aria-describedby" not in drawn
    assert "aria-invalid" not in drawn


def test_no_radio_card_is_chosen_beforehand_and_all_look_alike(draw):
    drawn = draw('{{ radio_cards(form.kind, notes={"b": "Why"}) }}', form=PaperForm)
    assert "checked" not in drawn
    assert drawn.count('<label class="choice">') == 2
    assert "<legend>" in drawn
    assert "Why" in drawn


def test_every_act_by_button_is_a_post_with_a_token(draw):
    drawn = draw('{{ post_button("/act", "Act", fields={"box": 3}) }}')
    assert '<form method="post" action="/act">' in drawn
    assert 'name="csrf_token"' in drawn
    assert '<input type="hidden" name="box" value="3">' in drawn


def test_a_confirmation_works_without_javascript(draw):
    drawn = draw('{{ post_button("/close", "Close", "danger", confirm="No more ballots.") }}')
    assert drawn.index("<details") < drawn.index("No more ballots.") < drawn.index("<form")
    assert drawn.count('action="/close"') == 1


def test_what_is_typed_is_never_markup(draw):
    nasty = "<b onclick=x>"
    drawn = draw(
        '{{ post_button("/x", n, confirm=n, about=n, fields={"a": n}) }}{{ tag(n) }}'
        "{{ page_header(n, trail=[(n, n)], note=n) }}{{ stat(n, n, n) }}{{ pairs([(n, n)]) }}"
        '{{ stepper([{"label": n, "state": "todo", "note": n}]) }}{{ empty_state(n, n) }}'
        "{% call table(n, [n]) %}{% endcall %}",
        n=nasty,
    )
    assert nasty not in drawn
    assert drawn.count("&lt;b onclick=x&gt;") >= 14


@pytest.mark.parametrize("stage", list(Stage))
def test_a_badge_says_the_stage_in_words(draw, stage):
    drawn = draw("{{ badge(stage) }}", stage=stage.value)
    words = re.search(r'<span class="badge[^"]*">(.+)</span>', drawn)[1]
    assert words.strip()
    assert words.strip() not in ("drafted", "voided")


def test_a_stepper_says_where_we_are(draw):
    steps = [
        {"label": "Check", "state": "done"},
        {"label": "Vote", "state": "current"},
        {"label": "Sign", "state": "blocked"},
    ]
    drawn = draw("{{ stepper(steps) }}", steps=steps)
    assert drawn.count('aria-current="step"') == 1
    assert drawn.count("visually-hidden") == 3


def test_a_bar_of_nothing_is_empty_and_no_error(draw):
    assert 'max="1" value="0"' in draw('{{ progress("Returned", 0, 0) }}')


def test_a_table_is_named_and_reached_by_keyboard(draw):
    drawn = draw(
        '{% call table("Projects", ["Name", ("Votes", "number")]) %}<tr></tr>{% endcall %}'
    )
    assert re.search(r'role="region" aria-label="Projects" tabindex="0"', drawn)
    assert drawn.count('scope="col"') == 2
    assert '<th scope="col" class="number">Votes</th>' in drawn


def test_problems_of_a_file_are_told_with_row_heading_and_reason(draw):
    problems = [Problem(7, "电话", "12", "out_of_range", {"minimum": 1, "maximum": 9})] * 201
    drawn = draw("{{ problems_table(problems) }}", problems=problems)
    assert drawn.count('<td class="number">7</td>') == 200
    assert "电话" in drawn
    assert "201" in drawn
    assert re.search(r"1\D+9", drawn)


def session(*, rehearsal: bool) -> SimpleNamespace:
    return SimpleNamespace(id=1, title="第六次会议", rehearsal=rehearsal)


@pytest.mark.parametrize("layout", ["layouts/desk.html", "layouts/print.html"])
@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_is_marked_on_every_page_and_a_session_is_not(draw, layout, rehearsal):
    page = draw(f'{{% extends "{layout}" %}}', session=session(rehearsal=rehearsal))
    assert ("rehearsal-band" in page) is rehearsal
    assert bool(re.search(r'<body class="[^"]*\brehearsal\b', page)) is rehearsal


def test_a_page_of_no_session_is_no_rehearsal(draw):
    assert "rehearsal" not in draw('{% extends "layouts/desk.html" %}')


def test_no_page_carries_a_script_or_a_style_inline(draw, site):
    page = draw('{% extends "layouts/desk.html" %}') + site.test_client().get("/sign-in").text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)
