"""What was read on one day is the same whenever the database is made again: a process on another day tells it."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import staffed_school
from statecollect import clean

PRELOADED = next(
    (str(path) for path in sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")) if path.is_file()), ""
)
TAKEN_IN = "2027-09-01 08:00:00"
CLOCKS = (
    "1999-12-31 23:59:50",
    "2027-08-31 23:59:50",
    "2028-02-29 12:00:00",
    "2035-01-01 00:00:01",
    "2099-09-01 08:00:00",
)
KINDS = {
    "日期": "date",
    "年月": "year_month",
    "年份": "year",
    "时间": "datetime",
    "学年": "school_year",
    "年级": "grade",
    "各年级": "grades",
}
ROWS = (
    ("2027-09-01", "27年9月", "27", "2027-09-01 08:30", "27-28", "27级", "26、27级"),
    ("27.9.1", "2027.9", "2027年", "27/9/1 8:30", "2027-2028学年", "2027级", "2026,2027"),
    ("27/8/31", "27.8", "二〇二七", "2027年8月31日", "2026-2027", "2028级", "27级28级"),
    ("28-1-1", "28.1", "28年", "28-1-1", "28-29学年", "28级", "28级"),
    ("99年9月1日", "99.9", "99", "99-9-1 9:00", "98-99", "99级", "98级、99级"),
    ("35-1-1", "35年1月", "35", "35-1-1 0:00", "2034-2035", "35级", "2035"),
    ("2028-02-29", "2028年2月", "2028", "2028-02-29", "2027", "2027届", "2027至2029级"),
    ("9月1日", "9月", "今年", "9月1日 8:00", "今年", "今年", "大一"),
)
TELL = """
import datetime, json, sys
from statecollect.campaign import Campaign
campaign = Campaign.open(sys.argv[1])
campaign.rebuild()
with campaign.store() as store:
    found = {one: store.digest(one) for one in campaign.catalog.tables}
    rows = [list(map(str, row)) for row in store.rows("1.7.1")]
print(json.dumps({"today": str(datetime.date.today()), "digests": found, "rows": rows, "wrong": campaign.verify_log()}))
"""


def at(clock: str, *arguments: str) -> str:
    """Run Python in a process whose clock says this; return what it prints."""
    faked = {
        "LD_PRELOAD": PRELOADED,
        "FAKETIME": f"@{clock}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": "UTC",
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **faked},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.mark.long("a process with a clock of its own for each of six days")
@pytest.mark.skipif(not PRELOADED, reason="libfaketime is not installed")
def test_a_rebuild_on_any_other_day_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    years = staffed_school.schemas(tmp_path / "年度")
    fields = "\n".join(f"  - {{name: {name}, kind: {kind}}}" for name, kind in KINDS.items())
    table = f"id: 1.7.1\nname: 日期表\nkey: [编号]\nfields:\n  - {{name: 编号, required: yes}}\n{fields}\n"
    (years / "2099" / "tables" / "1.7.1.yaml").write_text(table, encoding="utf-8")
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(years))
    campaign = staffed_school.found(tmp_path, (("1.7.1日期表", "教务处"),))
    book = openpyxl.Workbook()
    book.worksheets[0].title = "1.7.1 日期表"
    for number, row in enumerate([tuple(KINDS), *ROWS]):
        book.worksheets[0].append([f"N{number}" if number else "编号", *row])
    book.save(tmp_path / "教务处.xlsx")
    days = [dt.date.fromisoformat(clock[:10]) for clock in (TAKEN_IN, *CLOCKS)]
    for name, kind in KINDS.items():  # else this test would prove nothing
        column = [row[list(KINDS).index(name)] for row in ROWS]
        read = {day: [clean(kind, text, today=day).value for text in column] for day in days}
        assert kind in ("school_year", "grade", "grades") or len({str(one) for one in read.values()}) > 1, (
            name
        )

    call = ["-m", "statecollect", "--campaign", str(campaign.folder), "ingest", str(tmp_path / "教务处.xlsx")]
    told = json.loads(at(TAKEN_IN, *call, "--department", "教务处", "--json"))
    assert told["files"][0]["outcome"] == "accepted", told
    first = json.loads(at(TAKEN_IN, "-c", TELL, str(campaign.folder)))
    assert (first["today"], len(first["rows"]), first["wrong"]) == (TAKEN_IN[:10], len(ROWS), [])
    for clock in CLOCKS:
        again = json.loads(at(clock, "-c", TELL, str(campaign.folder)))
        assert abs(dt.date.fromisoformat(again["today"]) - dt.date.fromisoformat(clock[:10])).days <= 1
        assert again["rows"] == first["rows"], clock
        assert again["digests"] == first["digests"], clock
