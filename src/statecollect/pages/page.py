"""The frame that every page shares: one file, its styles and its little script inside, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from statecollect.printed import Bar


def write_page(path: Path, template: str, **content: Any) -> None:
    """Write a page from a template of this room; values are escaped. It appears whole or not at all."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("statecollect.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(template).render(content, chart=chart_rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.chmod(0o600)
    half.replace(path)


def chart_rows(bars: Sequence[Bar], width: float) -> list[tuple[Bar, list[tuple[str, float, float]]]]:
    """Return each bar with its parts as (colour, start, length), the longest bar being ``width`` long."""
    most = max((sum(amount for _, amount in bar.parts) for bar in bars), default=0) or 1
    rows = []
    for bar in bars:
        start, parts = 0.0, []
        for colour, amount in bar.parts:
            length = round(width * amount / most, 1)
            if length:
                parts.append((colour, round(start, 1), length))
            start += length
        rows.append((bar, parts))
    return rows
