"""《数据分析报告》 and 核心数据汇总表: what the collected data say, what they do not, and what should be looked at again.

Both are values to print (notice, stages 7 and 8). Order of the report: first what is met, then what is not (the usual
order of published reports, S1); it names what could not be computed and which readings were taken.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statecollect.catalog import Catalog
from statecollect.catalog.indicator_model import UNVERIFIED
from statecollect.catalog.local_rules import local_rules
from statecollect.findings import SEVERITY_LABEL, Finding
from statecollect.findings.grouping import fold
from statecollect.indicators.compute import KNOWN
from statecollect.indicators.result import Computed, Result
from statecollect.indicators.thresholds import NOT_COMPUTABLE, PASS, RESTRICT
from statecollect.render.page import Bar, Chart, Page, PrintedTable, Section
from statecollect.school.parties import group_of
from statecollect.workflow.status import PartyTable, Status
from statecollect.workflow.validate import Validation

_MOST = 60  # lines of advice that are printed; the findings report has all
_SIGNED = (
    "采集工作组（制表）：________________        采集工作组（审核）：________________",
    "专项工作领导小组（终审）：________________        校长（签字）：________________",
    "学校（公章）：                                日期：________年____月____日",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a report is made of. ``before``: last year's values by indicator; ``quantities`` by name."""

    school: str
    catalog: Catalog
    result: Result
    quantities: Mapping[str, float]
    status: Status
    validation: Validation
    before: Mapping[str, float]
    watermark: str = ""  # said in the title of what must not be handed in

    @property
    def title(self) -> str:
        """What the titles of both begin with."""
        return f"（{self.watermark}）{self.catalog.year.title}" if self.watermark else self.catalog.year.title


def summary(material: Material) -> Page:
    """Return 核心数据汇总表: every indicator with its lines, verdict and last year, to be signed and sealed."""
    indicators = material.catalog.indicators.indicators
    basic = [computed for computed in material.result.indicators if indicators[computed.id].basic]
    held = [
        computed for computed in material.result.indicators if computed.threshold and computed not in basic
    ]
    rest = [
        indicator
        for indicator in material.result.indicators
        if indicator not in basic and indicator not in held
    ]
    header = ("指标", "本校数据", "合格标准", "限制招生线", "判定", "上年", "说明")
    tables = [
        PrintedTable(
            header,
            [_row(indicator, material.before) for indicator in those],
            (24, 14, 9, 9, 9, 9, 26),
            caption,
        )
        for caption, those in (
            ("一、基本指标", basic),
            ("二、有标准的其他指标", held),
            ("三、其他核心数据", rest),
        )
        if those
    ]
    counted = [
        (table.id, table.name, str(material.validation.tables.get(table.id, (0, 0))[0]))
        for table in material.catalog.tables.values()
    ]
    tables.append(PrintedTable(("表号", "数据表", "行数"), counted, (8, 40, 8), "四、各表记录数"))
    return Page(
        title=f"{material.title}核心数据汇总表",
        lines=(
            f"学校：{material.school}        学校类别：{material.result.category or '未填写'}        "
            f"基本指标判定：{material.result.verdict}",
        ),
        tables=tables,
        signatures=_SIGNED,
        remark=f"数据来自本校采集的数据表，判定用未取整的数值。“{UNVERIFIED}”的标准和公式没有读到原文，只供参考。"
        "汇总表的版式由本工具拟定，官方版式未见公开。",
    )


def analysis(material: Material) -> Page:
    """Return the report."""
    return Page(
        title=f"{material.title}数据分析报告",
        lines=(f"学校：{material.school}", f"截至 {material.status.as_of}，{material.status.stage}"),
        sections=(
            _glance(material),
            _held(material),
            _others(material),
            _yearly(material),
            _quality(material),
            _anomalies(material),
            _advice(material),
            _unknown(material),
            _local(material),
        ),
        remark="本报告由采集的数据自动生成；结论请结合学校实际判断。",
        landscape=False,
    )


def _row(one: Computed, before: Mapping[str, float]) -> tuple[str, ...]:
    lines = [f"{one.threshold[label]:g}" if label in one.threshold else "" for label in (PASS, RESTRICT)]
    return one.id, one.shown, *lines, one.verdict or "", _earlier(one, before), one.said


def _glance(material: Material) -> Section:
    quantities = material.catalog.indicators.quantities
    rows = []
    for name in material.catalog.indicators.glance:
        value = material.quantities.get(name)
        mark = "" if quantities[name].mark in KNOWN else UNVERIFIED
        rows.append((name, "—" if value is None else f"{value:,.10g}", f"取数{mark}" if mark else ""))
    returned = sum(line.state != "not_returned" for line in material.status.lines)
    return Section(
        "一、学校概况与采集情况",
        (
            f"应收 {len(material.status.lines)} 份，已收 {returned} 份；"
            f"数据共 {sum(rows for rows, _ in material.validation.tables.values())} 行。",
            f"校验：错误 {material.validation.count('error')} 处，警告 {material.validation.count('warning')} 处，"
            f"已作情况说明 {len(material.validation.waived)} 处。",
        ),
        None,
        (PrintedTable(("数据", "数值", "说明"), rows, (30, 20, 20)),) if rows else (),
    )


def _held(material: Material) -> Section:
    held = [indicator for indicator in material.result.indicators if indicator.verdict]
    good = [computed.id for computed in held if computed.verdict == PASS]
    bad = [indicator for indicator in held if indicator.verdict not in (PASS, NOT_COMPUTABLE)]
    lines = [f"学校类别：{material.result.category or '未填写'}。基本指标判定：{material.result.verdict}。"]
    if good:
        lines.append(f"已达到合格标准的 {len(good)} 项：{'、'.join(good)}。")
    if bad:
        lines.append(
            "没有达到的 "
            + f"{len(bad)} 项："
            + "；".join(
                f"{computed.id} {computed.shown}（合格 {computed.threshold.get(PASS, 0):g}，{computed.verdict}）"
                for computed in bad
            )
            + "。"
        )
    if material.result.published_verdict:
        lines.append(f"照已公布的数字判定：{material.result.published_verdict}。")
    table = PrintedTable(
        ("指标", "本校数据", "合格标准", "限制招生线", "判定", "上年", "说明"),
        [_row(indicator, material.before) for indicator in held],
        (22, 14, 9, 9, 9, 9, 28),
    )
    return Section("二、办学条件对照标准", lines, _against_lines(material, held), (table,))


def _against_lines(material: Material, held: Sequence[Computed]) -> Chart:
    """Bars of what share of its 合格 line each indicator reaches; where lower is better, the other way round."""
    bars = []
    for computed in held:
        line = computed.threshold.get(PASS)
        if computed.value is None or not line:
            continue
        low = material.catalog.indicators.indicators[computed.id].better == "low"
        share = (line / computed.value if low and computed.value else computed.value / line) * 100
        colour = "good" if computed.verdict == PASS else "error"
        bars.append(Bar(computed.id, ((colour, min(share, 200.0)),), f"{share:.0f}%"))
    return Chart(
        "达到合格标准的百分比（100% 为合格，超过 200% 的画到 200%）",
        bars,
        {"good": "合格", "error": "未达到"},
    )


def _others(material: Material) -> Section:
    rest = [indicator for indicator in material.result.indicators if not indicator.verdict]
    tables = [
        PrintedTable(
            ("指标", "本校数据", "上年", "来源", "说明"),
            [
                (
                    computed.id,
                    computed.shown,
                    _earlier(computed, material.before),
                    computed.source,
                    "；".join(computed.remarks),
                )
                for computed in rest
            ],
            (24, 16, 10, 26, 24),
        )
    ]
    readings = [
        (
            computed.id,
            other.label,
            f"{other.value:.{computed.digits}f}",
            other.verdict or "",
            "" if other.mark in KNOWN else UNVERIFIED,
        )
        for computed in material.result.indicators
        for other in computed.readings
        if other.value is not None
    ]
    if readings:
        header = ("指标", "另一算法", "数值", "判定", "说明")
        tables.append(PrintedTable(header, readings, (24, 30, 12, 12, 14), "同一指标的其他算法"))
    profiles = [profile.cells for profile in material.result.profiles]
    if profiles:
        header = ("参照档案", "指标", "数值", "要求", "结果")
        tables.append(PrintedTable(header, profiles, (18, 30, 12, 12, 12), "参照档案（不影响判定）"))
    return Section("三、其他核心指标", (), None, tables)


def _earlier(one: Computed, before: Mapping[str, float]) -> str:
    return f"{before[one.id]:.{one.digits}f}" if one.id in before else ""


def _yearly(material: Material) -> Section:
    if not material.before:
        return Section(
            "四、与上年比较",
            ("没有上年的指标：在 statecollect.toml 的 previous 写上去年的上报包或采集文件夹后可以比较。",),
        )
    rows, bars = [], []
    for computed in material.result.indicators:
        earlier = material.before.get(computed.id)
        if computed.value is None or earlier is None:
            continue
        change = (computed.value - earlier) / abs(earlier) * 100 if earlier else None
        shown = "—" if change is None else f"{change:+.1f}%"
        rows.append((computed.id, f"{earlier:.{computed.digits}f}", computed.shown, shown))
        if change is not None:
            bars.append(Bar(computed.id, (("good" if change >= 0 else "warning", abs(change)),), shown))
    chart = Chart("与上年相比变化的百分比（绝对值）", bars, {"good": "增加", "warning": "减少"})
    return Section(
        "四、与上年比较", (), chart, (PrintedTable(("指标", "上年", "本年", "变化"), rows, (30, 16, 16, 14)),)
    )


def _quality(material: Material) -> Section:
    groups: dict[str, list[PartyTable]] = defaultdict(list)
    for line in material.status.lines:
        groups[group_of(line.party)].append(line)
    rows, bars = [], []
    for party, lines in groups.items():
        errors, warnings = sum(line.errors for line in lines), sum(line.warnings for line in lines)
        lines = [line for line in lines if line.state not in {"exempt", "not_assigned"}] or lines
        returned = sum(line.state != "not_returned" for line in lines)
        late = sum(line.late for line in lines)
        waived = sum(line.waived for line in lines)
        filled = sum(line.rows for line in lines)
        rows.append(
            (
                party,
                f"{returned}/{len(lines)}",
                str(filled),
                str(errors),
                str(warnings),
                str(waived),
                str(late),
            )
        )
        if errors or warnings:
            parts = (("error", float(errors)), ("warning", float(warnings)))
            bars.append(Bar(party, parts, f"错误 {errors}，警告 {warnings}"))
    chart = Chart("各单位未改正的错误和警告", bars, {"error": "错误", "warning": "警告"})
    header = ("填报单位", "已返回", "行数", "错误", "警告", "已说明", "逾期")
    return Section("五、各单位数据质量", (), chart, (PrintedTable(header, rows, (24, 10, 10, 8, 8, 8, 8)),))


def _anomalies(material: Material) -> Section:
    """Unlikely values and what does not agree: trial findings, and the checks of the indicators."""
    trials = Counter(
        (finding.table, finding.field or "", finding.party)
        for finding in material.validation.findings
        if finding.severity == "trial"
    )
    rows = [
        ("指标", "", SEVERITY_LABEL[finding.severity], finding.message, finding.hint)
        for finding in material.result.findings
    ]
    rows += [
        (table, group_of(party), "试行", f"{field} 有 {count} 处与同列其他值或上年相差悬殊", "核对原始记录")
        for (table, field, party), count in sorted(trials.items())[:_MOST]
    ]
    if not rows:
        return Section("六、异常数据", ("没有发现自相矛盾或异常的数据。",))
    return Section(
        "六、异常数据",
        (),
        None,
        (PrintedTable(("范围", "单位", "级别", "问题", "怎么看"), rows, (10, 14, 8, 40, 28)),),
    )


def _advice(material: Material) -> Section:
    """数据调整建议: which table, whose, what to look at."""
    open_ones = [
        finding for finding in material.validation.findings if finding.severity in ("error", "warning")
    ]
    folded = fold(open_ones)
    rows = [
        (
            group.first.table,
            group_of(group.first.party),
            SEVERITY_LABEL[group.first.severity],
            str(group.count),
            _said(group.first),
        )
        for group in folded[:_MOST]
    ]
    lines = []
    missing = sorted({line.table for line in material.status.lines if line.state == "not_returned"})
    if missing:
        lines.append(f"先催收还没有返回的表：{'、'.join(missing)}。")
    if len(folded) > _MOST:
        lines.append(
            f"下面是前 {_MOST} 条，全部 {len(folded)} 条见 statecollect validate --report 报告.html。"
        )
    if not rows:
        lines.append("没有要改正的错误和要说明的警告。")
        return Section("七、数据调整建议", lines)
    header = ("表号", "填报单位", "级别", "处数", "看什么、怎么改")
    return Section("七、数据调整建议", lines, None, (PrintedTable(header, rows, (8, 16, 8, 8, 50)),))


def _said(one: Finding) -> str:
    return f"{one.message}。{one.hint}" if one.hint else one.message


def _unknown(material: Material) -> Section:
    rows = [
        (computed.id, computed.reason or "")
        for computed in material.result.indicators
        if computed.value is None
    ]
    lines = [
        *material.catalog.indicators.remarks,
        f"凡注“{UNVERIFIED}”的标准和公式没有读到原文，只供参考。",
    ]
    if not rows:
        return Section("八、没有算出的指标与说明", ["全部指标都已算出。", *lines])
    return Section("八、没有算出的指标与说明", lines, None, (PrintedTable(("指标", "原因"), rows, (24, 60)),))


def _local(material: Material) -> Section:
    """What the school decided about the rules: whoever reads the verdicts above must know."""
    local = local_rules(material.catalog)
    severity = {finding.rule.id: finding.rule.severity for finding in material.validation.results}
    lines = [f"本校停用的规则 {len(local.off)} 条，本校另加的规则 {len(local.own)} 条。"]
    tables = []
    if local.off:
        rows = [
            (rule, SEVERITY_LABEL[severity[rule]] if rule in severity else "", reason)
            for rule, reason in local.off.items()
        ]
        tables.append(PrintedTable(("停用的规则", "级别", "原因"), rows, (16, 8, 60)))
    if local.own:
        added = [(rule.id, rule.table, SEVERITY_LABEL[rule.severity], rule.said) for rule in local.own]
        tables.append(PrintedTable(("本校规则", "表号", "级别", "说明"), added, (16, 8, 8, 52)))
    given = [(name, str(value)) for name, value in local.parameters.items()]
    tables.append(PrintedTable(("参数", "取值"), given, (44, 40), "规则和指标用到的参数"))
    return Section("九、本校规则与参数", lines, None, tables)
