"""The frame that every page shares: one file, its styles and its little script inside, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from statecollect.core.outputs import GENERATOR, write_atomically
from statecollect.core.visible import visible
from statecollect.render.charts import COLOURS, draw_bars
from statecollect.render.page import Bar


def write_page(path: Path, template: str, **content: Any) -> None:
    """Write a page from a template of this room; values are escaped, what would act is made visible. It appears whole or not at all."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def bars(given: Sequence[Bar], left: int = 170) -> Markup:
        return Markup(draw_bars(given, left))

    environment = Environment(
        loader=PackageLoader("statecollect.render.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    frame = {"bars": bars, "colours": COLOURS, "generator": Markup(GENERATOR)}
    write_atomically(path, environment.get_template(template).render(content, **frame))
