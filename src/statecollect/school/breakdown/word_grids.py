"""Word tables as grids, and the paragraphs around them, with every word that Word shows.

Read by an XML parser of ours, since programs that know Word's plain runs only lose the rest: names in smart tags, content
controls, tracked insertions (deletions are dropped), fields, tables inside cells. What was taken is counted against what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from statecollect.core.errors import UnreadableFile
from statecollect.core.plain_text import visible
from statecollect.core.untrusted.archive import damaged, open_archive
from statecollect.core.untrusted.relations import main_part
from statecollect.core.untrusted.watch import tick
from statecollect.school.breakdown.grids import Cell, Grid, SourceDocument
from statecollect.school.breakdown.word_container import check_office_zip

_Element = ElementTree.Element

# what Word does not show as text of the document: struck out or moved away, the second form of a drawing, pronunciation
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "rt", "delText", "instrText", "sdtPr", "pPr", "rPr"})
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BETWEEN = "、"  # cells of a table inside a cell stand side by side


def read_docx(content: bytes, name: str) -> SourceDocument:
    """Read all tables of a .docx, in order; a merged cell stands at every position it covers."""
    check_office_zip(content, name)
    archive = open_archive(content, name)
    try:
        root = ElementTree.fromstring(archive.read(main_part(archive)))
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise damaged(name) from fault
    reader = _WordReader()
    reader.read(root)
    there = sum(len(element.text or "") for element in _seen(root) if _bare(element) == "t")
    if reader.taken != there:
        message = f"有 {abs(there - reader.taken)} 个字没有读出"
        raise UnreadableFile(
            message, hint="请在 Word 或 WPS 中另存为新的 .docx 再试", where=name, reason="text-lost"
        )
    return SourceDocument(tuple(reader.grids), tuple(reader.paragraphs))


class _WordReader:
    """Takes a document's blocks in their order. ``taken``: characters that went into a cell or a paragraph."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.paragraphs: list[tuple[str, str]] = []
        self.taken = 0
        self._tables = self._number = 0

    def read(self, block: _Element) -> None:
        """Take what stands in a block outside tables, and its tables."""
        for inner in block:
            match _bare(inner):
                case "tbl":
                    self._table(inner)
                case "p":
                    self._number += 1
                    if text := visible(self._paragraph(inner)):
                        self.paragraphs.append((f"第{self._number}段", text))
                case name if name not in _UNSEEN and not _is_a_hint(inner):
                    self.read(inner)

    def _table(self, table: _Element) -> None:
        self._tables += 1
        at = len(self.grids)
        title = f"表{self._tables}"
        grid = Grid(title, {}, numbering="word", prefix=f"{title} ")
        rows: dict[int, dict[int, Cell]] = {}
        above: dict[int, Cell] = {}  # the cells that the next row may go on with
        for number, row in enumerate(_rows(table), start=1):
            tick()
            column = 1 + _number_in(row, "trPr", "gridBefore", 0)
            beside: dict[int, Cell] = {}
            for cell in _children(row, "tc"):
                span = _number_in(cell, "tcPr", "gridSpan", 1)
                text = self._cell(cell)
                kept = above.get(column) if _goes_on(cell) and not visible(text) else None
                found = kept or Cell(grid.address(number, column), visible(text))
                for place in range(column, column + span):
                    beside[place] = found
                    if found.text:
                        rows.setdefault(number, {})[place] = found
                column += span
            above = beside
        self.grids.insert(at, Grid(title, rows, grid.numbering, grid.prefix))

    def _cell(self, cell: _Element) -> str:
        """Return the text of a cell; a table inside it that is one in earnest becomes a grid of its own."""
        lines: list[str] = []
        for block in _blocks(cell):
            if _bare(block) == "p":
                lines.append(self._paragraph(block))
                continue
            rows = [list(_children(row, "tc")) for row in _rows(block)]
            if len(rows) > 1 and max(map(len, rows)) > 1:
                self._table(block)
            else:
                lines += [_BETWEEN.join(filter(visible, map(self._cell, row))) for row in rows]
        return "\n".join(lines)

    def _paragraph(self, paragraph: _Element) -> str:
        pieces: list[str] = []
        for element in _seen(paragraph):
            name = _bare(element)
            if name == "t":
                pieces.append(element.text or "")
                self.taken += len(element.text or "")
            elif name in _MARKS:
                pieces.append(_MARKS[name])
            elif name == "p":  # of a text box
                pieces.append("\n")
        return "".join(pieces)


def _seen(element: _Element) -> Iterator[_Element]:
    """Give what is shown below an element, in its order."""
    waiting = [iter(element)]
    while waiting:
        one = next(waiting[-1], None)
        if one is None:
            waiting.pop()
        elif _bare(one) not in _UNSEEN and not _is_a_hint(one) and not _was_struck_out(one):
            yield one
            waiting.append(iter(one))


def _blocks(element: _Element) -> Iterator[_Element]:
    """Give the paragraphs and tables of a cell, those inside controls and tags, too."""
    for inner in element:
        if _bare(inner) in {"p", "tbl"}:
            yield inner
        elif _bare(inner) not in _UNSEEN and not _is_a_hint(inner):
            yield from _blocks(inner)


def _rows(table: _Element) -> Iterator[_Element]:
    return (row for row in _children(table, "tr") if not _was_struck_out(row))


def _children(element: _Element, name: str) -> Iterator[_Element]:
    """Give the parts of that name, those inside controls and tags, too, but not those of another table."""
    for inner in element:
        if _bare(inner) == name:
            yield inner
        elif _bare(inner) not in _UNSEEN | {"tbl", "p", "tc", "tr"} and not _is_a_hint(inner):
            yield from _children(inner, name)


def _was_struck_out(row: _Element) -> bool:
    """Whether a whole row is a tracked deletion."""
    if _bare(row) != "tr":
        return False
    return any(_bare(inner) == "del" for about in row if _bare(about) == "trPr" for inner in about)


def _is_a_hint(control: _Element) -> bool:
    """Whether a content control still shows what is to be typed into it."""
    if _bare(control) != "sdt":
        return False
    about = (inner for inner in control if _bare(inner) == "sdtPr")
    return any(
        _bare(setting) == "showingPlcHdr" and _is_on(setting) for settings in about for setting in settings
    )


def _goes_on(cell: _Element) -> bool:
    """Whether a cell is merged with the one above."""
    for about in cell:
        for inner in about if _bare(about) == "tcPr" else ():
            if _bare(inner) == "vMerge":
                return _value(inner) != "restart"
    return False


def _number_in(element: _Element, about: str, name: str, otherwise: int) -> int:
    for settings in element:
        for setting in settings if _bare(settings) == about else ():
            said = _value(setting).strip()
            if _bare(setting) == name and said.isascii() and said.isdigit():
                return int(said)
    return otherwise


def _is_on(element: _Element) -> bool:
    return _value(element) not in {"0", "false", "off"}


def _value(element: _Element) -> str:
    return next((value for key, value in element.items() if key.rpartition("}")[2] == "val"), "")


def _bare(element: _Element) -> str:
    return element.tag.rpartition("}")[2]
