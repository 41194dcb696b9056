"""Rows known already are laid out for confirmation: in the right workbook, in today's columns, and noticed if unchanged."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import season
import small_school
from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill
from statecollect.campaign.outgoing.prefill import lay_out
from statecollect.campaign.outgoing.templates import make_template
from statecollect.core.errors import UnreadableFile, UsageError
from statecollect.core.spelling import spelled
from statecollect.intake.returns import read_return
from statecollect.rules.earlier import Earlier, EarlierTable, collected
from statecollect.school.parties import CLOUD, Party, group_of
from statecollect.workbook.read.reader import read_book
from statecollect.workbook.recognise.tables import find_tables

STAFF, TEACHING, PRIZES, MAJORS = "1.4.1", "2.1.1", "1.1.7", "1.2.1"
SOME = 6  # of the teachers and of the parties of a kind


@pytest.fixture(scope="module")
def earlier(first_round: season.Season) -> Earlier:
    campaign = Campaign.open(first_round.folder)
    with campaign.store() as store:
        return collected(store, "去年的数据")


def test_every_lasting_row_is_laid_out_once(first_round: season.Season, earlier: Earlier) -> None:
    campaign = Campaign.open(first_round.folder)
    known = lay_out(earlier, campaign.tasks, campaign.catalog)
    for table_id, was in earlier.tables.items():
        table = campaign.catalog.tables[table_id]
        placed = sum(len(tables.get(table_id, ())) for tables in known.rows.values())
        of_the_year = any(table.by_name[name].period for name in table.key)
        cloud = all(party == CLOUD for party, _ in was.rows)
        if of_the_year or cloud:
            assert placed == 0
        else:
            assert placed == len(was.rows), table.title
    assert any(PRIZES in said and "不预填" in said for said in known.remarks)


def test_teachers_are_who_the_rows_are_about(campaign: Campaign, earlier: Earlier, tmp_path: Path) -> None:
    staff = {str(row["教工号"]): row for _, row in earlier.tables[STAFF].rows[:SOME]}
    some = {
        table_id: replace(was, rows=[one for one in was.rows if one[1].get("教工号", "") in {"", *staff}])
        for table_id, was in earlier.tables.items()
    }
    known = lay_out(replace(earlier, tables=some), campaign.tasks, campaign.catalog)
    made = campaign.make_templates(tmp_path / "模板", departments=["校内教师"], prefill=known)
    assert len(made) == len(staff) == SOME
    for one in made:
        number = one.party.name.split("/")[1].split()[0]
        book = read_book(one.path)
        blocks = find_tables(book, campaign.catalog, one.tables).blocks
        (own,) = [block for block in blocks if block.table.id == STAFF]
        cells = own.sheet.rows[own.rows[0] - 1]
        assert (cells[own.columns["教工号"]], cells[own.columns["姓名"]]) == (number, staff[number]["姓名"])
        others = {text for other in staff for text in (other, staff[other]["身份证件号"]) if other != number}
        said = {cell for sheet in book.sheets for row in sheet.rows for cell in row if isinstance(cell, str)}
        assert not said & (others - {None})


def test_where_nobody_is_known_the_teachers_have_one_workbook(campaign: Campaign, tmp_path: Path) -> None:
    known = lay_out(Earlier("空的上报包", {}), campaign.tasks, campaign.catalog)
    (made,) = campaign.make_templates(tmp_path / "模板", departments=["校内教师"], prefill=known)
    assert (made.party.name, dict(made.prefilled)) == ("校内教师", {})


def test_columns_that_came_went_or_no_longer_fit_are_said(campaign: Campaign, earlier: Earlier) -> None:
    was = earlier.tables[MAJORS]
    kept = [name for name in was.fields if name != "专业层次"]
    rows = [
        (party, {**{name: row[name] for name in kept}, "去年的栏目": "甲", "学制（年）": "三年半多"})
        for party, row in was.rows
    ]
    changed = replace(earlier, tables={MAJORS: EarlierTable(was.name, (*kept, "去年的栏目"), rows)})
    known = lay_out(changed, campaign.tasks, campaign.catalog)
    said = "\n".join(known.remarks)
    assert "今年没有这些栏目" in said
    assert "去年的栏目" in said
    assert "今年新增的栏目要填：专业层次" in said
    assert f"“学制（年）”：{len(rows)} 处" in said
    (tables,) = known.rows.values()
    names = [field.name for field in campaign.catalog.tables[MAJORS].fields]
    first = dict(zip(names, tables[MAJORS][0], strict=True))
    assert (first["专业层次"], first["学制（年）"]) == (None, "三年半多")


def test_a_row_of_nobody_is_remarked(campaign: Campaign, earlier: Earlier) -> None:
    was = earlier.tables["2.19.1"]
    stranger = EarlierTable(was.name, was.fields, [("撤销了的部门", row) for _, row in was.rows])
    known = lay_out(replace(earlier, tables={"2.19.1": stranger}), campaign.tasks, campaign.catalog)
    assert not known.rows
    assert any("看不出" in said or "不预填" in said for said in known.remarks)


def test_what_comes_back_unchanged_is_noticed(campaign: Campaign, earlier: Earlier, tmp_path: Path) -> None:
    known = lay_out(earlier, campaign.tasks, campaign.catalog)
    party = next(one for one in campaign.tasks if MAJORS in campaign.tasks[one])
    path = tmp_path / "教务处.xlsx"
    rows = known.rows[party.name]
    make_template(campaign.issuer, path, party, [MAJORS], {MAJORS: rows[MAJORS]}, known.title)
    (found,) = [one for one in read_return(path, campaign.catalog).all_findings() if one.rule.endswith("S14")]
    assert (found.severity, found.table) == ("warning", MAJORS)
    assert f"{len(rows[MAJORS])} 行" in found.message

    fewer = rows[MAJORS][1:]
    make_template(campaign.issuer, path, party, [MAJORS], {MAJORS: fewer}, known.title)
    stamped = read_return(path, campaign.catalog)
    assert stamped.stamp is not None
    assert len(stamped.stamp.prefilled[MAJORS]) == len(fewer)


def test_a_template_that_was_not_prefilled_asks_for_no_confirmation(
    first_round: season.Season, campaign: Campaign, tmp_path: Path
) -> None:
    (path,) = fill(campaign, first_round.rows, tmp_path, ["学生处"])
    assert not [one for one in read_return(path, campaign.catalog).all_findings() if "S14" in one.rule]


def test_what_this_campaign_holds_is_laid_out_whole_and_is_not_asked_to_be_confirmed(
    first_round: season.Season, tmp_path: Path
) -> None:
    campaign = Campaign.open(first_round.folder)
    party = next(one for one in campaign.tasks if PRIZES in campaign.tasks[one])
    with campaign.store() as store:
        held = {one.table: one.row_count for one in store.deliveries() if one.party == party.name}
    known = campaign.prefill(campaign.folder, [party.name])
    assert not [said for said in known.remarks if "不预填" in said]
    (made,) = campaign.make_templates(tmp_path, departments=[party.name], prefill=known)
    assert dict(made.prefilled) == {one: count for one, count in held.items() if count}
    assert made.prefilled[PRIZES] > 0
    back = read_return(made.path, campaign.catalog)
    assert not [one.message for one in back.all_findings() if one.rule.endswith("S14")]
    assert {one.table for one in back.deliveries if one.rows} >= set(made.prefilled)


def test_only_the_bundle_of_another_campaign_is_asked_to_be_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(small_school.YEARS))
    campaign = small_school.found(tmp_path)
    campaign.ingest([tmp_path / "返回1"], by="收表人", now=small_school.NOW)
    bundle = campaign.export(tmp_path / "上报包", draft=True).folder
    config = campaign.folder / "statecollect.toml"
    for current in (True, False):
        if not current:
            text = config.read_text(encoding="utf-8")
            config.write_text(text.replace('campaign = "', 'campaign = "又一次'), encoding="utf-8")
            campaign = Campaign.open(campaign.folder)
        made = campaign.make_templates(tmp_path / f"{current}", prefill=campaign.prefill(bundle))
        assert all(one.prefilled for one in made)
        asked = [
            one.rule
            for path in (one.path for one in made)
            for one in read_return(path, campaign.catalog).all_findings()
            if one.rule.endswith("S14")
        ]
        assert bool(asked) is not current


def test_a_campaign_is_not_its_own_last_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATECOLLECT_SCHEMAS", str(small_school.YEARS))
    campaign = small_school.found(tmp_path)
    config = campaign.folder / "statecollect.toml"
    text = config.read_text(encoding="utf-8")
    for itself in (".", campaign.folder.as_posix()):
        config.write_text(text.replace('previous = ""', f'previous = "{itself}"'), encoding="utf-8")
        with pytest.raises(UsageError, match="就是本次采集"):
            Campaign.open(campaign.folder).validate()


def test_a_folder_that_holds_neither_is_refused(campaign: Campaign, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="不是上报包"):
        campaign.prefill(tmp_path)


def test_a_bundle_holds_what_the_campaign_held(
    drafted: tuple[Campaign, Path], masked: Path, tmp_path: Path
) -> None:
    campaign = drafted[0]
    bundle = Path(shutil.copytree(drafted[1], tmp_path / "去年的上报包"))
    then, now = campaign.earlier(bundle), campaign.earlier(campaign.folder)
    for table_id, was in then.tables.items():
        table = campaign.catalog.tables[table_id]
        if table.sql:
            continue
        told = {"|".join([party, *(spelled(row[name]) for name in was.fields)]) for party, row in was.rows}
        held = now.tables[table_id]
        assert told == {
            "|".join([party, *(spelled(row[name]) for name in held.fields)]) for party, row in held.rows
        }
    with pytest.raises(UnreadableFile, match="打了码"):
        campaign.earlier(masked)
    (bundle / "csv" / "1.2.1.csv").write_text("改过", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="上报包不完整"):
        campaign.earlier(bundle)


def test_last_years_bundle_is_compared_with(
    first_round: season.Season, drafted: tuple[Campaign, Path], tmp_path: Path
) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    bundle = drafted[1]
    config = campaign.folder / "statecollect.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('previous = ""', f'previous = "{bundle.as_posix()}"'), encoding="utf-8")
    compared = Campaign.open(campaign.folder)
    same = compared.validate()
    yearly = [one for one in same.results if "-Y" in one.rule.id]
    assert len(yearly) > 60
    assert {one.status for one in yearly} <= {"passed", "not_run"}

    (path,) = fill(
        compared,
        {key: rows[:3] if key[1] == MAJORS else rows for key, rows in first_round.rows.items()},
        tmp_path,
        ["教务处"],
    )
    compared.ingest([path])
    found = [one for one in compared.validate([MAJORS]).findings if "-Y0" in one.rule]
    assert {one.rule for one in found} >= {f"{MAJORS}-Y01", f"{MAJORS}-Y02"}
    assert {one.severity for one in found} == {"warning"}


def test_a_party_asked_for_alone_gets_what_it_gets_among_all(
    first_round: season.Season, earlier: Earlier
) -> None:
    campaign = Campaign.open(first_round.folder)
    whole = lay_out(earlier, campaign.tasks, campaign.catalog)
    kinds: dict[str, list[Party]] = {}
    for party in campaign.tasks:
        kinds.setdefault(party.kind, []).append(party)
    assert len(kinds) > 2
    for party in (one for those in kinds.values() for one in those[:SOME]):
        alone = lay_out(earlier, campaign.tasks, campaign.catalog, [party])
        mine = {name: tables for name, tables in whole.rows.items() if group_of(name) == party.name}
        assert alone.rows == mine, party
        assert set(alone.teachers) == {one for one in whole.teachers if group_of(one.name) == party.name}
        assert set(alone.remarks) <= set(whole.remarks), party


def test_a_unit_asked_for_alone_gets_no_row_of_another(first_round: season.Season, tmp_path: Path) -> None:
    campaign = first_round.copy(tmp_path / "采集")
    known = campaign.prefill(campaign.folder, ["智能制造系"])
    assert set(known.rows) == {"智能制造系"}
    own = {table: len(rows) for (party, table), rows in first_round.rows.items() if party == "智能制造系"}
    laid_out = {table: len(rows) for table, rows in known.rows["智能制造系"].items()}
    assert laid_out.keys() | {"2.19.1"} == own.keys()  # where what happens within the year may be left out
    assert laid_out.items() <= own.items()
    known = campaign.prefill(campaign.folder, ["学生处", "安全保卫处"])
    for party in ("学生处", "安全保卫处"):
        (row,) = known.rows[party]["2.18.3"]
        assert party in row


def test_rows_of_a_shared_table_that_nobody_is_known_to_have_filled_are_not_guessed(
    campaign: Campaign, earlier: Earlier
) -> None:
    was = earlier.tables["1.4.2"]
    unknown = replace(earlier, tables={"1.4.2": replace(was, rows=[("", row) for _, row in was.rows])})
    for chosen in (None, [next(one for one in campaign.tasks if one.name == "经济管理系")]):
        known = lay_out(unknown, campaign.tasks, campaign.catalog, chosen)
        assert not known.rows
        assert any(f"{len(was.rows)} 行，看不出今年由哪个单位填" in said for said in known.remarks)


def test_what_a_colleague_said_of_a_teacher_is_not_laid_out_for_her(
    campaign: Campaign, earlier: Earlier
) -> None:
    was = earlier.tables[STAFF]
    rows = [row for _, row in was.rows if row["教工号"] in {"0001", "0003"}]
    told = [("校内教师/0001 孟雪丽", row) for row in rows]
    known = lay_out(
        replace(earlier, tables={STAFF: replace(was, rows=told)}), campaign.tasks, campaign.catalog
    )
    assert [one.name for one in known.teachers] == ["校内教师/0001 孟雪丽"]
    assert set(known.rows) == {"校内教师/0001 孟雪丽"}
    assert any("“校内教师/0001 孟雪丽”填的 1 行" in said for said in known.remarks)
