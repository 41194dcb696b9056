"""What the styles of an .ods say: number formats, as Excel would write them, and which tables are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.parsers import expat

_NUMBER_STYLES = {"datastyle:number-style", "datastyle:percentage-style", "datastyle:currency-style"}
_MOST_ZEROS = 60


def prefixed(name: str) -> str:
    """Return a name as office programs write it, whatever prefix its file uses: ``table:table-cell``."""
    space, _, local = name.rpartition(" ")
    parts = space.split(":")
    return f"{parts[-2] if len(parts) > 1 else ''}:{local}"


class OpenFormats:
    """Styles as they come. ``hidden_tables``: the table styles of sheets that cannot be seen."""

    def __init__(self) -> None:
        self.hidden_tables: set[str] = set()
        self._codes: dict[str, str] = {}  # by number style
        self._used: dict[str, str] = {}  # number style by cell style
        self._parents: dict[str, str] = {}
        self._style = ""  # the number style, or the style, being read
        self._pieces: list[str] | None = None
        self._literal: list[str] | None = None

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
        for _ in range(10):  # styles inherit
            if style in self._used:
                return self._codes.get(self._used[style], "")
            style = self._parents.get(style, "")
        return ""

    def start(self, name: str, said: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        if name in _NUMBER_STYLES:
            self._style, self._pieces = said.get("style:name", ""), []
        elif name == "style:style":
            self._style = said.get("style:name", "")
            if said.get("style:data-style-name"):
                self._used[self._style] = said["style:data-style-name"]
            self._parents[self._style] = said.get("style:parent-style-name", "")
        elif name == "style:table-properties" and said.get("table:display") == "false":
            self.hidden_tables.add(self._style)
        elif self._pieces is None:
            return
        elif name == "datastyle:text":
            self._literal = []
        elif name == "datastyle:number":
            self._pieces.append(_digits(said))

    def text(self, text: str) -> None:
        """Take a text."""
        if self._literal is not None:
            self._literal.append(text)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name in _NUMBER_STYLES and self._pieces is not None:
            self._codes[self._style] = "".join(self._pieces)
            self._pieces = None
        elif name == "datastyle:text" and self._literal is not None and self._pieces is not None:
            text = "".join(self._literal)
            self._pieces.append(text if text == "%" or not text else f'"{text}"')
            self._literal = None


def _digits(said: Mapping[str, str]) -> str:
    whole = _number(said.get("datastyle:min-integer-digits"), 1)
    decimals = _number(said.get("datastyle:decimal-places"), 0)
    code = "0" * whole or "#"
    if said.get("datastyle:grouping") == "true":
        code = "#,##" + code
    thousands = said.get("datastyle:display-factor", "1").count("0") // 3
    return code + ("." + "0" * decimals if decimals else "") + "," * min(thousands, 4)


def _number(text: str | None, otherwise: int) -> int:
    usual = text is not None and text.isascii() and text.isdigit() and len(text) < 4
    return min(int(text), _MOST_ZEROS) if usual and text else otherwise
