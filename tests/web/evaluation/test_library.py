"""The library of papers: kept, started from, renamed, taken out, and passed on as files."""

import json
from io import BytesIO

import pytest
from flask_babel import force_locale

from app.accounts.roles import Role
from app.intake.documents import MalformedFileError
from evaluation import library_service as library
from evaluation import service
from evaluation.formats import read_paper
from evaluation.materials import Slot
from evaluation.paper import Cap
from evaluation.presets import COMPETENCE, PRESETS, YEARLY_ASSESSMENT
from tests.contracts.hall import make_session
from tests.integration.evaluation.evaluations import PDF, drafted

PAPERS = "/desk/papers"


@pytest.fixture
def box_id(site):
    """An evaluation with a scale and a cap of its own, and reading material."""
    with site.app_context(), force_locale("zh_Hans"):
        made = drafted(
            4, scale=COMPETENCE, rules=YEARLY_ASSESSMENT, caps=(Cap(("A",), 2),), remarks=True
        )
        service.put_subject(made, {"name": "县水利局"}, "s2", {Slot.READING: PDF})
        return made


def paper_of(site, box_id):
    with site.app_context():
        return service.get_draft(box_id).paper


def kept(site):
    with site.app_context():
        return library.kept_papers()


def keep(organiser, box_id, name="县直部门年度测评"):
    return organiser.post(f"/desk/evaluations/{box_id}/keep", data={"name": name})


def send(organiser, content, name="外地方案"):
    data = {"name": name, "file": (BytesIO(content), "方案.json")}
    return organiser.post(PAPERS, data=data, content_type="multipart/form-data")


def test_a_paper_is_kept_and_an_evaluation_started_from_it(site, organiser, box_id):
    assert organiser.get(f"/desk/evaluations/{box_id}/keep").status_code == 200
    assert keep(organiser, box_id).status_code == 303
    page = organiser.get(PAPERS).text
    assert "县直部门年度测评" in page
    assert "不超过2个" in page
    with site.app_context():
        session_id = make_session()
    (one,) = kept(site)
    where = f"{PAPERS}/{one.id}/start"
    assert 'value="2026年度政府部门工作满意度测评"' in organiser.get(where).text
    data = {"title": "2027年度测评", "session": str(session_id)}
    answer = organiser.post(where, data=data)
    assert answer.status_code == 303
    started, before = paper_of(site, int(answer.location.rsplit("/", 1)[1])), paper_of(site, box_id)
    assert started.title == "2027年度测评"
    assert (started.scale, started.rules, started.caps) == (before.scale, before.rules, before.caps)
    assert [one.name for one in started.subjects] == [one.name for one in before.subjects]
    assert before.subjects[1].reading
    assert not any(one.reading or one.photo for one in started.subjects)
    assert organiser.post(where, data=data | {"title": ""}).status_code == 422


def test_names_are_there_once(site, organiser, box_id):
    keep(organiser, box_id, "甲")
    assert keep(organiser, box_id, " 甲 ").status_code == 422
    assert keep(organiser, box_id, "").status_code == 422
    assert keep(organiser, box_id, "长" * 61).status_code == 422
    keep(organiser, box_id, "乙")
    one, two = kept(site)
    where = f"{PAPERS}/{one.id}/rename"
    assert f'value="{one.name}"' in organiser.get(where).text
    assert organiser.post(where, data={"name": two.name}).status_code == 422
    assert organiser.post(where, data={"name": one.name}).status_code == 303
    assert organiser.post(where, data={"name": "丙"}).status_code == 303
    assert {each.name for each in kept(site)} == {two.name, "丙"}
    assert organiser.post(f"{PAPERS}/{one.id}/remove").status_code == 303
    assert [each.name for each in kept(site)] == [two.name]
    assert organiser.get(where).status_code == 404
    assert paper_of(site, box_id).subjects


def test_a_paper_goes_out_as_a_file_and_comes_back_as_it_was(site, organiser, box_id):
    keep(organiser, box_id)
    (one,) = kept(site)
    for where in (f"{PAPERS}/{one.id}/PAPER.json", f"/desk/evaluations/{box_id}/PAPER.json"):
        answer = organiser.get(where)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=PAPER.json")
        assert read_paper(answer.data) == one.paper
    assert send(organiser, answer.data).status_code == 303
    again = next(each for each in kept(site) if each.name == "外地方案")
    assert again.paper == one.paper


def test_rules_alone_are_a_file_too(site, organiser):
    with site.app_context(), force_locale("zh_Hans"):
        empty = drafted(0)
    content = organiser.get(f"/desk/evaluations/{empty}/PAPER.json").data
    assert json.loads(content)["subjects"] == []
    assert send(organiser, content).status_code == 303
    (one,) = kept(site)
    assert one.paper == paper_of(site, empty)
    with site.app_context():
        session_id = make_session()
    data = {"title": "新测评", "session": str(session_id)}
    assert organiser.post(f"{PAPERS}/{one.id}/start", data=data).status_code == 303


def test_a_bad_file_is_refused_whole_with_every_fault(site, organiser, box_id):
    good = json.loads(organiser.get(f"/desk/evaluations/{box_id}/PAPER.json").data)
    good["scale"]["grades"][0]["points"] = 120
    good["rule"]["smallest_group"] = "5"
    good["strange"] = 1
    page = send(organiser, json.dumps(good).encode())
    assert page.status_code == 422
    for place in ("$.scale", "$.rule.smallest_group", "$.strange"):
        assert place in page.text
    for content in (b"not json", b'{"a": 1.5}', b"[]", b"{}", "票".encode("gb18030")):
        assert send(organiser, content).status_code == 422
    assert kept(site) == ()
    assert organiser.post(PAPERS, data={"name": "甲"}).status_code == 422
    with site.app_context(), pytest.raises(MalformedFileError):
        library.import_paper(b"{}", "甲")


@pytest.mark.parametrize("key", PRESETS)
def test_what_is_ready_stands_there_and_starts_an_evaluation(site, organiser, key):
    with site.app_context():
        session_id = make_session()
    assert f"{PAPERS}/ready/{key}/start" in organiser.get(PAPERS).text
    where = f"{PAPERS}/ready/{key}/start"
    assert organiser.get(where).status_code == 200
    data = {"title": "测评", "session": str(session_id)}
    answer = organiser.post(where, data=data)
    assert paper_of(site, int(answer.location.rsplit("/", 1)[1])).rules == PRESETS[key].rules
    assert organiser.get(f"{PAPERS}/ready/none/start").status_code == 409


def test_who_only_looks_changes_nothing(site, organiser, enter, box_id):
    keep(organiser, box_id)
    (one,) = kept(site)
    viewer = enter(Role.VIEWER)
    page = viewer.get(PAPERS)
    assert page.status_code == 200
    assert f"{PAPERS}/{one.id}/start" not in page.text
    assert viewer.get(f"{PAPERS}/{one.id}/PAPER.json").status_code == 200
    for where in (PAPERS, f"{PAPERS}/{one.id}/remove", f"{PAPERS}/{one.id}/rename", f"{PAPERS}/{one.id}/start", f"/desk/evaluations/{box_id}/keep"):  # fmt: skip
        assert viewer.post(where).status_code == 403
