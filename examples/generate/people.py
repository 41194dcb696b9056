"""Generated people and companies: plausible names, valid check digits, nobody real."""

from __future__ import annotations

import datetime as dt
from random import Random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红梅鑫波辉鹏飞燕玲浩宇轩梓涵子怡欣然佳琪俊熙雨桐思远晨曦文博雅婷志强建国晓东海燕春梅秋月冬雪立新永康家豪嘉怡诗琪天佑"
REGIONS = [
    "510104",
    "510107",
    "510302",
    "510403",
    "510502",
    "510603",
    "510703",
    "510802",
    "510903",
    "511002",
    "511102",
    "511302",
    "511402",
    "511502",
    "511602",
    "511702",
    "511902",
    "512002",
]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def person_name(random: Random) -> str:
    """Return a name of two or three characters."""
    return random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2, 2))))


def birthday(random: Random, first: int, last: int) -> dt.date:
    """Return a day between two years, both included."""
    return dt.date(first, 1, 1) + dt.timedelta(days=random.randrange((last - first + 1) * 365))


def id_number(random: Random, born: dt.date, sex: str) -> str:
    """Return a number that satisfies GB 11643: region, birthday, odd for men, check digit."""
    order = random.randrange(100, 999)
    order += (order % 2 == 0) if sex == "男" else (order % 2 == 1)
    body = f"{random.choice(REGIONS)}{born:%Y%m%d}{min(order, 999 if sex == '男' else 998):03d}"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]
    return body + check


def company_code(number: int) -> str:
    """Return a unified social credit code (GB 32100-2015) of a company that does not exist."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    body = f"91512000MA6EX{number:04d}"
    total = sum(alphabet.index(char) * weight for char, weight in zip(body, weights, strict=True))
    return body + alphabet[(31 - total % 31) % 31]
