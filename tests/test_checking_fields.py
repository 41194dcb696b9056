"""Every field of the shipped year against every sort of cell: what is kept has the type that the store expects."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import pytest

from statecollect.catalog import Catalog, Field, Table, load_catalog
from statecollect.catalog.row_types import STORED_AS
from statecollect.findings import Origin
from statecollect.intake.columns import Checked, RawColumn, check_column

CATALOG: Catalog = load_catalog("2022")
DAY = dt.date(2022, 9, 21)
ID, ID_SPACED, MOBILE, MAIL = "11010519491231002X", "110105 19491231-002X", "13800138000", "zhangsan@qq.com"
ADDRESS = "四川省内江市东兴区壮元路一段12号3栋2单元501"
CELLS: list[Any] = [
    "说明文字", "3", "2022", "12.5", "２０２２", "", "  ", "无", "同上", "1234567.89", ID, MOBILE, MAIL, "2021-09-01",
    3, 2022, -1, 10**18, 2**63, 10**400, -(10**5000),
    0.5, 12.25, 44440.5, -0.0, 1e-300, 1e22, 1e308, math.nan, math.inf, -math.inf,
    dt.date(2021, 9, 1), dt.date(1900, 1, 1), dt.datetime(2021, 9, 1, 8, 30), dt.datetime(9999, 12, 31),
    dt.time(8, 30), dt.timedelta(days=3), dt.timedelta(days=-40_000),
    True, False,
    "\ud800坏", "好\udfff", "a\x00b\x02c\x03", "²", "٣", "①", "1e309", "9" * 309, "9" * 5000, "一" * 400,
    "汉" * 199, "汉" * 5000, "(" * 32_767, "=1+1",
]  # fmt: skip
_OWNERLESS = {"name", "note", "evidence", "example", "when", "formula", "period", "references", "unique"}


def fields() -> dict[str, list[tuple[Table, Field]]]:
    """All fields, those that the check cannot tell apart together."""
    found: dict[str, list[tuple[Table, Field]]] = {}
    for table in CATALOG.tables.values():
        for field in table.fields:
            found.setdefault(str(field.model_dump(exclude=_OWNERLESS)), []).append((table, field))
    return found


ALIKE = fields()


def cells_of(field: Field) -> list[Any]:
    """Return the cells to try: every label and code of a list too, of a long one its ends; numbers as Excel has them."""
    codes = CATALOG.codes[field.codes].values if field.codes else ()
    chosen = codes if len(codes) <= 60 else (*codes[:5], *codes[-5:])
    words = [text for code in chosen for text in (code.label, code.code) if text]
    numbers = [kind(word) for word in words if word.isdecimal() for kind in (int, float)]
    return [*CELLS, *words, *numbers]


def check(table: Table, field: Field, cells: list[Any], faults: dict[int, str] | None = None) -> Checked:
    column = RawColumn(field, "C", cells, faults or {}, {})
    rows = range(5, 5 + len(cells))
    return check_column(table, column, rows, Origin("教务处.xlsx", "一张表"), "教务处", CATALOG, DAY)


def test_the_groups_hold_every_field() -> None:
    assert (
        sum(map(len, ALIKE.values())) == sum(len(table.fields) for table in CATALOG.tables.values()) == 1481
    )


def test_a_kept_value_has_the_type_its_field_is_stored_as_whatever_was_typed() -> None:
    wrong = []
    for group in ALIKE.values():
        table, field = group[0]
        cells = cells_of(field)
        checked = check(table, field, cells)
        wanted = list if field.multi_valued else STORED_AS[field.spec.storage]
        for value in checked.values.values:  # the distinct ones: none may lie about, not even unused
            fits = value is None or type(value) is wanted or (wanted is float and type(value) is int)
            parts = value if isinstance(value, list) else [value]
            if wanted is float and value is not None:
                fits = fits and math.isfinite(value) and str(value) != "-0.0"
            for part in parts:
                if isinstance(part, str):
                    part.encode("utf-8")
                fits = fits and (not isinstance(value, list) or type(part) is str)
            if not fits:
                wrong.append((table.id, field.name, value))
        # a cleaner that stumbled would be contained, and say so under this rule
        wrong += [(table.id, field.name, one.message) for one in checked.findings if one.rule.endswith("F00")]
        for position, cell in enumerate(cells):
            if isinstance(cell, str) and re.search("[\ud800-\udfff]", cell):
                assert position in checked.rejected, (table.id, field.name, cell)
    assert wrong == []


def test_each_cell_that_holds_something_is_kept_rejected_or_announced_as_blank() -> None:
    for group in ALIKE.values():
        table, field = group[0]
        cells = cells_of(field)
        checked = check(table, field, cells)
        said = {one.origin.row for one in checked.findings}
        for position, cell in enumerate(cells):
            blank = isinstance(cell, str) and not cell.strip()
            if not blank and checked.values[position] is None and not field.auto:
                assert position + 5 in said, (table.id, field.name, cell)


def test_the_number_of_years_chosen_from_the_list_as_text_is_a_number() -> None:
    chosen = [
        (table, field)
        for table in CATALOG.tables.values()
        for field in table.fields
        if field.kind == "years_of_study"
    ]
    assert len(chosen) == 16
    for table, field in chosen:
        checked = check(table, field, ["3", 3, 3.0, "3年", "13"])
        assert checked.values == [3, 3, 3, 3, None]
        assert check(table, field, [2.5, "2.5", "两年半", 2.3]).values == [2.5, 2.5, 2.5, None]
        assert {type(value) for value in checked.values.values} == {int, type(None)}
        assert [one.rule for one in checked.findings] == [f"{table.id}-F11", f"{table.id}-F04"]


def test_what_a_guessed_list_does_not_know_is_kept_and_told_at_its_cell_as_a_warning() -> None:
    table = CATALOG.tables["2.18.4"]
    checked = check(table, table.by_name["活动类型"], ["讲座报告", "校园定向越野", "征文演讲"])
    assert list(checked.values) == ["讲座", "校园定向越野", "征文演讲"]
    assert [(one.rule, one.severity, one.origin.cell) for one in checked.findings] == [
        ("2.18.4-F11", "note", "C5"),
        ("2.18.4-F02", "warning", "C6"),
    ]
    assert "校园定向越野" in checked.findings[1].message


def test_what_the_national_standard_allows_is_not_too_long() -> None:
    longest = {
        ("2.2.1", "实习单位名称"): 200,
        ("1.3.1", "课程代码"): 50,
        ("1.5.1", "班级名称"): 60,
    }
    for (table_id, name), length in longest.items():
        table = CATALOG.tables[table_id]
        typed = "一" * length if name != "课程代码" else "A" * length
        assert list(check(table, table.by_name[name], [typed]).values) == [typed]
    course = CATALOG.tables["1.3.1"]
    assert check(course, course.by_name["学分"], [2.25]).findings == ()


PERSONAL = [
    (table, field) for table in CATALOG.tables.values() for field in table.fields if field.is_personal
]
SECRETS: list[Any] = [
    ID, ID_SPACED, "１１０１０５１９４９１２３１００２Ｘ", "1101 0519 4912 3100 2X", "110105194912310029", "110105194912310",
    110105194912310020, 1.1010519491231002e17, f"证件\n{ID}??", f"{ID}/{ID}", f"{ID},{MOBILE}", f"身份证号：{ID}", f"{ID}\ud800",
    MOBILE, 13800138000, 13800138000.0, "+86 138-0013-8000", "138 0013 8000", "1380013800", f"{MOBILE}、13900139000", "13800138O00",
    "（028）2611-0000", "028-26110000转8001", 2826110000, "26110000",
    MAIL, "mailto:zhangsan@qq.com", "zhangsan＠qq.com", "zhangsan @ qq.com", "zhangsan@qq。com", "zhangsan#qq.com", "zhangsan@qq.com;li@qq.com",
    ADDRESS, f"{ADDRESS}，{MOBILE}", ADDRESS * 50, f"{ID}" * 300, "\ue000" + ID, f"x{ID}\ufffd", f" {ID} ", f"'{ID}",
    dt.date(2021, 9, 1), True, math.inf, "同上", "无",
]  # fmt: skip
_NAMES = re.compile(r"zhangsan|\bli@|东兴|壮元|2单元")


def runs(text: str) -> set[str]:
    """Return every seven digits in a row, blanks and hyphens between them passed over."""
    narrow = text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
    digits = re.findall(r"\d(?:[ \n\-]?\d)*", narrow)
    plain = [re.sub(r"\D", "", run) for run in digits]
    return {run[at : at + 7] for run in plain for at in range(len(run) - 6)}


TYPED = {
    run
    for secret in SECRETS
    if isinstance(secret, str | int | float)
    for run in runs(f"{secret:.0f}" if isinstance(secret, float) else str(secret))
}


def leaks(text: str) -> bool:
    """Whether a text holds seven digits of what was typed, the name before an @, or a piece of an address."""
    return bool(runs(text) & TYPED or _NAMES.search(text))


@pytest.mark.parametrize(("table", "field"), PERSONAL, ids=[f"{t.id} {f.name}" for t, f in PERSONAL])
def test_nothing_that_is_said_of_a_personal_cell_holds_what_was_typed(table: Table, field: Field) -> None:
    changed = field.model_copy(update={"constant": "固定"})
    for one in (
        field,
        changed,
        field.model_copy(update={"length": 3}),
        field.model_copy(update={"required": "yes"}),
    ):
        checked = check(table, one, SECRETS, faults={0: f"单元格是错误值 {ID}"})
        assert checked.findings
        for finding in checked.findings:
            told = " | ".join(str(part) for part in finding.as_json().values())
            assert not leaks(told), finding


def test_a_personal_value_in_any_other_column_is_not_shown_either() -> None:
    numbers = [
        secret
        for secret in SECRETS
        if not (
            isinstance(secret, str)
            and (ADDRESS in secret or "@" in secret or "＠" in secret or "#" in secret)
        )
        and secret not in {"1380013800", "26110000", 2826110000}
    ]
    mails = [MAIL, "mailto:zhangsan@qq.com", "zhangsan＠qq.com", "张三 zhangsan@qq.com"]
    for group in ALIKE.values():
        table, field = group[0]
        if field.is_personal or field.kind == "isbn":
            continue
        for finding in check(table, field, [*numbers, *mails]).findings:
            assert not leaks(" | ".join((finding.message, finding.hint, finding.value or ""))), finding
