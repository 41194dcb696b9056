"""Who came and who left: 1.5.3, 2.4.x, 2.5.x. All numbers are counted from the students of the tables themselves."""

from __future__ import annotations

from collections import Counter
from random import Random

from school import MAJORS, SEED, UNITS, College, Major, Row, company, six

from people import birthday, id_number, person_name

NEW = 20  # freshmen of a major that admits
GRADUATES = 63  # final-year students of a three-year major
LAST_YEAR = 60
WAYS = {
    "普通高中生": ("基于高考的“知识+技能”招生", "普通高中应届"),
    "三校生": ("对口招生", "中职应届"),
    "扩招": ("单独考试招生", "中职往届"),
    "五年一贯制第四年": ("中高职贯通招生", "五年制高职转入"),
}
REASONS = ("学校品牌", "专业爱好", "就业优势", "技能培养", "地理位置", "他人推荐", "其他")


def fill(college: College) -> None:
    """Fill the tables of admission and employment."""
    admitting = MAJORS[:15]  # the last one has stopped
    _freshmen(college, admitting)
    for major in admitting:
        if major[5] == "普通高中生":
            _by_college_entrance(college, major)
        else:
            _by_vocational_entrance(college, major)
    _by_origin(college)
    _by_level(college)
    for number, major in enumerate(MAJORS):
        if major[6] == 3:
            _employed(college, major, number)
            _employed_before(college, major)


def _freshmen(college: College, majors: list[Major]) -> None:
    random, serial = Random(SEED + 1), 0
    for major in majors:
        way, origin = WAYS[major[5]]
        for number in range(NEW):
            serial += 1
            sex, born = "男女"[number % 2], birthday(random, 2002, 2004)
            college.add(
                "1.5.3",
                "教务处",
                {
                    "考生号": f"22510100{serial:06d}",
                    "学号": f"2022{serial:06d}",
                    "姓名": person_name(random),
                    "性别": sex,
                    "身份证件号": id_number(random, born, sex),
                    "出生日期": born.isoformat(),
                    "民族": "彝族" if number == 7 else "汉族",
                    "政治面貌": "共青团员",
                    **six(major),
                    "年级": "2022",
                    "班级名称": f"{major[0]}2022级1班",
                    "入学日期（年月）": "2022-09",
                    "招生方式": way,
                    "生源类别": origin,
                    "生源地（省、自治区、直辖市）": "重庆" if number == 3 else "四川",
                    "高考总分（录取成绩）": 300 + 3 * number,
                    "是否常住户口在农村": "是" if number % 2 else "否",
                    "是否退役军人": "是" if major[5] == "扩招" and number < 2 else "否",
                    "下岗失业人员/农民工/高素质农民": "农民工"
                    if major[5] == "扩招" and 2 <= number < 5
                    else "",
                    "是否建档立卡（脱贫）家庭": "是" if number == 5 else "否",
                    "是否报到": "是",
                },
            )


def _by_college_entrance(college: College, major: Major) -> None:
    for province, came in (("四川", NEW - 1), ("重庆", 1)):
        here = came if province == "四川" else 0
        college.add(
            "2.4.1",
            "招生处",
            {
                **six(major),
                "生源省份": province,
                "招生科类": "理",
                "计划招生数（人）": came + 4,
                "实际录取数（人）": came + 2,
                "其中：保留入学资格（人）": 1 if came > 1 else 0,
                "第一志愿录取（上线）数（人）": came,
                "录取最高分": 452.5,
                "录取最低分": 318,
                "当地录取控制线（分）": 150,
                "实际报到数（人）": came,
                "报到率（%）": round(100 * came / (came + 2), 2),
                "普通高中应届报到数": came,
                "普通高中往届报到数": 0,
                "本地市报到数": here // 3,
                "本省市报到数": here,
                "本区域报到数": came,
                **{f"报考本校原因<{reason}>（人）": came // 7 for reason in REASONS},
            },
        )


def _by_vocational_entrance(college: College, major: Major) -> None:
    way = WAYS[major[5]][0]
    five = NEW if major[5] == "五年一贯制第四年" else 0
    college.add(
        "2.4.2",
        "招生处",
        {
            **six(major),
            "招生方式": way,
            "生源省份": "四川",
            "计划招生数（人）": NEW + 5,
            "报名（考试）人数": NEW + 12,
            "实际录取数（人）": NEW + 1,
            "其中：分类考试录取数": NEW,
            "实际报到数（人）": NEW,
            "报到率（%）": round(100 * NEW / (NEW + 1), 2),
            "中职应届报到数": NEW - five,
            "中职往届报到数": 0,
            "五年制高职转入报到数": five,
            "普通高中（含社会人员）报到数": 0,
            "录取最低分": 260,
            "录取最高分": 410,
            "考试组织形式": "省级统考" if way == "对口招生" else "学校单独组织",
        },
    )


def _by_origin(college: College) -> None:
    new = college.rows("1.5.3")

    def of(**wanted: str) -> int:
        return sum(all(row[name] == value for name, value in wanted.items()) for row in new)

    college.add(
        "2.4.3",
        "招生处",
        {
            "专业代码": "全校",
            "专业名称": "全校",
            "全日制高职招生数（合计，人）": len(new),
            "普通高中生<招生数>": of(生源类型="普通高中生"),
            "“三校生”<招生数>": of(生源类型="三校生"),
            "“3+2”<招生数>": 0,
            "五年制高职第4学年<招生数>": of(生源类型="五年一贯制第四年"),
            "其他<招生数>": of(生源类型="扩招"),
            "退役军人<招生数>": of(是否退役军人="是"),
            "下岗失业人员<招生数>": 0,
            "农民工<招生数>": sum(row["下岗失业人员/农民工/高素质农民"] == "农民工" for row in new),
            "高素质农民<招生数>": 0,
            "本省<招生数>": sum(row["生源地（省、自治区、直辖市）"] == "四川" for row in new),
            "西部地区<招生数>": len(new),
            "常住户口农村<招生数>": of(是否常住户口在农村="是"),
            "脱贫地区<招生数>": sum(row["是否建档立卡（脱贫）家庭"] == "是" for row in new),
            "少数民族<招生数>": sum(row["民族"] != "汉族" for row in new),
            "国际学生<招生数>": 0,
            "境外学生（港澳台）<招生数>": 0,
        },
    )
    major = MAJORS[0]
    college.add("2.4.3", "招生处", _of_one_major(major))


def _of_one_major(major: Major) -> Row:
    return {
        "专业代码": major[1],
        "专业名称": major[0],
        "专业层次": "高职专科",
        "学制": major[6],
        "全日制高职招生数（合计，人）": NEW,
        "普通高中生<招生数>": NEW,
        "“三校生”<招生数>": 0,
        "“3+2”<招生数>": 0,
        "五年制高职第4学年<招生数>": 0,
        "其他<招生数>": 0,
    }


def _by_level(college: College) -> None:
    new = college.rows("1.5.3")
    for years in (3, 5):
        rows = [row for row in new if row["学制"] == years]
        ways = Counter(str(row["招生方式"]) for row in rows)
        college.add(
            "2.4.4",
            "招生处",
            {
                "招生层次": "高职专科",
                "学习形式": "全日制",
                "学制": years,
                "招生专业数（个）": len({row["专业代码"] for row in rows}),
                "计划招生数（人）": len(rows) + 60,
                "实际录取数（人）": len(rows) + 30,
                "实际报到数（人）": len(rows),
                "其中：基于高考的“知识+技能”<招生数>": ways["基于高考的“知识+技能”招生"],
                "其中：对口招生<招生数>": ways["对口招生"],
                "其中：单独考试招生<招生数>": ways["单独考试招生"],
                "其中：综合评价招生<招生数>": 0,
                "其中：中高职贯通招生<招生数>": ways["中高职贯通招生"],
                "其中：技能拔尖人才免试<招生数>": 0,
                "其中：其他<招生数>": 0,
                "其中：女生（人）": sum(row["性别"] == "女" for row in rows),
                "其中：少数民族（人）": sum(row["民族"] != "汉族" for row in rows),
                "其中：外省生源（人）": sum(row["生源地（省、自治区、直辖市）"] != "四川" for row in rows),
                "高职扩招（社会人员）人数": sum(row["生源类型"] == "扩招" for row in rows),
            },
        )


def _employed(college: College, major: Major, number: int) -> None:
    origins = {
        "普通高中生": "普通高中生",
        "三校生": "三校生",
        "扩招": "普通高中生",
    }
    ways = {"普通高中生": "基于高考“知识+技能”", "三校生": "对口", "扩招": "单独考试"}
    groups: Row = {}
    for name in ("普通高中生", "三校生", "“3+2”", "五年制高职"):
        own = origins[major[5]] == name
        groups |= {
            f"按生源：{name}<毕业生数>": GRADUATES if own else 0,
            f"按生源：{name}<就业数>": 58 if own else 0,
        }
    for name in (
        "基于高考“知识+技能”",
        "对口",
        "单独考试",
        "综合评价",
        "中高职贯通",
        "技能拔尖免试",
        "其他",
    ):
        own = ways[major[5]] == name
        groups |= {
            f"按招生方式：{name}<毕业生数>": GRADUATES if own else 0,
            f"按招生方式：{name}<就业数>": 58 if own else 0,
        }
    college.add(
        "2.5.1",
        "合就处",
        {
            **six(major),
            "毕业生数（人）": GRADUATES,
            "就业数（人）": 58,
            "就业率（%）": round(5800 / GRADUATES, 2),
            "本地市就业数（人）": 20,
            "本省市就业数（人）": 46,
            "本区域就业数（人）": 52,
            "其他就业数（人）": 6,
            "对口就业数（人）": 45,
            "起薪线（元）": 3600 + 50 * number,
            **groups,
            "专升本（升学）人数": 4,
            "应征入伍人数": 1,
            "自主创业人数": 1,
            "灵活就业（自由职业）人数": 2,
            "待就业人数": GRADUATES - 58,
            "到500强/专精特新/规上企业就业数": 12,
            "到合作企业就业数（人）": 10,
            "获得全部学分人数": GRADUATES,
            **_one_graduate(college, major, number),
        },
    )


def _one_graduate(college: College, major: Major, number: int) -> Row:
    student = next(
        row
        for row in college.rows("1.5.1")
        if row["专业代码"] == major[1] and row["是否毕业（应届毕业生）"] == "是"
    )
    founder = number == 4
    return {
        "明细：学号": student["学号"],
        "明细：毕业去向": "自主创业" if founder else "签劳动合同",
        "明细：单位名称（就业单位名称全称）": company(number + 1),
        "明细：单位性质": "其他企业",
        "明细：单位规模": "中型",
        "明细：单位行业": "农业" if number > 13 else "采矿业",
        "明细：就业省份": "四川",
        "明细：就业地市": "资阳市",
        "明细：工作岗位名称": f"{UNITS[major[2]][:-1]}技术员",
        "明细：是否专业对口": "是",
        "明细：起薪（元/月）": 3800,
        "明细：就业日期": "2022-07-04",
        "明细：就业单位是否校企合作单位": "是",
        "明细：是否自主创业": "是" if founder else "否",
        "明细：创业项目名称": "示例代账工作室" if founder else "",
        "明细：是否灵活就业": "否",
    }


def _employed_before(college: College, major: Major) -> None:
    college.add(
        "2.5.2",
        "合就处",
        {
            **six(major),
            "毕业生数（人）": LAST_YEAR,
            "就业数（人）": 57,
            "年终就业率（%）": round(5700 / LAST_YEAR, 2),
            "升迁数（人）": 6,
            "转岗数（人）": 4,
            "用人单位<满意或基本满意人数>": 50,
            "用人单位<一般满意人数>": 6,
            "用人单位<不满意人数>": 1,
            "毕业生的教学满意人数": 54,
            "毕业生对母校的满意人数": 55,
            "就业现状满意人数": 48,
            "工作与职业期待吻合人数": 44,
            "对基本工作能力总体满足人数": 50,
            "对核心知识的总体满足人数": 49,
            "平均月收入（元）": 4200,
            "离职（更换单位）人数": 8,
        },
    )
