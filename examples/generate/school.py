"""The example college's offices, units and majors, and the tables while they are being filled."""

from __future__ import annotations

from random import Random

SEED = 2022
OFFICES = [
    "党政办",
    "教务处",
    "后勤处-财务中心",
    "图书馆",
    "图书信息中心",
    "招生处",
    "合就处",
    "培训中心",
    "学生处",
    "财务中心",
    "党政办-宣传中心",
    "安全保卫处",
    "后勤处",
    "思政部",
]
CLOUD = "云端平台"  # whose tables come from the platform, not from an office
ALIASES = {"图书信息中心": "信息中心"}
UNITS = [
    "智能制造系",
    "信息工程系",
    "环境工程系",
    "建筑工程系",
    "经济管理系",
    "护理与健康系",
    "学前教育系",
    "现代农业系",
]
# 名称, 代码, 系, 培养方式, 具体形式, 生源类型, 学制: two records a unit; codes as fields.md lists them
MAJORS: list[Major] = [
    ("数控技术", "460103", 0, "普通班", "", "普通高中生", 3),
    ("机电一体化技术", "460301", 0, "现代学徒制", "示例企业02有限公司", "三校生", 3),
    ("计算机应用技术", "510201", 1, "普通班", "", "普通高中生", 3),
    ("软件技术", "510203", 1, "订单班", "示例企业04有限公司", "普通高中生", 3),
    ("环境监测技术", "420801", 2, "普通班", "", "普通高中生", 3),
    ("环境工程技术", "420802", 2, "普通班", "", "三校生", 3),
    ("建筑工程技术", "440301", 3, "普通班", "", "普通高中生", 3),
    ("工程造价", "440501", 3, "普通班", "", "扩招", 3),
    ("大数据与会计", "530302", 4, "普通班", "", "普通高中生", 3),
    ("电子商务", "530701", 4, "企业新型学徒制", "示例企业10有限公司", "三校生", 3),
    ("护理", "520201", 5, "普通班", "", "普通高中生", 3),
    ("婴幼儿托育服务与管理", "520802", 5, "现代职教体系项目", "五年一贯制", "五年一贯制第四年", 5),
    ("学前教育", "570102K", 6, "普通班", "", "普通高中生", 3),
    ("数字媒体技术", "510204", 6, "普通班", "", "三校生", 3),
    ("种子生产与经营", "410101", 7, "普通班", "", "普通高中生", 3),
    ("园艺技术", "410105", 7, "普通班", "", "扩招", 3),
]

Row = dict[str, object]
Major = tuple[str, str, int, str, str, str, int]


class College:
    """Tables by id; each row knows who fills it."""

    def __init__(self) -> None:
        self.random = Random(SEED)
        self.tables: dict[str, list[tuple[str, Row]]] = {}
        self.teachers: list[Row] = []

    def add(self, table: str, party: str, row: Row) -> None:
        """Append a row; columns that it does not name stay blank."""
        self.tables.setdefault(table, []).append((party, row))

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, whoever filled them."""
        return [row for _, row in self.tables.get(table, [])]


def six(major: Major) -> Row:
    """Return the seven columns that name a major's record."""
    name, code, _, way, form, origin, years = major
    return {
        "专业名称": name,
        "专业代码": code,
        "专业层次": "高职专科",
        "学制": years,
        "培养方式": way,
        "具体形式": form,
        "生源类型": origin,
    }


def company(number: int) -> str:
    """Return the name of one of the twenty companies of 1.6.1, counted from 1."""
    return f"示例企业{(number - 1) % 20 + 1:02d}有限公司"
