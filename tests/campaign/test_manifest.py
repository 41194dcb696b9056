"""What leaves the school says what it holds: every table can be computed again from each form, whoever changed it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import small_school
from statecollect.campaign import Campaign
from statecollect.catalog.local_rules import local_rules
from statecollect.core.errors import Refused, UnreadableFile, UsageError
from statecollect.store.journal import Entry, Event, Journal
from statecollect.submission.bundle import OLD, PARTY, against, bundle_tables, remarks, strangers, verify
from statecollect.submission.bundle_rows import digest_of, guarded, text_of, unguarded
from statecollect.submission.previous_year import from_bundle
from statecollect.workflow.findings_report import write_report

pytestmark = pytest.mark.lowest

# What spreadsheets run, what looks like it, what forms hold differently
TEXTS = [
    "=1+1",
    "＝1＋1",
    "'=1",
    "''@x",
    "甲'普通",
    "-2",
    "＠a",
    "\t=1",
    "+86",
    "－3",
    "0035",
    "1e5",
    "甲\n乙",
    "1,5",
]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    """The small school: everything taken in, one table of one party approved, values that are hard to keep."""
    folder = tmp_path_factory.mktemp("小学校")
    before = os.environ.get("STATECOLLECT_SCHEMAS")
    campaign = small_school.found(folder)
    (path,) = (folder / "返回1").glob("信息系.xlsx")
    book = openpyxl.load_workbook(path)
    (sheet,) = [one for one in book.worksheets if one.title.startswith("1.2.1 ")]
    columns = {str(cell.value).strip("*△▣"): at for at, cell in enumerate(sheet[4], start=1)}
    for row, text in enumerate(TEXTS, start=5):
        sheet.cell(row, columns["方向"]).value = text
        sheet.cell(row, columns["方向"]).data_type = "s"
        sheet.cell(row, columns["经费"]).value = [0.1, 123456789012.25, 0.07, 5.5][row % 4]
        sheet.cell(row, columns["女生"]).value = row
        sheet.cell(row, columns["开办日期"]).value = "2098-10-01"
        sheet.cell(row, columns["开会时间"]).value = "2098-09-01 08:30"
    book.save(path)
    results = campaign.ingest(sorted((folder / "返回1").glob("*.xlsx")), by="收表人", now=small_school.NOW)
    assert {one.outcome for one in results} == {"accepted"}
    for action, by in (("submit", "甲"), ("approve", "张责任")):
        campaign.signoff.decide(action, ["1.2.1"], ["教务处"], by=by, now=small_school.NOW)  # type: ignore[arg-type]
    yield campaign
    if before is None:
        os.environ.pop("STATECOLLECT_SCHEMAS")
    else:
        os.environ["STATECOLLECT_SCHEMAS"] = before


@pytest.fixture(scope="module")
def written(school: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A draft bundle; copy it to change it."""
    return school.export(tmp_path_factory.mktemp("包") / "包", draft=True).folder


@pytest.fixture
def bundle(written: Path, tmp_path: Path) -> Path:
    """A bundle of the test's own."""
    return Path(shutil.copytree(written, tmp_path / "包"))


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def mend(folder: Path, **also: object) -> None:
    """Put the hashes of the files as they are now into the manifest, as a forger would."""
    manifest = manifest_of(folder) | also
    manifest["files"] = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in manifest["files"]
        if (folder / name).is_file()
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def flip_csv(folder: Path) -> str:
    path = folder / "csv" / "1.2.1.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[7][0] += "X"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return "csv/1.2.1.csv"


def flip_csv_header(folder: Path) -> str:
    path = folder / "csv" / "1.2.1.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("男生,女生", "女生,男生", 1), encoding="utf-8-sig", newline="")
    return "csv/1.2.1.csv"


def cut_csv(folder: Path) -> str:
    path = folder / "csv" / "1.2.1.csv"
    path.write_bytes(b"\r\n".join(path.read_bytes().split(b"\r\n")[:-2]) + b"\r\n")
    return "csv/1.2.1.csv"


def unguard_csv(folder: Path) -> str:
    path = folder / "csv" / "1.2.1.csv"
    path.write_text(
        path.read_text(encoding="utf-8-sig").replace("''=1", "'=1", 1), encoding="utf-8-sig", newline=""
    )
    return "csv/1.2.1.csv"


def flip_plain(folder: Path) -> str:
    flip_book(folder / "xlsx" / "1.2.1.xlsx", 5)
    return "xlsx/1.2.1.xlsx"


def flip_all(folder: Path) -> str:
    flip_book(folder / "全部数据.xlsx", 9)
    return "全部数据.xlsx › 1.2.1"


def flip_book(path: Path, row: int) -> None:
    book = openpyxl.load_workbook(path)
    (sheet,) = [one for one in book.worksheets if one.title.startswith("1.2.1 ")]
    names = [str(cell.value).strip("*△▣") for cell in sheet[1]]
    if "男生" not in names:  # the workbook of all tables has its header in row 4
        names = [str(cell.value).strip("*△▣") for cell in sheet[4]]
    sheet.cell(row, names.index("男生") + 1).value = 999
    book.save(path)


def hide_formula(folder: Path) -> str:
    path = folder / "xlsx" / "1.2.1.xlsx"
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A3"] = "=1+1"
    book.save(path)
    return "xlsx/1.2.1.xlsx"


def flip_parquet(folder: Path) -> str:
    return change_parquet(folder, "男生", lambda value: value + 1)


def flip_party(folder: Path) -> str:
    return change_parquet(folder, PARTY, lambda _: "别的系")


def change_parquet(folder: Path, name: str, change: Callable[[Any], Any]) -> str:
    path = folder / "parquet" / "1.2.1.parquet"
    table = pq.read_table(path)
    values = table.column(name).to_pylist()
    values[3] = change(values[3])
    at = table.column_names.index(name)
    pq.write_table(
        table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type)), path
    )
    return "parquet/1.2.1.parquet"


FLIPS = [
    flip_csv,
    flip_csv_header,
    cut_csv,
    unguard_csv,
    flip_plain,
    flip_all,
    hide_formula,
    flip_parquet,
    flip_party,
]


def test_a_bundle_as_it_was_written_holds_what_it_says_in_every_form(written: Path) -> None:
    assert verify(written) == []
    assert remarks(written) == []
    manifest = manifest_of(written)
    assert manifest["version"] == 2
    with (written / "csv" / "1.2.1.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {unguarded(row["方向"]) for row in rows} >= {text for text in TEXTS if text.isprintable()}
    assert manifest["tables"]["1.2.1"]["rows"] == len(rows)


@pytest.mark.parametrize("flip", FLIPS, ids=[one.__name__ for one in FLIPS])
def test_one_change_in_any_form_is_found_though_its_hash_was_mended(
    bundle: Path, flip: Callable[[Path], str]
) -> None:
    name = flip(bundle)
    mend(bundle)
    assert [line[: len(name)] for line in verify(bundle)] == [name]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_form_that_was_taken_out_of_bundle_and_manifest_is_missed(bundle: Path, form: str) -> None:
    (bundle / form / f"1.2.1.{form}").unlink()
    mend(bundle)
    assert verify(bundle) == [f"清单中没有列出 {form}/1.2.1.{form}"]


NAMES = [
    "../外面.txt",
    "/etc/passwd",
    "csv/../../外面.txt",
    "csv\\1.2.1.csv",
    "C:/x",
    "",
    ".",
    "a//b",
    "a\0b",
    "\ud800",
    "./x",
    "链接.csv",
    "夹/外面.txt",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_of_a_manifest_do_not_leave_the_folder(bundle: Path, name: str) -> None:
    outside = bundle.parent / "外面.txt"
    outside.write_text("机密", encoding="utf-8")
    (bundle / "链接.csv").symlink_to(outside)
    (bundle / "夹").symlink_to(bundle.parent)
    manifest = manifest_of(bundle)
    manifest["files"][name] = hashlib.sha256(outside.read_bytes()).hexdigest()
    (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    problems = verify(bundle)
    expected = [f"清单中没有的文件 {one}" for one in ("链接.csv", "夹") if one != name]
    if name == "链接.csv" or name.startswith("夹/"):
        expected.append(f"文件 {name} 是一个链接，没有去读")
    else:
        expected.append(f"清单中的文件名「{name}」不是这个文件夹里的，没有去读")
    assert sorted(problems) == sorted(expected)


ODD = {
    "a list": "[]",
    "files as a list": '{"files": []}',
    "files of numbers": '{"files": {"a": 1}, "tables": {}, "schema": {}}',
    "deep": "[" * 100_000,
    "deep inside": '{"files": ' + '{"a": ' * 50_000,
    "a number of 5000 digits": '{"version": ' + "9" * 5000 + "}",
    "null": "null",
    "no tables": '{"files": {}, "schema": {}}',
    "tables without digests": '{"version": 2, "files": {}, "schema": {}, "tables": {"1.2.1": {}}}',
    "fields of wrong shape": '{"version": 2, "files": {}, "schema": {}, "tables": {"1.2.1": '
    '{"rows": 1, "digest": "", "parties_digest": "", "fields": [["a"], 1, [[], {}]]}}}',
    "an id that leaves": '{"files": {}, "schema": {}, "tables": {"../x": {}}}',
    "a truth as version": '{"version": true, "files": {}, "schema": {}, "tables": []}',
    "a later version": '{"version": 3}',
    "half a character": '{"files": {"\\ud800": "x"}}',
    "no text": "\x00\x01",
    "nothing": "",
}


@pytest.mark.parametrize("what", ODD)
def test_any_other_manifest_is_one_clear_line(tmp_path: Path, what: str) -> None:
    (tmp_path / "manifest.json").write_text(ODD[what], encoding="utf-8")
    for read in (verify, remarks, lambda folder: list(bundle_tables(folder)), from_bundle):
        with pytest.raises(UnreadableFile) as refused:
            read(tmp_path)
        assert "\n" not in str(refused.value)
    assert strangers(tmp_path) == ["manifest.json"]


def parquet_of(columns: dict[str, pa.Array], about: dict[str, str] | None) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        pq.write_table(pa.table(columns).replace_schema_metadata(about), path)

    return write


def many_rows(path: Path) -> None:
    """Write more rows than any table has into a few kilobytes."""
    nothing = pa.nulls(2_000_001, pa.int32())
    pq.write_table(pa.table({PARTY: nothing}).replace_schema_metadata(OURS), path)


def much_text(path: Path) -> None:
    """Write two gigabytes of text into a few kilobytes: one long value, two thousand times."""
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 2200, pa.int32()), pa.array(["甲" * 500_000]))
    table = pa.table({PARTY: long})
    pq.write_table(table.replace_schema_metadata(OURS), path)


OURS = {"id": "1.2.1", "name": "专业表"}
PARQUETS: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"PAR1" + bytes(range(256)) * 9 + b"PAR1"),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-200]),
    "empty": lambda path: path.write_bytes(b""),
    "a text": lambda path: path.write_text("甲,乙"),
    "no metadata": parquet_of({PARTY: pa.array(["甲"])}, None),
    "no party": parquet_of({"甲": pa.array(["甲"])}, OURS),
    "a list column": parquet_of({PARTY: pa.array(["甲"]), "乙": pa.array([["丙"]])}, OURS),
    "a struct column": parquet_of({PARTY: pa.array(["甲"]), "乙": pa.array([{"丙": 1}])}, OURS),
    "bytes": parquet_of({PARTY: pa.array(["甲"]), "乙": pa.array([b"\xff"])}, OURS),
    "more rows than any table": many_rows,
    "two gigabytes of text": much_text,
}


@pytest.mark.parametrize("what", PARQUETS)
def test_any_other_parquet_is_one_clear_line(bundle: Path, what: str) -> None:
    PARQUETS[what](bundle / "parquet" / "1.2.1.parquet")
    mend(bundle)
    (problem,) = verify(bundle, ["parquet"])
    assert problem.startswith("parquet/1.2.1.parquet")
    with pytest.raises(UnreadableFile, match=r"1\.2\.1\.parquet"):
        from_bundle(bundle)
    manifest = manifest_of(bundle)
    for name in ("version", "tables"):  # as an older program wrote it: only the hashes are compared
        manifest.pop(name)
    (bundle / "manifest.json").write_text(json.dumps(manifest | {"tables": {}}), encoding="utf-8")
    with pytest.raises(UnreadableFile) as refused:
        from_bundle(bundle)
    assert "\n" not in str(refused.value)


def test_an_older_manifest_is_checked_as_before_and_says_so(bundle: Path) -> None:
    manifest = manifest_of(bundle)
    manifest.pop("version")
    manifest["tables"] = {"1.2.1": {"name": "专业表", "rows": 80, "digest": "0" * 64}}
    (bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert verify(bundle) == []
    assert remarks(bundle) == [OLD]
    assert {one[0]: len(one[3]) for one in bundle_tables(bundle)}["1.2.1"] == 80
    flip_csv(bundle)
    assert len(verify(bundle)) == 1


def test_a_masked_bundle_names_its_columns_and_holds_what_it_says(school: Campaign, tmp_path: Path) -> None:
    folder = school.export(tmp_path / "传阅", draft=True, masked=True).folder
    assert verify(folder) == []
    assert manifest_of(folder)["tables"]["1.2.1"]["masked_columns"] == ["负责人身份证件号"]
    assert manifest_of(folder)["tables"]["1.1.3"]["masked_columns"] == []


def test_the_manifest_says_by_which_rules_and_who_approved_what(school: Campaign, written: Path) -> None:
    manifest = manifest_of(written)
    assert manifest["parameters"] == dict(school.catalog.year.parameters)
    assert manifest["periods"]["财务年"] == {"start": "2098-01-01", "end": "2098-12-31"}
    assert (manifest["school_code"], manifest["own_rules"], manifest["off"]) == ("", [], {})
    (approval,) = manifest["approvals"]
    with school.store() as store:
        assert approval["digest"] == store.digest("1.2.1", "教务处")
        assert manifest["tables"]["1.2.1"]["said_digest"] == store.digest("1.2.1")
        assert (manifest["journal_head"], manifest["journal_records"]) == (store.journal_head(), 4)


def following(events: list[Event], entry: Entry) -> Event:
    (event,) = Journal(Path("nowhere"), events, b"").next([entry])
    return event


def test_a_history_that_was_written_anew_is_found_by_what_the_bundle_names(
    school: Campaign, written: Path, bundle: Path
) -> None:
    events = school.log()
    later = following(events, Entry("decision", {"parties": {}}, "乙", "2099-10-01"))
    assert against(written, events) == []
    assert against(written, [*events, later]) == []
    forged = [*events[:2]]
    for event in events[2:]:
        forged.append(following(forged, Entry(event.type, event.data, "伪造者", event.at)))
    assert any("采集日志头" in line for line in against(written, forged))
    assert len(against(written, forged)) == 2  # and the approval is another record
    assert any("采集日志头" in line for line in against(written, events[:3]))
    manifest = manifest_of(bundle)
    for change in ({"by": "别人"}, {"digest": "0" * 64}, {"event": "0" * 64}):
        mend(bundle, approvals=[manifest["approvals"][0] | change])
        assert len(against(bundle, events)) == 1, change
    for head, records in (("x", 4), (None, 4), (events[1].hash, 4)):
        mend(bundle, approvals=[], journal_head=head, journal_records=records)
        assert len(against(bundle, events)) == 1, head
    mend(bundle, approvals=["看不懂", 1, None], journal_head=events[-1].hash, journal_records=4)
    assert len(against(bundle, events)) == 3


def test_the_printed_form_carries_the_head_of_the_journal(school: Campaign, tmp_path: Path) -> None:
    paths = school.signoff.print_forms(tmp_path / "审核报表")
    with school.store() as store:
        head = store.journal_head()
    line = f"采集日志：共 4 条记录，最后一条 2099-09-10，日志校验码 {head[:16]}"
    for path in paths:
        if path.suffix == ".docx":
            said = [one.text for one in docx.Document(str(path)).paragraphs]
        else:
            said = [str(cell.value) for row in openpyxl.load_workbook(path).worksheets[0] for cell in row]
        assert line in said, path.name


def test_rules_that_are_off_stand_in_the_way_of_a_final_bundle_and_in_every_paper(
    school: Campaign, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(school.folder, tmp_path / "采集"))
    (folder / "rules").mkdir()
    (folder / "rules" / "本校.yaml").write_text(
        "off: {1.5.2-R01: 本校不适用, 1.5.2-R02: 没有此项, 1.2.1-W01: 有七年制}\n"
        "rules:\n  - {table: 1.2.1, id: 本校-01, severity: warning, check: 男生 < 100,"
        " fields: [男生], message: 男生太多}\n",
        encoding="utf-8",
    )
    campaign = Campaign.open(folder)
    with pytest.raises(Refused, match=r"1\.5\.2-R01、1\.5\.2-R02.*领导小组.*waive") as refused:
        campaign.export(tmp_path / "包")
    assert refused.value.details["off"] == ["1.5.2-R01", "1.5.2-R02"]
    assert refused.value.details["unfinished"] == ["1.1.3", "1.2.1"]
    assert not (tmp_path / "包").exists()
    manifest = manifest_of(out := campaign.export(tmp_path / "稿", draft=True).folder)
    assert manifest["off"]["1.2.1-W01"] == "有七年制"
    (own,) = manifest["own_rules"]
    assert (own["id"], own["digest"]) == ("本校-01", hashlib.sha256(own["text"].encode()).hexdigest())
    assert "男生 < 100" in own["text"]
    report = docx.Document(str(out / "报告" / "数据分析报告.docx"))
    said = {cell.text for table in report.tables for row in table.rows for cell in row.cells}
    assert {"1.5.2-R01", "本校不适用", "本校-01", "男生太多", "容差"} <= said
    page, book = tmp_path / "检查.html", tmp_path / "检查.xlsx"
    for path in (page, book):
        write_report(path, campaign.validate(), "小学校", local_rules(campaign.catalog))
    cells = {str(cell.value) for row in openpyxl.load_workbook(book)["本校规则与参数"] for cell in row}
    for text in ("1.5.2-R01", "本校不适用", "本校-01", "男生太多", "容差"):
        assert text in cells
        assert f">{text}<" in page.read_text(encoding="utf-8")


def test_an_error_is_told_before_all_and_every_list_is_given(school: Campaign, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="1 个错误") as refused:
        school.export(tmp_path / "包")
    said = {"table": "1.5.2", "rule": "1.5.2-R01", "party": "", "count": 1}
    assert refused.value.details["errors"] == [said]


def test_a_bundle_does_not_replace_the_campaign_or_a_folder_of_others(
    school: Campaign, bundle: Path, tmp_path: Path
) -> None:
    school.export(bundle, draft=True)
    (bundle / "thesis.docx").write_bytes(b"x")
    for out in (bundle, school.folder, school.folder.parent, school.folder / "store"):
        with pytest.raises(UsageError):
            school.export(out, draft=True)
    assert (bundle / "thesis.docx").read_bytes() == b"x"
    assert school.log()


@pytest.mark.parametrize("text", [*TEXTS, "", "'", "''", "\r", "\n=", "'\t"])
def test_a_guard_is_taken_off_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"}


@pytest.mark.parametrize(
    ("kind", "forms"),
    [
        ("integer", [5, 5.0, "5"]),
        ("integer", [123456789012345678, "123456789012345678"]),
        ("decimal", ["12.5", 12.5, "12.5000"]),
        ("decimal", ["12345678901234.5678", 12345678901234.57]),
        ("date", ["2022-09-01"]),
        ("text", ["甲\r\n乙", "甲\n乙"]),
        ("text", [None, ""]),
    ],
)
def test_one_value_has_one_spelling_in_every_form(kind: str, forms: list[Any]) -> None:
    assert len({text_of(value, kind) for value in forms}) == 1
    assert len({digest_of("甲", [("乙", kind)], [[text_of(value, kind)]]) for value in forms}) == 1


def test_values_that_differ_are_spelt_differently() -> None:
    assert text_of(123456789012345678, "integer") != text_of(123456789012345679, "integer")
    assert text_of("05", "text") != text_of("5", "text")
    assert len({text_of(text, "text") for text in TEXTS}) == len(TEXTS)


def test_a_folder_that_is_added_to_keeps_what_is_not_ours(school: Campaign, tmp_path: Path) -> None:
    ways: dict[str, Callable[[Path], object]] = {
        "教务处.xlsx": lambda out: school.make_templates(out=out),
        "数据分析报告.docx": lambda out: school.report(out),
        "审核报表-教务处.xlsx": school.signoff.print_forms,
    }
    for at, (name, write) in enumerate(ways.items()):
        out = tmp_path / str(at)
        write(out)
        (out / "说明.txt").write_text("给大家", encoding="utf-8")
        write(out)  # our own are replaced
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(out / name)
            book.worksheets[-1]["A30"] = "填了一晚上"
            book.save(out / name)
        else:
            docx.Document().save(str(out / name))
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        with pytest.raises(UsageError, match=name):
            write(out)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
