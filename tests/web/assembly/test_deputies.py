"""The roster person by person."""

import re

import pytest

NEWCOMER = {
    "number": "００7",
    "name": " 李  明 ",
    "delegation": "城东代表团",
    "constituency": "城东街道",
    "phone": "139 1234 5678",
    "rater_group": "deputy",
}


def numbers(page) -> list[str]:
    return re.findall(r'<td class="nowrap">([\w]+)</td>\s*<th', page.text)


def test_the_roster_is_listed_by_number_with_what_tells_people_apart(desk):
    page = desk.client.get("/desk/deputies")
    assert numbers(page) == ["12", "L1", "001", "002", "003", "004", "120"]
    assert page.text.count("standing committee") == 2
    assert "observer" in page.text
    assert "7 people are on the roster." in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=zys", ["001"]),
        ("q=王伟", ["002", "003"]),
        ("q=120", ["120"]),
        ("delegation=城东代表团", ["001", "002"]),
        ("delegation=", ["L1"]),
        ("delegation=城西代表团&q=王伟", ["003"]),
        ("q=%25", []),
        ("page=99", ["12", "L1", "001", "002", "003", "004", "120"]),
        ("page=x", ["12", "L1", "001", "002", "003", "004", "120"]),
    ],
)
def test_the_roster_is_searched(desk, query, found):
    assert numbers(desk.client.get(f"/desk/deputies?{query}")) == found


def test_a_long_roster_is_leafed_through(desk):
    from tests.integration.assembly.rosters import seated

    with desk.app.app_context():
        seated(*(f"{n},代表{n},大团,," for n in range(1000, 1250)))
    first = desk.client.get("/desk/deputies?delegation=大团")
    assert numbers(first) == [str(n) for n in range(1000, 1100)]
    assert "Page 1 of 3, 250 people" in first.text
    following = re.search(r'href="(/desk/deputies\?page=2[^"]*)"', first.text)[1]
    second = desk.client.get(following.replace("&amp;", "&"))
    assert numbers(second)[0] == "1100"
    last = desk.client.get("/desk/deputies?delegation=大团&page=3")
    assert len(numbers(last)) == 50
    assert "Next page" not in last.text


def test_an_empty_roster_says_what_to_do(organiser):
    page = organiser.get("/desk/deputies").text
    assert 'href="/desk/deputies/import"' in page
    assert 'href="/desk/deputies/import/template.xlsx"' in page


def test_somebody_is_put_on_the_roster_as_an_import_would(desk):
    answer = desk.client.post("/desk/deputies/new", data=NEWCOMER)
    assert answer.status_code == 302
    newcomer = desk.deputy("007")
    assert (newcomer.name, newcomer.phone, newcomer.initials.split()[0]) == (
        "李明",
        "13912345678",
        "lm",
    )
    assert newcomer.badge_code
    assert not newcomer.observer


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""),
        ("number", "001"),
        ("number", "9" * 40),
        ("name", "12"),
        ("phone", "12"),
        ("delegation", "x" * 61),
        ("rater_group", "emperor"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(desk, field, value):
    answer = desk.client.post("/desk/deputies/new", data={**NEWCOMER, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert answer.text.count('class="field-error"') == 1
    assert 'value="城东街道"' in answer.text
    assert "7 people are on the roster." in desk.client.get("/desk/deputies").text


def test_somebody_is_changed(desk):
    path = f"/desk/deputies/{desk.id_of('001')}"
    page = desk.client.get(path).text
    assert 'value="张玉书"' in page
    badge = desk.deputy("001").badge_code
    changed = {**NEWCOMER, "number": "001", "name": "章玉书", "observer": "y"}
    assert desk.client.post(path, data=changed).status_code == 302
    after = desk.deputy("001")
    assert (after.name, after.observer, after.committee_member) == ("章玉书", True, False)
    assert after.badge_code == badge
    taken = desk.client.post(path, data={**changed, "number": "002"})
    assert taken.status_code == 422
    assert 'id="number-error"' in taken.text


def test_a_rater_group_of_an_office_s_own_survives_a_change(desk):
    from app.assembly import service

    with desk.app.app_context():
        who = service.add_deputy({"number": "77", "name": "专家", "rater_group": "expert"})
    page = desk.client.get(f"/desk/deputies/{who}").text
    assert re.search(r'<option selected value="expert">', page)
    changed = {**NEWCOMER, "number": "77", "rater_group": "expert"}
    assert desk.client.post(f"/desk/deputies/{who}", data=changed).status_code == 302
    assert desk.deputy("77").rater_group == "expert"


def test_whoever_leaves_is_listed_apart_and_can_come_back(desk):
    path = f"/desk/deputies/{desk.id_of('004')}"
    assert "Take off the roster" in desk.client.get(path).text
    desk.client.post(f"{path}/active", data={"active": "no"})
    assert numbers(desk.client.get("/desk/deputies?q=004")) == []
    assert numbers(desk.client.get("/desk/deputies?gone=yes")) == ["004"]
    assert "5 due" in desk.get("/attendance").text
    assert "Put back" in desk.client.get(path).text
    desk.client.post(f"{path}/active", data={"active": "yes"})
    assert "6 due" in desk.get("/attendance").text


@pytest.mark.parametrize("path", ["/desk/deputies/999", "/desk/deputies/999/active"])
def test_nobody_of_that_entry_is_a_404(desk, path):
    method = desk.client.post if path.endswith("active") else desk.client.get
    assert method(path).status_code == 404


def test_the_roster_is_not_shown_to_be_kept(desk):
    assert desk.client.get("/desk/deputies").headers["Cache-Control"] == "no-store"
