"""``statecollect.toml``: what one school decides for one year. Read, and written once with comments."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator
from pydantic import Field as Key

from statecollect.catalog import Catalog, Stage
from statecollect.catalog.wording import in_words
from statecollect.core.errors import UsageError
from statecollect.core.names import LONGEST, tidy_name, tidy_person
from statecollect.core.outputs import CONFIG_NAME
from statecollect.school.toml_file import read_toml

BREAKDOWN_NAME = "任务分解表.json"


Role = Literal["负责人", "秘书", "教师", "工作组", "领导小组"]


def _name(text: str) -> str:
    name = tidy_name(text)
    if not name or len(name) > LONGEST:
        raise ValueError(f"名称「{name[:30]}」{'太长了' if name else '是空的'}")
    return name


def _code(text: str) -> str:
    code = tidy_name(text)
    if code and not re.fullmatch(r"\d{10}", code, re.ASCII):
        raise ValueError(f"学校标识码「{code[:30]}」应当是 10 位数字；还不知道就空着")
    return code


def _number(value: str | int | float) -> str | int | float:
    if isinstance(value, bool | str):
        return value
    if not abs(value) < LARGEST:  # not a number either
        raise ValueError("这个数大得没有道理")
    return value


LARGEST = 10**14  # of a parameter: what the database's numbers hold
_Name = Annotated[str, AfterValidator(_name)]
_Names = Annotated[tuple[_Name, ...], AfterValidator(lambda names: tuple(dict.fromkeys(names)))]
_Parameter = Annotated[str | int | float, AfterValidator(_number)]


class _ConfigSection(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class School(_ConfigSection):
    """The school itself; ``code`` is the ministry's 10 digits."""

    name: Annotated[str, AfterValidator(tidy_name)] = "（学校名称）"
    code: Annotated[str, AfterValidator(_code)] = ""
    contact: str = ""


class Span(_ConfigSection):
    """A statistical period of this campaign; replaces the catalog's of the same name."""

    start: dt.date
    end: dt.date


class StageDue(_ConfigSection):
    """A stage whose deadline the school has moved."""

    id: str
    due: dt.date
    reason: str = ""


class Parties(_ConfigSection):
    """Who there is: offices, teaching units, and other names they go by."""

    departments: _Names = ()
    units: _Names = ()
    aliases: Mapping[_Name, _Name] = Key(default_factory=dict)

    @model_validator(mode="after")
    def _each_once(self) -> Parties:
        for name in self.departments:
            if name in self.units:
                raise ValueError(f"「{name}」既在职能部门又在教学单位的名单里；只留一处")
        return self


class Person(_ConfigSection):
    """Somebody who submits, reviews or decides. One person may be listed several times."""

    name: Annotated[str, AfterValidator(tidy_person)]
    role: Role
    party: Annotated[str, AfterValidator(tidy_name)] = ""


class Late(_ConfigSection):
    """What becomes of a workbook that comes after its deadline: taken in and marked, or refused."""

    policy: Literal["accept", "refuse"] = "accept"


class IndicatorChoices(_ConfigSection):
    """How the school reads its indicators: by indicator the reading that counts, the profiles to show beside,
    and what it has printed elsewhere (figures as printed, the conclusion drawn), to be held against the data.
    """

    readings: Mapping[str, str] = Key(default_factory=dict)
    profiles: tuple[str, ...] = ()
    published: Mapping[str, str | int | float] = Key(default_factory=dict)
    conclusion: Literal["符合", "不符合", ""] = ""


class Config(_ConfigSection):
    """The whole file. ``precedence``: by table id, whose value counts where parties report one thing differently.

    ``previous``: last year's bundle or campaign folder, from the campaign's folder.
    """

    year: str
    campaign: str
    school: School = School()
    parties: Parties = Parties()
    periods: Mapping[str, Span] = Key(default_factory=dict)
    stages: tuple[StageDue, ...] = ()
    parameters: Mapping[str, _Parameter] = Key(default_factory=dict)
    people: tuple[Person, ...] = ()
    late: Late = Late()
    precedence: Mapping[str, _Names] = Key(default_factory=dict)
    previous: str = ""
    indicators: IndicatorChoices = IndicatorChoices()


def read_config(folder: Path) -> Config:
    """Read the campaign's file; errors are one UsageError naming the key."""
    path = folder / CONFIG_NAME
    try:
        data = read_toml(path)
    except FileNotFoundError:
        raise UsageError(
            f"{folder} 不是采集工作文件夹：没有 {CONFIG_NAME}",
            hint="先用 statecollect init 建立，或用 --campaign 指明文件夹",
        ) from None
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        more = f"（另有 {error.error_count() - 1} 处）" if error.error_count() > 1 else ""
        raise UsageError(f"配置项 {key} 不对：{in_words(first)}{more}", where=str(path)) from error


def due_dates(catalog: Catalog, config: Config) -> list[Stage]:
    """Return the stages with this school's deadlines."""
    moved = {stage.id: stage.due for stage in config.stages}
    return [stage.model_copy(update={"due": moved.get(stage.id, stage.due)}) for stage in catalog.year.stages]


def stage_of(stages: Sequence[Stage], table_id: str) -> Stage | None:
    """Return the stage in which a table is due: an exact id wins over a prefix such as ``1.``."""
    exact = [stage for stage in stages if table_id in stage.tables]
    prefixed = [
        stage for stage in stages if any(table_id.startswith(p) for p in stage.tables if p.endswith("."))
    ]
    return next(iter([*exact, *prefixed]), None)


def current_stage(stages: Sequence[Stage], today: dt.date) -> Stage | None:
    """Return the first stage whose deadline has not passed; None when all have."""
    return next((stage for stage in sorted(stages, key=lambda stage: stage.due) if today <= stage.due), None)


def with_config(catalog: Catalog, config: Config) -> Catalog:
    """Return the catalog with the campaign's periods and parameters in place of the year's defaults.

    Raises UsageError for anything the configuration names that is not there: a typo must not change nothing, unseen.
    """
    _all_known(catalog, config)
    periods = {
        name: period.model_copy(update=dict(config.periods[name])) if name in config.periods else period
        for name, period in catalog.year.periods.items()
    }
    chosen = [catalog.indicators.profiles.get(name) for name in config.indicators.profiles]
    lines = {key: value for one in chosen if one for key, value in one.parameters.items()}
    # the file is written with the year's values in it: only what the school changed wins over a profile it has chosen
    own = {
        key: value for key, value in config.parameters.items() if value != catalog.year.parameters.get(key)
    }
    parameters = {**catalog.year.parameters, **config.parameters, **lines, **own}
    year = catalog.year.model_copy(update={"periods": periods, "parameters": parameters})
    tables = {
        table_id: table.model_copy(update={"precedence": config.precedence[table_id]})
        if table_id in config.precedence
        else table
        for table_id, table in catalog.tables.items()
    }
    return catalog.model_copy(update={"year": year, "tables": tables})


def _all_known(catalog: Catalog, config: Config) -> None:
    parties = config.parties
    names = [*parties.departments, *parties.units, *parties.aliases, *catalog.year.party_words]
    named: list[tuple[str, Iterable[str], Sequence[str]]] = [
        (
            "[[stages]] 中的阶段",
            (stage.id for stage in config.stages),
            [stage.id for stage in catalog.year.stages],
        ),
        ("[periods] 中的时段", config.periods, list(catalog.year.periods)),
        ("[precedence] 中的表", config.precedence, list(catalog.tables)),
        ("[precedence] 中的单位", (name for those in config.precedence.values() for name in those), names),
        ("[[people]] 中的单位", (person.party for person in config.people if person.party), names),
    ]
    for what, given, known in named:
        for name in given:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
                hint = f"相近的有：{'、'.join(close)}" if close else f"可以写的有：{'、'.join(known[:12])}"
                raise UsageError(f"{what}「{name}」没有", hint=hint, where=CONFIG_NAME)


_WORKFLOW = (
    "[late]",
    "# 过了截止日期才交的表：accept 照收并记为逾期，refuse 不收",
    'policy = "accept"',
    "",
    "[precedence]",
    "# 几个单位填同一张表、同一条内容不一样时，以谁为准（排前面的优先）；不写就逐条用 statecollect resolve 裁定",
    '# "表号" = ["单位甲", "单位乙"]',
    "",
    "# 谁可以审核。部门复审：该表的责任人（任务分解表），或审核部门的负责人；秘书、教师不得代审（通知 五（六））。",
    "# 工作组核查、领导小组终审：写了名单才核对身份；工作组没有名单时这一步略过。一人多职写多段。",
    "# [[people]]",
    '# name = "姓名"',
    '# role = "领导小组"   # 负责人、秘书、教师、工作组、领导小组',
    '# party = "单位"',
)

_INDICATORS = (
    "[indicators]",
    "# 指标有几种算法的，写明用哪一种（算法名称见 statecollect indicators --explain 指标）",
    '# readings = { "指标" = "算法" }',
    "# 另外对照的参照档案，名称见 statecollect indicators --profiles",
    '# profiles = ["档案"]',
    "# 已在招生章程、年报中公布的数字（照印出的写）和结论，用来与数据、彼此之间核对",
    '# published = { "指标" = "18.1" }',
    '# conclusion = "符合"',
)


def config_text(
    catalog: Catalog, school: School, parties: Parties, campaign: str, unresolved: Sequence[str]
) -> str:
    """Return the commented file that ``init`` writes."""
    year = catalog.year
    lines = [
        f"# {_remark(year.title)} —— 本校的采集工作。改后保存即可，下一条命令就用新的内容。",
        "",
        f"year = {_text(year.year)}",
        f"campaign = {_text(campaign)}   # 本次采集的编号，写在每份模板里；定下后不要改",
        'previous = ""   # 去年的上报包或采集文件夹；有了它就核对年度之间的变化',
        "",
        "[school]",
        f"name = {_text(school.name)}",
        f"code = {_text(school.code)}   # 学校标识码，10 位",
        f"contact = {_text(school.contact)}   # 印在模板封面上，如“教务处 ××，电话 ××”",
        "",
        "[parties]",
        "# 职能部门：任务分解表中填表、审核的部门，写全称。",
        f"departments = {_list(parties.departments)}",
        "# 教学单位：任务分解表中的“各系部”“教学单位组织”指它们。",
        f"units = {_list(parties.units)}",
    ]
    if unresolved:
        lines += ["", "# 下列名称没有对上任何部门，请补到上面的名单，或在 [parties.aliases] 中写明是谁："]
        lines += [f"#   {_remark(line)}" for line in unresolved]
    lines += [
        "",
        "[parties.aliases]",
        "# 任务分解表中的写法 = 上面名单中的名称",
        *(f"{_text(key)} = {_text(value)}" for key, value in parties.aliases.items()),
        "",
        "[periods]",
        "# 统计时段（通知 三（一））",
    ]
    for name, period in year.periods.items():
        lines.append(
            f"{_text(name)} = {{ start = {period.start}, end = {period.end} }}   # {_remark(period.label)}"
        )
    lines += ["", "# 各阶段截止日期。reason 写为什么改；两份时间表不一致之处见每行注释。"]
    for stage in year.stages:
        lines += [
            "[[stages]]",
            f"# {_remark(f'{stage.name}（{stage.who}）。{stage.note}')}",
            f"id = {_text(stage.id)}",
        ]
        lines += [f"due = {stage.due}", 'reason = ""', ""]
    lines += [*_WORKFLOW, ""]
    lines += [*_INDICATORS, "", "[parameters]", "# 规则和指标要用、而 65 张表里没有的数"]
    lines += [f"{_text(key)} = {_value(value)}" for key, value in year.parameters.items()]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """Return a TOML string that reads back equal, whatever is in it; what no text file can hold is left out."""
    return (
        '"'
        + "".join(
            _SHORT.get(character) or (_escaped(character) if _unsafe(character) else character)
            for character in value
        )
        + '"'
    )


_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _unsafe(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} or char == "\xa0"


def _escaped(char: str) -> str:
    return "" if unicodedata.category(char) == "Cs" else f"\\U{ord(char):08X}"


def _remark(text: str) -> str:
    """Return a text that stays on its comment's line."""
    return " ".join("".join(" " if _unsafe(character) else character for character in text).split())


def _value(value: str | int | float) -> str:
    return _text(value) if isinstance(value, str) else str(value)


def _list(values: Sequence[str]) -> str:
    return "[\n" + "".join(f"  {_text(value)},\n" for value in values) + "]" if values else "[]"
