"""A waiver covers the cases there were, and lapses by itself: more cases, other values, a change in the row under it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import toy
from statecollect.core.errors import Refused, UsageError
from statecollect.findings import Finding, Origin
from statecollect.school.config import Config, Person
from statecollect.store import Store
from statecollect.workflow.validate import Validation, validate
from statecollect.workflow.waivers import Waiver, sort_out, waive

MAJORS, RULE = "1.2.1", "1.2.1-W01"  # 学制 is likely between 2 and 5 years
OFFICE, UNIT = "教务处", "信息系"
LEADERS = Config(year="2099", campaign="x", people=(Person(name="院长", role="领导小组"),))


def hand_in(store: Store, folder: Path, party: str, *years: int, fund: float = 1.0) -> None:
    rows = [
        {"专业代码": f"{party}{at}", "方向": "无", "学制（年）": year, "经费": fund}
        for at, year in enumerate(years)
    ]
    toy.submit(store, toy.workbook(folder, party, {MAJORS: rows}))


def checked(store: Store) -> Validation:
    return validate(store, store.catalog, [MAJORS])


def warnings(store: Store) -> int:
    return sum(one.rule == RULE for one in checked(store).findings)


def explain(store: Store, party: str = "", rule: str = RULE, by: str = "处长") -> Waiver:
    found = checked(store).findings
    return waive(store, LEADERS, found, rule, MAJORS, party, reason="五年一贯制", by=by, at=toy.AT)


def test_what_is_explained_is_no_longer_open_but_listed(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7, 8, 3)
        assert warnings(store) == 2
        assert explain(store).count == 2
        found = checked(store)
        assert warnings(store) == 0
        assert [(waiver.by, waiver.reason) for _, waiver in found.waived] == [("处长", "五年一贯制")] * 2
        said = found.as_json()
        assert said["rules"][RULE]["waived"] == 2
        assert said["warnings"] == 0
        json.dumps(said)


@pytest.mark.parametrize(
    ("years", "fund", "open_then", "said"),
    [
        ((7, 8, 3), 1.0, 0, ""),
        ((7, 3, 3), 1.0, 0, ""),
        ((7, 8, 9), 1.0, 3, "当时 2 处，现在 3 处"),
        ((7, 9, 3), 1.0, 2, "数据有变"),
        ((7, 8, 3), 2.0, 2, "数据有变"),
    ],
    ids=["the same", "one repaired", "one more", "a larger value", "the row under it changed"],
)
def test_it_lapses_by_itself(
    tmp_path: Path, years: tuple[int, ...], fund: float, open_then: int, said: str
) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7, 8, 3)
        explain(store)
        toy.submit(
            store,
            toy.workbook(
                tmp_path,
                OFFICE,
                {
                    MAJORS: [
                        {"专业代码": f"{OFFICE}{at}", "方向": "无", "学制（年）": year, "经费": fund}
                        for at, year in enumerate(years)
                    ],
                    "1.1.3": [{"机构名称": "另一张表不碍事"}],
                },
            ),
        )
        assert warnings(store) == open_then
        (waiver,) = checked(store).waivers
        assert said in waiver.lapsed if said else waiver.lapsed == ""


def test_it_covers_one_party_only_where_one_is_named(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        hand_in(store, tmp_path, UNIT, 8)
        explain(store, UNIT)
        assert [one.party for one in checked(store).findings if one.rule == RULE] == [OFFICE]


def test_another_rule_stays_open_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        with pytest.raises(Refused, match=f"本表现有的是：{RULE}"):
            explain(store, rule="1.2.1-W02")
        with pytest.raises(Refused, match=f"“{UNIT}”的数据没有违反"):
            explain(store, UNIT)
        with pytest.raises(UsageError, match="为什么"):
            waive(store, LEADERS, (), RULE, MAJORS, "", reason="", by="处长", at=toy.AT)


def test_an_error_is_waived_only_by_the_top_of_the_chain(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        toy.submit(
            store,
            toy.workbook(
                tmp_path, OFFICE, {MAJORS: [{"专业代码": "1", "方向": "无"}, {"专业代码": "1", "方向": "无"}]}
            ),
        )
        rule = f"{MAJORS}-K01"
        with pytest.raises(Refused, match="只有领导小组成员可以说明通过（成员：院长）"):
            explain(store, rule=rule)
        assert explain(store, rule=rule, by="院长").count == 2
        assert not [one for one in checked(store).findings if one.rule == rule]


def test_a_note_of_the_same_rule_is_no_case(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        warning = next(one for one in checked(store).findings if one.rule == RULE)
        note = replace(warning, severity="note", party=UNIT)
        waive(store, LEADERS, (warning,), RULE, MAJORS, "", reason="五年制", by="处长", at=toy.AT)
        found = sort_out(store, (warning, note))
        assert (found.open, [one for one, _ in found.waived]) == ((note,), [warning])
        assert found.waivers[0].lapsed == ""


def test_a_waiver_survives_a_rebuild(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        explain(store)
    with Store.rebuild(tmp_path / "store", toy.catalog(), {}, toy.parse) as store:
        assert warnings(store) == 0


def test_a_waiver_is_judged_by_all_its_cases_also_where_one_party_is_looked_at(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        hand_in(store, tmp_path, UNIT, 8)
        explain(store)
        hand_in(store, tmp_path, OFFICE, 7, 9)
        found = validate(store, store.catalog, [MAJORS], [UNIT])
        assert [one.party for one in found.findings if one.rule == RULE] == [UNIT]
        assert (found.waived, [one.lapsed for one in found.waivers]) == (
            (),
            ["当时 2 处，现在 3 处，说明不再有效"],
        )
        assert validate(store, store.catalog, ["1.1.3"]).waivers == ()


def test_the_waiver_of_one_party_comes_before_that_of_all(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        explain(store)
        hand_in(store, tmp_path, UNIT, 8)
        assert warnings(store) == 2
        assert explain(store, UNIT).count == 1
        assert warnings(store) == 0
        assert [one.lapsed for one in checked(store).waivers] == ["", ""]
        assert [one.party for one in validate(store, store.catalog, [MAJORS], [OFFICE]).waivers] == [""]


class Watched:
    """A store that counts how often a table's rows are read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.read = 0

    def row_texts(self, *asked: Any) -> Any:
        self.read += 1
        return self._store.row_texts(*asked)

    def digest(self, *asked: Any) -> Any:
        self.read += 1
        return self._store.digest(*asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_a_table_is_read_once_however_many_waivers_there_are(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        units = [f"系{at}" for at in range(6)]
        for unit in units:
            hand_in(store, tmp_path, unit, 7, 7)
        for unit in units:
            explain(store, unit)
        everything = [*checked(store).findings, *(one for one, _ in checked(store).waived)]
        whole = replace(everything[0], origin=Origin(), rule=RULE, severity="warning")
        watched: Any = Watched(store)
        found = sort_out(watched, [*everything, whole, whole])
        assert len(found.waived) == 10
        assert watched.read == 2  # the rows, and the party's table for what is found at no row


def test_findings_of_a_party_at_a_table_are_those_that_are_open(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7, 8)
        hand_in(store, tmp_path, UNIT, 7)
        found = checked(store)
        for party in (OFFICE, UNIT, "别的"):
            assert found.at(MAJORS, party) == [one for one in found.findings if one.party == party]


def test_what_is_explained_is_told_by_its_value_also_where_it_has_none(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        warning = next(one for one in checked(store).findings if one.rule == RULE)
        for value, field in ((None, warning.field), ("7", None), ("7", warning.field)):
            found = replace(warning, value=value, field=field)
            waive(store, LEADERS, (found,), RULE, MAJORS, OFFICE, reason="五年制", by=" 处长 ", at=toy.AT)
            assert sort_out(store, (found,)).open == ()
            for other in (replace(found, value="8"), replace(found, field="方向")):
                assert sort_out(store, (other,)).open == (other,)


def test_a_waiver_has_a_name_and_a_reason(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        found = checked(store).findings
        for by, reason in ((" ", "五年制"), ("处长", " "), ("", "")):
            with pytest.raises(UsageError, match="是谁、为什么"):
                waive(store, LEADERS, found, RULE, MAJORS, "", reason=reason, by=by, at=toy.AT)
        told = waive(store, LEADERS, found, RULE, MAJORS, "", reason=" 五年制 ", by=" 处长 ", at=toy.AT)
        assert (told.by, told.reason, told.lapsed) == ("处长", "五年制", "")


def test_an_unknown_rule_is_answered_with_the_nearest_or_the_first_five(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        warning = next(one for one in checked(store).findings if one.rule == RULE)
        several = [replace(warning, rule=f"{MAJORS}-R0{number}") for number in range(1, 7)]
        several.append(replace(warning, rule=f"{MAJORS}-N99", severity="note"))
        several.append(replace(warning, rule="1.1.3-R77", table="1.1.3"))

        def hint(rule: str, findings: list[Finding]) -> str | None:
            with pytest.raises(Refused) as refused:
                waive(store, LEADERS, findings, rule, MAJORS, "", reason="x", by="处长", at=toy.AT)
            return refused.value.hint

        assert hint("完全不同", several) == "本表现有的是：" + "、".join(
            f"{MAJORS}-R0{at}" for at in range(1, 6)
        )
        assert (hint(f"{MAJORS}-R0l", several) or "").count("、") < 4
        assert hint("完全不同", several[6:]) == "本表现在没有警告"


def test_a_finding_without_a_row_is_told_by_the_table_of_its_party_or_the_whole_table(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        hand_in(store, tmp_path, UNIT, 7)
        warning = next(one for one in checked(store).findings if one.rule == RULE)
        of_party = replace(warning, origin=Origin(), party=UNIT, rule=f"{MAJORS}-A1")
        of_all = replace(warning, origin=Origin(), party="", rule=f"{MAJORS}-A2")
        for found in (of_party, of_all):
            waive(store, LEADERS, (found,), found.rule, MAJORS, "", reason="x", by="处长", at=toy.AT)
        assert sort_out(store, (of_party, of_all)).open == ()
        hand_in(store, tmp_path, OFFICE, 8)
        told = sort_out(store, (of_party, of_all))
        assert told.open == (of_all,)
        assert [one.as_json()["lapsed"] for one in told.waivers] == [None, "说明之后数据有变，要重新说明"]
        assert told.waivers[0].as_json() == {
            "rule": f"{MAJORS}-A1",
            "table": MAJORS,
            "party": "",
            "count": 1,
            "reason": "x",
            "by": "处长",
            "at": toy.AT,
            "lapsed": None,
        }


def test_only_what_asks_for_an_answer_is_explained_and_offered(tmp_path: Path) -> None:
    with toy.open_store(tmp_path) as store:
        hand_in(store, tmp_path, OFFICE, 7)
        warning = next(one for one in checked(store).findings if one.rule == RULE)
        note, elsewhere = replace(warning, severity="note"), replace(warning, rule="1.1.3-R1", table="1.1.3")
        assert (
            waive(store, LEADERS, (warning, note), RULE, MAJORS, "", reason="x", by="处长", at=toy.AT).count
            == 1
        )
        with pytest.raises(Refused) as refused:
            waive(store, LEADERS, (note, elsewhere), RULE, MAJORS, "", reason="x", by="处长", at=toy.AT)
        assert refused.value.hint == "本表现在没有警告"
        with pytest.raises(Refused) as refused:
            waive(store, LEADERS, (elsewhere,), "1.1.3-R1", MAJORS, "", reason="x", by="处长", at=toy.AT)
        assert refused.value.hint == "本表现在没有警告"
