"""Badges as they leave the page: every deputy's code, read back from the paper."""

from urllib.parse import quote

from tests.web.tickets.conftest import pages_of


def test_every_badge_reads_back_and_checks_its_owner_in(desk):
    answer = desk.get("/checkin/badges.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    pages = pages_of(answer.data)
    assert len(pages) == 3
    codes = [code for _, symbols in pages for code in symbols]
    assert len(set(codes)) == 7
    for code in codes:
        desk.enter(code)
    assert len(desk.states()) == 7
    assert "明州市人民代表大会 第十七届第五次会议" in pages[0][0]


def test_one_delegation_alone(desk):
    page = desk.get("/checkin/badges").text
    assert f"delegation={quote('城西代表团')}" in page
    pages = pages_of(desk.get("/checkin/badges.pdf?delegation=城西代表团").data)
    assert len(pages[0][1]) == 4
    assert "买买提" in pages[0][0]
    assert "张玉书" not in pages[0][0]


def test_those_of_no_delegation_have_badges_too(desk):
    pages = pages_of(desk.get("/checkin/badges.pdf?delegation=").data)
    assert [len(symbols) for _, symbols in pages] == [1]


def test_the_same_people_give_the_same_file(desk):
    assert desk.get("/checkin/badges.pdf").data == desk.get("/checkin/badges.pdf").data


def test_a_rehearsal_is_marked_on_its_badges(desk):
    from app.assembly import service

    real = desk.get("/checkin/badges.pdf").data
    with desk.app.app_context():
        service.update_session(desk.session_id, {"rehearsal": True})
    marked = desk.get("/checkin/badges.pdf").data
    assert "REHEARSAL" in pages_of(marked)[0][0]
    assert "REHEARSAL" not in pages_of(real)[0][0]


def test_a_delegation_that_is_not_there_has_no_file(desk):
    assert desk.get("/checkin/badges.pdf?delegation=无此团").status_code == 404


def test_without_a_roster_the_way_to_it_is_shown(organiser, site):
    from datetime import date

    from app.assembly import service
    from app.assembly.quorum import BodyKind

    with site.app_context():
        made = service.create_session(
            body="甲", body_kind=BodyKind.CONGRESS, title="乙", held_on=date(2026, 1, 1)
        )
    page = organiser.get(f"/desk/sessions/{made}/checkin/badges").text
    assert 'href="/desk/deputies/import"' in page
