"""Made-up people: common names, some of two characters, some written with a middle dot."""

import random
from collections.abc import Iterator

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万单仇"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉文辉建国志红海燕春梅秀珍学东新宇振邦晓琳佳慧"
    "思远若涵子墨雨桐浩然书怀瑾嘉树云帆立群德厚广义"
)
RARE = ("买买提·阿不都热合曼", "欧阳靖雯", "阿依古丽·吐尔逊", "司马文渊", "王喆", "李堃", "陈垚")
PLACES = (
    *("海曙", "江北", "镇海", "北仑", "鄞州", "奉化"),
    *("慈溪", "余姚", "宁海", "象山", "高新区", "滨江"),
)


def people(number: int, choice: random.Random) -> Iterator[str]:
    """Yield so many names; some of them twice, as in any real roster."""
    for place in range(number):
        if place % 47 == 11 and place // 47 < len(RARE):  # noqa: PLR2004  (spread over the roster)
            yield RARE[place // 47]
        else:
            length = choice.choice((1, 2, 2, 2))
            yield choice.choice(SURNAMES) + "".join(choice.choices(GIVEN, k=length))


def delegations(number: int) -> Iterator[str]:
    """Yield the delegation of each, so that each has about the same number."""
    for place in range(number):
        yield PLACES[place * len(PLACES) // number]
