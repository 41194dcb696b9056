"""Only what is ours is replaced; a file or folder appears whole or not at all, with the rights its place asks for."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest

from statecollect.core.errors import UsageError
from statecollect.core.outputs import CONFIG_NAME, only_ours, replaceable, whole_folder, write_atomically
from statecollect.findings import Finding
from statecollect.render.excel_page import write_form
from statecollect.render.html.frame import write_page
from statecollect.render.page import Page, PrintedTable
from statecollect.render.word import write_document
from statecollect.submission.bundle import strangers
from statecollect.workbook.write.listing import Listing, write_listings
from statecollect.workflow.findings_report import write_report
from statecollect.workflow.rounds import NAME, next_round
from statecollect.workflow.validate import Validation

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights otherwise")
PAGE = Page("页", ("一行",))
FOUND = [Finding("1.2.1-R01", "error", "1.2.1", "错", party="教务处")]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def replace_whole(out: Path) -> None:
    with whole_folder(out, strangers) as building:
        (building / "新.txt").write_text("新", encoding="utf-8")


def bundle_like(folder: Path) -> Path:
    """Make what an earlier export left: a file, and the manifest that lists it."""
    folder.mkdir(parents=True)
    (folder / "甲.csv").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    about = {"files": {"甲.csv": empty}, "tables": {}, "schema": {}}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


@pytest.mark.parametrize("place", ["新的", "空的", "旧的", "上级/也没有/新的"])
def test_a_new_an_empty_and_an_earlier_folder_are_replaced_again_and_again(
    tmp_path: Path, place: str
) -> None:
    (tmp_path / "空的").mkdir()
    (bundle_like(tmp_path / "旧的") / ".DS_Store").write_bytes(b"x")
    replace_whole(tmp_path / place)
    assert tree(tmp_path / place) == {"新.txt": "新".encode()}
    assert [path.name for path in (tmp_path / place).parent.iterdir() if path.name.startswith(".")] == []


FOREIGN = {
    "a thesis": ("thesis.docx", b"x"),
    "a file below": ("资料/照片.jpg", b"x"),
    "somebody else's manifest": ("manifest.json", b'{"files": {"thesis.docx": "x"}}'),
    "a web app's manifest": ("manifest.json", b'{"name": "app", "version": 3}'),
    "no JSON": ("manifest.json", b"[" * 100_000),
    "the file of an open workbook": ("~$全部数据.xlsx", b"x"),
}


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "in an earlier bundle"])
def test_a_folder_with_anything_of_others_is_refused_and_named(
    tmp_path: Path, what: str, beside: bool
) -> None:
    name, content = FOREIGN[what]
    out = bundle_like(tmp_path / "包") if beside else tmp_path / "包"
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_bytes(content)
    before = tree(tmp_path)
    with pytest.raises(UsageError) as refused:
        replace_whole(out)
    assert name.split("/")[0] in refused.value.message
    assert tree(tmp_path) == before


def test_an_earlier_bundle_in_which_somebody_worked_is_not_replaced(tmp_path: Path) -> None:
    out = bundle_like(tmp_path / "包")
    (out / "甲.csv").write_text("改过", encoding="utf-8")
    with pytest.raises(UsageError, match=r"甲\.csv"):
        replace_whole(out)


@posix
@pytest.mark.parametrize(
    "place", [".", "/", "..", "采集", "采集/..", "文件", "文件/里面", "链接", "包/链接", "/proc/包"]
)
def test_a_place_that_no_folder_may_take_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "采集" / "store").mkdir(parents=True)
    (tmp_path / "采集" / CONFIG_NAME).write_text("", encoding="utf-8")
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    target = bundle_like(tmp_path / "真的")
    (tmp_path / "链接").symlink_to(target)
    (bundle_like(tmp_path / "包") / "链接").symlink_to(target)
    (tmp_path / "这里").mkdir()
    monkeypatch.chdir(tmp_path / "这里")
    before = tree(tmp_path)
    out = Path(place) if place in {".", "/", ".."} or place.startswith("/") else tmp_path / place
    with pytest.raises(UsageError) as refused:
        replace_whole(out)
    assert "\n" not in str(refused.value)
    assert tree(tmp_path) == before
    if place == "包/链接":
        with pytest.raises(UsageError, match="链接"):
            replace_whole(tmp_path / "包")


@pytest.mark.parametrize("left", ["正在写", "上一份", "清除中"])
def test_what_a_kill_left_beside_is_cleared_and_only_a_whole_folder_comes_back(
    tmp_path: Path, left: str
) -> None:
    half = bundle_like(tmp_path / f".包.{left}")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "包", strangers):
        raise RuntimeError("killed while it was written")
    assert not half.exists()
    assert (tmp_path / "包").exists() == (left == "上一份")


def test_a_link_that_stands_where_the_new_folder_is_built_is_not_followed(tmp_path: Path) -> None:
    target = bundle_like(tmp_path / "真的")
    (tmp_path / ".包.清除中").symlink_to(target)
    replace_whole(tmp_path / "包")
    assert set(tree(target)) == {"甲.csv", "manifest.json"}


def made(path: Path) -> Path:
    """Write an output of ours of this kind."""
    if path.suffix == ".docx":
        write_document(path, PAGE)
    elif path.suffix == ".html":
        write_page(path, "report.html.j2", title="页", report=PAGE)
    elif path.suffix == ".json":
        write_report(path, Validation({}, (), ()), "某校")
    else:
        write_listings(path, [Listing("表", "题", ("甲",), [("一",)])])
    return path


def foreign(path: Path) -> Path:
    """Write a file of this kind with another program."""
    if path.suffix == ".docx":
        docx.Document().save(str(path))
    elif path.suffix == ".xlsx":
        pd.DataFrame({"甲": [1]}).to_excel(path)
    else:
        path.write_text(
            '{"a": 1}' if path.suffix == ".json" else "<html><body>甲</body></html>", encoding="utf-8"
        )
    return path


@pytest.mark.parametrize("suffix", [".xlsx", ".docx", ".html", ".json"])
def test_our_own_output_is_overwritten_and_that_of_others_is_not(tmp_path: Path, suffix: str) -> None:
    assert replaceable(tmp_path / f"没有{suffix}")
    assert replaceable(made(tmp_path / f"我们的{suffix}"))
    theirs = foreign(tmp_path / f"别人的{suffix}")
    (tmp_path / f"文字{suffix}").write_text("手写的", encoding="utf-8")
    (tmp_path / f"夹{suffix}").mkdir()
    (tmp_path / f"链{suffix}").symlink_to(tmp_path / f"我们的{suffix}")
    for name in ("别人的", "文字", "夹", "链"):
        assert not replaceable(tmp_path / f"{name}{suffix}"), name
    before = tree(tmp_path)
    with pytest.raises(UsageError, match="别人的"):
        only_ours([tmp_path / f"我们的{suffix}", theirs])
    assert tree(tmp_path) == before


def test_our_own_workbook_that_somebody_has_saved_since_is_theirs(tmp_path: Path) -> None:
    path = made(tmp_path / "模板.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A9"] = "填了一晚上"
    book.save(path)
    assert not replaceable(path)
    word = made(tmp_path / "报告.docx")
    document = docx.Document(str(word))
    document.add_paragraph("院长改过")
    document.core_properties.modified = dt.datetime(2022, 10, 1)  # as Word does
    document.save(str(word))
    assert not replaceable(word)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04", b"", b"PK\x05\x06" + b"\0" * 18], ids=["torn", "empty", "no part"]
)
def test_a_damaged_workbook_is_nobodys_unless_it_is_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(content)
    assert replaceable(path) == (content == b"")


def test_a_report_does_not_overwrite_a_file_of_somebody_else(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".html", ".json"):
        before = foreign(tmp_path / f"数据{suffix}").read_bytes()
        with pytest.raises(UsageError, match="数据"):
            write_report(tmp_path / f"数据{suffix}", Validation({}, (), ()), "某校")
        assert (tmp_path / f"数据{suffix}").read_bytes() == before


@posix
@pytest.mark.parametrize("inside", [False, True], ids=["elsewhere", "in a campaign"])
def test_outputs_have_the_rights_of_their_place(tmp_path: Path, inside: bool) -> None:
    if inside:
        (tmp_path / CONFIG_NAME).write_text("", encoding="utf-8")
    before = os.umask(0o027)
    try:
        folder = tmp_path / "甲" / "乙"
        for suffix in (".xlsx", ".docx", ".html", ".json"):
            made(folder / f"出{suffix}")
        write_form(
            folder / "表.xlsx", Page("页", (), [PrintedTable(("甲", "乙"), [("一", "二")], (1, 1))]), "页"
        )
        replace_whole(tmp_path / "整个" / "包")
    finally:
        os.umask(before)
    files = [*folder.iterdir(), tmp_path / "整个" / "包" / "新.txt"]
    assert {mode(path) for path in files} == {0o600 if inside else 0o640}
    folders = [folder, folder.parent, tmp_path / "整个", tmp_path / "整个" / "包"]
    assert {mode(path) for path in folders} == {0o700 if inside else 0o750}


def test_a_failed_write_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "报告.html"
    write_atomically(path, "旧")

    def fail(half: Path) -> None:
        half.write_text("半", encoding="utf-8")
        (half.parent / "临时").write_text("身份证件号", encoding="utf-8")
        raise OSError(28, "disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, fail)
    assert tree(tmp_path) == {"报告.html": "旧".encode()}


@posix
def test_what_a_killed_process_was_writing_is_cleared_by_the_next_and_a_living_one_is_left_alone(
    tmp_path: Path,
) -> None:
    code = (
        "import os, sys; from pathlib import Path; from statecollect.core.outputs import aside\n"
        f"with aside(Path({str(tmp_path / '表.xlsx')!r})) as half:\n"
        "    half.write_text('half'); sys.stdout.write(half.parent.name); sys.stdout.flush()\n"
        "    os.kill(os.getpid(), 9) if sys.argv[1] == 'die' else sys.stdin.read()\n"
    )
    died = subprocess.run([sys.executable, "-c", code, "die"], capture_output=True, text=True, check=False)
    assert (tmp_path / died.stdout).is_dir()
    with subprocess.Popen(
        [sys.executable, "-c", code, "live"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as living:
        assert living.stdout is not None
        assert living.stdin is not None
        name = living.stdout.read(len(died.stdout.split("-")[0]))
        write_atomically(tmp_path / "另一份.txt", "甲")
        names = {path.name for path in tmp_path.iterdir()}
        assert died.stdout not in names
        assert any(one.startswith(name) for one in names - {"另一份.txt"})
        living.stdin.close()
    assert {path.name for path in tmp_path.iterdir()} == {"另一份.txt", "表.xlsx"}


def test_a_line_that_was_torn_costs_no_other_round(tmp_path: Path) -> None:
    next_round(tmp_path, FOUND, "1")
    whole = (tmp_path / NAME).read_bytes()
    for torn in ('{"at": "2", "findings": {"教'.encode()[:-1], b"\0" * 40, b'{"at": 1}', b"[" * 5000):
        (tmp_path / NAME).write_bytes(whole + torn)
        assert next_round(tmp_path, FOUND, "3").school.remaining == 1
        assert next_round(tmp_path, FOUND, "4").school.remaining == 1
        lines = (tmp_path / NAME).read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["at"] for line in lines] == ["1", "3", "4"]
        assert (tmp_path / "rounds.torn").read_bytes() == torn
    (tmp_path / NAME).write_bytes(whole.rstrip(b"\n"))  # only the end is missing: it counts
    assert next_round(tmp_path, FOUND, "5").school.remaining == 1
    assert len((tmp_path / NAME).read_text(encoding="utf-8").splitlines()) == 2


@posix
def test_the_rounds_are_for_their_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / NAME).touch(0o644)
    next_round(tmp_path / "reports", FOUND, "1")
    assert mode(tmp_path / "reports" / NAME) == 0o600


def test_the_same_workbook_twice_has_the_same_bytes(tmp_path: Path) -> None:
    first, second = made(tmp_path / "甲.xlsx"), made(tmp_path / "乙" / "甲.xlsx")
    assert first.read_bytes() == second.read_bytes()
    assert zipfile.ZipFile(first).testzip() is None
