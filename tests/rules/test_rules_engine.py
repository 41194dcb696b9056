"""How rules are run: outcomes, NULL, messages, and what a rule may not do."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

import toy
from statecollect.catalog import Rule
from statecollect.catalog.sql import columns_in, fault, tables_in, tainted, to_spark
from statecollect.core.containment import contained
from statecollect.core.errors import ProgramFault
from statecollect.rules import BoundRule, RuleResult, rules_of, run
from statecollect.schemas.check import check_catalog, check_table
from statecollect.store import Store

pytestmark = pytest.mark.lowest

ID = "11010519491231002X"


def outcome(rule: Rule, tables: Mapping[str, toy.Rows], table: str = "1.2.1") -> RuleResult:
    catalog = toy.catalog()
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("教务处", table_id, rows) for table_id, rows in tables.items()])
        return run(store, [BoundRule(catalog.tables[table], rule)])[0]


def check(sql: str, *fields: str, message: str = "不对") -> Rule:
    return Rule(id="x", check=sql, fields=fields, message=message)


def find(sql: str, *fields: str, message: str = "不对", other: str | None = None) -> Rule:
    return Rule(id="x", find=sql, fields=fields, message=message, other=other)


def test_false_is_a_finding_null_is_counted_and_true_passes() -> None:
    rows: toy.Rows = [{"专业代码": "1", "男生": 5}, {"专业代码": "2", "男生": 1}, {"专业代码": "3"}]
    result = outcome(
        check("男生 > 3", "男生", "专业代码", message="{专业代码} 只有 {男生} 人"), {"1.2.1": rows}
    )
    assert (result.status, result.failed, result.not_checkable, result.reason) == ("failed", 1, 1, None)
    finding = result.findings[0]
    assert (finding.message, finding.field, finding.value) == ("2 只有 1 人", "男生", "1")
    assert (finding.origin.file, finding.origin.cell, finding.party) == ("教务处.xlsx", "O3", "教务处")


def test_a_condition_that_can_be_told_of_no_row_did_not_run() -> None:
    result = outcome(check("男生 > 3", "男生"), {"1.2.1": [{"专业代码": "1"}]})
    assert (result.status, result.not_checkable) == ("not_run", 1)
    assert result.reason == "没有一行填全了这条规则要看的内容"


def test_an_empty_table_passes() -> None:
    assert outcome(check("男生 > 3", "男生"), {"1.2.1": []}).status == "passed"


@pytest.mark.parametrize(
    "rule",
    [
        check("男生 IS NOT NULL OR 女生 > 0", "男生"),
        find("SELECT _id FROM 专业表 WHERE 男生 IS NULL", "男生"),
    ],
    ids=["check", "find"],
)
def test_a_cell_that_was_turned_away_is_not_reported_twice(rule: Rule) -> None:
    result = outcome(rule, {"1.2.1": [{"男生": "!", "女生": 0}, {"男生": 1}, {"女生": 0}]})
    assert result.not_checkable == 1
    assert [finding.origin.row for finding in result.findings] in ([3], [4])


def test_a_pair_of_which_the_other_row_was_turned_away_is_not_reported() -> None:
    sql = "SELECT a._id, b._id AS _other FROM 专业表 a JOIN 专业表 b ON a.方向 = b.方向 AND a._id < b._id"
    rows: toy.Rows = [
        {"方向": "甲", "男生": 1},
        {"方向": "甲", "男生": "!"},
        {"方向": "乙", "男生": 1},
        {"方向": "乙", "男生": 2},
    ]
    result = outcome(find(sql, "男生", other="1.2.1"), {"1.2.1": rows})
    assert [one.origin.row for one in result.findings] == [4]
    assert result.not_checkable == 1


def test_a_rule_waits_for_every_table_it_mentions() -> None:
    rule = find("SELECT z._id FROM 专业表 z WHERE NOT EXISTS (SELECT 1 FROM 教师表 t WHERE t.工号 = z.方向)")
    result = outcome(rule, {"1.2.1": [{"专业代码": "1"}]})
    assert (result.status, result.reason) == ("not_run", "1.4.1 教师表 还没有返回，暂不能检查")
    assert outcome(rule, {"1.2.1": [{"专业代码": "1"}], "1.4.1": []}).status == "failed"


def test_a_rule_that_says_what_it_needs_waits_for_that_only() -> None:
    sql = "SELECT z._id FROM 专业表 z WHERE NOT EXISTS (SELECT 1 FROM 教师表 t WHERE t.工号 = z.方向)"
    rule = Rule(id="x", find=sql, message="不对", needs=("1.2.1",))
    assert outcome(rule, {"1.2.1": [{"专业代码": "1"}]}).status == "failed"


def test_a_rule_on_a_derived_table_waits_for_what_it_is_derived_from() -> None:
    rule = check("专业数 < 2", "专业数", message="层次「{层次}」有 {专业数} 个专业")
    result = outcome(rule, {"1.1.3": []}, table="1.5.2")
    assert (result.status, result.reason) == ("not_run", "1.2.1 专业表 还没有返回，暂不能检查")
    result = outcome(rule, {"1.2.1": [{"层次": "本科"}, {"层次": "本科"}]}, table="1.5.2")
    assert [finding.message for finding in result.findings] == ["层次「本科」有 2 个专业"]


def test_a_rule_that_cannot_be_executed_stops_no_other() -> None:
    catalog = toy.catalog()
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("教务处", "1.2.1", [{"层次": "本科"}])])
        results = {one.rule.id: one for one in run(store, rules_of(catalog, catalog.tables["1.5.2"]))}
    assert results["1.5.2-R01"].status == "passed"
    assert results["1.5.2-R02"].status == "error"
    assert "没有的字段" in (results["1.5.2-R02"].reason or "")


def test_a_finding_about_the_table_as_a_whole_has_no_cell() -> None:
    result = outcome(
        find("SELECT count(*) AS 行数 FROM 专业表 HAVING count(*) < 5", message="只有 {行数} 行"),
        {"1.2.1": []},
    )
    assert [(one.message, one.origin.cell, one.party) for one in result.findings] == [("只有 0 行", None, "")]


def test_the_second_row_is_named_with_its_own_cell() -> None:
    sql = "SELECT z._id, t._id AS _other, z.专业代码 FROM 专业表 z JOIN 教师表 t ON t.所教专业 = z.专业代码"
    tables = {"1.2.1": [{"专业代码": "A"}], "1.4.1": [{"工号": "1"}, {"工号": "2", "所教专业": "A"}]}
    result = outcome(find(sql, "专业代码", other="1.4.1"), tables)
    assert result.findings[0].message == "不对（另见 教务处.xlsx 1.4.1 教师表 第 3 行，教务处）"
    result = outcome(find(sql.replace("z.专业代码 FROM", "1 AS 一 FROM"), "专业代码", other="1.4.1"), tables)
    assert result.findings[0].value is None


def test_values_are_shown_as_the_clerk_sees_them() -> None:
    row = {"经费": 12.50, "开办日期": "2099-01-02", "开会时间": "2099-01-02 08:30", "男生": 10}
    message = "{经费} {开办日期} {开会时间} {男生} {方向} {不是字段}"
    result = outcome(check("男生 < 0", "经费", message=message), {"1.2.1": [row]})
    assert result.findings[0].message == "12.5 2099-01-02 2099-01-02 08:30 10 空 {不是字段}"
    assert result.findings[0].value == "12.5"


@pytest.mark.parametrize(
    "rule",
    [
        check("男生 < 0", "负责人身份证件号", message="{负责人身份证件号}"),
        find("SELECT _id, concat('号', 负责人身份证件号) AS 号 FROM 专业表", message="{号}"),
        find(
            "WITH a AS (SELECT _id, 负责人身份证件号 AS b FROM 专业表) SELECT _id, b AS c FROM a",
            message="{c}",
        ),
    ],
    ids=["field", "expression", "through WITH"],
)
def test_personal_values_are_masked_in_messages_and_values(rule: Rule) -> None:
    finding = outcome(rule, {"1.2.1": [{"男生": 1, "负责人身份证件号": ID}]}).findings[0]
    assert ID not in str(finding)
    assert "*" in finding.message


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/out.duckdb'",
        "SELECT 1; DROP TABLE 专业表",
        "DELETE FROM 专业表",
        "SET enable_external_access = true",
        "SELECT 1) AS q; COPY (SELECT 1) TO '{folder}/out.csv'; SELECT * FROM (SELECT 1",
    ],
)
def test_a_rule_can_neither_read_files_nor_change_anything(tmp_path: Path, sql: str) -> None:
    (tmp_path / "secret.csv").write_text("secret", encoding="utf-8")
    sql = sql.format(file=(tmp_path / "secret.csv").as_posix(), folder=tmp_path.as_posix())
    result = outcome(find(sql), {"1.2.1": [{"专业代码": "1"}]})
    assert (result.status, result.findings) == ("error", ())
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_a_query_cannot_write_even_when_it_is_run_directly() -> None:
    with (
        Store.in_memory(toy.catalog(), {}) as store,
        store.reading() as connection,
        pytest.raises(duckdb.Error, match="read-only"),
    ):
        connection.execute("DELETE FROM 专业表")


def test_only_rules_of_the_tables_asked_for_are_run() -> None:
    catalog = toy.catalog()
    rules = [bound for table in catalog.tables.values() for bound in rules_of(catalog, table)]
    with Store.in_memory(catalog, {}) as store:
        assert {one.rule.id.split("-")[0] for one in run(store, rules, ["1.1.3", "1.4.1"])} == {
            "1.1.3",
            "1.4.1",
        }


def test_the_catalog_check_names_what_cannot_run() -> None:
    catalog = toy.catalog()
    summary = check_catalog(catalog)
    assert summary.fields == sum(len(table.fields) for table in catalog.tables.values())
    assert [problem.partition("：")[0] for problem in summary.problems] == ["1.5.2-R02"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (find("SELECT 专业代码 FROM 专业表", message="{方向}"), "说明中的「{方向}」在查询结果中没有"),
        (find("SELECT _id AS _other FROM 专业表"), "却没有写明 other"),
        (check("SELECT 1"), "check 要写成条件"),
        (check("男生 >"), "不是一条能看懂的 SQL"),
        (find("SELECT 1 FROM 别的表"), "SQL 不能执行"),
    ],
)
def test_the_catalog_check_says_what_is_wrong_with_a_rule(rule: Rule, says: str) -> None:
    catalog = toy.catalog()
    table = catalog.tables["1.2.1"].model_copy(update={"rules": (rule,)})
    problems = check_catalog(
        catalog.model_copy(update={"tables": {**catalog.tables, "1.2.1": table}})
    ).problems
    assert any(problem.startswith("x：") and says in problem for problem in problems), problems


def test_the_check_of_one_table_sees_what_other_files_ask_of_it() -> None:
    catalog = toy.catalog()
    majors = catalog.tables["1.2.1"]
    lost = majors.by_name["专业代码"].model_copy(update={"name": "代码"})
    fields = tuple(lost if field.name == "专业代码" else field for field in majors.fields)
    changed = majors.model_copy(update={"fields": fields, "rules": ()})
    # a mistake in a file that does not name the table is none of its business
    stranger = catalog.tables["1.1.3"].model_copy(update={"rules": (check("男生 >"),)})
    tables = {**catalog.tables, "1.1.3": stranger}
    clean = check_table(catalog.model_copy(update={"tables": tables}), majors)
    assert (clean.fields, clean.problems) == (len(majors.fields), ())
    broken = check_table(catalog.model_copy(update={"tables": {**tables, "1.2.1": changed}}), changed)
    assert broken.elsewhere == clean.elsewhere > 0
    assert {problem.partition("-")[0] for problem in broken.problems} == {"1.2.1", "1.4.1"}
    assert not [problem for problem in broken.problems if problem.startswith(("x", "1.1.3"))]


def test_sql_tells_its_tables_and_columns_without_running() -> None:
    sql = 'WITH 中间 AS (SELECT a FROM 甲表) SELECT "学制（年）" FROM 中间 JOIN 乙表 ON 中间.a = 乙表.b'
    assert tables_in(sql) == {"甲表", "乙表"}
    assert columns_in('"学制（年）" = 3 AND 甲表.层次 IS NULL') == {"学制（年）", "层次"}
    assert fault("男生 > 3", query=False) is None
    assert fault("SELECT 1; SELECT 2", query=True) is not None
    assert tainted("SELECT length(号) AS 位数, 1 AS 一 FROM 甲表", {"号"}) == {"号", "位数"}


def test_every_runnable_toy_rule_becomes_spark_sql() -> None:
    catalog = toy.catalog()
    for table in catalog.tables.values():
        for bound in rules_of(catalog, table):
            assert "`" in to_spark(bound.check or bound.find or "")
    with pytest.raises(ValueError, match=r"Expected|Invalid|Required"):
        to_spark("SELECT FROM WHERE")


def test_a_rule_between_tables_names_the_other_side_and_the_difference() -> None:
    rule = find(
        "SELECT a._id, a.男生, b.占地 AS 面积 FROM 专业表 a CROSS JOIN 概况表 b WHERE a.男生 > b.占地",
        "男生",
        message="男生「{男生}」人，多于「{面积}」人",
    )
    catalog = toy.catalog()
    table = catalog.tables["1.2.1"].model_copy(update={"rules": (rule,)})
    catalog = catalog.model_copy(update={"tables": {**catalog.tables, "1.2.1": table}})
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("教务处", "1.2.1", [{"专业代码": "1", "男生": 70}])])
        store.apply([toy.delivery("党政办", "1.1.1", [{"校名": "甲", "占地": 50.5}])])
        (result,) = run(store, [BoundRule(table, rule)])
    assert result.findings[0].message == (
        "男生「70」人，多于「50.5」人，相差「19.5」人（对照：1.1.1 概况表 党政办 党政办.xlsx B2）"
    )


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("多于：「{甲}」人与「{乙}」人", "多于：「7」人与「5」人，相差「2」人"),
        ("多于：「{甲}」人与「{乙}」平方米", "多于：「7」人与「5」平方米"),
        ("多于：「{甲}」人与「{乙}」人次", "多于：「7」人与「5」人次"),
        ("「{甲}」人与「{乙}」人", "「7」人与「5」人"),
    ],
    ids=["one unit", "two units", "one unit begins the other", "nothing is compared"],
)
def test_a_difference_is_told_of_two_numbers_in_one_unit(message: str, said: str) -> None:
    rule = find("SELECT a._id, 7 AS 甲, 5 AS 乙 FROM 专业表 a", "男生", message=message)
    catalog = toy.catalog()
    table = catalog.tables["1.2.1"].model_copy(update={"rules": (rule,)})
    catalog = catalog.model_copy(update={"tables": {**catalog.tables, "1.2.1": table}})
    with Store.in_memory(catalog, {}) as store:
        store.apply([toy.delivery("教务处", "1.2.1", [{"专业代码": "1"}])])
        # told only where another table is looked at
        rule = rule.model_copy(update={"find": f"{rule.find} CROSS JOIN 概况表 b"})
        table = table.model_copy(update={"rules": (rule,)})
        store.apply([toy.delivery("党政办", "1.1.1", [{"校名": "甲"}])])
        (result,) = run(store, [BoundRule(table, rule)])
    (finding,) = result.findings
    assert finding.message.partition("（对照")[0] == said


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{path}')",
        "SELECT * FROM read_text('{path}')",
        "SELECT * FROM '{path}'",
    ],
)
def test_a_rule_reads_no_file(tmp_path: Path, sql: str) -> None:
    path = tmp_path / "秘密.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    result = outcome(find(sql.format(path=path)), {"1.2.1": [{"专业代码": "1"}]})
    assert (result.status, result.findings) == ("error", ())


HOURS = "FROM 专业表 a, 专业表 b, 专业表 c, 专业表 d, 专业表 e WHERE hash(a.男生, b.男生, c.男生, d.男生, e.男生) = 1"
PAIRS = "SELECT a._id, b._id AS _other FROM 专业表 a, 专业表 b, 专业表 c WHERE a.男生 + b.男生 + c.男生 >= 0"


def many_rows(store: Store) -> None:
    store.apply([toy.delivery("教务处", "1.2.1", [{"专业代码": str(at), "男生": at} for at in range(900)])])


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (find(f"SELECT a._id {HOURS}"), "运行超过 0.2 秒，已停止"),
        (check(f"(SELECT count(*) {HOURS}) = 0"), "运行超过 0.2 秒，已停止"),
        (find(PAIRS, other="1.2.1"), "已停止"),
    ],
    ids=["query", "condition", "more rows than fit"],
)
def test_a_rule_that_never_finishes_is_ended_and_stops_no_other(rule: Rule, says: str) -> None:
    catalog = toy.catalog()
    table = catalog.tables["1.2.1"]
    own = rule.model_copy(update={"own": True, "id": "本校-01"})
    quick = check("男生 >= 0", "男生")
    with Store.in_memory(catalog, {}) as store:
        many_rows(store)
        slow, other = run(store, [BoundRule(table, own), BoundRule(table, quick)], limit=0.2)
        assert (slow.status, slow.findings) == ("error", ())
        assert says in (slow.reason or "")
        assert other.status == "passed"
        assert run(store, [BoundRule(table, quick)])[0].status == "passed"  # the connection is as it was


def test_a_query_that_finds_more_than_can_be_shown_is_ended() -> None:
    with Store.in_memory(toy.catalog(), {}) as store:
        many_rows(store)
        (answer,) = store.ask([PAIRS])
    assert str(answer) == "找出的行超过 1000000 条，已停止"


@pytest.mark.parametrize("several", [1, 3])
def test_an_interrupt_ends_rules_that_run(several: int) -> None:
    with Store.in_memory(toy.catalog(), {}) as store:
        many_rows(store)
        threading.Timer(0.5, _thread.interrupt_main).start()
        with pytest.raises(KeyboardInterrupt):
            store.ask([f"SELECT {at} {HOURS}" for at in range(several)])
        assert store.row_count("1.2.1") == 900


def test_an_interrupt_that_duckdb_passes_on_is_no_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), contained("检查", "专业表", tmp_path):
        raise RuntimeError("Query interrupted")
    with pytest.raises(ProgramFault), contained("检查", "专业表", tmp_path):
        raise RuntimeError("another")
