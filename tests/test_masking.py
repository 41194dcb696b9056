"""Personal values in what is printed."""

from __future__ import annotations

import pytest

from statecollect.catalog import Field
from statecollect.findings.masking import mask, masked_text, shown
from statecollect.rules.messages import fill


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("11010519491231002X", "110*************2X"),
        ("13800138000", "138******00"),
        ("12345", "1****"),
        ("ab", "**"),
        ("zhangsan@qq.com", "********@qq.com"),
        ("li@x.cn", "**@x.cn"),
        ("zhangsan＠qq.com", "********@qq.com"),
        ("a@13800138000.com", "*****************"),
        ("zhangsan#qq.com", "***************"),
        ("四川省内江市东兴区壮元路1号", "**************"),
        ("证件\n11010519491231002X", "*" * 21),
        ("学府路", "***"),
    ],
)
def test_a_masked_value_keeps_its_length_and_little_else(value: str, masked: str) -> None:
    assert mask(value) == masked


def test_a_long_text_is_masked_without_its_length() -> None:
    assert mask("四川省" * 1000) == "*" * 60


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("姓名「11010519491231002X」", "姓名「110*************2X」"),
        ("1101 0519 4912 3100 2X", "110*****************2X"),
        ("110105-19491231-002X", "110***************2X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "１１０*************２Ｘ"),
        ("110105194912310", "110**********10"),
        ("1.1010519491231e+17", "1.1**************17"),
        ("电话13800138000。", "电话138******00。"),
        ("138 0013 8000", "138********00"),
        ("+86 138-0013-8000", "+86 ***********00"),
        ("13800138O00", "138******00"),
        ("13800138000/13900139000", "138******00/139******00"),
        ("028-26110000", "028*******00"),
        ("（0832）2261100", "（083*******00"),
        ("写给 li.si@qq.com，谢谢", "写给 *****@qq.com，谢谢"),
    ],
)
def test_a_personal_value_is_masked_wherever_it_stands(text: str, masked: str) -> None:
    assert masked_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2021-09-01 至 2022-07-01",
        "2021-09-01 2022-07-01",
        "20210901-20220701",
        "1234567.89",
        "1,234,567,890元",
        "202101010101",
        "978-7-04-000000-9",
        "4151000000",
        "91510100MA6CA6UR1E",
        "第 5–12、20 行",
        "0035,0102,0103",
        "2.10.1",
        "数控技术2019级1班",
        "2021-2022学年",
        "https://www.school.edu.cn/a/1",
    ],
)
def test_what_is_no_personal_value_stays_readable(text: str) -> None:
    assert masked_text(text) == text


def test_a_value_is_shown_as_its_field_says_and_a_number_in_full() -> None:
    amount, person = Field(name="金额", kind="decimal"), Field(name="住址", personal=True)
    assert shown(amount, 1234567.0) == "1234567"
    assert shown(amount, 12345678901.25) == "12345678901.25"
    assert shown(amount, 1.1010519491231002e17) == "110*************00"
    assert shown(person, "东兴区壮元路1号") == "********"
    assert shown(Field(name="姓名", kind="name"), "11010519491231002X") == "110*************2X"


def test_a_rules_message_masks_what_looks_personal_under_any_name() -> None:
    row = {"另一个号": "11010519491231002X", "住址": "壮元路1号", "人数": 1234567.0}
    told = fill("「{另一个号}」「{住址}」「{人数}」", row, {"住址"})
    assert told == "「110*************2X」「*****」「1234567」"
