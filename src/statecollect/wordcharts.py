"""Charts in Word documents: native bar charts, whose text is set in the reader's own Chinese font and can be edited."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from statecollect.printed import Chart

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_COLOURS = {"error": "DD6B3A", "warning": "E5B94E", "good": "5AA77D", "calm": "6F9BC8", "none": "E4E9EE"}
_EMU = 360_000  # in a centimetre
_BAR, _FRAME = 0.62, 3.0  # cm: height of a bar, of all that is around the bars


def add_chart(document: Any, chart: Chart, width: float) -> None:
    """Add a chart of ``width`` cm as a paragraph of its own."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    package = document.part.package
    number = 1 + sum("/charts/" in str(part.partname) for part in package.iter_parts())
    content = _chart_xml(chart).encode()
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _TYPE, content, package)
    relation = document.part.relate_to(part, f"{_R}/chart")
    size = f'cx="{int(width * _EMU)}" cy="{int((_FRAME + _BAR * len(chart.bars)) * _EMU)}"'
    name = escape(chart.title, {'"': "&quot;"})
    drawing = (
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:wp="{_WP}">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{1000 + number}" name="{name}" descr="{name}"/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}">'
        f'<c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    document.add_paragraph().add_run()._r.append(parse_xml(drawing))


def _chart_xml(chart: Chart) -> str:
    series = "".join(_series(chart, at, colour) for at, colour in enumerate(chart.series))
    legend = (
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(chart.series) > 1 else ""
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}">'
        f'<c:roundedCorners val="0"/><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100" b="1"/></a:pPr>'
        f'<a:r><a:rPr lang="zh-CN" sz="1100" b="1"/><a:t>{escape(chart.title)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="45"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:crossAx val="2"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="b"/><c:majorGridlines/><c:crossAx val="1"/></c:valAx></c:plotArea>'
        f'{legend}<c:plotVisOnly val="1"/></c:chart></c:chartSpace>'
    )


def _series(chart: Chart, at: int, colour: str) -> str:
    count = len(chart.bars)
    labels = "".join(
        f'<c:pt idx="{row}"><c:v>{escape(bar.label)}</c:v></c:pt>' for row, bar in enumerate(chart.bars)
    )
    values = "".join(
        f'<c:pt idx="{row}"><c:v>{dict(bar.parts).get(colour, 0):g}</c:v></c:pt>'
        for row, bar in enumerate(chart.bars)
    )
    column = chr(ord("B") + at)
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(chart.series[colour])}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{_COLOURS[colour]}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f'<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${count + 1}</c:f><c:strCache><c:ptCount val="{count}"/>{labels}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${count + 1}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val></c:ser>'
    )
