"""Exchange with other countries, and students' prizes, grants and societies: 2.12.x, 2.13.x, 2.14.1."""

from __future__ import annotations

from school import MAJORS, College, company

from people import company_code

SOCIETIES = [
    ("青年马克思主义学习社", "思想政治类"),
    ("数控创新社", "学术科技类"),
    ("创客社", "创新创业类"),
    ("篮球社", "文化体育类"),
    ("青年志愿者协会", "志愿公益类"),
    ("宿舍自律委员会", "自律互助类"),
]


def fill(college: College) -> None:
    """Fill the tables of the student office and of the training centre's exchanges."""
    _brought_in(college)
    _gone_out(college)
    _prizes(college)
    _grants(college)
    _societies(college)


def _brought_in(college: College) -> None:
    major = MAJORS[3]
    college.add(
        "2.12.1",
        "培训中心",
        {
            "引进类别": "中外合作办学项目",
            "合作办学机构/项目名称": "软件技术专业合作办学项目（示例）",
            "外方院校（机构）名称（中文）": "示例理工学院",
            "外方院校（机构）名称（英文）": "Example Institute of Technology",
            "合作国家（地区）": "新加坡",
            "批准部门": "四川省教育厅",
            "批准文号": "示例文件〔2020〕3号",
            "批准日期（年月）": "2020-05",
            "招生开始年份": 2020,
            "招生截止年份": 2024,
            "开办期数": 2,
            "每期招生人数": 30,
            "在校生数（人）": 58,
            "招生数": 30,
            "毕业生数": 0,
            "授予学位数": 0,
            "开设专业代码": major[1],
            "专业名称": major[0],
            "外国留学生数（人）": 0,
            "引进课程（标准）数（门）": 6,
            "引进教材数（种）": 3,
            "引进外教人数（人）": 2,
            "经费投入（万元）": 30,
        },
    )


def _gone_out(college: College) -> None:
    college.add(
        "2.12.2",
        "培训中心",
        {
            "走出去类别": "技术服务与培训",
            "项目（办学点）名称": "老挝农业技术培训（示例）",
            "国家（地区）": "老挝",
            "境外合作单位名称": "示例农业技术学校",
            "伴随“走出去”企业名称": company(7),
            "伴随“走出去”企业统一社会信用代码": company_code(7),
            "开始日期": "2022-03-07",
            "结束日期": "2022-04-01",
            "批准部门": "四川省教育厅",
            "互派（派出）留学生/交换生数（人）": 0,
            "教师国外培训（人次）": 4,
            "教师参加国际学术会议（人次）": 1,
            "师生参加国际技能大赛（人次）": 2,
            "师生参加国际文化交流（人次）": 6,
            "境外办学在校生数": 0,
            "境外培训量（人日）": 320,
            "被境外采用的专业标准数": 0,
            "被境外采用的课程标准数": 1,
            "派出专任教师数（人）": 2,
            "派出专任教师驻外天数（人天）": 50,
            "投入经费（万元）": 12,
        },
    )


def _prizes(college: College) -> None:
    students = college.rows("1.5.1")
    prizes = [
        ("数控综合应用技术", "技能大赛", "省部级", "二等", "2022-04", 63),
        ("移动应用开发", "技能大赛", "省部级", "三等", "2022-04", 3 * 189 + 63),
        ("“互联网+”创新创业大赛", "创新创业", "省部级", "三等", "2022-06", 9 * 189 + 70),
        ("大学生艺术展演", "文体", "地市级", "一等", "2021-12", 12 * 189 + 64),
    ]
    for number, (name, kind, level, grade, day, at) in enumerate(prizes):
        winners = students[at : at + 2]
        teacher = college.teachers[number]
        college.add(
            "2.13.1",
            "学生处",
            {
                "项目名称（全称）": name,
                "项目类别": kind,
                "级别": level,
                "获奖等级": grade,
                "获奖日期（年月）": day,
                "获奖学生（学生名单）": ",".join(f"{row['姓名']}({row['学号']})" for row in winners),
                "指导教师名单": teacher["姓名"],
                "主办（授奖）单位": "四川省教育厅" if level == "省部级" else "资阳市教育和体育局",
                "所属专业代码": winners[0]["专业代码"],
            },
        )


def _grants(college: College) -> None:
    grants = [
        ("国家奖学金", "奖学金", "国家", "中央财政", 8000, 3),
        ("国家励志奖学金", "奖学金", "国家", "中央财政", 5000, 90),
        ("国家助学金", "助学金", "国家", "中央财政", 3300, 600),
        ("学校奖学金", "奖学金", "校", "学校事业收入提取", 600, 300),
        ("勤工助学", "勤工助学", "校", "学校事业收入提取", 1500, 120),
        ("企业助学金", "助学金", "企业社会", "企事业单位、社会或个人捐赠", 2000, 25),
    ]
    holder = college.rows("1.5.1")[80]
    for name, kind, level, source, each, number in grants:
        first = name == "国家奖学金"
        college.add(
            "2.13.2",
            "学生处",
            {
                "项目名称（全称）": name,
                "项目种类": kind,
                "级别": level,
                "奖助范围": "全校",
                "资金来源": source,
                "资助单位/个人": company(1) if "捐赠" in source else "",
                "奖助标准（元/人·年）": each,
                "奖助人数（人）": number,
                "奖助金额（万元）": round(each * number / 10000, 2),
                "明细<学号>": holder["学号"] if first else "",
                "明细<姓名>": holder["姓名"] if first else "",
                "明细<申请日期>": "2021-10-11" if first else "",
                "明细<审批时间>": "2021-11-22" if first else "",
                "明细<审批状态>": "通过" if first else "",
            },
        )


def _societies(college: College) -> None:
    for number, (name, kind) in enumerate(SOCIETIES, start=1):
        head, prized = college.rows("1.5.1")[189 * number + 70], number == 2
        college.add(
            "2.14.1",
            "学生处",
            {
                "社团代码": f"ST{number:02d}",
                "社团名称（全称）": name,
                "社团类别": kind,
                "登记日期（年月）": f"{2015 + number}-10",
                "批准单位（部门）": "学生处",
                "注册（挂靠）单位": "学生处",
                "现有成员（人）": 40 + number,
                "负责人<姓名>": head["姓名"],
                "负责人<学号>": head["学号"],
                "负责人<所在年级>": head["年级（现在年级）"],
                "负责人<单位职务>": "社长",
                "指导教师名单（教工号）": college.teachers[number]["教工号"],
                "学校指导（分管）部门": "学生处",
                "是否设有学分（学时）": "否",
                "主要活动内容": "日常活动、校内展示",
                "举办活动次数（次）": 8 + number,
                "参与活动总人数（人次）": 400,
                "会员数量（人）<总数>": 40 + number,
                "会员数量（人）<教工数>": 2,
                "会员数量（人）<学生数>": 38 + number,
                "活动经费（元）": 3000,
                "活动经费来源（元）<会费>": 800,
                "活动经费来源（元）<学校拨款>": 2000,
                "活动经费来源（元）<捐款>": 200,
                "活动经费来源（元）<其他>": 0,
                "是否有获奖项目": "是" if prized else "否",
                "获奖<项目名称>": "省级优秀学生社团" if prized else "",
                "获奖<级别>": "省部级" if prized else "",
                "获奖<日期>": "2022-05" if prized else "",
                "获奖<颁奖单位>": "共青团四川省委" if prized else "",
                "解散日期": "2022-06" if number == 6 else "",
            },
        )
