"""Take in returned workbooks: who sent them, what they contain, what becomes of them.

A workbook is taken in whole or not at all. Wrong cells do not stop it – they are findings, and the rest of the
row is kept. It is refused when it is not this party's, this campaign's, or nobody's task.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from statecollect.catalog import Catalog, Field
from statecollect.changes import Changes, changes
from statecollect.errors import StatecollectError, StoreError, UsageError
from statecollect.findings import Finding
from statecollect.incoming.locked import unlocked
from statecollect.reading import Reading, read_return
from statecollect.review import Place, Standing, standings
from statecollect.store import Delivery, Event, Store
from statecollect.workbook.stamp import genuine
from statecollect.workbook.tables import Ignored

Outcome = Literal["accepted", "unchanged", "refused"]
READABLE = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".et"}
LOCK_PREFIX = "~$"


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; ``unusable`` marks files that could not be read at all (exit status 2).

    ``changes``: by table, what is different from this party's return before; ``late``: days after the deadline;
    ``voided``: tables whose review begins again, since their data changed.
    """

    file: str
    outcome: Outcome
    party: str = ""
    sha256: str = ""
    reason: str | None = None
    deliveries: tuple[Delivery, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    changes: Mapping[str, Changes] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=dict)
    voided: tuple[str, ...] = ()
    unusable: bool = False
    waiting: int = 0  # rules that ``check`` leaves to the whole college's data

    def as_json(self) -> dict[str, Any]:
        """Return the shape of the command-line contract."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "party": self.party,
            "outcome": self.outcome,
            "reason": self.reason,
            "tables": {
                one.table: {
                    "rows": len(one.rows),
                    "cells_seen": one.cells_seen,
                    "cells_stored": one.cells_stored,
                    "cells_rejected": one.cells_rejected,
                    "cells_ignored": one.cells_ignored,
                    "nil": one.nil,
                    "changes": self.changes[one.table].as_json() if one.table in self.changes else None,
                }
                for one in self.deliveries
            },
            "missing": list(self.missing),
            "late": dict(self.late),
            "review_voided": list(self.voided),
            "ignored": [{"sheet": one.sheet, "cell": one.cell, "reason": one.reason} for one in self.ignored],
            "findings": [finding.as_json() for finding in self.findings],
            "rules_waiting": self.waiting,
        }


@dataclass(frozen=True, slots=True)
class Office:
    """What ingest knows of the campaign: who fills which tables until when, and the key that signs templates.

    ``refuse_late``: a first return after the deadline is not taken in; otherwise it is, and marked.
    """

    campaign: str
    school: str
    year: str
    tasks: Mapping[str, Sequence[str]]
    secret: bytes = field(repr=False)
    dues: Mapping[str, dt.date] = field(default_factory=dict)
    today: dt.date = dt.date.max
    refuse_late: bool = False


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Return the files to take in: given files as they are, folders searched for workbooks, lock files left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in sorted(path.rglob("*")) if p.is_file() and p.suffix.lower() in READABLE)
            found += [p for p in inside if not p.name.startswith(LOCK_PREFIX)]
        else:
            found.append(path)
    return found


def ingest_files(
    store: Store,
    catalog: Catalog,
    office: Office,
    paths: Iterable[Path],
    *,
    department: str = "",
    by: str,
    at: str,
    password: str = "",
    note: str = "",
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> list[FileResult]:
    """Take in files and folders of files; one bad file does not stop the rest. They are stored in their order.

    ``department`` names the party of workbooks that were made without the template, ``password`` opens protected ones.
    ``note`` says why data that were reviewed already are changed.
    Raises UsageError when a file is not there, before anything is taken in.
    """
    files = files_in(paths)
    absent = [path for path in files if not path.exists()]
    if absent:
        raise UsageError("文件不存在", hint="核对文件名和所在文件夹", where=str(absent[0]))
    now = standings(store)
    results = []
    with ExitStack() as opened, store.batch():
        for position, path in enumerate(files):
            progress(path.name, position, len(files))
            read = _read(path, catalog, office, department, password, opened)
            results.append(_take_in(store, catalog, office, now, read, department, by, at, note))
    progress("", len(files), len(files))
    return results


@dataclass(frozen=True, slots=True)
class _Read:
    """One file as read, or why it could not be. ``path`` is the opened copy of a protected one."""

    path: Path
    reading: Reading | None = None
    reason: str = ""


def _read(
    path: Path, catalog: Catalog, office: Office, department: str, password: str, opened: ExitStack
) -> _Read:
    """Read one file. What is kept of a protected one is the opened copy: nobody keeps passwords."""
    try:
        plain = opened.enter_context(unlocked(path, password))
        expected = office.tasks.get(department, ())
        return _Read(
            plain, read_return(plain, catalog, party=department, expected=expected, today=office.today)
        )
    except StoreError:
        raise
    except StatecollectError as error:
        return _Read(path, reason=str(error))


def _take_in(
    store: Store,
    catalog: Catalog,
    office: Office,
    reviewed: Mapping[Place, Standing],
    read: _Read,
    department: str,
    by: str,
    at: str,
    note: str,
) -> FileResult:
    reading = read.reading
    if reading is None:
        return FileResult(read.path.name, "refused", reason=read.reason, unusable=True)
    party = department or (reading.stamp.party if reading.stamp else "")
    reason = _refusal(reading, office, department)
    if reason is not None:
        return _result(reading, party, "refused", reason)
    decided = {table: one for (table, who), one in reviewed.items() if who == party and one.step}
    compared = _compare(store, catalog, reading, party)
    different = [table for table, one in compared.items() if not one.empty]
    reason = _too_late(reading, office, store.returned(party)) or _locked(different, decided, catalog)
    if reason is not None:
        return _result(reading, party, "refused", reason)
    late = {one.table: days for one in reading.deliveries if (days := _days_late(office, one.table)) > 0}
    adjusted = {table: compared[table].as_json() for table in different if table in decided}
    data = {
        "file": reading.book.name,
        "party": party,
        "expected": list(office.tasks.get(party, ())),
        "tables": sorted({one.table for one in reading.deliveries}),
        **({"late": late} if late else {}),
        **({"adjusted": adjusted, "note": note} if adjusted else {}),
    }
    if not store.submit(reading.deliveries, data, read.path, by=by, at=at):
        return _result(reading, party, "unchanged", None)
    result = _result(reading, party, "accepted", None)
    return replace(result, changes=compared, late=late, voided=tuple(adjusted))


def _compare(store: Store, catalog: Catalog, reading: Reading, party: str) -> dict[str, Changes]:
    """Return by table what this return changes in the one before."""
    returned = store.returned(party)
    rows: dict[str, list[list[Any]]] = {}
    for one in reading.deliveries:
        if one.table in returned:
            fields = catalog.tables[one.table].fields
            rows.setdefault(one.table, []).extend(list(map(_kept, fields, row)) for row in one.by_row(fields))
    return {
        table_id: changes(catalog.tables[table_id], store.party_rows(table_id, party), after)
        for table_id, after in rows.items()
    }


def _kept(field: Field, value: Any) -> Any:
    """Return a value with the digits that the database keeps."""
    if field.spec.storage == "decimal" and value is not None:
        return round(float(value), 4)
    return value


def _days_late(office: Office, table_id: str) -> int:
    due = office.dues.get(table_id)
    return (office.today - due).days if due and office.today != dt.date.max else 0


def _too_late(reading: Reading, office: Office, returned: Collection[str]) -> str | None:
    if not office.refuse_late:
        return None
    late = [
        one.table
        for one in reading.deliveries
        if one.table not in returned and _days_late(office, one.table) > 0
    ]
    due = "、".join(f"{table}（{office.dues[table]}）" for table in dict.fromkeys(late))
    return f"{due} 已过截止日期，按本校规定不再收；确需补报请联系管理员" if late else None


def _locked(different: Iterable[str], decided: Mapping[str, Standing], catalog: Catalog) -> str | None:
    locked = [table_id for table_id in different if table_id in decided and decided[table_id].locked]
    if not locked:
        return None
    shown = "、".join(catalog.tables[table_id].title for table_id in locked)
    return f"{shown} 已定稿锁定，内容却有改动；确需改动先由领导小组重新开放（statecollect review reopen）"


def replay(catalog: Catalog, event: Event, original: Path) -> Sequence[Delivery]:
    """Read an original again as it was read when it came in, for a store that replays its journal."""
    data = event.data
    return read_return(
        original,
        catalog,
        name=data["file"],
        party=data["party"],
        expected=data.get("expected", ()),
        today=dt.date.fromisoformat(event.at[:10]),
    ).deliveries


def _result(reading: Reading, party: str, outcome: Outcome, reason: str | None) -> FileResult:
    kept = reading.deliveries if outcome != "refused" else ()
    return FileResult(
        file=reading.book.name,
        outcome=outcome,
        party=party,
        sha256=reading.book.sha256,
        reason=reason,
        deliveries=kept,
        ignored=reading.ignored,
        findings=tuple(reading.all_findings()) if outcome != "refused" else (),
        missing=reading.missing,
    )


def _refusal(reading: Reading, office: Office, department: str) -> str | None:
    """Say why the workbook is not taken in, or None."""
    stamp = reading.stamp
    if stamp is None and not department:
        return "这份表不是用本校模板填的，看不出是哪个单位；请加 --department 单位名称，或让对方用模板填写"
    if stamp is not None:
        if stamp.kind == "export":
            return "这是导出的汇总表，不是填报表；请用模板或退回修改的表填报"
        if stamp.year != office.year:
            return f"这是 {stamp.year} 年度的模板，本次采集是 {office.year} 年度；请改用本次的模板"
        if stamp.campaign != office.campaign or stamp.school != office.school:
            return (
                f"这份模板属于「{stamp.school}」的采集「{stamp.campaign}」，不是本次采集的；请改用本次的模板"
            )
        if not genuine(stamp, reading.signature, office.secret):
            return "模板的身份信息被改动过，无法确认是哪个单位的；请重新下发模板，或加 --department 说明单位"
        if department and department != stamp.party:
            return f"这是「{stamp.party}」的模板，却按「{department}」上交；请核对单位"
    party = department or (stamp.party if stamp else "")
    if party not in office.tasks:
        return f"任务分解表没有把任何表分给「{party}」；请核对单位名称"
    foreign = [one.table for one in reading.deliveries if one.table not in office.tasks[party]]
    if foreign:
        return f"{'、'.join(foreign)} 没有分给「{party}」填报；请从工作簿中删去这些表后重交"
    if not reading.deliveries:
        return "没有找到任何填了数据的表；请填写后上交，确无数据的表在封面选“零报告”"
    return None
