"""The example college: every student, teacher and course here is generated from one seed.

``python examples/generate/college.py`` rewrites ``examples/2022/``: one CSV a table (first column: who fills the
row), the roster of teachers, the list of departments. Same seed, same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import admissions
import bases
import cooperation
import culture
import overview
import resources
import students
import teaching
from school import ALIASES, MAJORS, OFFICES, UNITS, College, Row, company, six

from people import birthday, company_code, id_number, person_name

OUT = Path(__file__).resolve().parent.parent / "2022"
OWN_WORKBOOK = 60  # so many teachers return a workbook each; the others' rows come in one of the school

# in the order in which they refer to each other: money comes last
PARTS = (admissions, teaching, students, cooperation, bases, culture, overview, resources)

# 名称, 类型, 属性, 公共基础课类别, 专业技能课类别, 性质, 学期, 总学时, 实践学时, 核心
COURSES = [
    ("思想道德与法治", "B类", "公共基础课", "思政课", "", "必修课", 1, 48, 8, "否"),
    ("毛泽东思想和中国特色社会主义理论体系概论", "B类", "公共基础课", "思政课", "", "必修课", 2, 64, 8, "否"),
    ("形势与政策", "A类", "公共基础课", "思政课", "", "必修课", 1, 32, 0, "否"),
    ("大学语文", "A类", "公共基础课", "语文", "", "必修课", 1, 64, 0, "否"),
    ("大学英语", "B类", "公共基础课", "外语", "", "必修课", 1, 128, 32, "否"),
    ("体育与健康", "C类", "公共基础课", "体育与健康", "", "必修课", 1, 108, 108, "否"),
    ("信息技术", "B类", "公共基础课", "信息技术", "", "必修课", 1, 64, 32, "否"),
    ("心理健康教育", "B类", "公共基础课", "心理健康", "", "必修课", 1, 32, 16, "否"),
    ("军事理论与训练", "B类", "公共基础课", "军事", "", "必修课", 1, 148, 112, "否"),
    ("劳动教育", "C类", "公共基础课", "劳动教育", "", "必修课", 2, 16, 16, "否"),
    ("美育鉴赏", "B类", "公共基础课", "美育", "", "公共选修课", 2, 32, 16, "否"),
    ("创新创业基础", "B类", "公共基础课", "创新创业", "", "公共选修课", 3, 64, 32, "否"),
    ("{}导论", "B类", "专业技能课", "", "专业基础课", "必修课", 1, 64, 24, "否"),
    ("{}基础", "B类", "专业技能课", "", "专业基础课", "必修课", 2, 80, 40, "否"),
    ("{}制图与表达", "B类", "专业技能课", "", "专业基础课", "必修课", 2, 64, 40, "否"),
    ("{}核心技术（一）", "B类", "专业技能课", "", "专业核心课", "必修课", 3, 96, 60, "是"),
    ("{}核心技术（二）", "B类", "专业技能课", "", "专业核心课", "必修课", 3, 96, 60, "是"),
    ("{}综合应用", "B类", "专业技能课", "", "专业核心课", "必修课", 4, 96, 60, "是"),
    ("{}项目管理", "B类", "专业技能课", "", "专业核心课", "必修课", 4, 80, 40, "是"),
    ("{}新技术专题", "B类", "专业技能课", "", "专业拓展课", "专业选修课", 4, 64, 32, "否"),
    ("{}行业规范", "A类", "专业技能课", "", "专业拓展课", "专业选修课", 4, 48, 0, "否"),
    ("{}英语", "B类", "专业技能课", "", "专业拓展课", "专业选修课", 5, 64, 16, "否"),
    ("{}实训", "C类", "专业技能课", "", "实习实训", "必修课", 5, 240, 240, "否"),
    ("毕业设计", "C类", "专业技能课", "", "实习实训", "必修课", 5, 240, 240, "否"),
    ("岗位实习", "C类", "专业技能课", "", "实习实训", "必修课", 6, 480, 480, "否"),
]
TITLES = [("正高级", "教授", 8), ("副高级", "副教授", 46), ("中级", "讲师", 90), ("初级", "助教", 56)]
DIRECTION = "Java开发方向"  # of the one major that trains for an employer
NATIONS = ["汉族"] * 46 + ["彝族", "藏族", "羌族", "回族"]
PROVINCES = ["四川"] * 17 + ["重庆", "贵州", "云南"]


class Source(College):
    """The college with its source tables: majors, teachers, courses, students, and what hangs on them."""

    def build(self) -> None:
        """Fill the tables in the order in which they refer to each other."""
        self.make_companies()
        self.make_teachers()
        self.make_offices()
        self.make_majors()
        self.make_outside_teachers()
        self.make_courses()
        self.make_students()
        self.make_teaching()

    def make_companies(self) -> None:
        for number in range(1, 21):
            self.add(
                "1.6.1",
                "合就处",
                {
                    "企业名称（全称）": f"示例企业{number:02d}有限公司",
                    "统一社会信用代码": company_code(number),
                    "企业性质（单位性质）": "国有企业" if number % 5 == 0 else "其他企业",
                    "企业规模": ("大型", "中型", "小型", "微型")[number % 4],
                    "所属行业": "制造业" if number % 2 else "农业",
                    "国家（地区）": "中国",
                    "所在省份": "四川",
                    "所在地市": "资阳市",
                    "成立日期": f"{2000 + number}-05-18",
                    "注册资本（万元）": 500 * number,
                    "职工总数（人）": 30 * number,
                },
            )

    def make_teachers(self) -> None:
        random, seen = self.random, set()
        titles = [title for title in TITLES for _ in range(title[2])]
        for number in range(1, 201):
            level, title, _ = titles[number - 1]
            sex = random.choice("男女")
            born = birthday(
                random,
                1964 if level == "正高级" else 1970,
                {"正高级": 1975, "副高级": 1982, "中级": 1990, "初级": 1996}[level],
            )
            name = person_name(random)
            while name in seen:
                name = person_name(random)
            seen.add(name)
            hired = born.year + random.randint(24, 26)
            unit = (
                UNITS[(number - 1) % 8]
                if number <= 168
                else ("思政部" if number <= 184 else OFFICES[number % 8])
            )
            teaches = number <= 184
            major = MAJORS[((number - 1) % 8) * 2 + (number // 8) % 2] if number <= 168 else None
            graduate = number % 5 < 3
            row: Row = {
                "所属部门（教师所属系部／任职部门）": unit,
                "教工号": f"{number:04d}",
                "姓名": name,
                "教师类别": "校内专任教师" if teaches else "校内兼课人员",
                "身份证件类型": "居民身份证",
                "身份证件号": id_number(random, born, sex),
                "性别": sex,
                "出生日期": born.isoformat(),
                "民族": random.choice(NATIONS),
                "政治面貌": random.choice(["中共党员", "中共党员", "群众", "民盟盟员"]),
                "进校日期（年月）": f"{hired}-{random.choice(('03', '07', '09'))}",
                "从教日期（年月）": f"{hired}-09",
                "是否在编": random.choice("是是否"),
                "参加工作日期（年月）": f"{hired}-07",
                "当前状态": "在职" if number < 200 else "退休",
                "离校日期（年月）": "" if number < 200 else "2022-06",
                "岗位职能": "教学" if teaches else "行政",
                "最高学历": "硕士研究生" if graduate else "大学本科",
                "最高学位": "硕士" if graduate else "学士",
                "最高学历毕业院校": random.choice(["示例师范大学", "示例理工大学", "示例农业大学"]),
                "最高学历毕业时间（年月）": f"{hired}-06",
                "第一学历": "大学本科",
                "第一学位": "学士",
                "第一学历毕业时间（年月）": f"{born.year + 22}-06",
                "有无高校教师资格证": "是",
                "高校教师资格证书<发证单位>": "四川省教育厅",
                "高校教师资格证书<获取日期（年月）>": f"{min(hired + 1, 2022)}-06",
                "行业、企业一线工作时间<历年（年）>": random.randint(0, 6),
                "行业、企业一线工作时间<本学年（天）>": 30,
                "专业技术职务<等级>": level,
                "专业技术职务<名称（全称）>": title,
                "专业技术职务<发证单位>": "四川省人力资源和社会保障厅",
                "专业技术职务<获取日期（年月）>": f"{min(hired + {'正高级': 18, '副高级': 11, '中级': 6, '初级': 1}[level], 2021)}-12",
                "是否专业教师（专业课教师）": "是" if major else "否",
                "是否为双师型（双师素质）教师": "是" if major and number % 3 else "否",
                "是否为骨干教师": "否",
                "是否思政课专任教师": "是" if unit == "思政部" else "否",
            }
            if major:
                row |= {"行政所属专业<专业代码>": major[1], "行政所属专业<专业名称>": major[0]}
                if number % 3:
                    row |= {
                        "职业资格证书（最高）<等级>": "三级（高级工）",
                        "职业资格证书<名称（全称）>": "示例职业资格证书",
                        "职业资格证书<发证单位>": "四川省职业技能鉴定中心",
                        "职业资格证书<获取日期（年月）>": f"{min(hired + 2, 2021)}-11",
                    }
            self.teachers.append(row)
            own = number <= OWN_WORKBOOK
            self.add("1.4.1", f"校内教师/{row['教工号']} {name}" if own else "校内教师", row)

    def make_offices(self) -> None:
        for number, name in enumerate([*OFFICES, *UNITS], start=1):
            head = self.teachers[UNITS.index(name)] if name in UNITS else self.teachers[183 + number]
            staff = sum(row["所属部门（教师所属系部／任职部门）"] == name for row in self.teachers)
            self.add(
                "1.1.3",
                "党政办",
                {
                    "机构代码": f"D{number:02d}",
                    "上级机构代码": "D01" if "-" in name else "",
                    "机构名称（全称）": name,
                    "机构简称": name,
                    "机构类别": "教学" if name in UNITS or name == "思政部" else "行政",
                    "成立日期（年月）": "2015-06",
                    "负责人教工号": head["教工号"],
                    "负责人姓名": head["姓名"],
                    "负责人职务": "主任",
                    "教职工数<专职>": max(staff, 2),
                    "教职工数<兼职>": 0,
                    "主要职能": f"{name}日常工作",
                },
            )

    def make_majors(self) -> None:
        for number, major in enumerate(MAJORS):
            head = self.teachers[(number // 2) + 8 * (number % 2)]
            row = six(major)
            years = row.pop("学制")
            self.add(
                "1.2.1",
                "教务处",
                row
                | {
                    "校内专业代码": f"{number + 1:03d}",
                    "专业方向代码": "01" if major[3] == "订单班" else "",
                    "专业方向名称": DIRECTION if major[3] == "订单班" else "",
                    "所属院系（部）": UNITS[major[2]],
                    "学制（年）": years,
                    "批准设置日期（年月）": f"{2008 + number % 9}-03",
                    "首次招生日期（年月）": f"{2008 + number % 9}-09",
                    "修业年限（年）": years,
                    "当年是否招生": "否" if major is MAJORS[15] else "是",
                    "停招日期（年月）": "2022-06" if major is MAJORS[15] else "",
                    "是否有上届毕业生": "是",
                    "是否国际合作专业": "否",
                    "是否现代学徒制试点专业": "是" if "学徒制" in major[3] else "否",
                    "是否校企合作专业": "是" if number % 2 else "否",
                    "专业负责人教工号": head["教工号"],
                    "校内专业带头人姓名": head["姓名"],
                },
            )

    def make_outside_teachers(self) -> None:
        random = self.random
        for number in range(1, 41):
            sex, born, unit = random.choice("男女"), birthday(random, 1970, 1992), UNITS[(number - 1) % 8]
            major = MAJORS[((number - 1) % 8) * 2]
            started = born.year + 22
            self.add(
                "1.4.2",
                unit,
                {
                    "聘任系部": unit,
                    "教工号": f"W{number:03d}",
                    "姓名": person_name(random),
                    "教师类别": "校外兼职教师",
                    "身份证件号": id_number(random, born, sex),
                    "性别": sex,
                    "出生日期": born.isoformat(),
                    "民族": "汉族",
                    "参加工作日期（年月）": f"{started}-07",
                    "学历": "大学本科",
                    "学位": "学士",
                    "签约情况": "一学年",
                    "专业技术职务<等级>": "中级",
                    "专业技术职务<名称>": "工程师",
                    "专业技术职务<发证单位>": "四川省人力资源和社会保障厅",
                    "专业技术职务<获取日期>": f"{min(started + 8, 2021)}-12",
                    "当前专职工作背景<单位名称>": company(number),
                    "当前专职工作背景<职务>": "工程师",
                    "当前专职工作背景<任职日期（年月）>": f"{started + 1}-03",
                    "职业资格证书<等级>": "二级（技师）" if number % 4 == 0 else "",
                    "职业资格证书<名称>": "示例职业资格证书" if number % 4 == 0 else "",
                    "职业资格证书<发证单位>": "四川省职业技能鉴定中心" if number % 4 == 0 else "",
                    "职业资格证书<获取日期>": "2019-11" if number % 4 == 0 else "",
                    "行政所属专业<专业代码>": major[1],
                    "行政所属专业<专业名称>": major[0],
                    "聘期起（年月）": "2021-09",
                    "聘期止（年月）": "2022-07",
                    "是否企业导师（行业导师）": "是",
                    "是否双师型教师": "否",
                },
            )

        for row, (_, teacher) in zip(self.rows("1.2.1")[:4], self.tables["1.4.2"], strict=False):
            row["校外专业带头人姓名"] = teacher["姓名"]

    def make_courses(self) -> None:
        for number, major in enumerate(MAJORS):
            for order, (name, kind, side, common, skill, nature, term, hours, practice, core) in enumerate(
                COURSES
            ):
                shared = "{}" not in name and side == "公共基础课"
                with_company = skill == "专业核心课" and term == 4
                self.add(
                    "1.3.1",
                    "教务处",
                    six(major)
                    | {
                        "授课年级": "2021",
                        "课程名称": name.format(major[0]),
                        "课程代码": f"GG{order + 1:03d}" if shared else f"Z{number + 1:02d}{order + 1:03d}",
                        "课程类型": kind,
                        "课程属性": side,
                        "公共基础课（类别）": common,
                        "专业技能课（类别）": skill,
                        "课程性质": nature,
                        "开课学期": term,
                        "开课单位名称": "思政部" if common == "思政课" else UNITS[major[2]],
                        "是否校企合作开发课程": "是" if with_company else "否",
                        "合作企业名称": company(number + 1) if with_company else "",
                        "精品在线开放课程": "校级" if with_company and number < 4 else "否",
                        "是否课证融通课程": "是" if core == "是" and term == 4 else "否",
                        "是否网络教学或课程思政示范课程": "否",
                        "是否网络教学课程": "是" if common == "语文" else "否",
                        "课程总学时（个）": hours,
                        "实践教学学时（个）": practice,
                        "学分": round(hours / 16, 1) if hours <= 160 else 8,
                        "是否专业核心课程": core,
                    },
                )

    def make_students(self) -> None:
        random, serial = self.random, 0
        for major in MAJORS:
            record = six(major)
            for grade in (2019, 2020, 2021):
                for _ in range(63):
                    serial += 1
                    sex = random.choice("男女")
                    born = birthday(random, grade - 20, grade - 18)
                    done = grade == 2019 and major[6] == 3
                    self.add(
                        "1.5.1",
                        "教务处",
                        {
                            "学号": f"{grade}{serial:06d}",
                            "姓名": person_name(random),
                            "性别": sex,
                            "出生日期": born.isoformat(),
                            "身份证件类型": "居民身份证",
                            "身份证件号": id_number(random, born, sex),
                            "民族": random.choice(NATIONS),
                            "政治面貌": random.choice(
                                ["共青团员", "共青团员", "共青团员", "群众", "中共预备党员"]
                            ),
                            "国家（地区）": "中国",
                            "港澳台侨": "否",
                            "院系": UNITS[major[2]],
                            **record,
                            "专业方向": DIRECTION if major[3] == "订单班" else "",
                            "班级名称": f"{major[0]}{grade}级1班",
                            "年级（现在年级）": str(grade),
                            "入学日期（年月）": f"{grade}-09",
                            "预计毕业日期（年月）": f"{grade + major[6]}-06",
                            "招生方式": self.way_in(major[5]),
                            "生源地（生源省）": random.choice(PROVINCES),
                            "入学前户口性质": random.choice(["农业", "非农业"]),
                            "是否常住户口在农村": random.choice("是否"),
                            "是否来自军队（退役军人）": "否",
                            "是否建档立卡贫困家庭": "是" if random.random() < 0.08 else "否",
                            "是否订单（定向）培养": "是" if major[3] == "订单班" else "否",
                            "学生类别": "扩招" if major[5] == "扩招" else "普通",
                            "培养层次": "高职专科",
                            "学籍状态": "在读",
                            "是否毕业（应届毕业生）": "是" if done else "否",
                            "欠费金额（元）": 0,
                        },
                    )

    def make_teaching(self) -> None:
        courses = [row for _, row in self.tables["1.3.1"] if row["开课学期"] in (1, 2)]
        inside = [(party, row) for party, row in self.tables["1.4.1"] if row["教师类别"] == "校内专任教师"]
        for number, course in enumerate(courses):
            party, teacher = inside[number % len(inside)]
            self.add_lesson(party, teacher, course, number + 1)
        for number, (unit, teacher) in enumerate(self.tables["1.4.2"]):
            own = [row for row in courses if row["专业代码"] == teacher["行政所属专业<专业代码>"]]
            self.add_lesson(unit, teacher, own[(number // 8) % len(own)], len(courses) + number + 1)

    def add_lesson(self, party: str, teacher: Row, course: Row, number: int) -> None:
        shared = ("专业名称", "专业代码", "专业层次", "学制", "培养方式", "具体形式", "生源类型", "授课年级")
        row = {name: course[name] for name in shared}
        row |= {
            "授课任务（编码）": f"RW{number:04d}",
            "授课教师工号": teacher["教工号"],
            "教师类别": teacher["教师类别"],
            "课程代码": course["课程代码"],
            "授课学期": f"2021-2022学年第{'一二'[int(str(course['开课学期'])) - 1]}学期",
            "班级名称": f"{course['专业名称']}2021级1班",
            "教学工作量（学时）": course["课程总学时（个）"],
            "其中：线上教学工作量（学时）": 8 if number % 5 == 0 else 0,
            "实际授课课时": course["课程总学时（个）"],
            "是否合班授课": "否",
            "教学班人数": 63,
        }
        self.add("2.1.1", party, row)

    @staticmethod
    def way_in(origin: str) -> str:
        """Return how students of this origin were admitted."""
        return {"普通高中生": "基于高考的“知识+技能”招生", "三校生": "对口招生", "扩招": "单独考试招生"}.get(
            origin, "中高职贯通招生"
        )


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as UTF-8 CSV with a mark, so that Excel shows Chinese."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(header), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Rewrite ``examples/2022/``."""
    college = Source()
    college.build()
    for part in PARTS:
        part.fill(college)
    for table, rows in sorted(college.tables.items()):
        names = list(dict.fromkeys(name for _, row in rows for name in row))
        content = [{"填报单位": party, **row} for party, row in rows]
        write_csv(OUT / "data" / f"{table}.csv", ["填报单位", *names], content)
    roster = [{"教工号": row["教工号"], "姓名": row["姓名"]} for row in college.teachers[:OWN_WORKBOOK]]
    write_csv(OUT / "教师名单.csv", ["教工号", "姓名"], roster)
    departments: list[dict[str, object]] = [
        {"名称": name, "类别": "职能部门", "别名": ALIASES.get(name, "")} for name in OFFICES
    ]
    departments += [{"名称": name, "类别": "教学单位"} for name in UNITS]
    write_csv(OUT / "部门名单.csv", ["名称", "类别", "别名"], departments)


if __name__ == "__main__":
    main()
