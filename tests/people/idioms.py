"""The same cells as other programs spell them: a workbook saved by openpyxl, written again with the habits of one of them.

What is said of a program was seen in files that it wrote, or in reports about them.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
EPOCH = dt.datetime(1899, 12, 30)
BETWEEN_EPOCHS = 1462  # days from 1900 to 1904, as workbooks count them
FIRST_DATA_ROW = 5
BUILT_IN_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})


def digits(spec: str) -> Callable[[float], str]:
    """Return a way to write numbers."""
    return lambda number: format(number, spec)


FIFTEEN, SEVENTEEN, EXPONENT, AS_FLOAT = digits(".15g"), digits(".17g"), digits(".15E"), repr


@dataclass(frozen=True)
class Idiom:
    """The habits of a program. ``filled_up``: empty styled cells up to this column; ``hidden``: what becomes of hidden sheets."""

    texts: Literal["shared", "inline", "formula", "pieces"] = "shared"
    number: Callable[[float], str] = FIFTEEN
    days: Literal["serial", "1904", "iso", "moment", "text", "early"] = "serial"
    day_format: str = ""  # a code, or the number of one that is built in
    says_number: bool = False
    keeps_blanks: bool = False
    addresses: bool = True
    filled_up: int = 0
    size: str = ""
    spans: bool = False
    truths: bool = False
    formulas: bool = False
    last_row: bool = False
    rules: Literal["kept", "dropped", "extension", "whole columns"] = "kept"
    names: bool = True
    hidden: Literal["kept", "hidden", "visible", "gone"] = "kept"
    foreign: tuple[str, str] = ("", "")  # one more sheet: its name, and what it says
    foreign_first: bool = False
    prefix: str = ""
    strict: bool = False
    mark: bytes = b""
    part: str = ""  # of the sheets
    absolute: bool = False
    properties: bool = True
    counts: bool = True
    folders: bool = False
    backslashes: bool = False
    stored: bool = False
    streamed: bool = False  # sizes behind the data
    sheets_first: bool = False


IDIOMS: dict[str, Idiom] = {
    "WPS": Idiom(spans=True, folders=True, filled_up=14, day_format="yyyy/m/d;@"),
    "an old WPS": Idiom(spans=True, folders=True, size="A1", day_format="31"),
    "Excel 365": Idiom(number=SEVENTEEN, spans=True, texts="pieces", filled_up=9, day_format="[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy"),
    "Excel with lists of another sheet": Idiom(number=SEVENTEEN, spans=True, rules="extension"),
    "Excel counting from 1904": Idiom(number=SEVENTEEN, spans=True, days="1904", day_format="14"),
    "strict Excel": Idiom(spans=True, strict=True, days="iso"),
    "Excel with formulas": Idiom(number=SEVENTEEN, spans=True, formulas=True),
    "Excel online": Idiom(texts="inline", number=SEVENTEEN, spans=True, day_format="14"),
    "腾讯文档": Idiom(prefix="ns2", size="A1", number=AS_FLOAT, says_number=True, streamed=True, filled_up=26, names=False),
    "飞书": Idiom(rules="whole columns", properties=False, streamed=True),
    "Google": Idiom(counts=False, properties=False, streamed=True, number=AS_FLOAT, filled_up=26, hidden="hidden", sheets_first=True),
    "LibreOffice": Idiom(says_number=True, keeps_blanks=True, streamed=True, last_row=True, day_format="[$-804]yyyy/m/d;@"),
    "POI": Idiom(texts="inline", number=AS_FLOAT, says_number=True, streamed=True, size="A1"),
    "SheetJS": Idiom(texts="formula", says_number=True, stored=True, day_format="14", rules="dropped"),
    "Open XML SDK": Idiom(prefix="x", part="Sheet{}.xml", absolute=True, mark=b"\xef\xbb\xbf", properties=False),
    "no addresses": Idiom(prefix="x", texts="formula", says_number=True, addresses=False, properties=False),
    "backslashes": Idiom(backslashes=True),
    "exponents": Idiom(number=EXPONENT, says_number=True),
    "days as moments": Idiom(days="moment"),
    "a stamp to be seen": Idiom(hidden="visible"),
    "Numbers": Idiom(foreign=("导出摘要", "此文稿是从 Numbers 导出的。"), foreign_first=True, hidden="visible", names=False, rules="dropped"),
    "Aspose": Idiom(foreign=("Evaluation Warning", "Evaluation Only. Created with a library."), spans=True),
    "days as text": Idiom(days="text", says_number=True, number=AS_FLOAT, rules="dropped", streamed=True),
    "days 43 seconds early": Idiom(texts="formula", says_number=True, stored=True, day_format="14", days="early"),
    "truths": Idiom(spans=True, folders=True, truths=True, last_row=True, day_format='yyyy"年"m"月"d"日";@'),
    "a lost stamp": Idiom(hidden="gone"),
}  # fmt: skip


def spelled(source: Path, idiom: Idiom, target: Path) -> Path:
    """Write a workbook of openpyxl's again."""
    book = _Book(source)
    if idiom.day_format:
        book.show_days(idiom.day_format)
    for sheet in book.sheets.values():
        book.spell(sheet, idiom)
        _frame(sheet, idiom)
    book.save(target, idiom)
    return target


def q(tag: str) -> str:
    """Return a name of the main namespace."""
    return f"{{{MAIN}}}{tag}"


def _place(cell: ET.Element) -> tuple[int, int]:
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r", "")).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row), column


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Book:
    """The parts of a workbook, and those that are changed as trees."""

    def __init__(self, source: Path) -> None:
        with zipfile.ZipFile(source) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.workbook = ET.fromstring(self.parts.pop("xl/workbook.xml"))
        self.styles = ET.fromstring(self.parts.pop("xl/styles.xml"))
        shared = self.parts.pop("xl/sharedStrings.xml", b"")  # openpyxl leaves texts in cells that lay there
        self.texts = (
            ["".join(one.text or "" for one in item.iter(q("t"))) for item in ET.fromstring(shared)]
            if shared
            else []
        )
        self.relations = ET.fromstring(self.parts.pop("xl/_rels/workbook.xml.rels"))
        if not shared:
            self._relate("rId98", "sharedStrings", "sharedStrings.xml")
        self.sheets = {
            part: ET.fromstring(self.parts.pop(part))
            for part in [one for one in self.parts if one.startswith("xl/worksheets/sheet")]
        }
        codes = {one.get("numFmtId"): one.get("formatCode", "") for one in self.styles.iter(q("numFmt"))}
        self.formats = self.styles.find(q("cellXfs"))
        assert self.formats is not None
        numbers = [one.get("numFmtId", "0") for one in self.formats]
        self.of_days = [
            int(one) in BUILT_IN_DAYS or bool(re.search("[ymd]", codes.get(one, ""))) for one in numbers
        ]
        self.shared: dict[str, int] = {}

    def _relate(self, id: str, kind: str, target: str) -> None:
        tag = f"{{{PACKAGE}/relationships}}Relationship"
        ET.SubElement(self.relations, tag, Id=id, Type=f"{OFFICE}/{kind}", Target=target)

    def show_days(self, code: str) -> None:
        """Give all cells of days one format."""
        number = code
        if not code.isdigit():
            number = "199"
            known = self.styles.find(q("numFmts"))
            if known is None:
                known = ET.Element(q("numFmts"))
                self.styles.insert(0, known)
            ET.SubElement(known, q("numFmt"), numFmtId=number, formatCode=code)
        assert self.formats is not None
        for one, of_days in zip(self.formats, self.of_days, strict=True):
            if of_days:
                one.set("numFmtId", number)

    def spell(self, sheet: ET.Element, idiom: Idiom) -> None:
        """Write each cell of a sheet as the program does."""
        filled = 0
        for cell in list(sheet.iter(q("c"))):
            kind, value, inline = cell.get("t", "n"), cell.find(q("v")), cell.find(q("is"))
            said = value.text or "" if value is not None else ""
            for child in list(cell):
                cell.remove(child)
            cell.attrib.pop("t", None)
            below = _place(cell)[0] >= FIRST_DATA_ROW
            if kind in ("s", "inlineStr"):
                text = (
                    self.texts[int(said)]
                    if kind == "s"
                    else "".join(inline.itertext())
                    if inline is not None
                    else ""
                )
                if idiom.truths and below and text in ("是", "否"):
                    cell.set("t", "b")
                    ET.SubElement(cell, q("v")).text = str(int(text == "是"))
                else:
                    self._text(cell, text, idiom)
            elif said:
                self._number(cell, kind, said, idiom)
            filled += bool(len(cell)) and below
            if idiom.formulas and len(cell) and below and filled % 3 == 0:
                _as_formula(cell, self.texts, self.shared)

    def _text(self, cell: ET.Element, text: str, idiom: Idiom) -> None:
        if idiom.texts == "inline":
            cell.set("t", "inlineStr")
            _write_text(ET.SubElement(cell, q("is")), text, idiom)
        elif idiom.texts == "formula":
            cell.set("t", "str")
            ET.SubElement(cell, q("v")).text = text
        else:
            cell.set("t", "s")
            ET.SubElement(cell, q("v")).text = str(self.shared.setdefault(text, len(self.shared)))

    def _number(self, cell: ET.Element, kind: str, said: str, idiom: Idiom) -> None:
        value = ET.SubElement(cell, q("v"))
        value.text = said
        if kind != "n":
            cell.set("t", kind)
            return
        number = float(said)
        if idiom.says_number:
            cell.set("t", "n")
        if self.of_days[int(cell.get("s", "0"))] and number > 60:
            moment = EPOCH + dt.timedelta(days=number)
            if idiom.days in ("iso", "moment"):
                cell.set("t", "d")
                value.text = moment.date().isoformat() if idiom.days == "iso" else moment.isoformat()
                return
            if idiom.days == "text":
                cell.remove(value)
                self._text(cell, f"{moment:%Y-%m-%d %H:%M:%S}", idiom)
                return
            number -= {"1904": BETWEEN_EPOCHS, "early": 43 / 86400}.get(idiom.days, 0)
        value.text = idiom.number(number)

    def save(self, target: Path, idiom: Idiom) -> None:
        """Write the package."""
        self._arrange_sheets(idiom)
        parts = dict(self.parts)
        if not idiom.properties:
            parts = {name: content for name, content in parts.items() if not name.startswith("docProps/")}
        moved = {part: _moved(part, at, idiom) for at, part in enumerate(self.sheets, start=1)}
        for part, tree in self.sheets.items():
            parts[moved[part]] = _written(tree, idiom)
            beside = posixpath.join("xl/worksheets/_rels", posixpath.basename(part) + ".rels")
            if beside in parts and moved[part] != part:
                parts[posixpath.join("xl/worksheets/_rels", posixpath.basename(moved[part]) + ".rels")] = (
                    parts.pop(beside)
                )
        types = parts.pop("[Content_Types].xml").decode()
        for one in self.relations:
            to = one.get("Target", "").removeprefix("/xl/")
            to = moved.get(f"xl/{to}", f"xl/{to}").removeprefix("xl/")
            one.set("Target", f"/xl/{to}" if idiom.absolute else to)
        for old, new in moved.items():
            if f'"/{old}"' in types:
                types = types.replace(f'"/{old}"', f'"/{new}"')
            else:
                types = types.replace(
                    "</Types>", f'<Override PartName="/{new}" ContentType="{KIND}"/></Types>'
                )
        parts["xl/workbook.xml"] = _written(self.workbook, idiom)
        parts["xl/_rels/workbook.xml.rels"] = _written(self.relations, Idiom(strict=idiom.strict))
        parts["xl/styles.xml"] = _written(
            self.styles, Idiom(strict=idiom.strict, prefix="x" if idiom.prefix == "x" else "")
        )
        parts["xl/sharedStrings.xml"] = self._shared_texts(idiom)
        order = (
            sorted(parts, key=lambda name: not name.startswith("xl/worksheets"))
            if idiom.sheets_first
            else list(parts)
        )
        _zip(target, {"[Content_Types].xml": types.encode(), **{name: parts[name] for name in order}}, idiom)

    def _arrange_sheets(self, idiom: Idiom) -> None:
        listed = self.workbook.find(q("sheets"))
        properties = self.workbook.find(q("workbookPr"))
        assert listed is not None
        assert properties is not None
        if idiom.days == "1904":
            properties.set("date1904", "1")
        calculated = self.workbook.find(q("calcPr"))
        if calculated is not None and idiom.formulas:
            calculated.attrib.pop("fullCalcOnLoad", None)  # openpyxl asks for it, Excel does not
        names = self.workbook.find(q("definedNames"))
        if names is not None and not idiom.names:
            self.workbook.remove(names)
        for one in list(listed):
            state = one.get("state", "visible")
            if state != "visible" and idiom.hidden != "kept":
                one.set("state", idiom.hidden)
            if state == "veryHidden" and idiom.hidden == "gone":
                listed.remove(one)
            elif idiom.hidden == "gone":
                one.set("state", state)
        name, says = idiom.foreign
        if name:
            sheet = ET.fromstring(
                f'<worksheet xmlns="{MAIN}"><sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>{says}</t></is></c></row></sheetData></worksheet>'
            )
            self.sheets["xl/worksheets/sheet99.xml"] = sheet
            one = ET.Element(q("sheet"), {"name": name, "sheetId": "99", f"{{{OFFICE}}}id": "rId99"})
            listed.insert(0 if idiom.foreign_first else len(listed), one)
            self._relate("rId99", "worksheet", "worksheets/sheet99.xml")

    def _shared_texts(self, idiom: Idiom) -> bytes:
        root = ET.Element(q("sst"))
        if idiom.counts:
            root.set("count", str(len(self.shared)))
            root.set("uniqueCount", str(len(self.shared)))
        for text in self.shared:
            item = ET.SubElement(root, q("si"))
            pieces = (
                (text[: len(text) // 2], text[len(text) // 2 :])
                if idiom.texts == "pieces" and len(text) > 3
                else ()
            )
            for piece in pieces:
                _write_text(ET.SubElement(item, q("r")), piece, idiom)
            if not pieces:
                _write_text(item, text, idiom)
            if idiom.texts == "pieces":
                ET.SubElement(ET.SubElement(item, q("rPh"), sb="0", eb="1"), q("t")).text = "ヨミ"
                ET.SubElement(item, q("phoneticPr"), fontId="1")
        return _written(root, Idiom(strict=idiom.strict))


def _write_text(holder: ET.Element, text: str, idiom: Idiom) -> None:
    one = ET.SubElement(holder, q("t"))
    one.text = text
    if idiom.keeps_blanks or text != text.strip() or "\n" in text:
        one.set(SPACE, "preserve")


def _as_formula(cell: ET.Element, texts: list[str], shared: dict[str, int]) -> None:
    """Let the cell's value be a formula's result."""
    if cell.get("t") == "s":
        (value,) = cell
        cell.set("t", "str")
        value.text = list(shared)[int(value.text or "")]
    formula = ET.Element(q("f"))
    formula.text = 'IF(1,"x")'
    if _place(cell)[1] % 2:
        formula.attrib.update({"t": "array", "ref": cell.get("r", ""), "aca": "1"})
        cell.set("cm", "1")
    cell.insert(0, formula)


def _frame(sheet: ET.Element, idiom: Idiom) -> None:
    """Change what stands around the cells of a sheet."""
    data, size = sheet.find(q("sheetData")), sheet.find(q("dimension"))
    assert data is not None
    if size is not None and idiom.size:
        size.set("ref", idiom.size)
    for row in data:
        columns = {_place(cell)[1]: cell for cell in row}
        upto = idiom.filled_up if idiom.addresses else max(columns, default=0)
        for column in range(1, upto + 1):
            columns.setdefault(column, ET.Element(q("c"), r=f"{_letters(column)}{row.get('r')}", s="0"))
        row[:] = [columns[column] for column in sorted(columns)]
        if idiom.spans and columns:
            row.set("spans", f"{min(columns)}:{max(columns)}")
    if idiom.last_row:
        ET.SubElement(ET.SubElement(data, q("row"), r="1048576"), q("c"), r="A1048576", s="0")
    if not idiom.addresses:
        _without_addresses(data)
    rules = sheet.find(q("dataValidations"))
    if rules is not None and idiom.rules != "kept":
        _change_rules(sheet, rules, idiom.rules)


def _without_addresses(data: ET.Element) -> None:
    """Let cells and rows follow one another, with empty ones between."""
    rows = {int(row.get("r", "")): row for row in data}
    data[:] = [rows.get(at, ET.Element(q("row"))) for at in range(1, max(rows, default=0) + 1)]
    for one in data.iter():
        one.attrib.pop("r", None)


def _change_rules(sheet: ET.Element, rules: ET.Element, how: str) -> None:
    if how == "whole columns":
        areas = ["{0}:{0}", "1:1", "{0}5:{0}9,{0}11:{0}20", "#REF!"]
        for at, one in enumerate(rules):
            one.set("sqref", areas[at % 4].format(re.match("[A-Z]+", one.get("sqref", "A1"))[0]))  # type: ignore[index]
        return
    sheet.remove(rules)
    if how == "extension":
        extension = ET.SubElement(
            ET.SubElement(sheet, q("extLst")), q("ext"), uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"
        )
        held = ET.SubElement(extension, f"{{{X14}}}dataValidations")
        for one in rules:
            ET.SubElement(held, f"{{{X14}}}dataValidation", type=one.get("type", "list"))


def _moved(part: str, at: int, idiom: Idiom) -> str:
    return f"xl/worksheets/{idiom.part.format(at)}" if idiom.part else part


def _written(tree: ET.Element, idiom: Idiom) -> bytes:
    """Return the text of a part; ``ns2`` is a name that the writer here keeps for itself."""
    ET.register_namespace("r", OFFICE)
    prefix = idiom.prefix.replace("ns2", "nstwo")
    ET.register_namespace(prefix if tree.tag.startswith(q("")) else "main", MAIN)
    if not tree.tag.startswith(q("")):
        ET.register_namespace("", tree.tag[1:].partition("}")[0])
    text = ET.tostring(tree, encoding="unicode").replace("nstwo", "ns2")
    for loose, strict in STRICT.items() if idiom.strict else ():
        text = text.replace(loose, strict)
    return idiom.mark + b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text.encode()


class _Stream(io.RawIOBase):
    """What can only be written on and on."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        self.written.append(bytes(piece))  # type: ignore[call-overload]
        return len(self.written[-1])


def _zip(target: Path, parts: dict[str, bytes], idiom: Idiom) -> None:
    stream = _Stream() if idiom.streamed else io.BytesIO()
    with zipfile.ZipFile(
        stream, "w", zipfile.ZIP_STORED if idiom.stored else zipfile.ZIP_DEFLATED
    ) as archive:
        for name in _with_folders(parts) if idiom.folders else parts:
            archive.writestr(name.replace("/", "\\") if idiom.backslashes else name, parts.get(name, b""))
    target.write_bytes(b"".join(stream.written) if isinstance(stream, _Stream) else stream.getvalue())


def _with_folders(parts: dict[str, bytes]) -> Iterator[str]:
    seen: set[str] = set()
    for name in parts:
        for at, letter in enumerate(name):
            if letter == "/" and name[: at + 1] not in seen:
                seen.add(name[: at + 1])
                yield name[: at + 1]
        yield name
