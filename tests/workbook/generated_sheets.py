"""Seeded sheets of mixed cells in the number formats of the wild, as data; and the files that programs make of them."""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlwt
from openpyxl.utils import get_column_letter
from reader_books import MAIN, OFFICE

WIDTH, HEIGHT = 4, 6
_EPOCH = dt.date(1899, 12, 30)
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
DAYS = (
    "yyyy-mm-dd", "yyyy/m/d", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', "m/d", "mmm-yy", "yy.mm.dd", "yyyy-mm-dd hh:mm",
    "[$-804]yyyy/m/d aaaa", "h:mm", "h:mm:ss", "yyyy-mm-dd;@", "[Red]yyyy-mm-dd", "h:mm AM/PM",
)  # fmt: skip
GONE_BY = ("[h]:mm", "[h]:mm:ss", "[mm]:ss", "[m]")
FRACTIONS = ("# ?/?", "# ??/??", "# ?/8")
NUMERALS = ("[DBNum1]General", "[DBNum2][$-804]General")
BEYOND = {
    *DAYS,
    *GONE_BY,
    *FRACTIONS,
    *NUMERALS,
}  # what they show is not rendered, only what they hold is compared


@dataclass(frozen=True, slots=True)
class Error:
    """An error value."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its number format; ``formula``: it is the result of one."""

    value: str | float | bool | Error
    code: str = "General"
    formula: bool = False


Cells = Mapping[tuple[int, int], Cell]  # by 0-based row and column


def sheets(seed: int, count: int, *, width: int = WIDTH, height: int = HEIGHT) -> list[Cells]:
    """Return so many sheets, the same for the same seed; a quarter of the places is empty."""
    chance = random.Random(seed)
    return [
        {
            (row, column): cell(chance)
            for row in range(height)
            for column in range(width)
            if chance.random() < 0.75
        }
        for _ in range(count)
    ]


def cell(chance: random.Random) -> Cell:
    """Return a cell of any kind."""
    kind = chance.random()
    formula = chance.random() < 0.1
    if kind < 0.15:
        return Cell(
            words(chance), chance.choice(["General", "@", '@"班"', '"共"@', "0;-0;0;@", '"第"@"组"']), formula
        )
    if kind < 0.19:
        return Cell(chance.random() < 0.5, "General", formula)
    if kind < 0.23:
        return Cell(Error(chance.choice(list(ERRORS))), "General", formula)
    if kind < 0.38:
        whole = chance.choice(
            [*[chance.randrange(61, 60_000)] * 8, chance.randrange(0, 61), -chance.randrange(1, 9)]
        )
        part = chance.choice([0, 0, 0.5, 0.25, chance.randrange(86_400) / 86_400])
        return Cell(whole + part, chance.choice(DAYS), formula)
    if kind < 0.41:
        return Cell(chance.randrange(1, 40 * 1440) / 1440, chance.choice(GONE_BY), formula)
    if kind < 0.44:
        return Cell(number(chance), chance.choice(FRACTIONS + NUMERALS), formula)
    return Cell(number(chance), number_format(chance), formula)


def words(chance: random.Random) -> str:
    """Return a text as people type them."""
    letters = "教务处甲乙丙丁张三ABCxyz0123456789（）、，。-_/·①%"
    text = "".join(chance.choice(letters) for _ in range(chance.randrange(1, 9)))
    return chance.choice(
        [text, f"00{chance.randrange(1000)}", f"{text} {text}", f"{text}\n{text}", "&<>\"' x", f"{text}　"]
    )


def number(chance: random.Random) -> float:
    """Return a number of any size: counts, sums of money, shares, codes of many digits, halves that are rounded."""
    sign = chance.choice([1, 1, 1, -1])
    made: list[float] = [
        chance.randrange(0, 5),
        chance.randrange(0, 2000),
        chance.randrange(0, 10**9),
        chance.randrange(10**10, 10**15),
        chance.randrange(0, 10**6) / 100,
        chance.randrange(0, 10**4) / 10**4,
        chance.randrange(0, 400) / 8,
        chance.random() * 10 ** chance.randrange(-4, 8),
        202109.0,
        20210901.0,
    ]
    return sign * chance.choice(made)


def number_format(chance: random.Random) -> str:
    """Put a format together from the pieces that people and programs use."""
    body = chance.choice(["0", "00", "0000", "000000", "0.0", "0.00", "0.000", "#", "#.##", "#,##0", "#,##0.00", "0.##", "General",
                          "?0.0", "0000-00-00", "000-0000-0000"])  # fmt: skip
    scale = (
        chance.choice(["", "", "", "", ",", ",,"])
        if body not in {"General", "#.##", "0.##"} and "-" not in body
        else ""
    )
    before = chance.choice(["", "", "", "", '"GG"', "¥", "[$¥-804]", "[$$-409]", '"第"', "\\T"])
    after = chance.choice(["", "", "", "", "%", '"万元"', '"人"', "_ ", "\\元", '"%"', '" 次"'])
    one = f"{before}{body}{scale}{after}"
    whole = [
        "General", "General", "@", "0%", "0.00%", "0.00E+00", "##0.0E+0", ";;;", "0;-0;;@", "#,##0_);(#,##0)", "#,##0.00_);[Red](#,##0.00)",
        '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', '[=1]"男";[=2]"女";0', '[>=10000]0.0,"千";0', '[<60]"不及格";0', '"是";;"否"',
        '[Red][<0]-0.0;0.0', '0"."0,', '0\\.0000', "#,##0;-#,##0", "0.00;0.00", '0"人";"缺"0"人"', "0.0_ ", "0_);[Red]\\(0\\)", '"¥"#,##0.00;"¥"-#,##0.00',
    ]  # fmt: skip
    sections = [one, f"{one};-{one}", f'{one};-{one};"无"', f"{one};{one}"]
    return chance.choice([*sections[:1] * 4, *sections[1:], *[chance.choice(whole) for _ in range(5)]])


def by_openpyxl(path: Path, made: Iterable[Cells]) -> Path:
    """Write an .xlsx; it has no results of formulas."""
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for at, cells in enumerate(made):
        sheet = book.create_sheet(f"S{at}")
        for (row, column), one in cells.items():
            value = one.value.text if isinstance(one.value, Error) else one.value
            place = sheet.cell(row + 1, column + 1, value)
            place.number_format = one.code
            if isinstance(one.value, str):
                place.data_type = "s"
    book.save(path)
    return path


def by_xlwt(path: Path, made: Iterable[Cells]) -> Path:
    """Write an .xls; it has no results of formulas."""
    book = xlwt.Workbook()
    styles: dict[str, Any] = {}
    for at, cells in enumerate(made):
        sheet = book.add_sheet(f"S{at}")
        for (row, column), one in cells.items():
            style = styles.setdefault(one.code, xlwt.easyxf(num_format_str=one.code))
            if isinstance(one.value, Error):
                sheet.row(row).set_cell_error(column, ERRORS[one.value.text], style)
            else:
                sheet.write(row, column, one.value, style)
    book.save(str(path))
    return path


@dataclass(slots=True)
class _Book:
    """Texts and styles that the sheets of one workbook share."""

    texts: dict[tuple[str, bool], int] = field(default_factory=dict)  # with whether it stands in runs
    codes: dict[str, int] = field(default_factory=lambda: {"General": 0})

    def text(self, text: str, *, runs: bool) -> int:
        return self.texts.setdefault((text, runs), len(self.texts))

    def style(self, code: str) -> int:
        return self.codes.setdefault(code, len(self.codes))


def by_hand(path: Path, made: Iterable[Cells]) -> Path:
    """Write an .xlsx with results of formulas, each sheet in another of the spellings that programs have."""
    book = _Book()
    parts = {
        f"xl/worksheets/sheet{at}.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{_rows(cells, book, at % 4)}</sheetData></worksheet>'
        for at, cells in enumerate(made)
    }
    count = len(parts)
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/xl/{part}" ContentType="{kinds}.{kind}+xml"/>'
            for part, kind in (
                ("workbook.xml", "sheet.main"),
                ("styles.xml", "styles"),
                ("sharedStrings.xml", "sharedStrings"),
                *((f"worksheets/sheet{at}.xml", "worksheet") for at in range(count)),
            )
        )
        + "</Types>"
    )
    parts["_rels/.rels"] = _relations([("officeDocument", "xl/workbook.xml")])
    parts["xl/_rels/workbook.xml.rels"] = _relations(
        [
            *(("worksheet", f"worksheets/sheet{at}.xml") for at in range(count)),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ]
    )
    tabs = "".join(f'<sheet name="S{at}" sheetId="{at + 1}" r:id="rId{at}"/>' for at in range(count))
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{tabs}</sheets></workbook>'
    )
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}">{"".join(_shared(*one) for one in book.texts)}</sst>'
    )
    parts["xl/styles.xml"] = _styles(list(book.codes))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _relations(targets: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


def _styles(codes: list[str]) -> str:
    formats = "".join(
        f'<numFmt numFmtId="{163 + at}" formatCode={quoteattr(one)}/>' for at, one in enumerate(codes) if at
    )
    cells = "".join(
        f'<xf numFmtId="{163 + at if at else 0}" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        for at in range(len(codes))
    )
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>'
        f"<cellStyleXfs><xf/></cellStyleXfs><cellXfs>{cells}</cellXfs></styleSheet>"
    )


def _shared(text: str, runs: bool) -> str:
    """Return a shared text: in one piece, or in runs as of a text with a bold word."""
    if not runs:
        return f'<si><t xml:space="preserve">{escape(text)}</t></si>'
    first, rest = escape(text[:1]), escape(text[1:])
    return f'<si><r><t xml:space="preserve">{first}</t></r><r><rPr><b/></rPr><t xml:space="preserve">{rest}</t></r></si>'


def _rows(cells: Cells, book: _Book, spelling: int) -> str:
    lines = ""
    for row in sorted({row for row, _ in cells}):
        last = max(column for at, column in cells if at == row)
        columns = range(last + 1) if spelling == 2 else sorted(column for at, column in cells if at == row)
        found = "".join(_cell(cells.get((row, column)), row, column, book, spelling) for column in columns)
        lines += (
            f'<row r="{row + 1}" spans="1:{last + 1}">{found}</row>'
            if spelling == 3
            else f'<row r="{row + 1}">{found}</row>'
        )
    return lines


def _cell(one: Cell | None, row: int, column: int, book: _Book, spelling: int) -> str:
    """Write a cell: with texts shared (0), inline (1), without addresses (2), with odd attributes and days written out (3)."""
    place = "" if spelling == 2 else f' r="{get_column_letter(column + 1)}{row + 1}"'
    if one is None:
        return f"<c{place}/>"
    kind, inside = _content(one, book, spelling)
    formula = f"<f>{escape(_formula(one.value))}</f>" if one.formula else ""
    typed, style = (f' t="{kind}"' if kind else ""), f' s="{book.style(one.code)}"'
    attributes = f"{typed}{place}{style}" if spelling == 3 else f"{place}{style}{typed}"
    return f"<c{attributes}>{formula}{inside}</c>"


def _formula(value: object) -> str:
    """Return a formula that comes to this: some programs calculate when they open a file."""
    if isinstance(value, str):
        doubled = value.replace('"', '""')
        return f'"{doubled}"'
    return value.text if isinstance(value, Error) else f"{value!r}".upper()


def _content(one: Cell, book: _Book, spelling: int) -> tuple[str, str]:
    value = one.value
    if isinstance(value, Error):
        return "e", f"<v>{value.text}</v>"
    if isinstance(value, bool):
        return "b", f"<v>{int(value)}</v>"
    if isinstance(value, str):
        text = escape(value)
        if one.formula:
            return "str", f"<v>{text}</v>"
        if spelling == 1:
            return "inlineStr", f'<is><t xml:space="preserve">{text}</t></is>'
        return "s", f"<v>{book.text(value, runs=one.code == '@' and len(value) > 1)}</v>"
    if spelling == 3 and one.code in DAYS and value == int(value):
        return "d", f"<v>{(_EPOCH + dt.timedelta(days=int(value))).isoformat()}</v>"
    return "", f"<v>{value!r}</v>"
