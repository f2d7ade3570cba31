"""The preview of the paper and the dry run: both look real, and neither is."""

import re

import pytest

from app.ballotbox.models import Ballot
from app.extensions import db
from tests.integration.voting.votes import drafted
from voting import service


def shown(page: str) -> list[str]:
    """The rows of the table of a dry run, without the markup."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in body.split("</tr>")[:-1]]


def test_only_our_own_page_may_frame_the_paper(draft):
    page = draft.get("/preview")
    assert f'src="{draft.url("/preview/paper")}' in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    paper = draft.get("/preview/paper")
    assert "frame-ancestors 'self'" in paper.headers["Content-Security-Policy"]
    assert "form-action 'none'" in paper.headers["Content-Security-Policy"]
    assert paper.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_preview_is_the_paper_of_the_phone_and_leads_nowhere(draft):
    paper = draft.get("/preview/paper").text
    assert re.findall(r'name="item-(p\d)"', paper) == ["p1", "p2", "p3", "p4"]
    assert re.search(r'action=""', paper)
    assert "checked" not in paper
    assert draft.client.post(draft.url("/preview/paper")).status_code == 405


def test_an_empty_list_can_be_previewed_but_not_tried_out(draft):
    with draft.app.app_context():
        draft.box_id = drafted(0, 2, session_id=draft.session_id)
    assert draft.get("/preview/paper").status_code == 200
    page = draft.get("/dry-run?pattern=random&ballots=10&seed=1")
    assert page.status_code == 200
    assert "<tbody>" not in page.text
    assert 'name="pattern"' not in page.text


@pytest.mark.parametrize("pattern", ["random", "agreement", "tie_at_cut", "shortfall", "spoilt"])
def test_every_pattern_is_counted_and_marked_as_a_dry_run(draft, pattern):
    page = draft.get(f"/dry-run?pattern={pattern}&ballots=50&seed=7")
    assert page.status_code == 200
    assert len(shown(page.text)) == 4
    assert "试算，不是正式结果" in page.text
    with draft.app.app_context():
        assert db.session.query(Ballot).count() == 0


def test_the_same_seed_gives_the_same_table_and_another_one_another(draft):
    first, again, other = (
        shown(draft.get(f"/dry-run?pattern=random&ballots=50&seed={seed}").text)
        for seed in (7, 7, 8)
    )
    assert first == again != other


def test_a_tie_and_its_runoff_are_said_in_words(draft):
    page = draft.get("/dry-run?pattern=tie_at_cut&ballots=50&seed=7").text
    assert sum("得票相等，待定" in row for row in shown(page)) == 2
    assert "就得票相等的2个项目再次投票，应选1个" in page


def test_a_pattern_that_cannot_come_about_is_said(draft):
    # Of two projects for one seat no two can both have more than half of all members.
    with draft.app.app_context():
        draft.box_id = drafted(2, 1, session_id=draft.session_id)
    assert "这种情形不会出现" in draft.get("/dry-run?pattern=tie_at_cut&ballots=50&seed=1").text
    assert "这种情形不会出现" not in draft.get("/dry-run?pattern=random&ballots=50&seed=1").text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("pattern=random&ballots=0&seed=1", "ballots"),
        ("pattern=random&ballots=51&seed=1", "ballots"),  # the session has 50 members
        ("pattern=random&ballots=&seed=1", "ballots"),
        ("pattern=random&ballots=10&seed=-1", "seed"),
        ("pattern=unanimous&ballots=10&seed=1", "pattern"),
    ],
)
def test_what_cannot_be_made_up_is_said_beside_its_field(draft, query, field):
    page = draft.get(f"/dry-run?{query}")
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "<tbody>" not in page.text


def test_the_full_strength_of_the_body_is_never_bent_to_the_ballots(draft):
    page = draft.get("/dry-run?pattern=agreement&ballots=26&seed=1").text
    assert "26" in page
    # 26 of 50 are needed, and 26 ballots are there: one stray tick and a project fails.
    with draft.app.app_context():
        assert service.get_draft(draft.box_id).paper.rule.needed(50) == 26
    assert any("未达到所需的26票" in row for row in shown(page))
