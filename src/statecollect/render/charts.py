"""Bar charts, drawn once as SVG: put into pages as they are, into Word documents as pictures.

A picture's text is set in Noto Sans CJK, which comes as a package: it reads the same on a machine without Chinese fonts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from statecollect.core.visible import visible
from statecollect.render.page import Bar, Chart

COLOURS = {"error": "#dd6b3a", "warning": "#e5b94e", "good": "#5aa77d", "calm": "#6f9bc8", "none": "#e4e9ee"}
_FONT = "NotoSansCJK-VF.otf.ttc"
_SCALE = 2.5  # pixels of a picture for one unit of the drawing: about 250 dpi on paper
_LINE, _BAR = 22, 420  # units: height of a line, length of the longest bar
_NOTE = 170  # room right of the bars


def draw_bars(bars: Sequence[Bar], left: int = 170, top: int = 0, inside: str = "") -> str:
    """Return SVG with a line a bar; labels end at ``left``, ``inside`` is drawn in the ``top`` units above them."""
    most = max((sum(amount for _, amount in bar.parts) for bar in bars), default=0) or 1
    width, height = left + _BAR + _NOTE, top + len(bars) * _LINE + 4
    drawn = []
    for at, bar in enumerate(bars):
        y, start = top + at * _LINE, float(left)
        drawn.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(visible(bar.label))}</text>'
        )
        for colour, amount in bar.parts:
            length = _BAR * amount / most
            if round(length, 1):
                drawn.append(_box(start, y + 3, length, _LINE - 6, colour))
            start += length
        drawn.append(f'<text x="{start + 6:.1f}" y="{y + 15}">{escape(visible(bar.note))}</text>')
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = "\n".join([inside, *drawn])
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" font-size="13" {size}>\n{lines}\n</svg>'


def picture(chart: Chart) -> bytes:
    """Return a chart with its title and what its colours mean as PNG."""
    from importlib.resources import as_file, files

    import resvg_py

    legend = f'<text x="8" y="18" font-size="14" font-weight="bold">{escape(chart.title)}</text>{_key(chart.series)}'
    with as_file(files("manimgx_fonts_cjk") / _FONT) as font:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=draw_bars(chart.bars, left=260, top=52, inside=legend),
                background="white",
                zoom=_SCALE,
                skip_system_fonts=True,
                font_files=[str(font)],
                font_family="Noto Sans CJK SC",
            )
        )


def in_words(chart: Chart) -> str:
    """Return what a chart shows as text, for those who do not see it."""
    bars = (
        f"{bar.label} " + "、".join(f"{chart.series[colour]} {amount:g}" for colour, amount in bar.parts)
        for bar in chart.bars
    )
    return f"{chart.title}：{'；'.join(bars)}"


def _key(series: Mapping[str, str]) -> str:
    x, drawn = 8, []
    for colour, label in series.items():
        drawn.append(_box(x, 30, 12, 12, colour) + f'<text x="{x + 18}" y="41">{escape(label)}</text>')
        x += 40 + 13 * len(label)
    return "".join(drawn)


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect class="{colour}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{height}" fill="{COLOURS[colour]}"/>'
