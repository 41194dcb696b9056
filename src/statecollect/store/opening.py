"""The database of a store, ready for use: the file there is, or one made anew that takes its place only when it is whole.

It is made anew when it is missing or damaged, of another schema or layout, or when somebody asks. What the new one reads
differently from the old one is found before it takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from statecollect.catalog import Catalog, Table
from statecollect.core.errors import Refused, StoreError
from statecollect.findings.masking import mask
from statecollect.store import heads, history
from statecollect.store.connection import Remembered, fresh, look_into, remove, wal
from statecollect.store.database import LAYOUT, Database, unwritable
from statecollect.store.journal import DECISION, START, Journal
from statecollect.store.merging import as_returned, aside
from statecollect.store.originals import Originals
from statecollect.store.replay import Parse, bring_up
from statecollect.store.sql_columns import quoted

_CELLS_SHOWN = 5
_ROWS_COMPARED = 1000  # of one table; more differences than that need not be listed
_PLACE = ("_party", "_submission", "_sheet", "_row")


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is read differently: what it was, what it is now; masked where it is personal."""

    table: str
    party: str
    sheet: str
    row: int | None
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What is needed to open a database, and what is let pass.

    ``anew``: make it again even if it fits. ``losing``: part of the history may be missing. ``differing``: signed tables
    may read differently.
    """

    folder: Path
    catalog: Catalog
    parameters: Mapping[str, object]
    parse: Parse
    anew: bool = False
    losing: bool = False
    differing: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The database, the cells that it reads differently from the one before, and what was found to be lost."""

    database: Database
    differences: tuple[Difference, ...] = ()
    lost: tuple[str, ...] = ()


def open_database(asked: Opening, journal: Journal, originals: Originals) -> Opened:
    """Return the database, brought up to the journal.

    Raises StoreError when the journal knows less than the database or the originals, Refused when tables that people
    signed would change; then everything is as it was.
    """
    path = asked.folder / history.DATABASE
    found = look_into(path)
    connection, remembered = found or (None, None)
    try:
        lost = _lost(asked.folder, journal, remembered)
        if lost and not asked.losing:
            raise StoreError(
                f"采集历史不完整：{lost[0]}",
                hint="从备份恢复整个 store 文件夹；确认找不回来，再用 statecollect rebuild --accept-loss --by 姓名 --reason 原因",
                where=str(asked.folder),
            )
        originals.tidy(history.mentioned(journal.events))
        if connection is not None and remembered is not None and _fits(asked, journal, remembered):
            database = Database(connection, asked.catalog)
            database.set_parameters(asked.parameters)
            bring_up(database, journal, originals, asked.parse)
            return Opened(database, (), lost)
        database, differences = _made_anew(asked, journal, originals, connection, remembered)
        return Opened(database, tuple(differences), lost)
    except BaseException:
        if connection is not None:
            connection.close()
        raise


def _lost(folder: Path, journal: Journal, remembered: Remembered | None) -> tuple[str, ...]:
    """Say what shows that part of the history is gone; the database's memory is one witness."""
    known = (remembered.applied, remembered.hash) if remembered else None
    lost = [*heads.beyond(journal.path, journal.events), *history.missing(folder, journal.events, known)]
    return tuple(dict.fromkeys(lost))


def _fits(asked: Opening, journal: Journal, remembered: Remembered) -> bool:
    same = (remembered.layout, remembered.digest) == (LAYOUT, asked.catalog.digest)
    return same and not asked.anew and journal.hash_at(remembered.applied) == remembered.hash


def _made_anew(
    asked: Opening,
    journal: Journal,
    originals: Originals,
    before: duckdb.DuckDBPyConnection | None,
    remembered: Remembered | None,
) -> tuple[Database, list[Difference]]:
    path = asked.folder / history.DATABASE
    new = path.with_name(f"{path.name}.new")
    try:
        database = Database.create(fresh(new), asked.catalog, START)
    except duckdb.Error as error:
        raise unwritable(error) from error
    try:
        database.set_parameters(asked.parameters)
        bring_up(database, journal, originals, asked.parse)
        differences = _differences(before, database) if before is not None and remembered is not None else []
        _refuse_signed(differences, journal, asked)
    except BaseException:
        database.close()
        remove(new)
        raise
    if before is not None:
        before.close()
    database.close()
    # what a killed process left in the old file's log must not be put into the new file
    wal(path).unlink(missing_ok=True)
    new.replace(path)
    reopened = look_into(path)
    if reopened is None:
        raise StoreError(
            "新做的数据库打不开", hint="检查磁盘空间后再运行 statecollect rebuild", where=str(path)
        )
    return Database(reopened[0], asked.catalog), differences


def _differences(before: duckdb.DuckDBPyConnection, database: Database) -> list[Difference]:
    """Compare what both read of the same originals, cell by cell."""
    try:
        held = before.execute('SELECT DISTINCT "table", party, submission, seq FROM _deliveries').fetchall()
        now = database.connection.execute('SELECT DISTINCT "table", party, submission, seq FROM _deliveries')
        both = sorted(set(held) & set(now.fetchall()))
        found: list[Difference] = []
        for table_id in dict.fromkeys(table_id for table_id, *_ in both):
            mine = [
                (party, submission) for told_table, party, submission, _ in both if told_table == table_id
            ]
            found += _cells(before, database, table_id, mine)
        return found
    except duckdb.Error as error:
        raise unwritable(error) from error


def _cells(
    before: duckdb.DuckDBPyConnection, database: Database, table_id: str, mine: list[tuple[str, str]]
) -> list[Difference]:
    table = database.catalog.tables.get(table_id)
    if table is None:
        return []
    known = {
        str(name)
        for (name,) in before.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = $1", [table.short]
        ).fetchall()
    }
    fields = [field.name for field in table.fields if field.name in known]
    if not known or not fields:
        return []
    columns = ", ".join([*_PLACE, *(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in fields)])
    chosen = "WHERE (_party || chr(31) || _submission) IN (SELECT unnest($1))"
    wanted = [[f"{party}\x1f{submission}" for party, submission in mine]]
    old = before.sql(
        f"SELECT {columns} FROM {_returned_then(before, table)} {chosen}", params=wanted
    ).to_arrow_table()
    new = f"SELECT {columns} FROM {as_returned(database.connection, table)} {chosen}"
    connection = database.connection
    connection.register("_before", old)
    try:
        gone = connection.execute(
            f"SELECT * FROM _before EXCEPT ALL {new} ORDER BY ALL LIMIT {_ROWS_COMPARED}", wanted
        ).fetchall()
        come = connection.execute(
            f"({new}) EXCEPT ALL SELECT * FROM _before ORDER BY ALL LIMIT {_ROWS_COMPARED}", wanted
        ).fetchall()
    finally:
        connection.unregister("_before")
    places = len(_PLACE)
    olds, news = ({row[:places]: row[places:] for row in rows} for rows in (gone, come))
    nothing = (None,) * len(fields)
    private = {field.name for field in table.fields if field.is_personal}

    def shown(name: str, value: str | None) -> str | None:
        return mask(value) if value is not None and name in private else value

    return [
        Difference(table_id, place[0], place[2], place[3], name, shown(name, was), shown(name, now))
        for place in sorted({*olds, *news}, key=str)
        for name, was, now in zip(fields, olds.get(place, nothing), news.get(place, nothing), strict=True)
        if was != now
    ]


def _returned_then(before: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Return SQL for all rows of a table as returned, for a file that an older program may have written."""
    name = quoted(table.short)
    apart = before.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = $1", [aside(table).strip('"')]
    ).fetchall()
    if not apart[0][0]:
        return name
    return f"(SELECT * FROM {name} WHERE _id NOT IN (SELECT _id FROM {aside(table)}) UNION ALL BY NAME SELECT * FROM {aside(table)})"


def _refuse_signed(differences: Sequence[Difference], journal: Journal, asked: Opening) -> None:
    """Stop before a review is voided by nothing but a newer program or schema."""
    signed = {
        (event.data.get("table"), party)
        for event in journal.events
        if event.type == DECISION
        for party in event.data.get("parties", ())
    }
    touched = [difference for difference in differences if (difference.table, difference.party) in signed]
    if touched and not asked.differing:
        raise Refused(
            f"{told(differences)}；其中 {len({difference.table for difference in touched})} 张表已有人审核过，原来的审核会不再算数",
            hint="确认后运行 statecollect rebuild --accept-differences --by 姓名 --reason 原因；在此之前数据保持原样",
        )


def told(differences: Sequence[Difference]) -> str:
    """Say in one sentence what reads differently."""
    tables = {difference.table for difference in differences}
    cells = [
        f"{difference.table} {difference.party} 第 {difference.row} 行“{difference.field}”「{difference.old or ''}」→「{difference.new or ''}」"
        for difference in differences[:_CELLS_SHOWN]
    ]
    more = "等" if len(differences) > _CELLS_SHOWN else ""
    return f"{len(tables)} 张表按新版读法有 {len(differences)} 处不同（{'、'.join(cells)}{more}）"
