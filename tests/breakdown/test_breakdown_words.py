"""A breakdown in Word keeps every word that Word shows; in a workbook of any kind it says the same."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from breakdown_files import HEADER, write_docx, write_xlsx

from statecollect.core.errors import UnreadableFile
from statecollect.school.breakdown import parse_breakdown

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FIRST = ["学校", "概况", "1.1.1学校概况表", "党政办", "党政办", "教务处", "钱乙", ""]
ROWS = [
    HEADER,
    FIRST,
    ["学校", "概况", "1.1.2联系表", "党政办", "党政办", "教务处", "赵甲@", ""],
]  # @: where the case puts its own
RUN = "<w:r><w:t>、孙丙</w:t></w:r>"


def changed(path: Path, change: Callable[[str], str]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts["word/document.xml"].decode()
    parts["word/document.xml"] = change(before).encode()
    assert parts["word/document.xml"].decode() != before
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def behind(more: str) -> Callable[[str], str]:
    """Put runs, or what holds them, behind the name."""
    return lambda text: text.replace("<w:t>赵甲@</w:t></w:r>", f"<w:t>赵甲</w:t></w:r>{more}")


def row_inside(opening: str, closing: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        at = (
            text.rindex("<w:tr>", 0, text.index("赵甲@"))
            if "<w:tr>" in text
            else text.rindex("<w:tr ", 0, text.index("赵甲@"))
        )
        end = text.index("</w:tr>", at) + len("</w:tr>")
        row = text[at:end].replace("赵甲@", "赵甲、孙丙")
        return text[:at] + opening + row + closing + text[end:]

    return change


INNER = "<w:tbl><w:tr>{}</w:tr></w:tbl><w:p/>"


def nested(*cells: str) -> Callable[[str], str]:
    inner = "".join(f"<w:tc><w:p><w:r><w:t>{one}</w:t></w:r></w:p></w:tc>" for one in cells)

    def change(text: str) -> str:
        at = (
            text.rindex("<w:p>", 0, text.index("赵甲@"))
            if "<w:p>" in text
            else text.rindex("<w:p ", 0, text.index("赵甲@"))
        )
        end = text.index("</w:p>", at) + len("</w:p>")
        return text[:at] + INNER.format(inner) + text[end:]

    return change


@pytest.mark.parametrize(
    "change",
    [
        behind(f'<w:smartTag w:uri="u" w:element="PersonName">{RUN}</w:smartTag>'),
        behind(f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{RUN}</w:sdtContent></w:sdt>"),
        behind(f'<w:ins w:id="1" w:author="a">{RUN}</w:ins>'),
        behind(f'<w:moveTo w:id="1" w:author="a">{RUN}</w:moveTo>'),
        behind(f'<w:fldSimple w:instr=" DOCPROPERTY x ">{RUN}</w:fldSimple>'),
        behind(f'<w:hyperlink w:anchor="x">{RUN}</w:hyperlink>'),
        behind(f'{RUN}<w:del w:id="2" w:author="a"><w:r><w:delText>钱乙</w:delText></w:r></w:del>'),
        behind(f'{RUN}<w:moveFrom w:id="2" w:author="a"><w:r><w:t>钱乙</w:t></w:r></w:moveFrom>'),
        behind(
            f"{RUN}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处输入</w:t></w:r></w:sdtContent></w:sdt>"
        ),
        row_inside("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        row_inside("<w:ins>", "</w:ins>"),
        nested("赵甲", "孙丙"),
    ],
)
def test_no_word_of_a_document_is_lost(tmp_path: Path, change: Callable[[str], str]) -> None:
    path = changed(write_docx(tmp_path / "任务.docx", [ROWS]), change)
    assert parse_breakdown(path).tables["1.1.2"].responsible == ("赵甲", "孙丙")


HINT = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
TYPE_HERE = "<w:r><w:t>单击此处输入</w:t></w:r>"


@pytest.mark.parametrize(
    "before",
    [
        HINT.format(f"<w:p>{TYPE_HERE}</w:p>"),
        HINT.format(f"<w:tbl><w:tr><w:tc><w:p>{TYPE_HERE}</w:p></w:tc></w:tr></w:tbl>"),
        f"<w:customXml>{HINT.format(f'<w:p>{TYPE_HERE}</w:p>')}</w:customXml>",
    ],
)
def test_a_hint_of_what_to_type_before_the_table_is_no_word_that_is_lost(tmp_path: Path, before: str) -> None:
    path = changed(
        write_docx(tmp_path / "任务.docx", [ROWS]),
        lambda text: text.replace("<w:body>", f"<w:body>{before}").replace("赵甲@", "赵甲"),
    )
    assert parse_breakdown(path).tables["1.1.2"].responsible == ("赵甲",)


def test_a_row_that_was_struck_out_is_no_row(tmp_path: Path) -> None:
    struck = '<w:trPr><w:del w:id="3" w:author="a"/></w:trPr>'

    def change(text: str) -> str:
        at = text.rindex("<w:tr>", 0, text.index("赵甲@")) + len("<w:tr>")
        return text[:at] + struck + text[at:]

    path = changed(write_docx(tmp_path / "任务.docx", [ROWS]), change)
    assert list(parse_breakdown(path).tables) == ["1.1.1"]


@pytest.mark.parametrize(
    "properties", ["<w:vMerge/>", '<w:vMerge w:val="continue"/>', "<w:gridSpan/>", '<w:gridSpan w:val=""/>']
)
def test_a_cell_whose_merge_has_lost_its_beginning_stands_alone(tmp_path: Path, properties: str) -> None:
    path = write_docx(tmp_path / "任务.docx", [ROWS])
    changed(path, lambda text: text.replace("<w:tcPr>", f"<w:tcPr>{properties}", 1))
    assert set(parse_breakdown(path).tables) == {"1.1.1", "1.1.2"}


def test_a_strict_document_and_one_whose_parts_lie_elsewhere_are_read(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "任务.docx", [ROWS])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            content = content.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
            content = content.replace(b"word/document.xml", b"word/document7.xml")
            archive.writestr(name.replace("document.xml", "document7.xml"), content)
    assert set(parse_breakdown(path).tables) == {"1.1.1", "1.1.2"}


def test_a_table_inside_a_table_that_only_lays_out_the_page_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    inside = document.add_table(1, 1).cell(0, 0).add_table(len(ROWS), len(HEADER))
    for at, row in enumerate(ROWS):
        for column, text in enumerate(row):
            inside.cell(at, column).text = str(text or "")
    path = tmp_path / "任务.docx"
    document.save(str(path))
    assert set(parse_breakdown(path).tables) == {"1.1.1", "1.1.2"}


@pytest.mark.parametrize("area", ["C:C", "1:1", "C5:C9,C11:C20", "#REF!", "A1:XFD1048577"])
def test_a_list_rule_on_whatever_area_hides_no_breakdown(tmp_path: Path, area: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    path = write_xlsx(tmp_path / "任务.xlsx", [HEADER, FIRST])
    book = openpyxl.load_workbook(path)
    rule = DataValidation(type="list", formula1='"甲,乙"')
    rule.add("C3:C60")
    book.worksheets[0].add_data_validation(rule)
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"C3:C60", area.encode()))
    assert list(parse_breakdown(path).tables) == ["1.1.1"]


@pytest.mark.parametrize("name", ["任务.doc", "任务.wps", "任务.rtf"])
def test_an_old_document_is_told_how_to_be_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(UnreadableFile, match=r"另存为 \.docx") as caught:
        parse_breakdown(path)
    assert caught.value.reason == "old-word"
