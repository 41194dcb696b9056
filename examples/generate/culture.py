"""Publicity, public opinion, safety and moral education: 2.17.x and 2.18.x."""

from __future__ import annotations

from school import CLOUD, UNITS, College

IDEOLOGY = range(168, 184)  # the teachers of 思政部, counted from 0
FIRST_COUNSELLOR, COUNSELLORS = 60, 16  # party members of the units, so many from this one on


def fill(college: College) -> None:
    """Fill the tables of publicity, security and student affairs."""
    _publicity(college)
    _activity_week(college)
    _from_the_cloud(college)
    _ideology_staff(college)
    _counselling_staff(college)
    _safety(college)
    _activities(college)
    _lectures(college)
    _reader(college)


def _publicity(college: College) -> None:
    reports = [
        ("学校召开产教融合对接会", "新闻报道", "示例日报", "市级", "报纸", "2021-10-12", "A3 版", "校企合作"),
        ("技能大赛获奖学生风采", "专题", "示例教育网", "省级", "网站", "2022-04-28", "", "技能竞赛"),
        ("开学第一课", "公众号推文", "学校公众号", "校级自媒体", "微信", "2021-09-03", "", "党建思政"),
        ("校园开放日短视频", "短视频", "学校抖音号", "校级自媒体", "抖音", "2022-05-09", "", "招生就业"),
    ]
    for number, (title, form, media, level, kind, day, page, topic) in enumerate(reports, start=1):
        college.add(
            "2.17.1",
            "党政办-宣传中心",
            {
                "报道（作品）标题": title,
                "宣传形式": form,
                "媒体名称": media,
                "媒体级别": level,
                "媒体类型": kind,
                "发布日期": day,
                "链接（URL）/版面": page or f"https://media.example.cn/{number}",
                "主题": topic,
                "阅读（播放）量": 800 * number,
                "供稿部门": "党政办-宣传中心",
                "学校账号<名称>": "示例学院公众号,示例学院抖音号" if number == 1 else "",
                "学校账号<粉丝数>": "12000,3500" if number == 1 else "",
            },
        )


def _activity_week(college: College) -> None:
    for name, kind, first, last in (
        ("职教活动周启动仪式", "启动仪式", "2022-05-08", "2022-05-08"),
        ("校园开放日", "校园开放", "2022-05-09", "2022-05-10"),
        ("技能展示周", "技能展示", "2022-05-08", "2022-05-14"),
    ):
        college.add(
            "2.17.2",
            "党政办-宣传中心",
            {
                "年度": 2022,
                "活动名称": name,
                "活动主题": "技能：让生活更美好",
                "活动类型": kind,
                "活动开始日期": first,
                "活动结束日期": last,
                "活动地点": "学校",
                "承办部门": "教务处",
                "参与学生人数": 300,
                "参与教师人数": 30,
                "参与社会人数": 80,
                "参与企业数（个）": 6,
                "媒体报道数（篇）": 2,
                "新闻链接": "https://www.example.edu.cn/week",
            },
        )


def _from_the_cloud(college: College) -> None:
    for number, (title, kind, mood) in enumerate(
        [("学生技能大赛获奖引关注", "其他", "正面"), ("网民咨询食堂价格", "食堂后勤", "中性")], start=1
    ):
        college.add(
            "2.17.3",
            CLOUD,
            {
                "舆情标题": title,
                "舆情类型": kind,
                "情感倾向": mood,
                "来源媒体（平台）": "示例论坛",
                "链接": f"https://bbs.example.cn/{number}",
                "发布时间": f"2022-04-{10 + number} 09:30",
                "阅读量": 500,
                "转发量": 12,
                "评论量": 20,
                "舆情等级": "一般",
                "处置状态": "已处置",
                "处置说明": "已回复",
            },
        )
    college.add(
        "2.17.4",
        CLOUD,
        {
            "案例名称": "校企共建实训基地的做法（示例）",
            "案例类别": "产教融合",
            "级别": "省部级",
            "评选（收录）单位": "四川省教育厅",
            "发布日期（年月）": "2022-06",
            "案例负责人（完成人）": "示例负责人",
            "摘要": "程序生成的示例案例。",
            "链接/附件": "https://www.example.edu.cn/case",
        },
    )


def _ideology_staff(college: College) -> None:
    units = college.teachers[FIRST_COUNSELLOR : IDEOLOGY.start]
    counsellors = [teacher for teacher in units if teacher["政治面貌"] == "中共党员"][:COUNSELLORS]
    lecturers = [college.teachers[at] for at in IDEOLOGY]
    for number, teacher in enumerate([*lecturers, *counsellors]):
        counsellor = number >= len(lecturers)
        college.add(
            "2.18.1",
            "学生处",
            {
                "教工号": teacher["教工号"],
                "教师姓名": teacher["姓名"],
                "人员类型": "专职辅导员" if counsellor else "专职思政课教师",
                "所属部门": teacher["所属部门（教师所属系部／任职部门）"],
                "教龄（年）": 8,
                "思政课年限（年）": "" if counsellor else 8,
                "班主任辅导员年限（年）": 5 if counsellor else "",
                "本岗位工作年限（年）": 5,
                "从事学生管理年限（年）": 5 if counsellor else 0,
                "是否专职政治辅导员": "是" if counsellor else "否",
                "专科所学专业名称": "思想政治教育" if number == 1 else "",
                "本科所学专业名称": "思想政治教育",
                "硕士所学专业名称": "马克思主义理论" if number % 2 == 0 else "",
                "博士所学专业名称": "马克思主义理论" if number == 0 else "",
                "政治面貌": teacher["政治面貌"],
                "所带学生数（人）": 189 if counsellor else "",
            },
        )


def _counselling_staff(college: College) -> None:
    for number in range(3):
        teacher, certified = college.teachers[120 + number], number < 2
        college.add(
            "2.18.2",
            "学生处",
            {
                "教工号": teacher["教工号"],
                "教师姓名": teacher["姓名"],
                "性别": teacher["性别"],
                "专职/兼职": "专职" if certified else "兼职",
                "是否心理健康课教师": "是",
                "是否心理咨询师（是否专职心理咨询师）": "是" if certified else "否",
                "是否持有“心理咨询师”资格证书": "是" if certified else "否",
                "证书编号": f"XL{number + 1:06d}" if certified else "",
                "是否接受过（心理学类）专业教育": "是",
                "所学专业": "应用心理学",
                "最高学历": teacher["最高学历"],
                "学位": teacher["最高学位"],
                "从事心理健康工作年限（年）": 6,
                "学年接待咨询人次": 120,
                "授课学时": 64,
                "培训学时": 48,
            },
        )


def _safety(college: College) -> None:
    for party, accidents in (("安全保卫处", 1), ("学生处", 0)):
        college.add(
            "2.18.3",
            party,
            {
                "安全管理机构名称": party,
                "安全责任人": "周示例",
                "分管领导": "林示例",
                "专职保卫（安全）人员数": 6,
                "兼职人员数": 4,
                "保安人数": 18,
                "安全管理制度数（项）": 22,
                "应急预案数（项）": 9,
                "安全教育课/讲座次数": 12,
                "安全教育课/讲座参加人次": 5200,
                "应急演练次数": 4,
                "应急演练参加人次": 3000,
                "安全检查次数": 24,
                "隐患数": 15,
                "整改数": 15,
                "安全经费投入（万元）": 36,
                "视频监控点位数（个）": 420,
                "一键报警是否接入公安": "是",
                "安全事故数（起）": accidents,
                "其中：责任事故": 0,
                "其中：死亡人数": 0,
                "其中：受伤人数": accidents,
                "事故<发生日期>": "2022-03-16" if accidents else "",
                "事故<类别>": "交通" if accidents else "",
                "事故<地点>": "校门外路口" if accidents else "",
                "事故<伤亡>": "轻伤 1 人" if accidents else "",
                "事故<处置>": "已送医并通知家长" if accidents else "",
            },
        )


def _activities(college: College) -> None:
    for number, (name, side, kind, level) in enumerate(
        [
            ("“三下乡”社会实践", "实践", "社会实践", "省部级"),
            ("校园读书月", "文化", "竞赛", "校级"),
            ("心理健康月", "心理", "讲座", "校级"),
            ("资助宣传月", "资助", "主题班会", "校级"),
        ],
        start=1,
    ):
        college.add(
            "2.18.4",
            "学生处",
            {
                "活动编号": f"YR{number:03d}",
                "活动名称": name,
                "活动板块（育人类型）": side,
                "所属专题": "立德树人",
                "主题": name,
                "活动类型": kind,
                "活动内容": f"{name}系列活动",
                "主办单位": "学生处",
                "主办单位级别": level,
                "开始日期": f"2022-0{number + 2}-06",
                "结束日期": f"2022-0{number + 2}-20",
                "学校负责人": "王示例",
                "联系方式": "028-26110200",
                "本校教师参与人数": 20,
                "外校教师参与人数": 0,
                "本校学生参与人数": 400 * number,
                "外校学生参与人数": 0,
                "获得荣誉": "优秀组织奖" if number == 1 else "",
            },
        )


def _lectures(college: College) -> None:
    for number, (kind, form, hours) in enumerate(
        [
            ("党史学习", "讲座", 4),
            ("劳动教育", "实践", 18),
            ("国家安全", "主题班会", 2),
            ("防诈骗", "讲座", 2),
        ]
    ):
        college.add(
            "2.18.5",
            "学生处",
            {
                "专题类别": kind,
                "专题名称": f"{kind}专题",
                "开展形式": form,
                "开始日期": f"2021-1{number % 3}-08",
                "结束日期": f"2021-1{number % 3}-12",
                "学时（课时）数": hours,
                "主讲人": "王示例",
                "主讲人单位": UNITS[number],
                "主办部门": "学生处",
                "参加学生人数": 900,
                "参加教师人数": 30,
                "覆盖年级": "2020,2021",
                "成效/链接": "https://www.example.edu.cn/topic",
            },
        )


def _reader(college: College) -> None:
    course = next(row for row in college.rows("1.3.1") if row["课程名称"] == "形势与政策")
    used = {
        "是否使用": "是",
        "读本版本（名称）": "学生读本（高中）",
        "ISBN号": "9787107357701",
        "使用课程名称": course["课程名称"],
        "课程代码": course["课程代码"],
        "使用年级": "2021",
        "使用学期": "2021-2022学年第一学期",
        "使用方式": "融入思政课",
        "授课学时": 8,
        "使用班级数": 16,
        "使用学生数": 1008,
        "任课教师数": 16,
        "订购数量（册）": 1008,
    }
    college.add("2.18.6", "教务处", used)
    college.add(
        "2.18.6",
        "教务处",
        {"是否使用": "否", "读本版本（名称）": "学生读本（高中）", "未使用说明": "2019 级已毕业离校，未开设"},
    )
