"""Where students practise, what they are certified for, whom the college trains: 2.9.x, 2.16.x, 2.19.1."""

from __future__ import annotations

from school import MAJORS, UNITS, College, company

from people import company_code

KINDS = ["实训室", "理实一体化教室", "实验室", "虚拟仿真实训室"]
TRAINED = [
    "企业职工",
    "党政领导干部",
    "教师",
    "农村劳动者",
    "在校学生",
    "老年人",
    "退役军人",
    "残疾人",
    "其他",
]


def fill(college: College) -> None:
    """Fill the tables of practice bases, certificates and training."""
    for number in range(len(MAJORS)):
        _room(college, number)
        _outside_bases(college, number)
    _provincial_bases(college)
    _world_skills(college)
    _instruments(college)
    for number in range(8):
        _certificates(college, number)
    for number, party in enumerate([*UNITS, "培训中心", "培训中心"]):
        _training(college, number, party)


def _room(college: College, number: int) -> None:
    major, joint, project = MAJORS[number], number % 2 == 0, number < 3
    college.add(
        "2.9.1",
        "教务处",
        {
            "实践教学场所（基地）编号": f"SX{number + 1:03d}",
            "实践教学场所（基地）名称": f"{major[0]}实训室",
            "场所类型": KINDS[number % 4],
            "所属管理单位（院系）": UNITS[major[2]],
            "建立日期（年月）": f"{2010 + number % 8}-09",
            "面向专业（专业代码）": f"{major[1]},{MAJORS[number ^ 1][1]}",
            "实训基地项目<立项部门>": "四川省教育厅" if project else "",
            "实训基地项目<批准日期（年）>": 2019 if project else "",
            "建筑面积（平方米）": 235 + 10 * (number % 4),
            "是否校企共建": "是" if joint else "否",
            "合作企业名称": company(number + 1) if joint else "",
            "设备值（万元）<设备总值>": 56.25,
            "设备值（万元）<当年新增设备值>": 6 if joint else 5.25,
            "当年设备来源（万元）<自主研制设备值>": 0,
            "当年设备来源（万元）<社会捐赠设备值>": 1 if joint else 0,
            "当年设备来源（万元）<社会准捐赠设备值>": 0,
            "设备数（台套）<设备总数>": 70,
            "设备数（台套）<大型设备数>": 2,
            "实训项目<项目个数>": 12,
            "实训项目<主要项目名称>": f"{major[0]}基本操作,{major[0]}综合实训",
            "学年使用频率（人时）<校内>": 9600,
            "学年使用频率（人时）<社会>": 320,
            "学年内基地使用时间": 180,
            "工位数（个）": 60,
            "原材料（耗材）费用（万元）": 1.25,
            "设备维护费用（万元）": 0.65 if joint else 0.6,
            "专职管理人员（名）": 1,
            "兼职管理人员（名）": 1,
            "负责人教工号": college.teachers[number]["教工号"],
            "房间号/所在楼宇": f"实训楼 {301 + number}",
            "是否虚拟仿真": "是" if number % 4 == 3 else "否",
            "是否对外服务（社会培训/技能鉴定）": "是" if joint else "否",
        },
    )


def _outside_bases(college: College, number: int) -> None:
    major = MAJORS[number]
    for partner in (number + 1, number + 3):
        code = company_code((partner - 1) % 20 + 1)
        college.add(
            "2.9.3",
            "合就处",
            {
                "基地名称（全称）": f"{company(partner)}实习基地",
                "依托单位（企业名称）": company(partner),
                "统一社会信用代码": code,
                "建立日期（年月）": "2019-06",
                "协议有效期至（年月）": "2024-06",
                "是否校企共建": "是",
                "面向专业<专业代码>": major[1],
                "面向专业<专业名称>": major[0],
                "实习实训项目<总数（个）>": 6,
                "实习实训项目<主要项目>": "认识实习,岗位实习",
                "接待学生量（人次）": 90,
                "基地使用时间（天）": 150,
                "接受半年顶岗（岗位）实习学生数（人）": 25,
                "是否有住宿条件": "是",
                "基地是否发放学生实习补贴": "是",
                "学校向基地支付专项实习经费（元/生）": 200,
                "学校派指导教师/学生管理人员（人次）": 4,
                "接收应届毕业生就业数（人）": 5,
                "所在省份": "四川",
                "所在地市": "资阳市",
            },
        )


def _provincial_bases(college: College) -> None:
    rooms = college.rows("2.9.1")
    for number, kind in ((0, "生产性实训基地"), (1, "技能人才培训基地"), (3, "虚拟仿真实训基地")):
        major, room = MAJORS[number], rooms[number]
        college.add(
            "2.9.2",
            "合就处",
            {
                "实训基地名称（全称）": room["实践教学场所（基地）名称"],
                "级别": "省级",
                "基地类别": kind,
                "立项（批准）部门": "四川省教育厅",
                "立项文号": "示例文件〔2019〕15号",
                "批准日期（年月）": "2019-11",
                "面向专业代码": major[1],
                "牵头/参与": "牵头",
                "合作企业名称": company(number + 1),
                "建筑面积（平方米）": room["建筑面积（平方米）"],
                "工位数（个）": room["工位数（个）"],
                "设备总值（万元）": room["设备值（万元）<设备总值>"],
                "建设经费（万元）<财政>": 40,
                "建设经费（万元）<企业>": 20,
                "建设经费（万元）<学校自筹>": 30,
                "学年培训人次<校内>": 600,
                "学年培训人次<社会>": 120,
                "负责人教工号": college.teachers[number]["教工号"],
            },
        )


def _world_skills(college: College) -> None:
    for event, medals in (("数控车", 1), ("移动机器人", 0), ("CAD机械设计", 0)):
        college.add(
            "2.9.4",
            "教务处",
            {
                "基地名称（全称）": "世界技能大赛四川集训基地（示例）",
                "级别": "省级",
                "世赛项目名称": event,
                "世赛届次": "第46届",
                "批准部门": "四川省人力资源和社会保障厅",
                "批准文号": "示例文件〔2021〕7号",
                "批准日期（年月）": "2021-03",
                "面向专业代码": "460103",
                "基地面积（平方米）": 300,
                "设备值（万元）": 120,
                "投入经费（万元）": 30,
                "专家/教练人数": 3,
                "集训选手人数": 4,
                "获奖情况<金>": 0,
                "获奖情况<银>": 0,
                "获奖情况<铜>": medals,
                "获奖情况<优胜>": 1,
            },
        )


def _instruments(college: College) -> None:
    for number, (name, english) in enumerate(
        [
            ("五轴加工中心", "Five-axis machining centre"),
            ("工业机器人工作站", "Industrial robot cell"),
            ("三坐标测量机", "Coordinate measuring machine"),
            ("气相色谱仪", "Gas chromatograph"),
        ]
    ):
        keeper = college.teachers[number]
        college.add(
            "2.9.5",
            "教务处",
            {
                "仪器编号（仪器号）": f"YQ{2019000 + number}",
                "仪器名称": name,
                "英文名称": english,
                "分类号（资产分类）": "03040400",
                "型号、规格": f"示例-{number + 1}",
                "价格币种": "人民币",
                "单价（仪器价格，元）": 280000 + 10000 * number,
                "生产国别": "中国",
                "生产厂家": "示例设备厂",
                "购置日期": "2019-06",
                "出厂日期": "2019-03",
                "经费科目": "教育事业费",
                "设备来源": "外购",
                "使用状况": "使用",
                "存放地（房间号）/所属实践教学场所": f"{MAJORS[number][0]}实训室",
                "领用单位": UNITS[MAJORS[number][2]],
                "设备负责人教工号": keeper["教工号"],
                "设备负责人姓名": keeper["姓名"],
                "使用机时（小时）<教学>": 820,
                "使用机时（小时）<科研>": 120,
                "使用机时（小时）<社会服务>": 60,
                "使用机时（小时）<开放>": 40,
                "测样数（个）": 200,
                "培训人员数<学生>": 120,
                "培训人员数<教师>": 6,
                "培训人员数<其他>": 10,
                "教学实验项目数": 8,
                "科研项目数": 1,
                "社会服务项目数": 1,
                "维修费用（万元）": 0.8,
            },
        )


def _certificates(college: College, number: int) -> None:
    major = MAJORS[2 * number]
    social = {"社会人员考证人数": 20, "社会人员获证人数": 16}
    college.add(
        "2.16.1",
        "培训中心",
        {
            "专业名称": major[0],
            "专业代码": major[1],
            "证书名称": "示例职业资格证书",
            "证书类别": "水平评价类",
            "证书等级": "三级（高级工）",
            "发证机构": "四川省职业技能鉴定中心",
            "鉴定地点": "学校",
            "获取人数": 40,
            "其中：应届毕业生获取人数<初级>": 0,
            "其中：应届毕业生获取人数<中级>": 8,
            "其中：应届毕业生获取人数<高级>": 30 if major[6] == 3 else 0,
            "其中：应届毕业生获取人数<无等级>": 0,
            **social,
            "获证日期（学年）": "2021-2022",
        },
    )
    college.add(
        "2.16.2",
        "培训中心",
        {
            "专业名称": major[0],
            "专业代码": major[1],
            "证书名称": "示例技能等级证书",
            "发证机构": "示例评价机构",
            "证书等级": "四级（中级工）",
            "获取人数": 35,
            "鉴定地点": "学校",
            **social,
        },
    )
    courses = [
        row
        for row in college.rows("1.3.1")
        if row["专业代码"] == major[1] and row["是否课证融通课程"] == "是"
    ]
    college.add(
        "2.16.3",
        "培训中心",
        {
            "专业名称": major[0],
            "专业代码": major[1],
            "证书名称": f"{major[0]}X证书（示例）",
            "证书号（标准编码）": f"X{number + 1:05d}",
            "发证机构（培训评价组织）名称": "示例评价组织",
            "发证机构（培训评价组织）编码": f"PJ{number + 1:03d}",
            "证书等级": "中级",
            "证书类型": "1+X",
            "参加考核人数": 50,
            "获取人数": 44,
            "通过率（%）": 88,
            "鉴定（考核）地点/考核站点": "学校",
            "对应课程（课证融通）代码": ",".join(str(row["课程代码"]) for row in courses[:2]),
            **social,
        },
    )


def _training(college: College, number: int, party: str) -> None:
    kinds = ["技能培训", "岗前", "师资", "乡村振兴", "1+X", "退役军人"]
    sources = ["非财政资金支付", "财政资金支付", "免费公益项目"]
    source = sources[number % 3]
    people = {f"培训人数<{kind}>": 0 for kind in TRAINED}
    people |= {"培训人数<企业职工>": 40, "培训人数<农村劳动者>": 20}
    inside = college.teachers[number]["姓名"]
    outside = college.rows("1.4.2")[number]["姓名"]
    college.add(
        "2.19.1",
        party,
        {
            "培训项目名称": f"{party}培训班（第{number + 1}期）",
            "培训类别": kinds[number % len(kinds)],
            "委托（购买）单位名称": company(number + 1),
            "承办部门": party,
            "面向专业代码": MAJORS[2 * (number % 8)][1],
            "主要资金来源类型": source,
            "到账经费（万元）_财政资金支付": 20 if source == "财政资金支付" else 0,
            "到账经费（万元）_非财政资金支付": 10 if source == "非财政资金支付" else 0,
            "到账经费（万元）_免费公益项目": 2 if source == "免费公益项目" else 0,
            "培训开始日期": f"2022-{number % 6 + 1:02d}-10",
            "培训结束日期": f"2022-{number % 6 + 1:02d}-14",
            "培训时间（学时）": 40,
            "培训天数（天）": 5,
            "培训形式": "线下" if number % 2 else "混合",
            **people,
            "培训总人次": 60,
            "培训总量（人天/人日）": 300,
            "其中：特定群体（人次）": 20,
            "其中：小微企业（人次）": 15,
            "是否颁发证书": "是",
            "获证人数": 55,
            "授课教师姓名（校内）": inside,
            "外聘人员姓名": outside,
        },
    )
