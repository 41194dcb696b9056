"""The guard: what a file is by its content, and what is refused before any parser sees it."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
import reader_books as books
import xlwt
from openpyxl import Workbook

from statecollect.core.errors import HostileFile, UnreadableFile
from statecollect.core.untrusted.guard import Limits
from statecollect.workbook.read.container import inspect

PLAIN = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "教务处.xlsx"


def refusal(path: Path, limits: Limits | None = None) -> str:
    """Return the one line with which the file is refused as hostile."""
    with pytest.raises(HostileFile) as caught:
        inspect(path, limits or Limits())
    assert str(caught.value).startswith(f"〔{path.name}〕")
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value.message


def fault(path: Path) -> str:
    """Return why the file cannot be read."""
    with pytest.raises(UnreadableFile) as caught:
        inspect(path)
    assert not isinstance(caught.value, HostileFile)
    return caught.value.message


def zipped(path: Path, *parts: tuple[str, bytes], **info: Any) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content, **info)
    return path


def test_a_plain_workbook_passes_without_a_remark(path: Path) -> None:
    container = inspect(books.by_hand(path, PLAIN))
    assert (container.kind, container.notes) == ("xlsx", ())
    assert container.content == path.read_bytes()


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    old = tmp_path / "a.xlsx"
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "甲")
    book.save(str(old))
    new = books.by_hand(tmp_path / "b.xls", PLAIN)
    text = tmp_path / "c.xls"
    text.write_text("教工号\t姓名\n", encoding="gb18030")
    assert [inspect(one).kind for one in (old, new, text)] == ["xls", "xlsx", "csv"]
    assert inspect(text).notes == ("扩展名是 .xls，内容是文本表格，已按内容读取",)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xls", b'<?xml version="1.0"?><Invoice/>', "内容是 XML，不是工作簿"),
        ("a.xlsx", b"%PDF-1.7 ...", "这是PDF 文件，不是工作簿"),
        ("a.xlsx", b"Rar!\x1a\x07\x00", "这是压缩包，不是工作簿"),
        ("a.xlsx", b"\x00\x01\x02binary", "不是工作簿文件，或者已损坏"),
        ("a.docx", b"some text", "不是工作簿文件，或者已损坏"),
        ("a.xlsx", b"", "文件是空的"),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert fault(path) == says


def test_a_lock_file_is_refused_by_its_name(tmp_path: Path) -> None:
    path = books.by_hand(tmp_path / "~$教务处.xlsx", PLAIN)
    assert refusal(path) == "这是打开工作簿时产生的临时文件，不是工作簿"


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    assert fault(tmp_path / "无.xlsx") == "文件不存在"
    assert fault(tmp_path) == "这不是文件，读不了"


def test_an_encrypted_workbook_is_said(path: Path) -> None:
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    assert fault(path) == "该文件有密码保护"


def test_an_encrypted_xls_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    start_of_book = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12)
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + start_of_book + b"\x2f\x00\x36\x00\x01\x00"
    )
    assert fault(path) == "该文件有密码保护"


def test_an_encrypted_zip_is_said(path: Path) -> None:
    content = bytearray(books.by_hand(path, PLAIN).read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert fault(path) == "该文件有密码保护"


def test_a_word_file_and_a_zip_of_workbooks_are_said(tmp_path: Path) -> None:
    assert fault(zipped(tmp_path / "a.xlsx", ("word/document.xml", b"<w/>"))) == "这是Word 文档，不是工作簿"
    inner = books.by_hand(tmp_path / "b.xlsx", PLAIN).read_bytes()
    assert fault(zipped(tmp_path / "c.zip", ("教务处.xlsx", inner))) == "是压缩包，不是工作簿"


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_truncated_workbook_is_said(path: Path, cut: float) -> None:
    content = books.by_hand(path, PLAIN).read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])
    assert fault(path) == "文件不完整或已损坏，打不开"


def test_one_flipped_byte_anywhere_in_the_data_is_noticed(path: Path) -> None:
    content = books.by_hand(path, PLAIN * 3, strings="<si><t>甲</t></si>").read_bytes()
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    for at in range(start, start + info.compress_size, 7):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        with pytest.raises(UnreadableFile):
            inspect(path)


def test_a_bomb_is_refused_by_its_declared_size(path: Path) -> None:
    books.by_hand(path, PLAIN, extra={"xl/media/a.bin": bytes(30 << 20)})
    assert refusal(path) == "压缩比异常，像是压缩炸弹，已拒绝打开"
    assert refusal(path, Limits(expanded=20 << 20)) == "解压后过大，已拒绝打开"


def test_a_bomb_that_lies_about_its_size_is_refused_while_inflating(path: Path) -> None:
    content = bytearray(books.by_hand(path, PLAIN, extra={"xl/media/a.bin": bytes(9 << 20)}).read_bytes())
    at = content.index(b"xl/media/a.bin", content.index(b"PK\x01\x02")) - 46
    struct.pack_into("<L", content, at + 24, 100)
    path.write_bytes(content)
    assert refusal(path) == "压缩包内的大小与声明不符，已拒绝打开"


def test_too_many_parts_and_too_large_files_are_refused(path: Path) -> None:
    books.by_hand(path, PLAIN)
    assert refusal(path, Limits(entries=3)) == "解压后过大，已拒绝打开"
    assert refusal(path, Limits(file=10)) == "文件有 0 MB，超过 0 MB"


@pytest.mark.parametrize(
    "name", ["../outside.xml", "/etc/outside.xml", "C:/outside.xml", "xl\\..\\..\\outside.xml"]
)
def test_paths_that_lead_outside_are_refused(path: Path, name: str) -> None:
    assert refusal(books.by_hand(path, PLAIN, extra={name: b"x"})) == "压缩包内的路径异常，已拒绝打开"


def test_links_are_refused(path: Path) -> None:
    books.by_hand(path, PLAIN)
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/hosts")
    assert refusal(path) == "压缩包内有指向别处的链接，已拒绝打开"


def test_parts_of_one_name_are_refused_whatever_their_case(path: Path) -> None:
    books.by_hand(path, PLAIN, extra={"xl/Workbook.xml": b"<workbook/>"})
    assert refusal(path) == "压缩包内有重名文件，已拒绝打开"


def test_overlapping_parts_are_refused(path: Path) -> None:
    kernel = bytes(range(256)) * 40
    books.by_hand(path, PLAIN)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/a.bin", kernel)
        first = archive.getinfo("xl/media/a.bin")
        for letter in "bcdefgh":
            again = zipfile.ZipInfo(f"xl/media/{letter}.bin")
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.file_size, again.compress_size = first.file_size, first.compress_size
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
    assert refusal(path) == "压缩包内的文件互相重叠，已拒绝打开"


def test_an_archive_inside_is_refused_and_an_embedded_workbook_mentioned(path: Path) -> None:
    inner = io.BytesIO()
    Workbook().save(inner)
    books.by_hand(path, PLAIN, extra={"xl/embeddings/a.xlsx": inner.getvalue()})
    assert inspect(path).notes == ("文件内嵌有别的文件，没有打开",)
    zipped(path, ("xl/theme/b.bin", inner.getvalue()))
    assert refusal(path) == "压缩包里还有压缩包，已拒绝打开"


@pytest.mark.parametrize("part", ["xl/theme/theme1.xml", "xl/_rels/a.rels"])
def test_declarations_and_entities_are_refused_wherever_they_stand(path: Path, part: str) -> None:
    padding = b"<!--" + b" " * (1 << 20) + b"-->"
    declared = b'<?xml version="1.0"?>' + padding + b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'
    assert refusal(books.by_hand(path, PLAIN, extra={part: declared})) == "文件内含不允许的声明，已拒绝打开"


@pytest.mark.parametrize("before", [1, 2, 5, 8])
def test_a_declaration_is_seen_between_two_pieces_of_a_part(path: Path, before: int) -> None:
    head = b'<?xml version="1.0"?>'
    declared = head + b" " * ((1 << 20) - len(head) - before) + b"<!DOCTYPE x><x/>"
    assert (
        refusal(books.by_hand(path, PLAIN, extra={"xl/a.rels": declared}))
        == "文件内含不允许的声明，已拒绝打开"
    )


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-be", "utf-16-le"])
def test_parts_in_an_encoding_that_cannot_be_read_are_turned_away(path: Path, encoding: str) -> None:
    broken = b"\x00\xd8" if encoding == "utf-16-le" else b""  # half a pair
    books.by_hand(path, PLAIN, extra={"xl/comments1.xml": "<x>甲</x>".encode(encoding) + broken})
    assert fault(path) == "用了不常见的文字编码，打不开"


@pytest.mark.parametrize(
    "part", ["customXml/item1.xml", "xl/comments1.xml", "xl/worksheets/_rels/sheet9.xml.rels"]
)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_declarations_in_utf16_are_refused_as_in_any_other(path: Path, part: str, encoding: str) -> None:
    books.by_hand(path, PLAIN, extra={part: "<!DOCTYPE x><x/>".encode(encoding)})
    assert refusal(path) == "文件内含不允许的声明，已拒绝打开"


def test_an_unusual_compression_is_turned_away(path: Path) -> None:
    books.by_hand(path, PLAIN)
    zipped(path, ("xl/media/a.bin", b"x" * 999), compress_type=zipfile.ZIP_LZMA)
    assert fault(path) == "用了不常见的压缩方式，打不开"


def test_macros_links_and_connections_are_mentioned_not_refused(path: Path) -> None:
    books.by_hand(
        path,
        PLAIN,
        extra={
            "xl/vbaProject.bin": b"x",
            "xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd"/></externalLink>',
            "xl/connections.xml": b"<connections/>",
        },
    )
    assert inspect(path).notes == (
        "文件带有宏，没有运行",
        "文件带有与其他程序的动态链接（DDE），没有执行",
        "文件链接到别的工作簿，只取已保存的数值",
        "文件带有数据连接，没有更新",
    )
