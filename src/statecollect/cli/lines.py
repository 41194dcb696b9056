"""Lines that break where Chinese breaks: between any two characters, but for the marks that belong to a neighbour.

Rich breaks at spaces only, and takes a whole Chinese sentence for one word: a short word before it stood alone on its line.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.text import Text

_NEVER_FIRST = frozenset("，。；：、？！）」』》〉】〕”’…—～·,.;:?!)]}%")
_NEVER_LAST = frozenset("（「『《〈【〔“‘([{")


class CjkLine(Text):
    """A text that is folded at Chinese characters, too."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """Return the lines of at most ``width`` cells."""
        if no_wrap or self.no_wrap or width < 2:
            return super().wrap(
                console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap
            )
        found = Lines()
        for line in self.split(allow_blank=True):
            if "\t" in line.plain:
                line.expand_tabs(tab_size)
            found.extend(line.divide(breaks(line.plain, width)))
        for line in found:
            line.rstrip_end(width)
        at = justify or self.justify or "default"
        if at != "default":
            found.justify(console, width, justify=at, overflow=overflow or self.overflow or "fold")
        return found


def breaks(text: str, width: int) -> list[int]:
    """Return where a text has to be broken so that no line is wider than ``width`` cells."""
    found: list[int] = []
    start = good = used = 0
    for at, character in enumerate(text):
        wide = cell_len(character)
        if at > start and _may_break(text[at - 1], character):
            good = at
        if used + wide > width and character != " ":
            cut = good if good > start else at
            found.append(cut)
            start = cut
            used = cell_len(text[cut:at])
        used += wide
    return found


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return before == " " or cell_len(before) > 1 or cell_len(after) > 1
