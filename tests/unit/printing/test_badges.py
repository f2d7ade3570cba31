"""Badges: a page a delegation, every name whole, every code read back as the scanner types it."""

import re
from dataclasses import replace

import pytest

from app.printing.badges import Badge, BadgeSheet, badges

WORDS = BadgeSheet("松阳县第十七届人民代表大会第五次会议", "代表证号", "签到时请出示此码")


def delegation(label, names):
    return [Badge(name, f"{at:03d}", label, f"D{at:04d}K7Q") for at, name in enumerate(names, 1)]


NAMES = ["张伟", "欧阳建国", "李𬭎", "王〇", "赵䶮", "扎西", "爱新觉罗溥仪", "张伟"]
LONG = ["买买提·阿不都热合曼", "阿卜杜热西提·阿卜杜热合曼江", "阿不都热合曼买买提艾合买提江阿"]


def test_each_delegation_starts_a_page_and_keeps_its_order(read):
    first = delegation("第一代表团", [f"代表{at}" for at in range(23)])
    second = delegation("第二代表团", NAMES)
    mixed = [*first[:5], *second, *first[5:]]
    sheet = read(badges(mixed, WORDS))
    assert len(sheet) == 4
    assert sheet.sizes == {(210, 297)}
    heads = [sheet.text(page).split("\n", 1)[0] for page in range(4)]
    assert heads == [
        *(f"第一代表团 {WORDS.title} · {page} / 3" for page in (1, 2, 3)),
        f"第二代表团 {WORDS.title} · 1 / 1",
    ]
    scanned = [mark.text for page in range(4) for mark in sheet.marks(page)]
    assert scanned == [badge.code for badge in (*first, *second)]


def test_a_badge_names_its_deputy(read):
    text = read(badges(delegation("第一代表团", NAMES), WORDS)).text()
    for name in NAMES:
        assert name in text.split("\n")
    assert text.count("代表证号 00") == len(NAMES)
    assert text.count("签到时请出示此码") == len(NAMES)


def test_long_names_are_whole_and_parted_at_the_dot(read):
    text = read(badges(delegation("第一代表团", LONG), WORDS)).text()
    assert "买买提·\n阿不都热合曼\n" in text
    assert "阿卜杜热西提·\n阿卜杜热合曼江\n" in text
    assert LONG[2] in text.replace("\n", "")


def test_rare_characters_can_be_copied_and_missing_ones_are_seen(read):
    pdf = badges(delegation("第一代表团", ["李𬭎", "王𠮷"]), WORDS)
    text = read(pdf).text().split("\n")
    assert "李𬭎" in text
    assert "王〓" in text


def test_a_rehearsal_is_watermarked_and_still_reads(read):
    people = delegation("第一代表团", NAMES)
    sheet = read(badges(people, replace(WORDS, rehearsal="演练")))
    assert sheet.text().count("演练") == len(people)
    assert [mark.text for mark in sheet.marks()] == [badge.code for badge in people]
    assert "演练" not in read(badges(people, WORDS)).text()


def test_a_badge_works_without_label_and_hint(read):
    sheet = read(badges(delegation("第一代表团", ["张伟"]), BadgeSheet("会议")))
    assert "001" in sheet.text().split("\n")


def test_equal_badges_give_equal_bytes_from_embedded_faces():
    people = delegation("第一代表团", NAMES + LONG)
    pdf = badges(people, WORDS)
    assert pdf == badges(people, WORDS)
    assert {face.split(b"+")[1] for face in re.findall(rb"/BaseFont /(\S+)", pdf)} == {
        b"NotoSansSC-Regular",
        b"NotoSansSC-Bold",
    }


def test_no_one_to_print_is_refused():
    with pytest.raises(ValueError, match="no badges"):
        badges([], WORDS)
