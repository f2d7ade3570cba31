"""Scale and outcome rules on the desk: typed in rows, without a script, and nothing is lost."""

from fractions import Fraction

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from app.ballotbox.domain import Denominator
from app.thresholds import Comparison, Threshold
from evaluation import service
from evaluation.paper import Cap
from evaluation.presets import CONSEQUENCES, POINTS, PRESETS, SCALES
from evaluation.rules import Share
from evaluation.typed_outcomes import typed
from tests.integration.evaluation.evaluations import change, drafted, hand_out, hold


@pytest.fixture
def box_id(site):
    with site.app_context(), force_locale("zh_Hans"):
        return drafted(4)


@pytest.fixture
def where(box_id):
    return f"/desk/evaluations/{box_id}/outcomes"


def paper_of(site, box_id):
    with site.app_context():
        return service.get_draft(box_id).paper


def flat(rows, stem=""):
    """Return rows as a browser sends them."""
    sent = MultiDict()
    items = rows.items() if isinstance(rows, dict) else enumerate(rows)
    for key, value in items:
        name = f"{stem}{key}"
        if isinstance(value, dict) or (value and isinstance(value, list) and isinstance(value[0], dict)):  # fmt: skip
            sent.update(flat(value, f"{name}-"))
        elif isinstance(value, list):
            sent.setlist(name, value)
        elif value is not False:
            sent[name] = "y" if value is True else value
    return sent


def sent(site, box_id, **changed):
    data = flat(typed(paper_of(site, box_id)))
    data["ready"] = "rules:zhenhai"
    for name, value in changed.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def test_what_is_shown_can_be_saved_as_it_is(site, organiser, box_id, where):
    before = paper_of(site, box_id)
    page = organiser.get(where)
    assert page.status_code == 200
    assert "超过全体组成人员的半数" in page.text
    assert organiser.post(where, data=sent(site, box_id)).status_code == 303
    assert paper_of(site, box_id) == before


@pytest.mark.parametrize("key", PRESETS)
def test_something_ready_is_put_in_and_not_yet_saved(site, organiser, box_id, where, key):
    before = paper_of(site, box_id)
    data = sent(site, box_id, do="ready", ready=f"rules:{key}")
    page = organiser.post(where, data=data)
    assert page.status_code == 200
    assert "尚未保存" in page.text
    for rule in PRESETS[key].rules:
        assert f'value="{rule.outcome.label}"' in page.text
    assert paper_of(site, box_id) == before


def test_a_ready_scale_leaves_the_rules_and_an_unknown_one_everything(site, organiser, box_id, where):  # fmt: skip
    data = sent(site, box_id, do="ready", ready="scale:five_levels")
    page = organiser.post(where, data=data).text
    for grade in SCALES["five_levels"].grades:
        assert f'value="{grade.label}"' in page
    assert 'value="不满意"' in page
    for ready in ("scale:none", "rules:none", "", "x"):
        page = organiser.post(where, data=sent(site, box_id, do="ready", ready=ready))
        assert page.text.count('data-grade="') == 3


def test_rows_are_added_and_taken_away_with_everything_typed_kept(site, organiser, box_id, where):
    data = sent(site, box_id, do="add grades", grades__0__label="特别好<b>", grades__1__points="x")
    page = organiser.post(where, data=data).text
    assert page.count('data-grade="') == 4
    assert 'value="特别好&lt;b&gt;"' in page
    assert 'value="x"' in page
    data = sent(site, box_id, do="remove rules 0", rules__0__label="先前的")
    page = organiser.post(where, data=data).text
    assert "先前的" not in page
    assert page.count('class="rule-row"') == 2


def test_a_scale_of_its_own_is_saved_with_rules_of_its_own(site, organiser, box_id, where):
    data = sent(
        site, box_id, grades__0__label="好", grades__2__points="", rates__0__label="好评率",
        rules__0__label="好", rules__0__when__0__of="present", rules__0__when__0__comparison="ge",
        rules__0__when__0__bar="80%", rank_by="overall_rate",
        caps__0__at_most="2", caps__0__grades=["A"], caps__0__span="",
    )  # fmt: skip
    assert organiser.post(where, data=data).status_code == 303
    paper = paper_of(site, box_id)
    assert [grade.label for grade in paper.scale.grades] == ["好", "基本满意", "不满意"]
    assert paper.scale.grades[2].points is None
    share = Threshold(Comparison.GE, Fraction(4, 5))
    assert paper.rules[0].when == (Share(("A",), Denominator.PRESENT, share),)
    assert paper.caps == (Cap(("A",), 2),)
    assert paper.consequences == CONSEQUENCES
    said = organiser.get(where).text
    assert "五分之四" in said
    assert "好评率" in said


def test_points_are_saved(site, organiser, box_id, where):
    with site.app_context():
        change(box_id, scale=POINTS, rules=PRESETS["review_bands"].rules)
    data = sent(site, box_id, step="5", rules__0__when__0__bar="95")
    assert organiser.post(where, data=data).status_code == 303
    paper = paper_of(site, box_id)
    assert (paper.scale.step, len(paper.scale.grades)) == (5, 21)
    assert paper.rules[0].when[0].threshold == Threshold(Comparison.GE, Fraction(19, 20))


@pytest.mark.parametrize(("changed", "field"), [
    ({"grades__1__points": "101"}, "grades-1-points"),
    ({"grades__1__label": ""}, "grades-1-label"),
    ({"rules__0__when__0__bar": "half of it"}, "rules-0-when-0-bar"),
    ({"rules__0__when__0__grades": []}, "rules-0-when-0-grades"),
    ({"rates__0__grades": []}, "rates-0-grades"),
    ({"consequences__0__times": "0"}, "consequences-0-times"),
    ({"rules__2__when__0__bar": "1/2", "rules__2__when__0__grades": ["A"]}, "rules-2-label"),
])  # fmt: skip
def test_what_cannot_be_is_said_beside_its_place(  # noqa: PLR0917  (two parameters, four fixtures)
    site, organiser, box_id, where, changed, field
):
    before = paper_of(site, box_id)
    if "rules__2__when__0__bar" in changed:
        rest = {"kind": "share", "of": "valid", "comparison": "gt", "span": ""}
        changed |= {f"rules__2__when__0__{name}": value for name, value in rest.items()}
    page = organiser.post(where, data=sent(site, box_id, **changed))
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "还没有保存" in page.text or "尚未保存" in page.text
    assert paper_of(site, box_id) == before


def test_what_is_wrong_with_a_whole_list_is_said_above_it(site, organiser, box_id, where):
    data = sent(site, box_id, grades__0__label="同名", grades__1__label="同名")
    page = organiser.post(where, data=data)
    assert page.status_code == 422
    assert page.text.count("field-error") >= 1
    data = sent(site, box_id, kind="neither")
    assert organiser.post(where, data=data).status_code == 422


def test_the_sentence_follows_what_is_typed(site, organiser, box_id, where):
    data = sent(site, box_id, rules__0__when__0__bar="2/3", grades__0__label="好")
    said = organiser.post(f"{where}/sentence", data=data)
    assert said.mimetype == "text/plain"
    assert "三分之二" in said.text
    assert "“好”" in said.text
    for wrong in ({"rules__0__when__0__bar": "?"}, {"kind": "x"}, {"grades__1__label": "满意"}):
        answer = organiser.post(f"{where}/sentence", data=sent(site, box_id, **wrong))
        assert answer.status_code == 204


def test_a_frozen_paper_is_shown_in_words_and_kept(site, organiser, box_id, where):
    with site.app_context(), force_locale("zh_Hans"):
        hold(box_id, hand_out(box_id, 6), [b"ABAA"] * 6)
    page = organiser.get(where).text
    assert "data-rows" not in page
    assert "总体满意率" in page
    before = paper_of(site, box_id)
    data = flat(typed(before))
    data["ready"] = "rules:dawu"
    assert organiser.post(where, data=data).status_code == 422
    assert paper_of(site, box_id) == before
