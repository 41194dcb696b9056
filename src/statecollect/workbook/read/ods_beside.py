"""What an .ods holds beside values: comments at cells; texts and pictures that float over them."""

from __future__ import annotations

_GROUPS = {"drawing:g", "drawing:a"}
_COMMENT = "office:annotation"
_PARAGRAPHS = {"text:p", "text:h"}


class OpenBeside:
    """Takes the elements of what is no cell's text, from the beginning of the outermost to its end."""

    def __init__(self) -> None:
        self.comments: dict[tuple[int, int], str] = {}
        self.boxes: list[str] = []
        self.pictures = 0
        self._open: list[str] = []  # elements, the outermost first
        self._cell = (0, 0)
        self._shape = 0  # how many are open where the shape being read begins
        self._said: list[str] = []  # its paragraphs, or the comment's
        self._image = self._foreign = False

    def inside(self) -> bool:
        """Whether an element is being read."""
        return bool(self._open)

    def start(self, name: str, cell: tuple[int, int]) -> None:
        """Take the beginning of an element; ``cell`` is where the reader stands, 0-based."""
        if not self._open:
            self._cell, self._said = cell, []
        self._open.append(name)
        if name in _PARAGRAPHS:
            self._said.append("")
        elif name == "drawing:image":
            self._image = True
        elif name.startswith(
            "drawing:object"
        ):  # a chart, or another program's file; its image is only how it looks
            self._foreign = True
        elif name.startswith("drawing:") and name not in _GROUPS and not self._shape:
            self._shape, self._said = len(self._open), []
            self._image = self._foreign = False

    def text(self, text: str) -> None:
        """Take a text."""
        if self._said and not _PARAGRAPHS.isdisjoint(self._open):
            self._said[-1] += text

    def end(self) -> None:
        """Take the end of an element."""
        if len(self._open) == self._shape:
            self._shape = 0
            if self._image and not self._foreign:
                self.pictures += 1
            elif self._open[0] != _COMMENT:
                self.boxes.append(" ".join(self._said))
        if self._open.pop() == _COMMENT and not self._open and (said := "\n".join(self._said).strip()):
            self.comments[self._cell] = said
