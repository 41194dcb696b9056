"""What is typed into a template is what is read from it: any valid rows, of every kind of field."""

from __future__ import annotations

import datetime as dt
import string
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statecollect.catalog import load_year
from statecollect.intake.returns import read_return
from statecollect.workbook.stamp import Stamp
from statecollect.workbook.write.writer import BookContent, SheetContent, write_workbook

YEAR = load_year(Path(__file__).resolve().parents[1] / "data" / "toy_writer" / "2030")
TABLE = YEAR.tables["1.1.1"]
STAMP = Stamp("2030采集", "某某职业学院", "2030", "教务处", (TABLE.id,), YEAR.digest[:16], "template")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

CHINESE = st.text(st.sampled_from("张王李赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦许"), min_size=2, max_size=4)
STAFF_NO = st.text(st.sampled_from(string.digits), min_size=4, max_size=8)
DAY = st.dates(dt.date(1950, 1, 1), dt.date(2004, 12, 31))
MONTH = st.dates(dt.date(1990, 1, 1), dt.date(2030, 8, 31)).map(lambda day: f"{day:%Y-%m}")
REASON = st.builds(
    str.__add__,
    st.sampled_from(["", "=", "+", "@", "0"]),
    st.text(st.sampled_from("家住远方读书abc1，、"), min_size=3),
).filter(lambda text: len(text) <= 50 and text[1] not in "，、" and text[-1] not in "，、1")
GRADES = st.lists(st.integers(2010, 2022).map(str), min_size=1, max_size=4, unique=True).map(sorted)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """One valid row: typed values by field name."""
    level = draw(st.sampled_from(["高职专科", "高职本科"]))
    origin = draw(
        st.sampled_from({"高职专科": ["普通高中生", "扩招"], "高职本科": ["普通高中生", "专升本"]}[level])
    )
    born, left = draw(DAY), draw(st.booleans())
    return {
        "教工号": draw(STAFF_NO),
        "姓名": draw(CHINESE),
        "性别": draw(st.sampled_from("男女")),
        "身份证件号": id_number(born, draw(st.integers(0, 999))),
        "出生日期": born,
        "入校年月": draw(st.none() | MONTH),
        "层次": level,
        "生源类型": origin,
        "类型": draw(st.none() | st.sampled_from(["实训", "其他"])),
        "是否离职": "是" if left else "否",
        "离职原因": draw(REASON) if left else None,
        "工作年限（年）": draw(st.none() | st.integers(0, 60)),
        "课时费": draw(st.none() | st.integers(0, 10**9).map(lambda cents: cents / 100)),
        "讲授年级": draw(st.none() | GRADES),
    }


def id_number(born: dt.date, serial: int) -> str:
    """Return a sound number of a person who does not exist."""
    digits = f"110105{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows(), min_size=1, max_size=20))
def test_rows_come_back_equal(typed: list[dict[str, Any]]) -> None:
    names = [field.name for field in TABLE.fields]
    cells = [[_as_typed(row.get(name)) for name in names] for row in typed]
    book = BookContent(
        title="试验",
        school="某某职业学院",
        party="教务处",
        tasks=(),
        sheets=[SheetContent(TABLE, cells)],
        stamp=STAMP,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "教务处.xlsx"
        write_workbook(path, book, YEAR, b"key")
        reading = read_return(path, YEAR)
    assert [finding.message for finding in reading.all_findings() if finding.severity == "error"] == []
    (delivery,) = reading.deliveries
    assert (
        delivery.cells_seen == delivery.cells_stored == sum(cell is not None for row in cells for cell in row)
    )
    for name in names:
        assert list(delivery.values[name]) == [row.get(name) for row in typed], name


def _as_typed(value: Any) -> object:
    return ",".join(value) if isinstance(value, list) else value
