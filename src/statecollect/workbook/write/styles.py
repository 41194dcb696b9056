"""Formats: calm colours, made once a workbook."""

from __future__ import annotations

from typing import Any

_FONT = {"font_name": "等线", "font_size": 11, "valign": "vcenter"}
HEADER_FILL = {"yes": "#DCE6F1", "conditional": "#EAF1DD", "no": "#F2F2F2", "auto": "#E4DFEC"}
KNOWN_TEXT = "#1F5FA8"
ERROR_FILL, WARNING_FILL, MISSING_FILL = "#F8CBAD", "#FFE699", "#FFF2CC"


class Styles:
    """The workbook's formats by purpose; equal ones are made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def get(self, **properties: object) -> Any:
        """Return the format with these properties on top of the common font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**_FONT, **properties})
        return self._made[key]

    def title(self, **more: object) -> Any:
        """A sheet's first line."""
        return self.get(bold=True, font_size=14, **more)

    def not_taken(self, num_format: str = "General") -> Any:
        """What is repeated in a marked return although it was not taken in."""
        return self.get(italic=True, font_color="#595959", locked=False, num_format=num_format)

    def quiet(self, **more: object) -> Any:
        """Guidance: smaller, and dark enough to be read on paper."""
        return self.get(font_size=10, font_color="#404040", **more)

    def header(self, necessity: str, num_format: str = "General") -> Any:
        """A column's header by necessity: yes, conditional, no, auto.

        It has the column's number format: a row inserted below takes the header's, and 0035 must stay a text there.
        """
        return self.get(
            bold=True,
            border=1,
            text_wrap=True,
            align="center",
            bg_color=HEADER_FILL[necessity],
            num_format=num_format,
        )

    def cell(
        self,
        num_format: str,
        locked: bool,
        fill: str | None = None,
        *,
        known: bool = False,
        wrapped: bool = False,
    ) -> Any:
        """A data cell; ``known``: laid out for confirmation, not yet confirmed."""
        colour = {**({"bg_color": fill} if fill else {}), **({"font_color": KNOWN_TEXT} if known else {})}
        wrap = {"text_wrap": True} if wrapped else {}
        return self.get(num_format=num_format, locked=locked, **colour, **wrap)

    def boxed(self, **more: object) -> Any:
        """A cell of the cover or the list of problems."""
        return self.get(border=1, border_color="#BFBFBF", text_wrap=True, **more)
