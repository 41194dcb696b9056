"""The same fault in many rows is one line that says how often and where; a few faults stay as they are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from statecollect.findings import Finding, Origin
from statecollect.findings.grouping import FOLD_FROM, fold, spans

ONE = Finding("1.4.1-F02", "error", "1.4.1", "学历：不在可选范围", "从下拉列表中选", "学历", party="教务处")


def at(row: int, finding: Finding = ONE) -> Finding:
    return replace(finding, origin=Origin("教务处.xlsx", "表", row, f"C{row}"))


def test_a_column_of_equal_faults_is_one_line_with_its_rows_and_cause() -> None:
    (line,) = fold([at(row) for row in (*range(5, 15), 20)])
    assert line.count == 11
    assert line.message == "学历：不在可选范围；同样的问题共 11 处（第 5–14、20 行）"
    assert line.hint == "整列的选项可能取自别的列表，或者列错位了；从下拉列表中选"


def test_a_few_faults_stay_as_they_are() -> None:
    found = [at(row) for row in range(5, 5 + FOLD_FROM - 1)]
    assert [one.message for one in fold(found)] == [ONE.message] * len(found)


def test_faults_of_the_table_as_a_whole_are_never_folded() -> None:
    whole = replace(ONE, field=None, origin=Origin("教务处.xlsx", "表"))
    assert len(fold([whole] * 20)) == 20


@given(
    st.lists(
        st.tuples(
            st.integers(1, 40), st.sampled_from(["教务处", "招生处"]), st.sampled_from(["学历", "学位"])
        )
    )
)
def test_no_finding_is_lost_or_told_twice(places: list[tuple[int, str, str]]) -> None:
    found = [replace(at(row), party=party, field=field) for row, party, field in places]
    assert sum(one.count for one in fold(found)) == len(found)


def test_many_ranges_are_cut_with_their_number() -> None:
    assert spans(range(2, 40, 2)) == "第 2、4、6、8、10、12、14、16 行 等 19 段"
