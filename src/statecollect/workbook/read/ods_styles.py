"""What the styles of an .ods say: number formats, as Excel would write them, lines through texts, which tables are hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

_NUMBER_STYLES = {
    f"datastyle:{kind}-style" for kind in ("number", "percentage", "currency", "text")
}  # days, times and truths come as what they are
_NAMES_STYLES = "style:style"
_MOST_DIGITS = 60
_CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|<>|=|<|>)\s*(-?[0-9.]+)")
_IMPLIED = (  # the conditions that sections have without saying so
    (">=0",),
    (">0", "<0"),
    (">0", "<0", "=0"),
)


@dataclass(slots=True)
class _Format:
    """A number style being read: its pieces, and which other one is used under which condition."""

    percent: bool
    pieces: list[str] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)


def prefixed(name: str) -> str:
    """Return a name as office programs write it, whatever prefix its file uses: ``table:table-cell``."""
    space, _, local = name.rpartition(" ")
    parts = space.split(":")
    return f"{parts[-2] if len(parts) > 1 else ''}:{local}"


class OpenFormats:
    """Styles as they come. ``hidden_tables``: the table styles of sheets that cannot be seen."""

    def __init__(self) -> None:
        self.hidden_tables: set[str] = set()
        self._formats: dict[str, _Format] = {}  # by number style
        self._codes: dict[str, str] = {}  # … and what they say, once asked for
        self._used: dict[str, str] = {}  # number style by cell style
        self._struck: dict[str, bool] = {}  # by cell style
        self._parents: dict[str, str] = {}
        self._style = ""  # the style being read
        self._format: _Format | None = None
        self._digits: Mapping[str, str] = {}
        self._inside: dict[int, str] = {}  # texts among the digits, by how many digits stand right of them
        self._literal: list[str] | None = None
        self._place = 0

    def read(self, pieces: Iterator[bytes]) -> None:
        """Read the part of styles. Raises ExpatError."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: self.start(
            prefixed(tag), {prefixed(key): value for key, value in attributes.items()}
        )
        parser.EndElementHandler = lambda tag: self.end(prefixed(tag))
        parser.CharacterDataHandler = self.text
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def code(self, style: str) -> str:
        """Return the number format of a cell style; "" where it says none."""
        number = next((self._used[name] for name in self._line(style) if name in self._used), "")
        if number not in self._codes:
            self._codes[number] = self._joined(number)
        return self._codes[number]

    def strikes(self, style: str) -> bool:
        """Whether a cell style strikes the text through."""
        return next((self._struck[name] for name in self._line(style) if name in self._struck), False)

    def _line(self, style: str) -> Iterator[str]:
        """Give a style and those it inherits from."""
        for _ in range(10):
            yield style
            style = self._parents.get(style, "")

    def start(self, name: str, said: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        if name in _NUMBER_STYLES:
            self._format = self._formats[said.get("style:name", "")] = _Format("percentage" in name)
        elif name == _NAMES_STYLES:
            self._style = said.get("style:name", "")
            if said.get("style:data-style-name"):
                self._used[self._style] = said["style:data-style-name"]
            self._parents[self._style] = said.get("style:parent-style-name", "")
        elif name == "style:table-properties" and said.get("table:display") == "false":
            self.hidden_tables.add(self._style)
        elif self._format is not None:
            self._take(self._format, name, said)
        elif name == "style:text-properties" and self._style:
            line = said.get("style:text-line-through-style") or said.get("style:text-line-through-type")
            if line is not None:
                self._struck[self._style] = line != "none"

    def _take(self, format_: _Format, name: str, said: Mapping[str, str]) -> None:
        """Take a piece of a number style."""
        kind = name.removeprefix("datastyle:")
        if kind in ("text", "currency-symbol", "fill-character", "embedded-text"):
            self._literal = []
            self._place = _number(said.get("datastyle:position"), 0)
        elif kind in ("number", "scientific-number"):
            self._digits, self._inside = said, {}
        elif kind == "fraction":
            format_.pieces.append("# ?/?")
        elif kind == "text-content":
            format_.pieces.append("@")
        elif name == "style:text-properties" and said.get("fo:color"):
            format_.pieces.insert(0, "[Red]")
        elif name == "style:map" and (found := _CONDITION.fullmatch(said.get("style:condition", "").strip())):
            sign = {"!=": "<>"}.get(found[1], found[1])
            format_.others.append((f"{sign}{found[2]}", said.get("style:apply-style-name", "")))

    def text(self, text: str) -> None:
        """Take a text."""
        if self._literal is not None:
            self._literal.append(text)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        kind = name.removeprefix("datastyle:")
        if name in _NUMBER_STYLES:
            self._format = None
        elif name == _NAMES_STYLES:
            self._style = ""
        elif self._format is None:
            return
        elif kind in ("number", "scientific-number"):
            written = _power(self._digits) if kind != "number" else _whole(self._digits, self._inside)
            self._format.pieces.append(written)
        elif self._literal is not None:
            text, self._literal = "".join(self._literal), None
            if kind == "embedded-text":
                self._inside[self._place] = _quoted(text)
            elif kind == "fill-character":
                self._format.pieces.append(f"*{text}" if len(text) == 1 else "")
            elif self._format.percent and "%" in text:
                before, _, after = text.partition("%")
                self._format.pieces.append(f"{_quoted(before)}%{_quoted(after)}")
            else:
                self._format.pieces.append(_quoted(text))

    def _joined(self, number: str) -> str:
        """Return a number style and those that stand for it under conditions as sections of one format."""
        whole = self._formats.get(number)
        if whole is None:
            return ""
        own = "".join(whole.pieces)
        sections = [
            (condition, "".join(self._formats[other].pieces))
            for condition, other in whole.others[:3]
            if other in self._formats
        ]
        if tuple(condition for condition, _ in sections) in _IMPLIED:
            return ";".join([*(section for _, section in sections), own])
        return ";".join([*(f"[{condition}]{section}" for condition, section in sections), own])


def _whole(said: Mapping[str, str], inside: Mapping[int, str]) -> str:
    """Return the digits of a number; one that does not say how many decimals it has shows as many as there are."""
    if "datastyle:decimal-places" not in said and not inside and "datastyle:grouping" not in said:
        least = _number(said.get("datastyle:min-integer-digits"), 1)
        return "General" if least < 2 else "0" * least
    digits = "0" * _number(said.get("datastyle:min-integer-digits"), 1) or "#"
    if said.get("datastyle:grouping") == "true":
        digits = "#,##" + digits
    for place in sorted(inside):
        at = len(digits) - place - sum(len(inside[position]) for position in inside if position < place)
        digits = digits[: max(at, 0)] + inside[place] + digits[max(at, 0) :]
    factor = said.get("datastyle:display-factor", "1")
    return digits + _decimals(said) + "," * min(factor.count("0") // 3, 4)


def _decimals(said: Mapping[str, str]) -> str:
    most = _number(said.get("datastyle:decimal-places"), 0)
    always = 0 if said.get("datastyle:decimal-replacement") == "" else most
    least = min(_number(said.get("datastyle:min-decimal-places"), always), most)
    return "." + "0" * least + "#" * (most - least) if most else ""


def _power(said: Mapping[str, str]) -> str:
    """Return the digits of a number in scientific notation."""
    interval = _number(said.get("datastyle:exponent-interval"), 1)
    whole = "0" * max(_number(said.get("datastyle:min-integer-digits"), 1), 1)
    sign = "-" if said.get("datastyle:forced-exponent-sign") == "false" else "+"
    exponent = "0" * max(_number(said.get("datastyle:min-exponent-digits"), 2), 1)
    return f"{whole.rjust(min(interval, _MOST_DIGITS), '#')}{_decimals(said)}E{sign}{exponent}"


def _quoted(text: str) -> str:
    """Return a text as a format holds it."""
    if '"' in text:
        return "".join(f"\\{char}" for char in text)
    return f'"{text}"' if text else ""


def _number(text: str | None, otherwise: int) -> int:
    usual = text is not None and text.isascii() and text.isdigit() and len(text) < 4
    return min(int(text), _MOST_DIGITS) if usual and text else otherwise
