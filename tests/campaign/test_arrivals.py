"""Every file of a folder is taken, refused or passed over, each by its content and with a reason; one costs only itself."""

from __future__ import annotations

import io
import os
import shutil
import stat
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

import small_school
from returns import OFFICE, SEPTEMBER, codes, copy, journal, outcomes, save, students
from statecollect.campaign import Campaign
from statecollect.core.errors import StatecollectError
from statecollect.core.untrusted.guard import Limits
from statecollect.core.untrusted.parcel import open_parcel

OTHER = "信息系"
APPLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture
def campaign(school: Path, tmp_path: Path) -> Campaign:
    return copy(school, tmp_path)


def returned(school: Path, office: str = OFFICE) -> bytes:
    return (school / "返回1" / f"{office}.xlsx").read_bytes()


def office_file(part: str) -> bytes:
    """A zip that is a document of another kind."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<document/>")
    return held.getvalue()


def zipped(members: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    """A zip whose names are written in ``encoding`` without saying so, as Windows does it, or as UTF-8."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(members.values()):
            archive.writestr(f"{number:04}", content)
    raw = held.getvalue()
    if encoding == "utf-8":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return held.getvalue()
    # written by hand: zipfile writes nothing but ASCII without the mark of UTF-8
    local, central, offset = b"", b"", 0
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for info, name in zip(archive.infolist(), members, strict=True):
            start = info.header_offset + 30 + len(info.filename)
            packed, spelled = raw[start : start + info.compress_size], name.encode(encoding)
            sizes = (info.CRC, info.compress_size, info.file_size, len(spelled), 0)
            head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x5821, *sizes)
            local += b"PK\x03\x04" + head + spelled + packed
            central += b"PK\x01\x02\x14\x00" + head + struct.pack("<HHHII", 0, 0, 0, 0, offset) + spelled
            offset = len(local)
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(central), len(local), 0)
    return local + central + b"PK\x05\x06" + end


def test_every_file_of_a_messy_folder_has_its_outcome(school: Path, campaign: Campaign, inbox: Path) -> None:
    book = returned(school)
    wanted = {
        "教务处.xlsx.download": (book, "accepted", ""),
        "下级/信息系": (returned(school, OTHER), "accepted", ""),
        "坏.xlsx": (book[:3000], "refused", "损坏"),
        "空.xlsx": (b"", "refused", "空的"),
        "网页.xls": (b"<html><table></table></html>", "refused", "网页"),
        "假的.xlsx": (b"%PDF-1.7", "refused", "PDF"),
        "招生处.rar": (b"Rar!\x1a\x07\x00", "refused", "解压"),
        "招生处.7z": (b"7z\xbc\xaf\x27\x1c", "refused", "解压"),
        "~$教务处.xlsx": (b"\x05Zhang" + bytes(159), "passed_over", "临时文件"),
        "._教务处.xlsx": (APPLE, "passed_over", "苹果"),
        ".DS_Store": (b"\x00\x00\x00\x01Bud1", "passed_over", "系统文件"),
        "下级/Thumbs.db": (OLE, "passed_over", "系统文件"),
        "desktop.ini": ("[.ShellClassInfo]".encode("utf-16"), "passed_over", "系统文件"),
        "说明.txt": ("请于 9 月 20 日前，交回教务处。\n".encode(), "passed_over", "不是工作簿"),
        "说明.docx": (office_file("word/document.xml"), "passed_over", "Word"),
        "说明.wps": (OLE + "WordDocument".encode("utf-16-le"), "passed_over", "Word"),
        "通知.pdf": (b"%PDF-1.7", "passed_over", "PDF"),
        "截图": (b"\x89PNG\r\n", "passed_over", "图片"),
        "空": (b"", "passed_over", "空文件"),
        "说不清": (bytes(range(256)), "passed_over", "不是工作簿"),
        "邮件.msg": (OLE + "__substg1.0_37".encode("utf-16-le"), "refused", "附件"),
        "专业.tsv": ("专业代码\t方向\n甲\t乙\n".encode(), "refused", "--department"),
    }
    for name, (content, _, _) in wanted.items():
        (inbox / name).parent.mkdir(exist_ok=True)
        (inbox / name).write_bytes(content)
    results = {one.place: one for one in campaign.ingest([inbox], now=small_school.NOW)}
    assert {place: one.outcome for place, one in results.items()} == {
        name: outcome for name, (_, outcome, _) in wanted.items()
    }
    for name, (_, _, said) in wanted.items():
        assert said in (results[name].reason or ""), name
    before = journal(campaign)
    again = campaign.ingest([inbox], now=small_school.NOW)
    assert [one.outcome for one in again if one.outcome != "passed_over"].count("unchanged") == 2
    assert journal(campaign) == before


def test_a_template_file_and_a_workbook_without_suffix_are_read(
    school: Path, campaign: Campaign, inbox: Path
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(returned(school)))
    book.template = True
    book.save(inbox / "教务处.xltx")
    assert outcomes(campaign, [inbox]) == {"教务处.xltx": "accepted"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_loops_pipes_and_dangling_links_do_not_hang(school: Path, campaign: Campaign, inbox: Path) -> None:
    (inbox / "圈").symlink_to(inbox, target_is_directory=True)
    (inbox / "没有.xlsx").symlink_to(inbox / "不在")
    os.mkfifo(inbox / "管道.xlsx")
    (inbox / "连过来.xlsx").symlink_to(school / "返回1" / f"{OFFICE}.xlsx")
    folders = [inbox]
    while len(folders) < 1100:  # deeper than calls can be nested
        folders.append(folders[-1] / "a")
        folders[-1].mkdir()
    found = outcomes(campaign, [inbox])
    assert found == {
        "圈": "passed_over",
        "没有.xlsx": "passed_over",
        "管道.xlsx": "passed_over",
        "连过来.xlsx": "accepted",
    }
    (given,) = campaign.ingest([inbox / "管道.xlsx"])
    assert given.outcome == "refused"
    for folder in reversed(folders[1:]):
        folder.rmdir()


def test_the_campaign_s_own_store_is_no_inbox(school: Path, campaign: Campaign) -> None:
    shutil.copytree(school / "返回1", campaign.folder / "收到")
    assert outcomes(campaign, [campaign.folder])["收到/教务处.xlsx"] == "accepted"
    before = journal(campaign)
    found = outcomes(campaign, [campaign.folder])
    assert found["store"] == "passed_over"
    assert not [place for place in found if place.startswith("store/")]
    assert journal(campaign) == before


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux alone")
def test_a_name_in_the_encoding_of_chinese_windows_is_told_as_it_was_meant(
    school: Path, campaign: Campaign, inbox: Path
) -> None:
    raw = os.fsencode(inbox) + b"/" + "教务处".encode("gb18030") + b".xlsx"
    with open(raw, "wb") as stream:  # noqa: PTH123  # a name in bytes
        stream.write(returned(school))
    (result,) = campaign.ingest([inbox], now=small_school.NOW)
    assert (result.outcome, result.file) == ("accepted", "教务处.xlsx")
    (again,) = campaign.ingest([Path(os.fsdecode(raw))], now=small_school.NOW)
    assert (again.outcome, campaign.log()[0].data["file"]) == ("unchanged", "教务处.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_workbooks_inside_a_zip_are_taken_in(
    school: Path, campaign: Campaign, inbox: Path, encoding: str
) -> None:
    members = {
        "教务处.xlsx": returned(school),
        "系部/信息系.xlsx": returned(school, OTHER),
        "系部/说明.pdf": b"%PDF-1.7",
        "__MACOSX/._教务处.xlsx": APPLE,
        "里面.zip": zipped({"教务处.xlsx": returned(school)}),
    }
    content = zipped(members, encoding)
    (inbox / "收件.zip").write_bytes(content)
    results = {one.file: one for one in campaign.ingest([inbox], now=small_school.NOW)}
    assert {name: one.outcome for name, one in results.items()} == {
        "收件.zip/教务处.xlsx": "accepted",
        "收件.zip/系部/信息系.xlsx": "accepted",
        "收件.zip/系部/说明.pdf": "passed_over",
        "收件.zip/__MACOSX/._教务处.xlsx": "passed_over",
        "收件.zip/里面.zip": "refused",
        "收件.zip": "passed_over",
    }
    with campaign.store() as store:
        sha256 = results["收件.zip/教务处.xlsx"].sha256
        assert store.original(sha256).read_bytes() == members["教务处.xlsx"]
        assert {one.file for one in store.deliveries()} == {
            "收件.zip/教务处.xlsx",
            "收件.zip/系部/信息系.xlsx",
        }
    before = journal(campaign)
    (inbox / "散的").mkdir()
    (inbox / "散的" / "教务处.xlsx").write_bytes(members["教务处.xlsx"])
    again = outcomes(campaign, [inbox])
    assert (again["散的/教务处.xlsx"], again["收件.zip/教务处.xlsx"]) == ("unchanged", "unchanged")
    assert journal(campaign) == before
    digest = students(campaign)
    campaign.rebuild()
    assert students(campaign) == digest


def test_members_that_cannot_be_taken_out_cost_themselves(
    school: Path, campaign: Campaign, inbox: Path
) -> None:
    names = ["教务处.xlsx", "../出去.xlsx", "C:/出去.xlsx", "/出去.xlsx", "有密码.xlsx"]
    held = bytearray(zipped(dict.fromkeys(names, returned(school)), "gb18030"))
    secret = "有密码.xlsx".encode("gb18030")
    at = held.rfind(secret) - 46 + 8  # the flags of its entry in the directory
    held[at] |= 1
    (inbox / "收件.zip").write_bytes(bytes(held))
    found = {one.file: one for one in campaign.ingest([inbox], now=small_school.NOW)}
    assert found["收件.zip/教务处.xlsx"].outcome == "accepted"
    refused = [one for one in found.values() if one.outcome == "refused"]
    assert len(refused) == 4
    assert "密码" in (found["收件.zip/有密码.xlsx"].reason or "")
    assert not list(inbox.parent.rglob("出去*"))


def test_a_link_inside_a_zip_is_not_followed(campaign: Campaign, inbox: Path) -> None:
    with zipfile.ZipFile(inbox / "收件.zip", "w") as archive:
        info = zipfile.ZipInfo("链接.xlsx")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert outcomes(campaign, [inbox])["收件.zip/链接.xlsx"] == "refused"


@pytest.mark.parametrize(
    ("members", "limits", "said"),
    [
        ({"零": bytes(30 << 20)}, Limits(), "压缩炸弹"),
        ({str(number): b"" for number in range(11)}, Limits(entries=10), "太多"),
        ({"大": os.urandom(2048)}, Limits(expanded=2047), "过大"),
    ],
    ids=["ratio", "count", "size"],
)
def test_a_zip_that_would_burst_is_refused_whole(
    members: dict[str, bytes], limits: Limits, said: str
) -> None:
    with pytest.raises(StatecollectError, match=said):
        open_parcel(zipped(members), "收件.zip", limits)


def test_a_zip_that_lies_about_sizes_writes_no_more_than_it_says(tmp_path: Path) -> None:
    content = zipped({"表.xlsx": bytes(1 << 20)}, "gb18030")
    size, lie = struct.pack("<I", 1 << 20), struct.pack("<I", 1 << 10)
    assert content.count(size) == 2
    parcel = open_parcel(content.replace(size, lie), "收件.zip", Limits())
    with pytest.raises(StatecollectError):
        parcel.take_out(parcel.members[0], tmp_path)


def test_names_in_a_zip_are_told_as_their_sender_saw_them() -> None:
    names = ["教务处.xlsx", "校内教师/0035 张三.xlsx", "plain.xlsx", "换\n行.xlsx", "反\\斜.xlsx"]
    shown = ["教务处.xlsx", "校内教师/0035 张三.xlsx", "plain.xlsx", "换_行.xlsx", "反/斜.xlsx"]
    for encoding in ("utf-8", "gb18030"):
        parcel = open_parcel(zipped(dict.fromkeys(names, b"x"), encoding), "收件.zip", Limits())
        assert [one.name for one in parcel.members] == shown
    raw = "信息系.xlsx".encode()
    told = struct.pack("<BI", 1, zlib.crc32(b"???.xlsx")) + raw
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        info = zipfile.ZipInfo("???.xlsx")
        info.extra = struct.pack("<HH", 0x7075, len(told)) + told
        archive.writestr(info, b"x")
    assert [one.name for one in open_parcel(held.getvalue(), "收件.zip", Limits()).members] == ["信息系.xlsx"]


PANICS = [2e9, -1e22]  # shown as hours, more days than there are; the second lets the parser panic


@pytest.mark.parametrize("number", PANICS)
def test_one_file_at_which_a_parser_dies_costs_itself(
    school: Path, campaign: Campaign, inbox: Path, number: float
) -> None:
    odd = save(school / "返回1" / f"{OTHER}.xlsx", inbox / "b.xlsx", office=OTHER)
    book = openpyxl.load_workbook(odd)
    cell = next(sheet for sheet in book.worksheets if sheet.title.startswith("1.2.1")).cell(5, 15)
    cell.value, cell.number_format = number, "[h]:mm"
    book.save(odd)
    save(school / "返回1" / f"{OFFICE}.xlsx", inbox / "c.xlsx", codes(0, 10), saved=SEPTEMBER)
    shutil.copy(odd, inbox / "a.xlsx")
    results = {one.file: one for one in campaign.ingest([inbox], now=small_school.NOW)}
    assert results["c.xlsx"].outcome == "accepted"
    # a number that no time can be is a number; whatever becomes of the file, it is told and the others are taken
    assert {results["a.xlsx"].outcome, results["b.xlsx"].outcome} <= {"accepted", "unchanged", "refused"}
    before = journal(campaign)
    campaign.ingest([inbox], now=small_school.NOW)
    assert journal(campaign) == before


def test_a_pile_of_numerals_in_a_number_costs_no_more_than_its_file(
    school: Path, campaign: Campaign, inbox: Path
) -> None:
    for name, text in (("a.xlsx", "一" * 5000), ("b.xlsx", "一" * 400)):
        book = openpyxl.load_workbook(school / "返回1" / f"{OTHER}.xlsx")
        next(sheet for sheet in book.worksheets if sheet.title.startswith("1.2.1")).cell(5, 15).value = text
        book.save(inbox / name)
    save(school / "返回1" / f"{OFFICE}.xlsx", inbox / "c.xlsx", codes(0, 10), saved=SEPTEMBER)
    assert outcomes(campaign, [inbox])["c.xlsx"] == "accepted"
