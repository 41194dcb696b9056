"""``statecollect indicators``."""

from __future__ import annotations

from typing import Annotated

import typer

from statecollect.cli.session import JsonOption, session
from statecollect.errors import UsageError


def indicators(
    context: typer.Context,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="指标", help="只看一个指标和它的各项数字")
    ] = None,
    json: JsonOption = False,
) -> None:
    """核心指标与合格标准、限制招生线对照。"""
    from statecollect.cli import render

    found = session(context).campaign().indicators()
    shown = [one for one in found.indicators if explain in (None, one.id)]
    if not shown:
        raise UsageError(f"没有指标「{explain}」", hint="指标名称见 statecollect indicators")
    if json:
        whole = found.as_json()
        names = {one.id for one in shown}
        render.write_json({**whole, "indicators": [one for one in whole["indicators"] if one["id"] in names]})
        return
    rows = []
    for one in shown:
        value = "—" if one.value is None else f"{one.value:.{one.digits}f} {one.unit or ''}".strip()
        lines = "，".join(f"{label} {line:g}" for label, line in one.threshold.items())
        remarks = "；".join([*one.remarks, *([one.reason] if one.reason else [])])
        rows.append((one.id, value, lines, one.verdict or "", remarks))
    title = f"学校类别：{found.category or '未填写'}　五项基本指标：{found.verdict}"
    render.grid(title, ("指标", "数值", "标准", "判定", "说明"), rows)
    if explain:
        one = shown[0]
        inputs = [(name, f"{value:g}") for name, value in one.inputs.items()]
        render.grid("取数", ("量", "数值"), inputs, right=(1,))
        if one.readings:
            other = [
                (label, "无法计算" if value is None else f"{value:.{one.digits}f}")
                for label, value in one.readings.items()
            ]
            render.grid("不同算法", ("算法", "数值"), other, right=(1,))
    render.findings(found.findings)
