"""A number format taken apart: its sections between semicolons, and the pieces of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?'
    r"|[\\!](?P<escaped>.)"
    r"|_(?P<width>.)"
    r"|\*(?P<fill>.)"
    r"|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>G/通用格式|General|Standard|常规)"
    r"|(?P<power>E[+-](?=[0#?]))"
    r"|(?P<clock>AM/PM|A/P|上午/下午)"
    r"|(?P<digit>[0#?])"
    r"|(?P<point>\.)"
    r"|(?P<comma>,)"
    r"|(?P<percent>%)"
    r"|(?P<text>@)"
    r"|(?P<fraction>/\s*(?=[0-9#?]))"
    r"|(?P<day>[dmyhsDMYHS]+|aaa+|e+(?![a-z])|b+(?![a-z]))"
    r"|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?[\d.]+)")
_COLOUR = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+|黑色?|蓝色?|蓝绿色?|绿色?|洋红色?|红色?|白色?|黄色?|颜色\s*\d+)",
    re.I,
)
_CURRENCY = re.compile(r"\$([^-]*)(?:-[0-9A-Fa-f]*)?")


@dataclass(frozen=True, slots=True)
class FormatSection:
    """One of the parts between semicolons: its pieces as (kind, text)."""

    pieces: tuple[tuple[str, str], ...]
    condition: tuple[str, Decimal] | None = None
    coloured: bool = False
    beyond: bool = False  # days, times, fractions and numerals, which are not shown here

    def has(self, kind: str) -> bool:
        """Whether there is a piece of this kind."""
        return any(kind_of_piece == kind for kind_of_piece, _ in self.pieces)

    @property
    def literal(self) -> str:
        """What it adds of its own."""
        return "".join(text for kind, text in self.pieces if kind == "literal")

    @property
    def shows_number(self) -> bool:
        """Whether anything of the value is seen."""
        return any(kind in {"digit", "general", "text"} for kind, _ in self.pieces)

    @property
    def scale(self) -> int:
        """How often the number is divided by a thousand: commas behind the last digit before or after the point."""
        kinds = [kind for kind, _ in self.pieces if kind in {"digit", "point", "comma"}]
        whole, _, part = "".join(
            {"digit": "0", "point": ".", "comma": ","}[kind] for kind in kinds
        ).partition(".")
        return sum(
            len(part_of_number) - len(part_of_number.rstrip(","))
            for part_of_number in (whole, part)
            if "0" in part_of_number
        )

    @property
    def decimals(self) -> int:
        """How many digits stand behind the point."""
        seen = [kind for kind, _ in self.pieces]
        return seen[seen.index("point") :].count("digit") if "point" in seen else 0

    @property
    def least_digits(self) -> int:
        """How many digits are always shown before the point."""
        count = 0
        for kind, text in self.pieces:
            if kind in {"point", "power"}:
                break
            count += kind == "digit" and text == "0"
        return count


@lru_cache(maxsize=4096)
def sections_of(code: str) -> tuple[FormatSection, ...]:
    """Return the sections of a format; each distinct format is taken apart once."""
    sections: list[FormatSection] = []
    pieces: list[tuple[str, str]] = []
    condition: tuple[str, Decimal] | None = None
    coloured = beyond = False
    for found in (*_TOKEN.finditer(code), None):
        kind, text = (found.lastgroup or "quoted", found[0]) if found else ("other", ";")
        if kind == "other" and text == ";":
            sections.append(FormatSection(tuple(pieces), condition, coloured, beyond))
            pieces, condition, coloured, beyond = [], None, False, False
        elif kind in {"quoted", "escaped"} and found:
            pieces.append(("literal", found[kind] or ""))
        elif kind == "width":
            pieces.append(("literal", " "))
        elif kind == "fill" and found:
            pieces.append(("fill", found["fill"]))
        elif kind == "bracket" and found:
            inside = found["bracket"]
            if compared := _CONDITION.fullmatch(inside.strip()):
                condition = compared[1], Decimal(compared[2]) if _is_number(compared[2]) else Decimal(0)
            elif currency := _CURRENCY.fullmatch(inside):
                pieces += [("literal", currency[1])] if currency[1] else []
            elif _COLOUR.fullmatch(inside.strip()):
                coloured = True
            else:  # time gone by, numerals
                beyond = True
        elif kind in {"day", "clock", "fraction"}:
            beyond = True
        elif kind == "general":
            pieces.append(("general", "General"))
        elif kind == "other":
            pieces.append(("literal", text))
        else:
            pieces.append((kind, text))
    return tuple(sections)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d*)?|-?\.\d+", text) is not None
