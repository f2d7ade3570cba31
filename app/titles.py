"""Where a title may break, on a large screen as on a phone: between its words, not inside one.

Browsers break Chinese between any two characters, and part by words for Japanese only. Titles
here are made of few words, so that a list of them does: pure, and nothing to load.
"""

import re
from collections.abc import Iterator

_YEARS = r"\d{4}(?:[-—–~～至]\d{4})?年(?:度|上半年|下半年)?|[上下]半年|\d{1,2}月份?|\d{1,2}日"
_ORDINALS = r"第[〇零一二三四五六七八九十百\d]{1,5}(?:次会议|次|届|轮|场|批|号|季度|组)"
_ENCLOSED = r"（[^（）]{1,12}）|《[^《》]{1,14}》|“[^“”]{1,12}”"
_WORDS = (
    "民生实事项目", "民生实事", "候选项目", "项目", "满意度", "测评", "票决", "表决", "评议",
    "评价", "履职", "述职", "工作报告", "专项工作", "工作", "报告", "人民代表大会", "常务委员会",
    "常委会", "组成人员", "组成部门", "市政府", "县政府", "区政府", "镇政府", "乡政府",
    "人民政府", "人民法院", "人民检察院", "监察委员会", "部门", "单位", "人大代表", "代表",
    "审议意见", "意见建议", "建议", "意见", "办理情况", "落实情况", "整改情况", "执行情况",
    "完成情况", "实施情况", "研究处理", "跟踪监督", "情况", "审计", "查出问题", "突出问题",
    "问题", "整改", "办理", "落实", "环境状况", "环境保护", "目标", "人大代表建议", "代表建议",
    "专题询问", "街道", "办事处", "乡镇", "国家机关", "工作人员", "负责人", "主要", "领导干部",
    "法官", "检察官", "营商环境", "生态环境", "社会事业", "经济社会发展", "国有资产", "管理",
    "监督", "公共服务", "年度", "关于", "以及", "推进", "建设", "联络站", "候选人", "预选",
    "再次投票", "投票",
)  # fmt: skip
_TOKENS = re.compile(
    "|".join((_YEARS, _ORDINALS, _ENCLOSED, *sorted(_WORDS, key=len, reverse=True)))
)
_LETTERS = re.compile(r"[A-Za-z0-9.,%/-]+\s*|\s+|.", re.DOTALL)
_CLOSING = frozenset("，。、；：！？）》”’】」』 ")
_OPENING = frozenset("（《“‘【「『")
_LEADING = frozenset("对向以在为按与和及")
LONGEST_WHOLE = 8
"""Characters of a stretch without a known word that is still kept whole."""


def parts(title: str) -> tuple[str, ...]:
    """Divide a title into what stays together on a line; joined, they are the title.

    Words of the trade stay whole, and so do years, ordinals and what short brackets enclose. A
    lone character goes with a word beside it. A stretch of more than `LONGEST_WHOLE` characters
    without a known word breaks anywhere, as it would without marks.
    """
    found: list[str] = []
    waits = False  # whether the last part takes what follows
    for piece, anywhere in _pieces(title):
        alone = len(piece) == 1 and not anywhere
        leads = piece[-1] in _OPENING or (alone and piece in _LEADING)
        if found and (waits or (alone and not leads) or piece[0] in _CLOSING):
            found[-1] += piece
        else:
            found.append(piece)
        waits = leads
    return tuple(found)


def _pieces(title: str) -> Iterator[tuple[str, bool]]:
    """Yield the known words and what is between them, and whether it may break anywhere."""
    at = 0
    for token in (*_TOKENS.finditer(title), None):
        between = title[at : token.start() if token else None]
        long = len(between) > LONGEST_WHOLE
        for piece in _LETTERS.findall(between) if long else [between]:
            if piece:
                yield piece, long
        if token:
            yield token[0], False
            at = token.end()
