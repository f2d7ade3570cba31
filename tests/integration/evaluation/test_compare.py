"""What was outcome before is remembered, and compared only where it means the same."""

from datetime import timedelta
from fractions import Fraction

from app.ballotbox import casting
from app.ballotbox import service as box_service
from app.ballotbox.admission import admit
from app.ballotbox.codes import new_receipt
from evaluation import service
from evaluation.compare import beside_sheet, change_words, chart_of, compared, track_sheet
from evaluation.history import announced, before, held, standings
from evaluation.instrument import INSTRUMENT
from evaluation.paper import Criterion
from evaluation.presets import COMPETENCE_OF_THREE, DAWU
from evaluation.report import report_of
from evaluation.result_words import proposals, proposals_words
from evaluation.rules import Standing, Step
from evaluation.statement import statement
from tests.contracts.hall import NOON, make_session, roll
from tests.integration.evaluation.evaluations import drafted, hand_out, table

GOOD, BAD = b"A", b"C"


def held_on(box_id: int, rows: list[bytes], day: int, *, announce: bool = True) -> int:
    """Hold an evaluation of 50 members so many days after the first."""

    codes, now = hand_out(box_id, len(rows)), NOON + timedelta(days=day)
    box_service.open_box(box_id, roll(50), "o", now=now)
    for code, marks in zip(codes, rows, strict=True):
        casting.cast(admit(code), box_id, marks, new_receipt())
    box_service.close_box(box_id, "o", now=now)
    if announce:
        box_service.certify(box_id, "jp", "赵监票", 1, now=now)
        box_service.announce(box_id, "o", now=now)
    return box_id


def year(*names: str, rows: list[bytes], day: int, announce: bool = True, **settings) -> int:
    """An evaluation in a session of its own, of units by name."""
    box_id = drafted(0, session_id=make_session(), **settings)
    content = table(*(f"{name},局长," for name in names))
    assert not service.import_subjects(box_id, content, "名单.csv").problems
    return held_on(box_id, rows, day, announce=announce)


def report(box_id: int):
    return report_of(box_service.get_box(box_id))


def steps(box_id: int, subject: str) -> list[tuple[Step, int]]:
    found = report(box_id)
    return [(one.step, one.times) for one in proposals(found, found.tally.line(subject))]


class TestHistory:
    def test_the_second_time_a_special_inquiry_is_proposed_with_what_the_law_asks(self):
        first = year("教育局", "财政局", rows=[BAD + GOOD] * 30, day=0)
        assert (Step.SPECIAL_INQUIRY, 1) not in steps(first, "s1")
        second = year("财政局", "教育局", rows=[GOOD + BAD] * 30, day=365)
        assert (Step.SPECIAL_INQUIRY, 2) in steps(second, "s2")
        assert steps(second, "s1") == []
        words = proposals_words(report(second), report(second).tally.line("s2"))
        assert any("专题询问" in said and "26" in said for said in words)
        said = statement(second)
        assert said.annexes[0].name == "建议事项"
        assert {row[2] for row in said.annexes[0].rows} == {2}
        # What came later is no history of what was before.
        assert (Step.SPECIAL_INQUIRY, 2) not in steps(first, "s1")

    def test_a_further_round_knows_its_subjects_by_their_ids(self):
        first = year("教育局", "财政局", rows=[BAD + GOOD] * 30, day=0)
        further = INSTRUMENT.create_follow_up(first, "o")
        held_on(further, [BAD] * 30, 90)
        assert (Step.SPECIAL_INQUIRY, 2) in steps(further, "s1")

    def test_what_was_not_announced_is_no_history(self):
        year("教育局", rows=[BAD] * 30, day=0, announce=False)
        second = year("教育局", rows=[BAD] * 30, day=365)
        assert (Step.SPECIAL_INQUIRY, 2) not in steps(second, "s1")

    def test_namesakes_are_told_apart_by_their_post(self):
        first = drafted(0, session_id=make_session())
        service.import_subjects(first, table("王强,副市长,", "王强,局长,"), "a.csv")
        held_on(first, [BAD + GOOD] * 30, 0)
        second = drafted(0, session_id=make_session())
        service.import_subjects(second, table("王强,局长,"), "a.csv")
        held_on(second, [BAD] * 30, 9)
        of = held(box_service.get_box(second))
        assert standings(of, before(of)) == {"s1": (Standing.GOOD,)}
        third = drafted(0, session_id=make_session())
        service.import_subjects(third, table("王强,主任,"), "a.csv")
        held_on(third, [BAD] * 30, 12)
        of = held(box_service.get_box(third))
        # Of the first, nobody can say which of the two it is; of the second there is but one.
        assert standings(of, before(of)) == {"s1": (Standing.POOR,)}


def comparison(box_id: int, *chosen: str):
    base = held(box_service.get_box(box_id))
    return compared(base, announced(rehearsal=False), lambda _one: "", chosen)


class TestCompare:
    def test_the_same_subject_over_the_years_with_its_change(self):
        year("教育局", "财政局", rows=[b"AA"] * 20 + [b"BA"] * 20, day=0)
        second = year("财政局", "教育局", "水利局", rows=[b"AAA"] * 30 + [b"ABC"] * 10, day=365)
        found = comparison(second)
        assert [len(track.seen) for track in found.tracks] == [2, 2, 2]
        education = found.tracks[1]
        assert [one.satisfied for one in education.seen if one] == [
            Fraction(1, 2),
            Fraction(3, 4),
        ]
        assert education.change == 25
        assert change_words(education) == "+25.00个百分点"
        assert found.tracks[2].seen[0] is None
        assert change_words(found.tracks[2]) == "—"
        chart = chart_of(found)
        assert chart is not None
        assert [bar.figure for bar in chart.bars] == ["100.00%", "100.00%", "50.00%", "75.00%"]
        assert len(track_sheet(found).rows) == 5
        assert [track.subject.id for track in comparison(second, "s2").tracks] == ["s2"]

    def test_another_scale_is_said_and_not_compared(self):
        year("教育局", rows=[b"A"] * 30, day=0, scale=COMPETENCE_OF_THREE, rules=DAWU)
        second = year("教育局", rows=[b"B"] * 30, day=365)
        found = comparison(second)
        assert [moment.rates for moment in found.moments] == [False, True]
        (track,) = found.tracks
        assert track.seen[0] is not None
        assert (track.seen[0].satisfied, track.seen[0].outcome) == (None, "称职")
        assert track.change is None
        assert chart_of(found) is None
        assert "不可比" in track_sheet(found).rows[0][-1]

    def test_scores_of_other_weights_are_not_put_beside_each_other(self):
        criteria = (Criterion("c1", "依法履职", 60), Criterion("c2", "工作实绩", 40))
        other = (Criterion("c1", "依法履职", 50), Criterion("c2", "工作实绩", 50))
        year("教育局", rows=[b"AB"] * 30, day=0, criteria=other, overall_criterion="c2")
        second = year(
            "教育局", rows=[b"AB"] * 30, day=365, criteria=criteria, overall_criterion="c2"
        )
        found = comparison(second)
        assert [moment.rates for moment in found.moments] == [True, True]
        assert [moment.scores for moment in found.moments] == [False, True]
        sheet = beside_sheet(found.base, ())
        assert [row[0] for row in sheet.rows] == [
            "满意率", "总体满意率", "依法履职：满意率", "依法履职：总体满意率", "工作实绩：满意率",
            "工作实绩：总体满意率", "得分", "结果",
        ]  # fmt: skip
        assert [row[1] for row in sheet.rows[:4]] == [0, 1, 1, 1]

    def test_what_is_withheld_stays_so_in_a_comparison(self):
        first = year("教育局", rows=[b"A"] * 4, day=0)
        second = year("教育局", rows=[b"A"] * 30, day=365)
        found = comparison(second)
        assert found.tracks[0].seen[0] is not None
        assert found.tracks[0].seen[0].satisfied is None
        assert found.tracks[0].seen[0].outcome == "—"
        assert beside_sheet(held(box_service.get_box(first)), ()).rows[0][1] == "—"
