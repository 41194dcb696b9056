"""The school as a whole: 1.1.x, and what is said about its majors in 1.2.2 and 1.2.3."""

from __future__ import annotations

from school import MAJORS, UNITS, College, six

FLOORS = {  # 平方米；the sums below follow from these
    "其中：教室": 18000,
    "其中：图书馆": 6000,
    "其中：实验室、实习场所（实验实习用房）": 9000,
    "其中：专用科研用房": 500,
    "其中：体育馆（室内体育用房）": 3000,
    "其中：会堂": 1500,
    "其中：师生活动用房": 1000,
    "其中：继续教育用房": 1000,
}
LIVING = {
    "其中：学生宿舍（公寓）": 24000,
    "其中：学生食堂": 4000,
    "其中：教工宿舍（公寓）": 1500,
    "其中：教工食堂": 300,
    "其中：生活福利及附属用房（后勤及辅助用房）": 1200,
}


def fill(college: College) -> None:
    """Fill the tables of the school's own offices."""
    _school(college)
    _contact(college)
    _buildings(college)
    _equipment(college)
    _library(college)
    _awards(college)
    _groups(college)
    _changes(college)


def _school(college: College) -> None:
    college.add(
        "1.1.1",
        "党政办",
        {
            "学校标识码": "4151099999",
            "学校名称（全称）": "资阳环境科技职业学院（示例）",
            "学校英文名称": "Ziyang Environment Science and Technology Vocational College (Example)",
            "所在地区（省、自治区、直辖市）": "四川",
            "所在城市": "资阳市",
            "当前校名启用日期（年月）": "2015-06",
            "建校日期（年月）": "2008-05",
            "建校基础": "新建",
            "学校举办者名称（全称）": "示例教育投资有限公司",
            "学校举办者性质": "企业",
            "学校举办者级别": "企业（集团）",
            "办学类型": "高等职业学校（专科）",
            "学校性质类别": "理工",
            "属地管理教育行政部门": "四川省教育厅",
            "校训": "厚德强技",
            "示范性高等职业院校性质": "优质",
            "示范性高等职业院校级别": "省部级",
            "示范性高等职业院校立项部门": "四川省教育厅",
            "示范性高等职业院校立项日期（年）": 2019,
            "双高计划建设类型": "无",
            "第一轮评估日期（年月）": "2014-11",
            "第一轮评估结论": "通过",
            "是否未接受评估": "否",
            "是否社区教育示范校": "否",
            "校区数量": 1,
            "学校简介": "程序生成的示例学校，用来演示状态数据采集。",
        },
    )


def _contact(college: College) -> None:
    college.add(
        "1.1.2",
        "党政办",
        {
            "通信地址": "四川省资阳市示例大道1号",
            "邮政编码": "641300",
            "学校网址": "https://www.example.edu.cn",
            "法定代表人姓名": "林示例",
            "法定代表人职务": "院长",
            "法定代表人区号-电话号码": "028-26110001",
            "法定代表人区号-传真号": "028-26110002",
            "法定代表人电子邮箱": "president@example.edu.cn",
            "党委书记姓名": "周示例",
            "校长姓名": "林示例",
            "联系人姓名": college.teachers[184]["姓名"],
            "联系人部门": "党政办",
            "联系人职务": "主任",
            "联系人区号-电话号码": "028-26110003",
            "联系人移动电话": "13800000001",
            "联系人电子邮箱": "office@example.edu.cn",
        },
    )


def _buildings(college: College) -> None:
    teaching, living, offices, homes, other = sum(FLOORS.values()), sum(LIVING.values()), 5000, 2000, 1000
    college.add(
        "1.1.4",
        "党政办",
        {
            "校区名称": "主校区",
            "占地面积": 240000,
            "学校产权占地面积": 230000,
            "非学校产权独立使用占地面积": 10000,
            "非学校产权共同使用占地面积": 0,
            "绿化用地面积": 80000,
            "运动场地面积": 30000,
            "总建筑面积": teaching + living + offices + homes + other,
            "学校产权校舍建筑面积": teaching + living + offices + homes,
            "其中：当年新增校舍": 1200,
            "正在施工校舍建筑面积": 3500,
            "非学校产权独立使用校舍建筑面积": other,
            "教学科研及辅助用房（教学及辅助用房）": teaching,
            **FLOORS,
            "行政办公用房": offices,
            "生活用房": living,
            **LIVING,
            "教工住宅": homes,
            "其他用房": other,
            "一体化教室面积": 2500,
        },
    )


def _equipment(college: College) -> None:
    rooms = college.rows("2.9.1")
    college.add(
        "1.1.5",
        "后勤处-财务中心",
        {
            "固定资产总值（万元）": 32000,
            "教学、科研仪器设备资产总值（万元）": 2600,
            "当年新增教学、科研仪器设备资产值（万元）": 320,
            "其中：实训（实践教学）设备值（万元）": sum(
                float(str(row["设备值（万元）<设备总值>"])) for row in rooms
            ),
            "信息化设备资产值（万元）": 600,
            "单价10万元以上仪器设备台（套）数": len(college.rows("2.9.5")),
            "计算机数合计（台）": 1500,
            "教学用计算机（台）": 1200,
            "其中：平板电脑（台）": 40,
            "公共机房计算机（台）": 400,
            "专业机房计算机（台）": 600,
            "教室数合计（间）": 160,
            "网络多媒体教室（间）": 120,
            "多媒体教室和语音实验室座位数（个）": 5400,
            "校内实践教学工位数（个）": sum(int(str(row["工位数（个）"])) for row in rooms),
        },
    )


def _library(college: College) -> None:
    college.add(
        "1.1.6",
        "图书馆",
        {
            "纸质图书总册数（万册）": 25.6,
            "本学年新增纸质图书（万册）": 1.2,
            "中文纸质专业期刊（种）": 320,
            "外文纸质专业期刊（种）": 12,
            "电子专业期刊（种）": 5200,
            "电子图书（册）": 180000,
            "数据库（个）": 6,
            "音视频（小时）": 3200,
            "阅览室座位数（个）": 900,
            "年图书流通量（册次）": 42000,
            "当年图书购置费（万元）": 60,
        },
    )


def _awards(college: College) -> None:
    awards = [
        ("职业教育教学成果奖", "省部级", "二等", "教学成果", "2022-05", "四川省人民政府", "牵头"),
        ("全省教育系统先进集体", "省部级", "不分等级", "综合荣誉", "2021-09", "四川省教育厅", "牵头"),
        ("职业院校技能大赛优秀组织奖", "省部级", "优秀", "竞赛组织", "2022-04", "四川省教育厅", "承办"),
        ("智慧校园建设典型案例", "地市级", "一等", "信息化", "2021-12", "资阳市教育和体育局", "参与"),
    ]
    for name, level, grade, kind, day, by, form in awards:
        college.add(
            "1.1.7",
            "党政办",
            {
                "项目名称（全称）": name,
                "级别": level,
                "获奖等级": grade,
                "荣誉类型": kind,
                "获奖日期（年月）": day,
                "颁奖单位（全称）": by,
                "文件名称及文号": "示例文件〔2022〕1号",
                "获奖形式": form,
            },
        )


def _groups(college: College) -> None:
    for number, (first, level) in enumerate([(0, "省级"), (2, "校级"), (8, "校级")], start=1):
        majors = MAJORS[first : first + 2]
        college.add(
            "1.2.2",
            "教务处",
            {
                "专业群代码": f"Q{number:02d}",
                "专业群名称": f"{majors[0][0]}专业群",
                "专业群级别": level,
                "建立年月": f"{2018 + number}-03",
                "立项部门": "四川省教育厅" if level == "省级" else "",
                "立项文号": f"示例文件〔{2018 + number}〕8号",
                "核心专业代码": majors[0][1],
                "包含专业代码": ",".join(major[1] for major in majors),
                "包含专业数（个）": len(majors),
                "面向产业（链）": f"{majors[0][0]}产业链",
                "专业群负责人教工号": college.teachers[first // 2]["教工号"],
                "牵头院系": UNITS[majors[0][2]],
                "当年建设经费（万元）": 20 * number,
            },
        )
        for row in college.rows("1.2.1")[first : first + 2]:
            row["所属专业群名称"] = f"{majors[0][0]}专业群"


def _changes(college: College) -> None:
    renamed, stopped = MAJORS[8], MAJORS[15]
    for major, kind, day in ((renamed, "更名", "2021-12"), (stopped, "停招", "2022-06")):
        record = six(major)
        college.add(
            "1.2.3",
            "教务处",
            {
                "专业代码": major[1],
                "专业名称": major[0],
                "专业层次": record["专业层次"],
                "学制（年）": major[6],
                "所属院系（部）": UNITS[major[2]],
                "变动类型": kind,
                "变动日期（年月）": day,
                "变动前专业代码": "630302" if kind == "更名" else "",
                "变动前专业名称": "会计" if kind == "更名" else "",
                "批准（备案）部门": "四川省教育厅",
                "批准（备案）文号": "示例文件〔2021〕12号",
                "变动原因": "新版专业目录" if kind == "更名" else "扩招结束",
            },
        )
