"""Supporting documents (佐证材料): any file, kept under its SHA-256 and filed by table and party."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from statecollect.core.errors import UsageError
from statecollect.render.page import Page, PrintedTable
from statecollect.school.parties import label_of
from statecollect.store import Store

LARGEST = 200 * 2**20  # bytes of one document
SHOWN_DIGITS = 12  # of a document's SHA-256, in the printed list


@dataclass(frozen=True, slots=True)
class Document:
    """One filed document. ``original`` is its name in the store's originals."""

    table: str
    party: str
    file: str
    sha256: str
    original: str

    def as_json(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return asdict(self)


def file_documents(
    store: Store, paths: Iterable[Path], *, table: str, party: str, by: str, at: str
) -> tuple[list[Document], list[Document]]:
    """File documents; return those that are new, and those filed before for the same table and party.

    Raises UsageError for a file that is missing, empty or too large; nothing is filed then.
    """
    files = [file for path in paths for file in _files(path)]
    for path in files:
        size = path.stat().st_size
        if not size or size > LARGEST:
            said = "是空的" if not size else f"有 {size // 2**20} MB，超过 {LARGEST // 2**20} MB"
            raise UsageError(f"佐证材料{said}", hint="核对文件；过大的分成几份", where=path.name)
    new: list[Document] = []
    before: list[Document] = []
    for path in files:
        event, is_new = store.keep_document(path, table, party, by, at)
        (new if is_new else before).append(Document(**event.data))
    return new, before


def documents(store: Store) -> list[Document]:
    """Return all filed documents by table, party and name."""
    found = [Document(**event.data) for event in store.documents()]
    return sorted(found, key=lambda one: (one.table, one.party, one.file))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(file for file in path.rglob("*") if file.is_file() and not file.is_symlink())
        return [file for file in inside if not file.name.startswith((".", "~$"))]
    if not path.is_file():
        raise UsageError("佐证材料不存在", hint="核对文件名和所在文件夹", where=str(path))
    return [path]


def evidence_list(store: Store, school: str, title: str) -> Page:
    """Return the list of all filed documents, to be printed and filed with them."""
    rows = [
        (document.table, label_of(document.party), document.file, document.sha256[:SHOWN_DIGITS])
        for document in documents(store)
    ]
    return Page(
        title=f"{title}佐证材料清单",
        lines=(f"学校：{school}        共 {len(rows)} 份",),
        tables=(PrintedTable(("表号", "填报单位", "文件", "校验码"), rows, (8, 18, 50, 16)),),
    )
