"""Read ``schemas/<year>/`` into a Catalog. Errors name file, line and key.

Layout of a year::

    catalog.yaml          year, version, periods, parameters, stages
    shared/*.yaml         groups of fields that many tables include by name (六要素)
    codes/*.yaml, *.csv   code lists; long ones keep their values in a CSV beside them
    indicators.yaml       core indicators: quantities, formulas, thresholds (may be missing)
    tables/*.yaml         one file a table: fields, key, references, rules
"""

from __future__ import annotations

import csv
import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from statecollect.catalog.code_lists import CodeList
from statecollect.catalog.indicator_model import Indicators
from statecollect.catalog.model import Catalog, Table, Year
from statecollect.catalog.references import resolve_names
from statecollect.catalog.yaml_file import build, read_yaml
from statecollect.core.errors import CatalogError
from statecollect.core.table_ids import table_order

Value = TypeVar("Value")


def schemas_root() -> Path:
    """Return the folder of all years: what STATECOLLECT_SCHEMAS names, the installed package's, or the checkout's."""
    if own := os.environ.get("STATECOLLECT_SCHEMAS"):
        return Path(own)
    shipped = Path(__file__).resolve().parent.parent / "shipped" / "schemas"
    return shipped if shipped.is_dir() else Path(__file__).resolve().parents[3] / "schemas"


def years(root: Path | None = None) -> list[str]:
    """Return the years that have schemas, oldest first."""
    root = root or schemas_root()
    return sorted(path.parent.name for path in root.glob("*/catalog.yaml"))


def load_catalog(year: str | None = None, root: Path | None = None) -> Catalog:
    """Load a year (default: the newest). Raises CatalogError with file, line and key."""
    root = root or schemas_root()
    known = years(root)
    if not known:
        raise CatalogError("没有任何年度的数据目录", where=str(root))
    year = year or known[-1]
    if year not in known:
        raise CatalogError(f"没有 {year} 年度的数据目录", hint=f"可用的年度：{'、'.join(known)}")
    return load_year(root / year)


def load_year(folder: Path) -> Catalog:
    """Load one year's folder; the result is cached until a file in it changes."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".yaml", ".csv"})
    stamp = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    return _load(folder, stamp)


@lru_cache(maxsize=4)
def _load(folder: Path, stamp: tuple[tuple[Path, int, int], ...]) -> Catalog:
    digest = hashlib.sha256()
    for path, _, _ in stamp:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)

    data, node = read_yaml(folder / "catalog.yaml")
    year = build(Year, data, folder / "catalog.yaml", node)
    shared = {path.stem: _shared_fields(path) for path in sorted(folder.glob("shared/*.yaml"))}
    codes = [_code_list(path) for path in sorted(folder.glob("codes/*.yaml"))]
    tables = [_table(path, shared) for path in sorted(folder.glob("tables/*.yaml"))]
    tables.sort(key=lambda table: table_order(table.id))
    catalog = Catalog(
        year=year,
        tables=_keyed([(table.id, table) for table in tables], "数据表"),
        codes=_keyed([(codes.id, codes) for codes in codes], "代码表"),
        digest=digest.hexdigest(),
        indicators=_indicators(folder / "indicators.yaml"),
    )
    resolve_names(catalog)
    return catalog


def _keyed(pairs: list[tuple[str, Value]], what: str) -> dict[str, Value]:
    keyed: dict[str, Value] = {}
    for key, value in pairs:
        if key in keyed:
            raise CatalogError(f"{what} {key} 有两个文件")
        keyed[key] = value
    return keyed


def _shared_fields(path: Path) -> list[dict[str, Any]]:
    data, _ = read_yaml(path)
    if not isinstance(data, dict) or not isinstance(data.get("fields"), list):
        raise CatalogError("共用字段文件要有 fields 列表", where=f"{path.name}:1")
    return list(data["fields"])


def _table(path: Path, shared: dict[str, list[dict[str, Any]]]) -> Table:
    """Build a table, putting each ``- include: 六要素`` in place; keys beside ``include`` override every field's."""
    data, node = read_yaml(path)
    if isinstance(data, dict) and isinstance(data.get("fields"), list):
        data["fields"], places = _expand(data["fields"], shared, path, node)
        # errors in an included field point at the include line
        return build(Table, data, path, _with_places(node, places))
    return build(Table, data, path, node)


def _expand(
    fields: list[Any], shared: dict[str, list[dict[str, Any]]], path: Path, node: yaml.Node
) -> tuple[list[Any], list[int]]:
    expanded: list[Any] = []
    places: list[int] = []
    for position, entry in enumerate(fields):
        if not (isinstance(entry, dict) and "include" in entry):
            expanded.append(entry)
            places.append(position)
            continue
        name = entry["include"]
        if name not in shared:
            raise CatalogError(
                f"没有名为「{name}」的共用字段组", where=f"{path.name}:{node.start_mark.line + 1}"
            )
        override = {key: value for key, value in entry.items() if key not in {"include", "rename"}}
        rename = entry.get("rename", {})
        for field in shared[name]:
            expanded.append({**field, **override, "name": rename.get(field["name"], field["name"])})
            places.append(position)
    return expanded, places


def _with_places(node: yaml.Node, places: list[int]) -> yaml.Node:
    """Return the node tree with one entry a field of the expanded list, for line numbers."""
    for key, value in node.value:
        if key.value == "fields":
            value.value = [value.value[position] for position in places]
    return node


def _indicators(path: Path) -> Indicators:
    if not path.is_file():
        return Indicators()
    data, node = read_yaml(path)
    return build(Indicators, data, path, node)


def _code_list(path: Path) -> CodeList:
    data, node = read_yaml(path)
    if isinstance(data, dict) and data.get("file"):
        data["values"] = _csv_codes(path.with_name(str(data["file"])))
    return build(CodeList, data, path, node)


def _csv_codes(path: Path) -> list[dict[str, Any]]:
    """Read code,label[,synonyms][,within][,inferred]; lists are separated by a vertical bar."""
    if not path.is_file():
        raise CatalogError("代码表的数据文件不存在", where=path.name)
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            {
                "code": row["code"],
                "label": row["label"],
                "synonyms": [part for part in (row.get("synonyms") or "").split("|") if part],
                "within": [part for part in (row.get("within") or "").split("|") if part],
                "inferred": (row.get("inferred") or "") == "yes",
            }
            for row in csv.DictReader(stream)
        ]
