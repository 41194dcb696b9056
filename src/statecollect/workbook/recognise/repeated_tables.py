"""The same table on several sheets of a workbook: a row that says again what an earlier sheet says is taken once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from statecollect.core.spelling import spelled
from statecollect.findings.catalogue import phrase, said
from statecollect.workbook.recognise.recognised import Block, Notebook

Said = tuple[tuple[str, str], ...]


def without_repeated(blocks: Sequence[Block], notebook: Notebook) -> list[Block]:
    """Return the blocks, without rows of a second sheet that are the same as one of a sheet before it; say how many."""
    kept: list[Block] = []
    for table_id in {block.table.id: None for block in blocks}:
        mine = [block for block in blocks if block.table.id == table_id and block.rows]
        if len(mine) > 1:
            kept += _of_table(mine, notebook)
        else:
            kept += mine
    by_sheet = {block.sheet.name: block for block in kept}
    return [by_sheet.get(block.sheet.name, block) for block in blocks]


def _of_table(blocks: Sequence[Block], notebook: Notebook) -> list[Block]:
    known: dict[Said, tuple[str, int]] = {}
    kept: list[Block] = []
    left_out = 0
    for block in blocks:
        fresh: list[int] = []
        mine: dict[Said, tuple[str, int]] = {}
        for row in block.rows:
            said = _said(block, row)
            if said and said in known:
                sheet, first = known[said]
                cells = [block.place(name, row) for name in block.columns]
                places = [at for at in cells if block.sheet.rows.holds(*at)]
                notebook.leave_out(block.sheet, places, f"与「{sheet}」第 {first} 行完全一样，只收一次")
                left_out += 1
                continue
            fresh.append(row)
            if said:
                mine.setdefault(said, (block.sheet.name, row))
        known |= {said: place for said, place in mine.items() if said not in known}
        kept.append(replace(block, rows=tuple(fresh)))
    _report(kept, blocks, left_out, notebook)
    return kept


def _said(block: Block, row: int) -> Said:
    """Return what a row says, by field; nothing for a row that holds a fault: nobody knows what stands there."""
    places = {name: block.place(name, row) for name in block.columns}
    if not block.sheet.faults.keys().isdisjoint(places.values()):
        return ()
    return tuple(
        sorted((name, text) for name, at in places.items() if (text := spelled(block.sheet.at(*at))))
    )


def _report(kept: Sequence[Block], blocks: Sequence[Block], left_out: int, notebook: Notebook) -> None:
    """Say where a table stands on several sheets, how many rows each has and how many said the same again."""
    counts = "、".join(f"「{block.sheet.name}」{len(block.rows)} 行" for block in blocks)
    again = phrase("S05", "again", "some" if left_out else "none", count=left_out)
    only_copies = all(not block.rows for block in kept[1:])
    notebook.say(
        said(
            "S05",
            "several",
            "note" if only_copies else "warning",
            sheets=len(blocks),
            counts=counts,
            again=again,
        ),
        sheet=blocks[1].sheet.name,
        table=blocks[0].table.id,
    )
