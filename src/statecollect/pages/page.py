"""The frame that every page shares: one file, its styles and its little script inside, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from statecollect.charts import COLOURS, draw_bars
from statecollect.printed import Bar


def write_page(path: Path, template: str, **content: Any) -> None:
    """Write a page from a template of this room; values are escaped. It appears whole or not at all."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def bars(given: Sequence[Bar], left: int = 170) -> Markup:
        return Markup(draw_bars(given, left))

    environment = Environment(
        loader=PackageLoader("statecollect.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(template).render(content, bars=bars, colours=COLOURS)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.half")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.chmod(0o600)
    half.replace(path)
