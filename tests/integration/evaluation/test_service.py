"""Drafting an evaluation: nothing reaches a frozen paper, nothing of a draft is lost."""

import random

import pytest
from sqlalchemy import func, select

from app.ballotbox import service as box_service
from app.ballotbox import tickets
from app.ballotbox.admission import admit, frozen_paper, papers_for
from app.ballotbox.casting import cast
from app.ballotbox.codes import new_receipt
from app.ballotbox.domain import NO_MARK, Secrecy
from app.ballotbox.piles import Piles
from app.extensions import db
from app.refused import Refused
from app.reports.bundle import bundled, evidence_of
from evaluation import rounds_service, service
from evaluation.instrument import INSTRUMENT, count_ballots
from evaluation.materials import Slot
from evaluation.models import EvaluationMaterial
from evaluation.outcomes import Tally
from evaluation.paper import Cap, Criterion, Paper, RaterGroup, SubjectKind
from evaluation.presets import COMPETENCE, PRESETS
from evaluation.readiness import flaws_of, missing
from recount.recount import Check, examine
from tests.contracts.hall import NOON, make_session, roll
from tests.integration.evaluation.evaluations import (
    JPEG,
    PDF,
    SMALL,
    change,
    drafted,
    hand_out,
    hold,
    ids,
    listed,
    names,
    table,
)
from tests.unit.evaluation.builders import turnout

NONE = bytes([NO_MARK])


def recounted(box_id: int) -> list[Check]:
    """Count a closed box again from its bundle; return what does not agree."""
    evidence = evidence_of(box_service.get_box(box_id))
    checks, _sealed, _again = examine(bundled(evidence, random.Random(1).shuffle))
    return [check for check in checks if not check.agrees]


def materials(box_id: int) -> int:
    query = select(func.count()).where(EvaluationMaterial.box_id == box_id)
    return db.session.scalar(query) or 0


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_makes_a_paper_that_can_be_opened(preset):
    box_id = drafted(2, preset)
    assert missing(box_id) == ()
    paper = service.get_draft(box_id).paper
    assert (paper.scale, paper.rules) == (PRESETS[preset].scale, PRESETS[preset].rules)
    assert Paper.from_json(service.compose(box_id)) == paper


def test_an_empty_list_is_said_to_be_missing():
    box_id = drafted(0)
    assert len(missing(box_id)) == 1
    hand_out(box_id, 1)
    with pytest.raises(Refused, match="not_ready"):
        box_service.open_box(box_id, roll(50), "o", now=NOON)


def test_a_draft_refuses_what_is_no_title_no_preset_no_session():
    session_id = make_session()
    for title, preset, reason in (
        ("  ", "zhenhai", "blank"),
        ("测" * 81, "zhenhai", "too_long"),
        ("测评", "none", "preset_unknown"),
    ):
        with pytest.raises(Refused, match=reason):
            service.draft_evaluation(session_id, title, preset)
    with pytest.raises(Refused, match="session_unknown"):
        service.draft_evaluation(session_id + 1, "测评", "zhenhai")


def test_settings_come_back_as_they_were_set():
    settings = {
        "scale": COMPETENCE,
        "rules": PRESETS["yearly_assessment"].rules,
        "criteria": (Criterion("c1", "政治素质", 20), Criterion("c2", "工作实绩", 80)),
        "overall_criterion": "c2",
        "groups": (RaterGroup("deputy", "人大代表", 70), RaterGroup("staff", "单位工作人员", 30)),
        "caps": (Cap(("A",), 3),),
        "remarks": True,
        "same_for_rest": True,
        "adopted": "《履职评议办法》",
    }
    box_id = drafted(4, **settings)
    paper = service.get_draft(box_id).paper
    assert {name: getattr(paper, name) for name in settings} == settings
    assert [item.id for item in paper.items][:3] == ["s1.c1", "s1.c2", "s2.c1"]


class TestTheList:
    def test_import_is_the_list_and_keeps_ids_and_photos_of_those_known_again(self):
        box_id = drafted(3)
        before = names(box_id)
        service.put_subject(
            box_id, {"name": before[1], "post_or_unit": "局长"}, "s2", {Slot.PHOTO: JPEG}
        )
        done = service.import_subjects(box_id, table(f"{before[1]},副局长,", "新设单位,,"), "x.csv")
        assert (done.added, done.updated, done.removed) == (1, 1, [before[0], before[2]])
        assert ids(box_id) == ["s2", "s4"]
        kept = service.get_draft(box_id).paper.subjects[0]
        assert kept.post_or_unit == "副局长"
        assert service.enclosure(box_id, kept.photo).content == SMALL

    def test_two_rows_that_nobody_could_tell_apart_change_nothing(self):
        box_id = drafted(2)
        done = service.import_subjects(
            box_id, table("王强,副市长,", "王 强,副市长,", "王强,局长,"), "x.csv"
        )
        assert [problem.row for problem in done.problems] == [3]
        assert ids(box_id) == ["s1", "s2"]

    def test_sixty_fit_and_sixty_one_are_refused(self):
        box_id = drafted(60)
        assert missing(box_id) == ()
        with pytest.raises(Refused, match="too_many_subjects"):
            service.put_subject(box_id, {"name": "又一个"})
        with pytest.raises(Refused, match="too_many_rows"):
            service.import_subjects(box_id, listed(61), "x.csv")

    def test_add_change_move_order_remove(self):
        box_id = drafted(2)
        added = service.put_subject(
            box_id, {"name": "张三", "post_or_unit": "副市长", "kind": "official"}
        )
        assert added == "s3"
        assert service.get_draft(box_id).paper.subjects[2].kind is SubjectKind.OFFICIAL
        service.move_subject(box_id, added, -1)
        assert ids(box_id) == ["s1", "s3", "s2"]
        service.move_subject(box_id, added, 9)
        service.order_subjects(box_id, ["s3", "s1", "s2"])
        assert ids(box_id) == ["s3", "s1", "s2"]
        with pytest.raises(Refused, match="subjects_changed"):
            service.order_subjects(box_id, ["s3", "s1"])
        with pytest.raises(Refused, match="subject_name_taken"):
            service.put_subject(box_id, {"name": "张 三", "post_or_unit": "副市长"})
        assert service.remove_subject(box_id, "s1") == "明州市发展和改革局"
        for act in (
            service.remove_subject,
            lambda *a: service.move_subject(*a, 1),
            lambda b, s: service.put_subject(b, {"name": "x"}, s),
        ):
            with pytest.raises(Refused, match="subject_unknown"):
                act(box_id, "s1")

    def test_material_goes_with_who_it_was_of(self):
        box_id = drafted(2)
        files = {Slot.PHOTO: JPEG, Slot.READING: PDF}
        service.put_subject(box_id, {"name": "甲"}, "s1", files)
        service.put_subject(box_id, {"name": "乙"}, "s2", {Slot.READING: PDF})
        assert materials(box_id) == 2
        service.put_subject(box_id, {"name": "甲"}, "s1", {Slot.PHOTO: None})
        assert materials(box_id) == 1
        service.remove_subject(box_id, "s1")
        assert materials(box_id) == 1
        service.remove_subject(box_id, "s2")
        assert materials(box_id) == 0

    @pytest.mark.parametrize(
        ("slot", "content", "reason"),
        [
            (Slot.PHOTO, PDF, "picture_unreadable"),
            (Slot.PHOTO, b"<svg onload=alert(1)>", "picture_unreadable"),
            (Slot.PHOTO, JPEG + b"0" * 13_000_000, "material_too_large"),
            (Slot.READING, b"MZ\x00\x01\x02\xff\xfe" * 9, "reading_unreadable"),
            (Slot.READING, b" \n ", "reading_unreadable"),
            (Slot.READING, b"", "file_empty"),
        ],
    )
    def test_what_no_phone_shows_is_refused_by_its_content(self, slot, content, reason):
        box_id = drafted(1)
        with pytest.raises(Refused, match=reason) as refused:
            service.put_subject(box_id, {"name": "甲"}, "s1", {slot: content})
        assert refused.value.facts["field"] == slot.value
        assert names(box_id) == ["明州市发展和改革局"]

    def test_text_of_an_office_is_kept_as_utf8(self):
        box_id = drafted(1)
        service.put_subject(
            box_id, {"name": "甲"}, "s1", {Slot.READING: "工作报告".encode("gb18030")}
        )
        found = service.enclosure(box_id, service.get_draft(box_id).paper.subjects[0].reading)
        assert (found.media_type, found.content) == ("text/plain", "工作报告".encode())


def test_nothing_changes_once_it_is_open():
    box_id = drafted(2)
    codes = hand_out(box_id, 6)
    frozen = service.compose(box_id)
    box_service.open_box(box_id, roll(50), "o", now=NOON)
    for act in (
        lambda: service.remove_subject(box_id, "s1"),
        lambda: service.import_subjects(box_id, listed(5), "x.csv"),
        lambda: service.put_subject(box_id, {"name": "新"}, None, {Slot.PHOTO: JPEG}),
        lambda: change(box_id, remarks=True),
        lambda: service.remove_evaluation(box_id),
    ):
        with pytest.raises(Refused, match="paper_is_frozen"):
            act()
    assert frozen_paper(box_id).paper == frozen
    cast(admit(codes[0]), box_id, b"AB", new_receipt())


def test_a_removed_draft_leaves_nothing():
    box_id = drafted(2)
    service.put_subject(box_id, {"name": "甲"}, "s1", {Slot.PHOTO: JPEG})
    service.remove_evaluation(box_id)
    assert materials(box_id) == 0
    for act in (service.get_draft, box_service.get_box):
        with pytest.raises(Refused, match="unknown_box"):
            act(box_id)


def test_a_copy_has_all_but_marks_and_stands_in_any_session():
    box_id = drafted(3, remarks=True)
    service.put_subject(box_id, {"name": "甲"}, "s2", {Slot.PHOTO: JPEG})
    hold(box_id, hand_out(box_id, 6), [b"ABC"] * 6)
    copied = service.copy_evaluation(box_id, make_session(), "2027年度测评")
    found, source = service.get_draft(copied), service.get_draft(box_id)
    assert found.changeable
    assert found.paper.subjects == source.paper.subjects
    assert (found.paper.rules, found.paper.remarks, found.paper.round) == (
        source.paper.rules,
        True,
        1,
    )
    assert service.enclosure(copied, found.paper.subjects[1].photo).content == SMALL
    service.remove_evaluation(copied)
    assert service.enclosure(box_id, source.paper.subjects[1].photo).content == SMALL


class TestTheCount:
    def test_what_is_sealed_is_what_was_marked(self):
        box_id = drafted(3)
        ballots = [b"AAC"] * 30 + [b"BA" + NONE] * 4 + [NONE * 3]
        sealed = hold(box_id, hand_out(box_id, 40), ballots)
        tally = Tally.from_json(sealed.result)
        assert (sealed.turnout.returned, sealed.turnout.valid, sealed.turnout.invalid) == (
            35,
            34,
            1,
        )
        assert tally.response == (35, 40)
        assert tally.line("s1").criteria[0].grades == (30, 4, 0)
        assert tally.line("s3").criteria[0].valid == 30
        assert [tally.line(one).outcome.label for one in ("s1", "s2", "s3")] == [
            "满意",
            "满意",
            "不满意",
        ]
        assert recounted(box_id) == []

    def test_a_named_evaluation_of_several_groups_can_be_closed_and_counted_again(self):
        groups = (RaterGroup("committee_member", "委员", 60), RaterGroup("deputy", "代表", 40))
        box_id = drafted(1, groups=groups, secrecy=Secrecy.NAMED)
        codes = hand_out(box_id, 2, "committee_member") + hand_out(box_id, 3)
        box_service.open_box(box_id, roll(50), "o", now=NOON)
        for at, code in enumerate(codes):
            cast(admit(code), box_id, b"A", new_receipt(), f"代表{at}")
        sealed = box_service.close_box(box_id, "o", now=NOON)
        tally = Tally.from_json(sealed.result)
        assert [(group.id, group.returned) for group in tally.groups] == [
            ("committee_member", 2),
            ("deputy", 3),
        ]
        assert recounted(box_id) == []

    def test_groups_are_weighed_and_their_response_stands_beside_them(self):
        groups = (
            RaterGroup("committee_member", "常委会组成人员", 60),
            RaterGroup("deputy", "人大代表", 40),
        )
        box_id = drafted(1, "point_bands", groups=groups)
        members = hand_out(box_id, 6, "committee_member")
        deputies = hand_out(box_id, 10)
        sealed = hold(box_id, members + deputies[:8], [b"A"] * 6 + [b"B"] * 8)
        tally = Tally.from_json(sealed.result)
        assert [(one.issued, one.returned) for one in tally.groups] == [(6, 6), (10, 8)]
        assert tally.line("s1").score == 60 + 28

    def test_a_card_of_a_group_that_is_not_asked_has_no_paper(self):
        groups = (RaterGroup("committee_member", "常委会组成人员", 1),)
        box_id = drafted(2, groups=groups)
        members, others = hand_out(box_id, 6, "committee_member"), hand_out(box_id, 4)
        told = [flaw.code.value for flaw in flaws_of(service.get_draft(box_id))]
        assert told == ["group_not_asked"]
        box_service.open_box(box_id, roll(50), "o", now=NOON)
        assert papers_for(admit(others[0])) == ()
        assert len(papers_for(admit(members[0]))) == 1
        with pytest.raises(Refused, match="not_your_paper"):
            cast(admit(others[0]), box_id, b"AA", new_receipt())
        assert box_service.live_turnout(box_id) == (6, 0)
        for code in members:
            cast(admit(code), box_id, b"AB", new_receipt())
        assert box_service.close_box(box_id, "o", now=NOON).turnout.issued == 6

    def test_an_open_sample_is_in_no_figure_of_the_turnout(self):
        groups = (
            RaterGroup("deputy", "人大代表", 6),
            RaterGroup("public", "服务对象", 4, open_sample=True),
        )
        paper = service.get_draft(drafted(1, groups=groups)).paper
        piles = Piles(1, {"deputy": b"A" * 6, "public": b"C" * 9})
        counted = count_ballots(paper, piles, turnout(15), {"deputy": 7})
        assert (counted.valid, counted.invalid, counted.beside) == (6, 0, 9)
        assert counted.result["turnout"]["returned"] == 6


class TestAgain:
    def held(self) -> int:
        box_id = drafted(3, remarks=True)
        service.put_subject(box_id, {"name": "丙"}, "s3", {Slot.READING: PDF})
        hold(box_id, hand_out(box_id, 40), [b"AAC"] * 30)
        return box_id

    def test_those_whose_outcome_calls_for_it_are_evaluated_again(self):
        box_id = self.held()
        sealed = box_service.sealed_return(box_id)
        assert sealed.result["again"] == ["s3"]
        assert INSTRUMENT.follow_up(sealed.result) is not None
        further = INSTRUMENT.create_follow_up(box_id, "o")
        assert INSTRUMENT.create_follow_up(box_id, "o") == further
        draft = service.get_draft(further)
        assert ids(further) == ["s3"]
        assert (draft.paper.round, draft.paper.previous) == (
            2,
            box_service.get_box(box_id).paper_digest,
        )
        assert "再次测评" in draft.box.title or "evaluated again" in draft.box.title
        assert service.enclosure(further, draft.paper.subjects[0].reading).content == PDF
        assert missing(further) == ()

    def test_a_further_round_is_held_by_the_same_scale(self):
        further = INSTRUMENT.create_follow_up(self.held(), "o")
        with pytest.raises(Refused, match="evaluation_round_is_fixed"):
            change(further, scale=COMPETENCE)
        with pytest.raises(Refused, match="evaluation_round_is_fixed"):
            change(further, secrecy=Secrecy.NAMED)
        change(further, remarks=False, title="改过的标题")
        assert service.get_draft(further).box.title == "改过的标题"

    def test_nobody_is_evaluated_again_without_cause(self):
        box_id = drafted(1)
        sealed = hold(box_id, hand_out(box_id, 40), [b"A"] * 30)
        assert INSTRUMENT.follow_up(sealed.result) is None
        with pytest.raises(Refused, match="nobody_to_evaluate_again"):
            INSTRUMENT.create_follow_up(box_id, "o")
        voided = self.held()
        box_service.void_box(voided, "试", "o", now=NOON)
        with pytest.raises(Refused, match="evaluation_was_voided"):
            INSTRUMENT.create_follow_up(voided, "o")


class TestHeldAgain:
    def void(self, box_id):
        box_service.void_box(box_id, "票面有误", "o", now=NOON)

    def again(self, box_id):
        return rounds_service.hold_again(box_id, lambda title, number: f"{title} {number}")

    def test_a_void_evaluation_is_drafted_once_more_as_it_was(self):
        box_id = drafted(2, scale=COMPETENCE, rules=())
        service.put_subject(box_id, {"name": "乙"}, "s2", {Slot.READING: PDF})
        with pytest.raises(Refused, match="evaluation_not_void"):
            self.again(box_id)
        hold(box_id, hand_out(box_id, 6), [b"AB"] * 6)
        self.void(box_id)
        further = self.again(box_id)
        assert self.again(box_id) == further
        draft, before = service.get_draft(further), service.get_draft(box_id)
        assert draft.changeable
        assert draft.evaluation.held_again
        assert (draft.paper.scale, draft.paper.subjects) == (COMPETENCE, before.paper.subjects)
        assert (draft.paper.round, draft.paper.previous) == (2, before.box.paper_digest)
        assert service.enclosure(further, draft.paper.subjects[1].reading).content == PDF
        assert missing(further) == ()

    def test_one_that_was_never_opened_and_one_held_again_before(self):
        box_id = drafted(2)
        self.void(box_id)
        second = self.again(box_id)
        assert missing(second) == ()
        self.void(second)
        third = self.again(box_id)
        assert third != second
        assert self.again(second) == third
        assert service.get_draft(third).box.title.endswith(" 3")

    def test_what_follows_from_a_void_result_is_not_held(self):
        box_id = TestAgain().held()
        further = INSTRUMENT.create_follow_up(box_id, "o")
        self.void(box_id)
        assert len(missing(further)) == 1
        with pytest.raises(Refused, match="evaluation_was_voided"):
            INSTRUMENT.create_follow_up(box_id, "o")
        self.void(further)
        with pytest.raises(Refused, match="round_before_void"):
            self.again(further)
        assert missing(self.again(box_id)) == ()

    def test_a_void_further_round_has_one_in_its_place_however_it_came_about(self):
        box_id = TestAgain().held()
        further = INSTRUMENT.create_follow_up(box_id, "o")
        self.void(further)
        anew = INSTRUMENT.create_follow_up(box_id, "o")
        assert anew != further
        assert self.again(further) == anew
        self.void(anew)
        again = self.again(anew)
        assert INSTRUMENT.create_follow_up(box_id, "o") == again
        assert service.get_draft(again).evaluation.held_again


def test_groups_without_a_card_are_told_before_opening():
    groups = (RaterGroup("deputy", "人大代表", 6), RaterGroup("staff", "单位工作人员", 4))
    box_id = drafted(2, groups=groups)
    assert flaws_of(service.get_draft(box_id)) == ()
    hand_out(box_id, 3)
    told = [flaw.code.value for flaw in flaws_of(service.get_draft(box_id))]
    assert told == ["group_below_k", "group_without_tickets"]
    assert tickets.handed_out_by_group(box_service.get_box(box_id).session_id) == {"deputy": 3}
