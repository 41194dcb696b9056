"""Internships, textbooks, teams and what teachers achieved: 2.2.1, 2.3.x, 2.15.x."""

from __future__ import annotations

from school import MAJORS, College, Row, company

REMARKABLE = 24  # so many teachers report an achievement


def fill(college: College) -> None:
    """Fill the tables about teaching beyond the source tables."""
    for number, major in enumerate(MAJORS):
        _internship(college, number, major[0])
    _abroad(college)
    _textbooks_made(college)
    _textbooks_used(college)
    _teams(college)
    _achievements(college)


def isbn(number: int) -> str:
    """Return a number with a valid check digit."""
    body = f"97870400{number:04d}"
    check = (10 - sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(body)) % 10) % 10
    return f"{body}{check}"


def _internship(college: College, number: int, name: str) -> None:
    major = MAJORS[number]
    grade, years = (2019, 3) if major[6] == 3 else (2020, 5)
    college.add(
        "2.2.1",
        "合就处",
        {
            "专业名称": name,
            "专业代码": major[1],
            "学制": years,
            "班级名称": f"{name}{grade}级1班",
            "起始学期": 6 if years == 3 else 4,
            "实习岗位": "技术员",
            "是否对口": "是",
            "实习类型": "岗位实习" if years == 3 else "认识实习",
            "实习安排": "校企合作安排",
            "实习形式": "集中" if years == 3 else "分散",
            "实习时长（天）": 120 if years == 3 else 20,
            "实习开始时间": "2022-02-21",
            "实习结束时间": "2022-06-20" if years == 3 else "2022-03-12",
            "实习人数（人）": 60,
            "实习单位名称": company(number + 1),
            "国家（地区）": "中国",
            "所在省份": "四川",
            "所在地市": "资阳市",
            "校内指导教师姓名": college.teachers[number]["姓名"],
            "校内指导教师电话": "028-26110100",
            "企业指导师傅姓名": "示例师傅",
            "企业指导师傅电话": "028-26110101",
            "生均报酬（元/月）": 2600,
            "校级督导咨询电话": "028-26110102",
            "保险险种名称": "实习责任险",
            "保单号": f"BD2022{number + 1:04d}",
            "保险费出资方名称": "学校",
            "保险购买方名称": "学校",
            "是否签订三方协议": "是",
            "是否跨省实习": "否",
            "是否赴国（境）外实习": "否",
        },
    )


def _abroad(college: College) -> None:
    """One internship in another province: the only row that leaves Sichuan."""
    row = dict(college.rows("2.2.1")[3])
    row |= {
        "实习岗位": "测试工程师",
        "实习单位名称": company(5),
        "所在省份": "重庆",
        "所在地市": "",
        "是否跨省实习": "是",
        "实习人数（人）": 3,
        "保单号": "BD20220099",
    }
    college.add("2.2.1", "合就处", row)


def _textbooks_made(college: College) -> None:
    courses = [row for row in college.rows("1.3.1") if row["是否专业核心课程"] == "是"]
    for number in range(6):
        course, printed = courses[number * 4], number != 5
        with_company = number % 2 == 0
        college.add(
            "2.3.1",
            "教务处",
            {
                "教材名称": f"{course['课程名称']}教程",
                "ISBN号": isbn(100 + number) if printed else "",
                "是否正式出版教材": "是" if printed else "否",
                "出版单位": "示例出版社" if printed else "",
                "出版日期（版次日期，年月）": "2021-11" if printed else "",
                "版次": "第1版",
                "第一主编姓名": college.teachers[number]["姓名"],
                "第一主编单位": "资阳环境科技职业学院（示例）",
                "本校教师参编角色": "主编",
                "本校教师教工号": college.teachers[number]["教工号"],
                "编著者总数（人）": 4,
                "对应课程代码": course["课程代码"],
                "对应课程名称": course["课程名称"],
                "适用专业代码": course["专业代码"],
                "教材类型": "活页式" if number % 2 else "纸质",
                "是否校企合作开发教材": "是" if with_company else "否",
                "合作企业名称": company(number + 1) if with_company else "",
                "纳入规划教材情况": "省级规划" if number == 0 else "否",
                "规划教材批次": "首批" if number == 0 else "",
                "是否国家教材奖教材": "否",
                "是否校本教材（自编讲义）": "否" if printed else "是",
                "定价（元）": 42.5 if printed else "",
                "当年投入经费（万元）": 3,
            },
        )


def _textbooks_used(college: College) -> None:
    courses: dict[object, Row] = {}
    for row in college.rows("1.3.1"):
        courses.setdefault(row["课程代码"], row)
    for number, (code, course) in enumerate(list(courses.items())[:30]):
        ideology = course["公共基础课（类别）"] == "思政课"
        college.add(
            "2.3.2",
            "教务处",
            {
                "课程代码": code,
                "教材名称": f"{course['课程名称']}（教材）",
                "是否正式出版教材": "是",
                "ISBN号": isbn(200 + number),
                "出版单位": "高等教育出版社" if ideology else "示例出版社",
                "版次日期（年月）": f"{2017 + number % 5}-08",
                "第一主编姓名": "示例主编",
                "第一主编单位": "示例大学",
                "使用数量（本）": 1008 if course["课程属性"] == "公共基础课" else 63,
                "是否教育部统编教材": "是" if ideology else "否",
                "是否国家教材奖教材": "否",
                "纳入规划教材情况": "国家级规划" if ideology else "否",
                "适用层次": "高职专科",
                "教材类型": "纸质",
                "对应领域": "公共基础课" if course["课程属性"] == "公共基础课" else "装备制造大类",
                "教材特色": "校企合作开发" if course["专业技能课（类别）"] == "专业核心课" else "",
            },
        )


def _teams(college: College) -> None:
    teams = [
        ("教师教学创新团队", "数控技术教学创新团队", "省部级", 0),
        ("技能大师工作室", "数控加工技能大师工作室", "地市级", 8),
        ("名师工作室", "信息技术名师工作室", "校级", 1),
    ]
    for kind, name, level, at in teams:
        head = college.teachers[at]
        college.add(
            "2.15.1",
            "教务处",
            {
                "类型": kind,
                "项目（团队/工作室）名称": name,
                "类别": "专业建设",
                "项目级别": level,
                "所属专业（专业代码）": MAJORS[2 * (at % 8)][1],
                "项目负责人<教工号>": head["教工号"],
                "项目负责人<姓名>": head["姓名"],
                "负责人称号/职业资格": "高级技师",
                "授予部门": "四川省教育厅" if level == "省部级" else "资阳市教育和体育局",
                "立项文件名称、文号": "示例文件〔2020〕21号",
                "开始时间": "2020-06",
                "结束时间": "2023-06",
                "当前状态": "在建",
                "成员数（人）": 12,
                "其中：企业成员（人）": 3,
                "其中：双师型（人）": 8,
                "其中：高级职称（人）": 5,
                "建设经费（万元）": 20,
            },
        )


def _achievements(college: College) -> None:
    kinds = ["课题", "论文", "发明专利", "获奖", "培训", "挂职锻炼", "著作", "课题"]
    for number in range(REMARKABLE):
        party, teacher = college.tables["1.4.1"][number]
        kind = kinds[number % len(kinds)]
        row: Row = {
            "教工号": teacher["教工号"],
            "教工类别": "专任教师",
            "项目名称": f"示例{kind}{number + 1:02d}",
            "项目类型": kind,
            "项目（获得/立项/发表）日期（年月）": f"2022-{number % 6 + 1:02d}",
            "完成人顺序": "独立" if kind in {"论文", "培训", "挂职锻炼"} else "第一",
            "评审结果": "通过",
            "本学年行业工作时间（天）": 20 if kind == "挂职锻炼" else 0,
            "是否主持": "是",
            **_details(kind, number),
        }
        college.add("2.15.2", party, row)


def _details(kind: str, number: int) -> Row:
    match kind:
        case "课题":
            across = number % 16 == 7
            return {
                "课题分类": "自然科学与技术",
                "课题性质": "技术开发" if across else "教学改革",
                "是否横向课题": "是" if across else "否",
                "课题来源": "企业" if across else "政府",
                "课题级别": "无等级" if across else "省部级",
                "纵向批准部门": "" if across else "四川省教育厅",
                "是否相关部门备案": "是",
                "到款金额（元）": 20000,
            }
        case "论文":
            return {
                "出版社或杂志社": "示例学报",
                "著作与论文分类": "学术论文",
                "核心或非核心": "非核心",
                "是否教研教改论文": "是",
            }
        case "著作":
            return {"出版社或杂志社": "示例出版社"}
        case "发明专利":
            return {"专利（著作权）编号": f"ZL2022{number:08d}"}
        case "获奖":
            return {"获奖级别": "省部级", "颁奖单位": "四川省教育厅", "获奖类别": "教学能力比赛"}
        case _:
            return {
                "派出部门级别": "校级",
                "培训/挂职<单位或地点>": company(number),
                "培训/挂职<时间（天）>": 20,
                "培训/挂职<学时数>": 80 if kind == "培训" else "",
                "培训/挂职<派出部门>": "教务处",
            }
