"""``statecollect indicators``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from statecollect.cli.session import JsonOption, session
from statecollect.core.errors import UsageError

if TYPE_CHECKING:
    from statecollect.campaign import Campaign
    from statecollect.indicators.result import Result

ROWS_SHOWN = 10  # rows behind one quantity on the screen; --json gives more
ROWS_GIVEN = 1000


def indicators(
    context: typer.Context,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="指标", help="只看一个指标：各项数字、不同算法、背后的行"),
    ] = None,
    profiles: Annotated[bool, typer.Option("--profiles", help="列出可以另外对照的参照档案")] = False,
    json: JsonOption = False,
) -> None:
    """核心指标与合格标准、限制招生线对照。"""
    from statecollect.cli import screen

    campaign = session(context).campaign()
    if profiles:
        known = campaign.catalog.indicators.profiles
        shown = [
            {
                "profile": key,
                "title": profile.title,
                "note": profile.note,
                "lines": {k: v.value for k, v in profile.lines.items()},
                "by_group": {
                    group: {k: v.value for k, v in lines.items()} for group, lines in profile.by_group.items()
                },
                "checklist": list(profile.checklist),
            }
            for key, profile in known.items()
        ]
        if json:
            screen.write_json({"profiles": shown})
            return
        rows = [
            (
                key,
                profile.title,
                "、".join(
                    dict.fromkeys(
                        [*profile.lines, *(k for lines in profile.by_group.values() for k in lines)]
                    )
                ),
                "；".join(part for part in (profile.note, *profile.checklist) if part),
            )
            for key, profile in known.items()
        ]
        screen.grid(
            "参照档案：在 [indicators] 的 profiles 中写上名称", ("档案", "全称", "指标", "说明"), rows
        )
        return
    found = campaign.indicators()
    names = [indicator.id for indicator in found.indicators if explain in (None, indicator.id)]
    if not names:
        raise UsageError(f"没有指标「{explain}」", hint="指标名称见 statecollect indicators")
    if json:
        whole = found.as_json()
        whole["indicators"] = [entry for entry in whole["indicators"] if entry["id"] in names]
        if explain:
            whole["indicators"][0]["rows"] = campaign.rows_behind(explain, ROWS_GIVEN)
        screen.write_json(whole)
        return
    _show(found, names)
    if explain:
        _explain(campaign, found, explain)
    screen.findings(found.findings)


def _show(found: Result, names: list[str]) -> None:
    from statecollect.cli import screen

    rows = []
    for computed in found.indicators:
        if computed.id in names:
            lines = "，".join(f"{label} {line:g}" for label, line in computed.threshold.items())
            rows.append((computed.id, computed.shown, lines, computed.verdict or "", computed.said))
    title = f"学校类别：{found.category or '未填写'}　基本指标：{found.verdict}"
    screen.grid(title, ("指标", "数值", "标准", "判定", "说明"), rows)
    if found.published_verdict:
        screen.say(f"照公布的数字：{found.published_verdict}")
    if found.profiles:
        reached = [profile.cells for profile in found.profiles]
        screen.grid("参照档案（不影响判定）", ("档案", "指标", "数值", "要求", "结果"), reached, right=(2, 3))


def _explain(campaign: Campaign, found: Result, name: str) -> None:
    from statecollect.cli import screen

    one = next(indicator for indicator in found.indicators if indicator.id == name)
    top, bottom = (
        "无法计算" if part is None else f"{part:,.10g}" for part in (one.numerator, one.denominator)
    )
    screen.say(f"算法「{one.label}」：{top} ÷ {bottom}；依据：{one.source}")
    readings = [
        (other.label, other.reason or f"{other.value:.{one.digits}f}", other.verdict or "", other.mark)
        for other in one.readings
    ]
    if readings:
        screen.grid("另外的算法", ("算法", "数值", "判定", "证据"), readings)
    behind: list[dict[str, Any]] = campaign.rows_behind(name, ROWS_SHOWN)
    rows = [
        (
            part["quantity"],
            "无法计算" if part["value"] is None else f"{part['value']:,.10g}",
            part["from"],
            part["mark"],
        )
        for part in behind
    ]
    screen.grid("取数", ("量", "数值", "来自", "证据"), rows, right=(1,))
    for part in behind:
        if part["rows"] and part["rows"][0]["file"]:
            lines = [
                (row["party"], row["file"], row["sheet"], row["row"], row["value"]) for row in part["rows"]
            ]
            more = f"，列出前 {len(lines)} 行" if part["count"] > len(lines) else ""
            header = ("填报单位", "文件", "工作表", "行", "计入")
            screen.grid(f"{part['quantity']}：{part['count']} 行{more}", header, lines, right=(3, 4))
