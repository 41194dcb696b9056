"""Two thousand spoilt workbooks: each is read, or refused with one line – never a traceback, never a hang.

The mutants are made from one seed: flipped and lost bytes of the file, and – since a checksum catches those – changed
parts put back into a sound archive.
"""

from __future__ import annotations

import io
import random
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import reader_books
import xlwt
from reader_books import ANNA, BERT, TEACHERS

from statecollect.core.errors import StatecollectError
from statecollect.core.untrusted.guard import Limits
from statecollect.intake.returns import read_return

resource = pytest.importorskip("resource")  # tells what a process has held; not on Windows
MUTANTS = 2000
BATCHES = 8
GROWTH = 600 * 2**20  # bytes the process may grow over a batch; a bomb that opens takes gigabytes
WEIGHTS = (10, 10, 1, 6)  # an .xls is read in a process of its own, which takes its time
CATALOG = reader_books.catalog()
LIMITS = Limits(seconds=20)

_NUMBER = re.compile(rb'"\d+"')
_TAG = re.compile(rb"<[^<>]{1,60}>")
_NASTY = [
    b"",
    b"0",
    b"-1",
    b"4294967296",
    b"1e309",
    b"A1048576",
    b"XFD1",
    b"&amp;",
    b"\x00",
    b"<",
    b"\xff\xfe",
    b"9" * 40,
]
Mutation = Callable[[random.Random, bytes], bytes]


def flipped(rng: random.Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)


def cut(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] if rng.random() < 0.5 else data[:start] + data[start + rng.randrange(1, 400) :]


def doubled(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data))
    piece = data[start : start + rng.randrange(1, 2000)]
    return data[:start] + piece * rng.randrange(2, 5) + data[start + len(piece) :]


def other_number(rng: random.Random, data: bytes) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return flipped(rng, data)
    one = rng.choice(found)
    return data[: one.start()] + b'"' + rng.choice(_NASTY) + b'"' + data[one.end() :]


def lost_tag(rng: random.Random, data: bytes) -> bytes:
    found = list(_TAG.finditer(data))
    if not found:
        return cut(rng, data)
    one, other = rng.choice(found), rng.choice(found)
    return data[: one.start()] + (other[0] if rng.random() < 0.5 else b"") + data[one.end() :]


BYTES: list[Mutation] = [flipped, cut, doubled]
PARTS: list[Mutation] = [flipped, cut, doubled, other_number, other_number, lost_tag, lost_tag]


def spoilt(rng: random.Random, data: bytes) -> bytes:
    """Return a mutant: of the file as a whole, or of one part inside an archive that stays sound."""
    if not data.startswith(b"PK") or rng.random() < 0.3:
        return rng.choice(BYTES)(rng, data)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = set(rng.sample(names, k=min(len(names), rng.choice((1, 1, 1, 2)))))
        for name in names:
            part = old.read(name)
            if name in hit:
                if rng.random() < 0.05:
                    continue
                part = rng.choice(PARTS)(rng, part) if part else part
            new.writestr(name, part)
    return out.getvalue()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    """Workbooks of every kind that is read, small and valid."""
    folder = tmp_path_factory.mktemp("好的")
    plain = reader_books.teachers(folder / "教师.xlsx", ANNA, BERT)
    old = xlwt.Workbook()
    sheet = old.add_sheet("1.1.1 教师表")
    rows: list[list[object]] = [[*TEACHERS], ANNA, BERT]
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    old.save(str(folder / "旧.xls"))
    text = "\n".join(",".join(map(str, row)) for row in (TEACHERS, ANNA, BERT))
    template = Path(__file__).parents[2] / "templates_xlsx" / "2022" / "图书馆.xlsx"
    return [
        ("教师.xlsx", plain.read_bytes()),
        ("图书馆.xlsx", template.read_bytes()),
        ("旧.xls", (folder / "旧.xls").read_bytes()),
        ("表.csv", text.encode("gb18030")),
    ]


def growth() -> int:
    """Return the most memory this process has held, in bytes."""
    held: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.long("two thousand spoilt workbooks")
@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_spoilt_workbook_is_read_or_refused_with_one_line(
    sound: list[tuple[str, bytes]], tmp_path: Path, batch: int
) -> None:
    rng = random.Random(2022 + batch)
    before, read = growth(), 0
    said: list[str] = []
    for number in range(MUTANTS // BATCHES):
        name, data = rng.choices(sound, WEIGHTS)[0]
        path = tmp_path / f"{number}-{name}"
        path.write_bytes(spoilt(rng, data))
        try:
            reading = read_return(path, CATALOG, party="教务处", expected=("1.1.1",), limits=LIMITS)
            for one in reading.deliveries:
                kept = one.cells_stored + one.cells_rejected + one.cells_ignored
                assert one.cells_seen == kept, name  # what cannot be read is never passed over in silence
            read += 1
        except StatecollectError as error:
            said.append(str(error))
        path.unlink()
    assert read > 0  # neither all waved through nor all turned away
    assert said
    assert [line for line in said if "\n" in line] == []
    assert growth() - before < GROWTH
