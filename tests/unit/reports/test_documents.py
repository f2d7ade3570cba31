"""The form of the official documents, and what only some of them carry."""

import hashlib
import io
import zipfile
from dataclasses import replace

import pytest
import zxingcpp
from flask import Flask
from flask_babel import force_locale
from PIL import Image

from app.ballotbox.domain import Stage
from app.reports import official
from app.reports.document import Document, Grid, Section, Text, bound
from app.reports.fitting import SIDEWAYS, UPRIGHT, fitted, printed
from app.reports.official import letters_document, notice_document, official_return, titled
from app.reports.slides import shared_out, slides
from app.reports.typeset import drawings, pdf
from app.reports.word import word
from app.reports.workbook import Column, Kind, Sheet
from app.reports.wrapping import columns_of
from tests.contracts.hall import NOON
from tests.unit.reports import said as made
from tests.unit.reports.reading import pdf_pages, pdf_text, word_text, word_xml


@pytest.fixture(autouse=True)
def chinese(app: Flask):
    with force_locale("zh_Hans"):
        yield


def announced(said):
    return replace(said, record=replace(said.record, stage=Stage.ANNOUNCED))


def both(document: Document) -> tuple[str, str]:
    return word_text(word(document)), pdf_text(pdf(document))


def test_the_return_says_all_that_the_rules_ask_for():
    said = announced(made.vote(30, 24))
    for text in both(official_return(said, NOON)):
        for words in (
            "明州市第十七届人民代表大会第五次会议",
            "2027年度民生实事项目票决",
            "表决结果报告单",
            "明州市民生实事项目人大代表票决办法",
            "法定人数218人，已达到法定人数",
            "发出票314张，收回票314张",
            "本次表决有效",
            "总监票人",
            "监票人",
            "计票人",
            "2026年11月22日",
            "赵明",
            "规则：从30个候选项目中选择不超过24个",
            said.record.seal,
            "c" * 64,
        ):
            assert words in text, words
        assert "未宣布" not in text


def test_the_code_on_the_return_holds_the_seal():
    said = announced(made.vote(12, 10))
    with zipfile.ZipFile(io.BytesIO(word(official_return(said, NOON)))) as file:
        (name,) = [one for one in file.namelist() if one.startswith("word/media/")]
        image = Image.open(io.BytesIO(file.read(name))).convert("L")
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == said.record.seal


def test_a_draft_and_a_void_vote_say_so_in_every_document():
    said = made.vote(12, 10)
    void = replace(said.record, stage=Stage.VOIDED, voided="停电")
    documents = [official_return(said, NOON), notice_document(said, NOON)]
    for document in documents:
        assert all("未宣布：仅供核对" in text for text in both(document))
    for text in both(official_return(replace(said, record=void), NOON)):
        assert "停电" in text
        assert "未宣布" not in text
    assert "未宣布" in slides(said)[0]["band"]


@pytest.mark.parametrize(
    ("said", "heading"),
    [(lambda: made.vote(30, 24), "得票"), (lambda: made.evaluation(34), "优秀称职率")],
)
def test_a_full_slide_with_a_band_across_it_is_one_picture(said, heading):
    """Of rehearsals, and of what is not announced; and it says what its figures are."""
    full = slides(said())
    assert full[0]["band"]
    assert full[0]["heading"] == heading
    assert len(drawings(full, "svg")) == len(full)


def test_nothing_is_made_known_of_a_vote_that_does_not_stand():
    low = made.vote_report(
        made.named_projects(made.of_voting.paper(3, 2)),
        made.of_voting.ballots("xx."),
        roll={"present": 100},
    )
    said = made.voting_said(low)
    assert said.notice is None
    with pytest.raises(ValueError, match="no notice"):
        notice_document(said, NOON)
    with pytest.raises(ValueError, match="no letters"):
        letters_document(said, NOON)


def test_the_notice_lists_the_selected_by_votes():
    said = announced(made.vote(12, 10))
    for text in both(notice_document(said, NOON)):
        names = [entry.name for entry in said.entries if entry.strong]
        places = [text.index(name + made.OFFICES[0][:1]) for name in names]
        assert places == sorted(places)
        assert len(names) > 2
        assert "现予公告" in text
        assert "明州市第十七届人民代表大会第五次会议主席团" in text


def test_a_standing_committee_signs_in_its_own_name():
    said = announced(made.evaluation(5))
    notice, *_ = both(notice_document(said, NOON))
    assert notice.endswith("明州市人民代表大会常务委员会2026年11月22日")


def test_the_form_is_that_of_official_documents():
    said = announced(made.vote(30, 24))
    content = word(official_return(said, NOON))
    xml = word_xml(content)
    for name, length in (("top", 37), ("bottom", 35), ("left", 28), ("right", 26)):
        assert f'w:{name}="{round(length / 25.4 * 1440)}"' in xml
    for face in ("方正小标宋简体", "仿宋_GB2312", "黑体"):
        assert f'w:eastAsia="{face}"' in xml
    assert xml.count("<w:tblHeader/>") == 1
    assert xml.count("<w:cantSplit/>") == 2 + 31 + 1  # figures, the table, the seal
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert "w:altName" in file.read("word/fontTable.xml").decode()
        assert "PAGE" in "".join(
            file.read(name).decode() for name in file.namelist() if "footer" in name
        )
    assert set(pdf_pages(pdf(official_return(said, NOON)))) == {(210, 297)}


def test_long_tables_repeat_their_heading_on_every_page():
    said = announced(made.vote(60, 50, long=True))
    content = pdf(official_return(said, NOON))
    assert pdf_text(content).count("名次序号项目责任单位") >= 3


def test_a_wide_table_lies_on_its_side_between_upright_pages():
    said = announced(made.evaluation(34))
    sizes = pdf_pages(pdf(official_return(said, NOON)))
    assert sizes[0] == sizes[-1] == (210, 297)
    assert (297, 210) in sizes


def test_equal_documents_are_equal_files():
    said = announced(made.vote(12, 10))
    document = official_return(said, NOON)
    assert word(document) == word(document)
    assert pdf(document) == pdf(document)
    digests = {hashlib.sha256(one).digest() for one in drawings(slides(said)[:1] * 2, "png")}
    assert len(digests) == 1


def test_rare_characters_of_names_are_printed_and_unknown_ones_are_seen():
    text = Text("𬱖溪镇、㛃、\U0002fa1d、#[ignore] *bold* $x$ \\ @ref")
    document = Document("名", (Section(("标题",), (text,)),), NOON)
    docx, paper = both(document)
    assert "𬱖溪镇、㛃" in docx
    assert "𬱖溪镇、㛃" in paper
    assert "#[ignore]*bold*$x$\\@ref" in paper


def test_titles_are_broken_evenly_and_before_the_number_of_a_session():
    session = "明州市第十七届人民代表大会常务委员会第三十次会议"
    assert titled(session) == ("明州市第十七届人民代表大会常务委员会", "第三十次会议")
    lines = titled("关于反馈" + "很长的名称" * 9 + "结果的函")
    assert len({columns_of(line) // 8 for line in lines[:-1]}) == 1
    assert all(columns_of(line) <= 40 for line in lines)


def sheet(*columns: Column, rows: int = 1, text: str = "项目") -> Sheet:
    cells = tuple(text if one.kind is Kind.TEXT else 314 for one in columns)
    return Sheet("表", "表", columns, (cells,) * rows)


def test_a_table_takes_the_room_it_needs_and_no_more():
    small = fitted(sheet(Column("项目"), Column("得票", Kind.FIGURE)))
    assert (small.size, small.sideways) == (12.0, False)
    assert sum(small.widths) == pytest.approx(UPRIGHT, abs=0.1)
    wide = fitted(sheet(Column("项目"), *[Column("基本满意率", Kind.FIGURE)] * 14, text="名" * 30))
    assert wide.sideways
    assert sum(wide.widths) == pytest.approx(SIDEWAYS, abs=0.1)
    huge = fitted(sheet(Column("项目"), *[Column("率", Kind.FIGURE)] * 60, text="名" * 200))
    assert huge.sideways
    assert sum(huge.widths) == pytest.approx(SIDEWAYS, abs=0.5)


def test_columns_for_the_screen_stay_off_the_paper():
    both_kinds = sheet(Column("项目"), Column("说明", on_paper=False))
    assert [one.heading for one in printed(both_kinds).columns] == ["项目"]
    assert printed(both_kinds).rows == (("项目",),)
    plain = sheet(Column("项目"))
    assert printed(plain) is plain


def test_entries_are_shared_out_evenly():
    entries = made.vote(34, 24).entries
    assert [len(part) for part in shared_out(entries, 10)] == [9, 9, 8, 8]
    assert shared_out((), 10) == ((),)


def test_several_returns_are_bound_to_one():
    returns = [official_return(announced(made.vote(3, 2)), NOON) for _ in range(2)]
    together = bound("全部", returns)
    assert len(together.sections) == 2
    assert all(text.count("表决结果报告单") == 2 for text in both(together))
    with pytest.raises(ValueError, match="nothing to bind"):
        bound("全部", [])


def test_minutes_tell_of_each_item():
    statements = (announced(made.vote(12, 10)), announced(made.evaluation(3)))
    for text in both(official.minutes_document(statements, NOON)):
        assert "一、2027年度民生实事项目票决" in text
        assert "二、2026年度政府部门工作满意度测评" in text
        assert "按得票多少为序，当选的是" in text


def test_grids_do_not_lose_rows_to_page_breaks():
    rows = tuple((number, f"第{number}行") for number in range(1, 201))
    table = Sheet("表", "表", (Column("序号", Kind.FIGURE), Column("项目")), rows)
    document = Document("长", (Section(("长",), (Grid(table),)),), NOON)
    text = pdf_text(pdf(document))
    assert all(f"{number}第{number}行" in text for number in range(1, 201))
