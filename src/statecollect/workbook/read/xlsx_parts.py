"""What an .xlsx says outside its sheets: which part is which sheet, the shared texts, what styles show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree import ElementTree
from xml.parsers import expat
from xml.parsers.expat import ExpatError

import numpy as np
import numpy.typing as npt

from statecollect.core.dictionary_column import Codes
from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.archive import RESAVE, Archive, damaged
from statecollect.core.untrusted.relations import main_part, related, relations
from statecollect.workbook.number_format import effect
from statecollect.workbook.read.cell_values import CellValue, Unusual, plain_text, trimmed, unescaped

_STRINGS = "xl/sharedstrings.xml"
_STYLES = "xl/styles.xml"
_SHEETS = "xl/worksheets/"
_TRUE = {"1", "true"}
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 22: "yyyy-mm-dd hh:mm"}
_BUILT_IN |= {11: "0.00E+00", 48: "##0.0E+0"}
_BUILT_IN |= dict.fromkeys((14, 15, 27, 28, 30, 31), "yyyy-mm-dd") | dict.fromkeys((17, 57), "yyyy-mm")
_BUILT_IN |= dict.fromkeys((16, 58), "mm-dd")  # 5月3日: of a year that is not seen
# those of Chinese Excel, 27 to 36 and 50 to 58, too
_DAYS_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_ELAPSED_BUILT_IN = 46
_LONGEST_FORMAT = 255  # Excel allows no more

_PIECE = 1 << 20  # bytes
_REMEMBERED = 1 << 18  # bytes; styles of more are no template's
_TEXT_END = b"</si>"
_USUAL_TEXT = re.compile(r'<si>(?:<t( xml:space="preserve")?>([^<]*)</t>)?(.*?)</si>|<si/>', re.DOTALL)
_UNUSUAL = (b"<!", b":si", b"<si ", b"si >")  # comments, prefixes, attributes and blanks
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NOT_SHOWN = re.compile(r'"[^"]*"|[\\_!*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_OF_DAYS = re.compile(r"[dmyhs]", re.IGNORECASE)

PLAIN, DAY, ELAPSED = range(3)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet: its name, its part, whether it can be seen, whether it is made of cells."""

    name: str
    part: str
    visible: bool
    has_cells: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """The sheets in their order. ``from_1904``: days are counted from 1904 on.

    ``stale``: the results of formulas may not be those of what the cells hold now; the workbook asks to be calculated
    when it is opened, or is calculated by hand only.
    """

    sheets: tuple[SheetPart, ...]
    from_1904: bool
    stale: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SharedTexts:
    """The texts that cells point at, by number: value (None: empty) and size in characters."""

    values: tuple[CellValue, ...] = ()
    sizes: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    empty: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))


@dataclass(frozen=True, slots=True, eq=False)
class CellStyles:
    """What the styles of cells show of a number, by style number. ``formats``: the number format, where there is one.

    ``effects``: what the format does to values (``number_format.effect``); ``struck``: whether the text is struck through.
    """

    formats: Mapping[int, str] = field(default_factory=dict)
    shows: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1, np.uint8))
    effects: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1, np.uint8))
    struck: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, bool))

    @property
    def remarkable(self) -> bool:
        """Whether any style has more to it than values as they are."""
        return bool(self.effects.any() or self.struck.any())

    def has_more(self, styles: Codes) -> npt.NDArray[np.bool_]:
        """Return of each style whether it has more to it than values as they are."""
        return ((self.effects > 0) | self.struck)[np.minimum(styles, len(self.struck) - 1)]

    def kind(self, styles: Codes) -> npt.NDArray[np.uint8]:
        """Return of each style whether it shows a number as it is (PLAIN), as a DAY, or as time gone by (ELAPSED)."""
        return self.shows[np.minimum(styles, len(self.shows) - 1)]

    def effect(self, styles: Codes) -> npt.NDArray[np.uint8]:
        """Return of each style what its format does to values."""
        return self.effects[np.minimum(styles, len(self.effects) - 1)]

    def strikes(self, styles: Codes) -> npt.NDArray[np.bool_]:
        """Return of each style whether it strikes the text through."""
        return self.struck[np.minimum(styles, len(self.struck) - 1)]


def outline(archive: Archive) -> Outline:
    """Return the sheets of a workbook. Raises UnreadableFile when the workbook contradicts itself."""
    workbook = main_part(archive)
    targets = {}
    for relation in relations(archive, workbook):
        if relation.id in targets:
            raise damaged(archive.file)
        targets[relation.id] = relation
    found: dict[str, SheetPart] = {}
    from_1904 = stale = False
    for sheet in _elements(archive, workbook, "sheet", "workbookPr", "calcPr"):
        if _bare(sheet.tag) == "workbookPr":
            from_1904 = from_1904 or sheet.get("date1904", "").lower() in _TRUE
            continue
        if _bare(sheet.tag) == "calcPr":
            stale = sheet.get("fullCalcOnLoad", "").lower() in _TRUE or sheet.get("calcMode") == "manual"
            continue
        name = sheet.get("name", "")
        relation_id = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        to = targets.get(relation_id)
        if to is None and not relation_id:
            continue  # a module of macros of the nineties: it never had cells
        if to is None or to.target not in archive.parts:
            raise UnreadableFile(
                f"工作表「{name}」的内容不在文件里",
                hint=RESAVE,
                where=archive.file,
                reason="sheet-missing",
            )
        if name in found or to.target in {part.part for part in found.values()}:
            raise damaged(archive.file)
        found[name] = SheetPart(
            name,
            to.target,
            sheet.get("state", "visible") == "visible",
            to.kind == "worksheet" or (not to.kind and to.target.startswith(_SHEETS)),
        )
    return Outline(tuple(found.values()), from_1904, stale)


def shared_texts(archive: Archive) -> SharedTexts:
    """Return the shared texts. Phonetic remarks do not count, blanks that are not to be preserved neither."""
    part = related(archive, main_part(archive), "sharedStrings", _STRINGS)
    if not part:
        return SharedTexts()
    content = archive.read(part)
    count = content.count(_TEXT_END) + content.count(b"<si/>")
    usual = None if any(mark in content for mark in _UNUSUAL) else _usual_texts(content, count)
    try:
        return usual or _spelled_texts(content)
    except ExpatError as fault:
        raise damaged(archive.file) from fault


def _usual_texts(content: bytes, count: int) -> SharedTexts | None:
    """Return as many texts, written the usual way; None when there are fewer."""
    values: list[CellValue] = []
    sizes = np.zeros(count, np.int64)
    empty = np.zeros(count, bool)
    start = 0
    # in pieces, since the texts of a long table are many; each ends with a text's end, so that no beginning is in vain
    while (end := _piece_end(content, start)) > start:
        try:
            found = _USUAL_TEXT.findall(content[start:end].decode())
        except UnicodeDecodeError:
            return None
        first, start = len(values), end
        if first + len(found) > count:
            return None
        values += [text for _, text, _ in found]
        sizes[first : len(values)] = [len(text) + len(rest) for _, text, rest in found]
        # letters, digits and signs of writing alone are what they are
        for at in [at for at, (_, text, rest) in enumerate(found, first) if rest or not text.isalnum()]:
            values[at] = _value(*found[at - first])
            empty[at] = values[at] is None
    return SharedTexts(tuple(values), sizes, empty) if len(values) == count else None


def _piece_end(content: bytes, start: int) -> int:
    """Return where the last text ends within a piece, or the next one at all; at most ``start`` when there is none."""
    last = content.rfind(_TEXT_END, start, start + _PIECE)
    return (last if last >= 0 else content.find(_TEXT_END, start)) + len(_TEXT_END)


def _spelled_texts(content: bytes) -> SharedTexts:
    """Return texts in any spelling. Raises ExpatError for what is not well-formed."""
    texts = _Texts()
    texts.read(content)
    values = tuple(unescaped(text) or None for text in texts.found)
    sizes = np.array(texts.sizes, np.int64)
    return SharedTexts(values, sizes, np.array([value is None for value in values], bool))


class _Texts:
    """Reads shared texts with an XML parser."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.sizes: list[int] = []
        self._keeping: list[str] | None = None
        self._preserved = self._phonetic = False
        self._pieces: list[str] = []

    def read(self, content: bytes) -> None:
        """Read the whole part."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(content, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "si":
            self._pieces = []
        elif tag == "t" and not self._phonetic:
            self._keeping = []
            self._preserved = attributes.get("xml:space") == "preserve"
        elif tag == "rPh":
            self._phonetic = True

    def _text(self, text: str) -> None:
        if self._keeping is not None:
            self._keeping.append(text)

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t" and self._keeping is not None:
            self._pieces.append(trimmed("".join(self._keeping), preserved=self._preserved))
            self._keeping = None
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            text = "".join(self._pieces)
            self.found.append(text)
            self.sizes.append(len(text))


def _value(preserve: str, text: str, rest: str) -> CellValue:
    """Return a shared text. Raises ExpatError where it is not well-formed."""
    try:
        return _joined(preserve, text, rest) if rest else plain_text(text, preserved=bool(preserve))
    except (ValueError, LookupError, ElementTree.ParseError):
        first = f"<t{preserve}>{text}</t>" if text else ""
        return _spelled_texts(f"<sst><si>{first}{rest}</si></sst>".encode()).values[0]


def _joined(preserve: str, text: str, rest: str) -> CellValue:
    """Return a text of several pieces, each with its own look, without phonetic remarks."""
    first = f"<t{preserve}>{text}</t>" if text else ""
    root = ElementTree.fromstring(f"<si>{first}{rest}</si>")
    pieces = [*root.iterfind("t"), *root.iterfind("r/t")]
    for piece in pieces:
        if piece.text and piece.text != piece.text.strip() and piece.get(_SPACE) != "preserve":
            raise Unusual
    return "".join(unescaped(piece.text or "") for piece in pieces) or None


def styles(archive: Archive) -> CellStyles:
    """Return what the styles show; the same for hundreds of workbooks made from one template."""
    part = related(archive, main_part(archive), "styles", _STYLES)
    if not part:
        return CellStyles()
    content = archive.read(part)
    try:
        return _known_styles(content) if len(content) <= _REMEMBERED else _read_styles(content)
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise damaged(archive.file) from fault


def _read_styles(content: bytes) -> CellStyles:
    root = ElementTree.fromstring(content)
    lists = {_bare(group.tag): group for group in root}  # those of conditional formats count for no cell
    written = {
        _number(number_format.get("numFmtId")): number_format.get("formatCode", "")
        for number_format in lists.get("numFmts", ())
        if _bare(number_format.tag) == "numFmt"
    }
    cells = lists.get("cellXfs", ())
    numbers = [_number(cell.get("numFmtId")) for cell in cells]
    codes = {**_BUILT_IN, **written}
    formats = {index: codes[number] for index, number in enumerate(numbers) if number in codes}
    shows = np.array([*(shown_as(number, written) for number in numbers), PLAIN], np.uint8)
    effects = [effect(formats[index]) if index in formats else 0 for index in range(len(numbers))]
    fonts = [_strikes(font) for font in lists.get("fonts", ())]
    struck = [fonts[at] if (at := _number(cell.get("fontId"))) < len(fonts) else False for cell in cells]
    return CellStyles(formats, shows, np.array([*effects, 0], np.uint8), np.array([*struck, False], bool))


def _strikes(font: ElementTree.Element) -> bool:
    """Whether a font strikes the text through."""
    return any(
        _bare(setting.tag) == "strike" and setting.get("val", "1").lower() in _TRUE for setting in font
    )


_known_styles = lru_cache(maxsize=32)(_read_styles)


def builtin_format(number: int) -> str:
    """Return a number format that no file writes down; "" for those that only count."""
    return _BUILT_IN.get(number, "")


def shown_as(number: int, written: Mapping[int, str]) -> int:
    """Return how a number format shows a number: PLAIN, as a DAY, or as time gone by (ELAPSED)."""
    if number not in written:
        return DAY if number in _DAYS_BUILT_IN else ELAPSED if number == _ELAPSED_BUILT_IN else PLAIN
    code = _NOT_SHOWN.sub("", written[number][:_LONGEST_FORMAT]).partition(";")[0]
    if _ELAPSED.search(code):
        return ELAPSED
    return DAY if _OF_DAYS.search(code) else PLAIN


def _elements(archive: Archive, part: str, *tags: str) -> Iterator[ElementTree.Element]:
    if part not in archive.parts:
        raise damaged(archive.file)
    return (element for element in _root(archive, part).iter() if _bare(element.tag) in tags)


def _root(archive: Archive, part: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(archive.read(part))
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise damaged(archive.file) from fault


def _bare(tag: str) -> str:
    """Return the name without its namespace: strict and transitional workbooks differ in that only."""
    return tag.rpartition("}")[2]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
