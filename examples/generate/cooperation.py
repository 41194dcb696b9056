"""The college and its companies: 2.6.x, 2.7.1, and the visits of 2.8.x, which come from the cloud platform."""

from __future__ import annotations

from school import CLOUD, MAJORS, College, Row, company, six

from people import company_code

PARTNERS = 3  # companies of a major
APPRENTICE = {"现代学徒制", "企业新型学徒制"}


def fill(college: College) -> None:
    """Fill the tables of the office for cooperation, and the visits."""
    for number in range(len(MAJORS)):
        _partners(college, number)
    for number, major in enumerate(MAJORS):
        if major[3] in APPRENTICE:
            for grade in (2019, 2020, 2021):
                _apprentices(college, number, grade)
    _group(college)
    _mixed_ownership(college)
    _visits(college)
    _entrepreneurs(college)


def _firm(number: int) -> Row:
    return {"统一社会信用代码": company_code((number - 1) % 20 + 1)}


def _partners(college: College, number: int) -> None:
    major = MAJORS[number]
    for order in range(PARTNERS):
        first, partner = order == 0, number + 1 + order
        project = first and number < 2
        college.add(
            "2.6.1",
            "合就处",
            {
                "专业代码": major[1],
                "专业名称": major[0],
                "合作企业名称（全称）": company(partner),
                **_firm(partner),
                "合作开始年月": f"{2017 + order}-09",
                "合作截止年月": f"{2023 + order}-08",
                "合作形式": "共建基地,订单" if major[3] == "订单班" and first else "共建基地",
                "主要合作企业": "是" if first else "否",
                "订单培养人数": 63 if major[3] == "订单班" and first else 0,
                "共同开发课程门数": 2 if first else 0,
                "共同开发教材数（种）": 1 if number < 3 and first else 0,
                "支持学校兼职教师数（人）": 2 if first else 0,
                "接受顶岗（岗位）实习学生数（人）": 15,
                "接受毕业生就业数（人）": 2,
                "对学校捐赠设备总值（万元）": 1 if first else 0,
                "对学校准捐赠设备总值（万元）": 0,
                "学校为企业技术服务年收入（万元）": 1.5 if first else 0,
                "学校为企业年培训员工数（人天）": 60,
                "合作项目<项目名称>": f"{major[0]}产业学院（示例）" if project else "",
                "合作项目<类别>": "产业学院" if project else "",
                "合作项目<项目级别>": "校级" if project else "",
                "合作项目<立项文件>": "示例文件〔2021〕30号" if project else "",
                "合作项目<金额（万元）>": 20 if project else "",
                "合作项目<起止时间>": "2021-09 至 2023-08" if project else "",
                "合作项目<当前状态>": "在建" if project else "",
            },
        )


def _apprentices(college: College, number: int, grade: int) -> None:
    major, leaving = MAJORS[number], grade == 2019
    college.add(
        "2.7.1",
        "合就处",
        {
            **six(major),
            "年级": grade,
            "班级名称": f"{major[0]}{grade}级1班",
            "学徒制级别": "省级试点" if number == 1 else "校级",
            "试点批次（年份）": 2018,
            "合作企业名称": company(number + 1),
            **_firm(number + 1),
            "合作开始日期（年月）": f"{grade}-09",
            "合作结束日期（年月）": f"{grade + 3}-06",
            "学徒（学生）数（人）": 63,
            "是否先招生后招工 / 招生招工一体": "先招生后招工",
            "学徒、学校、企业三方（含监护人四方）协议签订数": 63,
            "企业师傅数（人）": 8,
            "校内导师数（人）": 4,
            "企业授课（岗位培养）学时": 400,
            "学校授课学时": 900,
            "学徒月均津贴（元/月）": 1500,
            "企业投入经费（万元）": 6,
            "现代学徒制捐赠收入（万元）": 2,
            "学徒出师（毕业）人数": 60 if leaving else 0,
            "留任企业人数": 20 if leaving else 0,
        },
    )


def _group(college: College) -> None:
    members = {
        "其中：企业": 32,
        "其中：中职": 6,
        "其中：高职": 2,
        "其中：本科": 1,
        "其中：行业组织": 2,
        "其中：科研机构": 1,
        "其中：政府部门": 2,
        "其中：其他": 0,
    }
    college.add(
        "2.6.2",
        "合就处",
        {
            "职教集团名称": "示例装备制造职业教育集团",
            "成立日期（年月）": "2018-11",
            "批准部门": "资阳市教育和体育局",
            "级别": "市级",
            "面向产业（行业）": "装备制造",
            "成员单位总数": sum(members.values()),
            **members,
            "集团内企业人员到校兼职人数（人次）": 24,
            "集团内企业人员任课总量（课时）": 1600,
            "成员单位提供顶岗实习岗位数（个）": 500,
            "到成员单位实习人数": 420,
            "到成员单位实习数量（人月）": 1680,
            "获得集团内企业奖助学金（万元）": 4,
            "为集团内企业培训职工量（人日）": 900,
            "到集团内企业就业人数": 120,
            "订单班<班级数>": 3,
            "订单班<培养人数>": 189,
            "现代学徒制<班级数>": 6,
            "现代学徒制<学生数>": 378,
            "其它联合培养班<班级数>": 0,
            "其它联合培养班<人数>": 0,
            "教师到企业实践数量（人月）": 36,
            "联合技术攻关项目数": 2,
            "合作教研项目数": 3,
            "共享实习实训设备资产总值（万元）": 260,
            "争取政府科技项目<数>": 1,
            "争取政府科技项目<金额（万元）>": 10,
            "技术服务项目<数>": 6,
            "技术服务项目<金额（万元）>": 18,
            "联合社会培训量（人日）": 1200,
            "有无集团化办学章程/理事会": "是",
            "是否实体化运作": "否",
            "是否法人登记": "否",
        },
    )


def _mixed_ownership(college: College) -> None:
    college.add(
        "2.6.3",
        "合就处",
        {
            "混合所有制办学（项目）名称": "数控技术混合所有制实训基地（示例）",
            "办学形式": "实训基地",
            "成立（批准）日期（年月）": "2019-09",
            "批准部门及文号": "示例文件〔2019〕9号",
            "合作企业名称": company(1),
            **_firm(1),
            "合作企业性质": "其他企业",
            "总投资额（万元）": 600,
            "学校投入（万元）": 360,
            "企业投入（万元）": 240,
            "其他投入（万元）": 0,
            "学校股权（出资）比例（%）": 60,
            "企业比例（%）": 40,
            "其他比例（%）": 0,
            "投入方式": "资金,设备",
            "是否独立法人": "否",
            "治理结构": "理事会",
            "涉及专业代码": MAJORS[0][1],
            "在校生数（人）": 189,
            "专任教师数": 12,
            "企业派驻人员数": 4,
            "年收入（万元）": 48,
            "年支出（万元）": 45,
        },
    )


def _visits(college: College) -> None:
    wanted, placed = MAJORS[0], MAJORS[1]
    for number, (who, post) in enumerate((("周示例", "党委书记"), ("林示例", "校长")), start=1):
        college.add(
            "2.8.1",
            CLOUD,
            {
                "走访企业名称": company(number),
                **_firm(number),
                "牵头拜访人（走访人姓名）": who,
                "走访人职务": post,
                "走访（拜访）时间": f"2022-0{number + 3}-15",
                "企业接待人姓名": "王示例",
                "接待人职务": "总经理",
                "访谈成果主要形式": "协议,意向",
                "需求专业代码": wanted[1],
                "需求专业名称": wanted[0],
                "需求专业层次": "高职专科",
                "可提供岗位数": 30,
                "平均薪酬（元）": 4200,
                "接受实习生专业代码": placed[1],
                "接受实习生专业名称": placed[0],
                "接受实习生专业层次": "高职专科",
                "接受实习生人数": 15,
                "接受实习生报酬（元）": 2600,
                "接受学生就业专业代码": wanted[1],
                "接受学生就业专业名称": wanted[0],
                "接受学生就业专业层次": "高职专科",
                "接受学生就业人数": 10,
                "接受学生就业起薪线（元/月）": 4000,
                "其他达成意向的合作": "共建实训室",
                "走访企业类别": "其他",
                "走访新闻链接": "https://www.example.edu.cn/visit",
            },
        )


def _entrepreneurs(college: College) -> None:
    host = college.teachers[0]["姓名"]
    for number, form in ((3, "讲座"), (4, "招聘宣讲")):
        college.add(
            "2.8.2",
            CLOUD,
            {
                "企业名称": company(number),
                **_firm(number),
                "企业家姓名": "李示例",
                "企业家职务": "董事长",
                "活动日期": f"2022-0{number}-22",
                "活动形式": form,
                "活动主题": f"企业家{form}（示例）",
                "校内接待人姓名": host,
                "校内接待人职务": "系主任",
                "参与学生人数": 200,
                "参与教师人数": 10,
                "合作意向（成果）": "达成实习意向",
                "新闻链接": "https://www.example.edu.cn/entrepreneur",
            },
        )
