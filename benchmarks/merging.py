"""What two parties say of the same teachers becomes one row each: anew after a return, and not at all after other events."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measure import Cost, side_by_side
from statecollect.catalog import Catalog, load_catalog
from statecollect.store import Delivery
from statecollect.store.database import Database
from statecollect.store.merging import merge, take_apart

TABLE = "1.4.1"  # the widest that many fill
PARTIES = ("人事处", "信息系")


def measure(sizes: Sequence[int], repetitions: int) -> list[tuple[int, Cost, Cost]]:
    """Return for so many keys what merging costs, and what it costs when nothing of the table changed."""
    catalog = load_catalog("2022")
    table = catalog.tables[TABLE]
    costs = []
    for keys in sizes:
        database = Database.open(None, catalog, {}, {0: "0"}.get)
        given = [_half(catalog, party, keys, at) for at, party in enumerate(PARTIES)]
        with database.transaction():
            database.apply([(1, given)], "")
        database.refresh()

        def anew(database: Database = database) -> None:
            take_apart(database.connection, table)
            merge(database.connection, catalog, ())

        def unchanged(database: Database = database) -> None:
            merge(database.connection, catalog, ())

        cost = side_by_side({"anew": anew, "unchanged": unchanged}, repetitions)
        database.close()
        costs.append((keys, cost["anew"], cost["unchanged"]))
    return costs


def shown_table(costs: Sequence[tuple[int, Cost, Cost]]) -> str:
    """Return growth as a table: each size beside the one before."""
    lines = [
        f"What two parties say of the same rows ({TABLE}, in process):",
        "",
        "| keys | taken apart and merged anew | microseconds of CPU a key | times the cost before | after another event |",
        "|---|---|---|---|---|",
    ]
    before: tuple[int, Cost] | None = None
    for keys, anew, unchanged in costs:
        ratio = f"{anew.cpu / before[1].cpu:.1f}× for {keys / before[0]:g}× the keys" if before else "–"
        cost = f"{anew.cpu:.2f} s CPU, {anew.wall:.2f} s wall"
        lines.append(
            f"| {keys:,} | {cost} | {anew.cpu / keys * 1e6:.0f} | {ratio} | {unchanged.cpu * 1000:.1f} ms |"
        )
        before = keys, anew
    return "\n".join([*lines, ""])


def _half(catalog: Catalog, party: str, keys: int, at: int) -> Delivery:
    """Return what one of two says: every other column that is text, and the key."""
    table = catalog.tables[TABLE]
    values: dict[str, list[str | None]] = {}
    for number, field in enumerate(table.fields):
        mine = field.spec.storage == "text" and number % len(PARTIES) == at
        values[field.name] = [f"内容{row % 50}" if mine else None for row in range(keys)]
    values[table.key[0]] = [f"{row:06}" for row in range(keys)]
    return Delivery(
        party=party,
        table=TABLE,
        sha256="0" * 64,
        file=f"{party}.xlsx",
        sheet=table.title,
        columns={field.name: number for number, field in enumerate(table.fields)},
        rows=range(2, keys + 2),
        values=values,
        rejected={},
        findings=(),
        nil=False,
        cells_seen=0,
        cells_stored=0,
        cells_rejected=0,
    )
