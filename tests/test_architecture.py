"""The house rules that a program can check: floors, no year in the code, small files, words that exist."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import statecollect

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "statecollect"
MODULES = sorted(PACKAGE.rglob("*.py"))
TABLE_ID = re.compile(r"\d+\.\d+\.\d+")
EXAMPLE = re.compile(r"如 ?\d+\.\d+\.\d+")  # tells a reader what a table's number looks like
MOST_LINES = 400

# docs/architecture.md, "Floors"; a room may use its own floor and those below
FLOORS = {
    "catalog": 0,
    "address": 0,
    "coded": 0,
    "errors": 0,
    "mishaps": 0,
    "visible": 0,
    "incoming": 0,
    "breakdown": 1,
    "cleaning": 1,
    "checking": 1,
    "swapped": 1,
    "types": 1,
    "findings": 1,
    "families": 1,
    "folding": 1,
    "masking": 1,
    "outputs": 1,
    "spelling": 1,
    "numberformat": 1,
    "printed": 1,
    "documents": 2,
    "config": 1,
    "parties": 1,
    "naming": 1,
    "filenames": 1,
    "tomlfile": 1,
    "workbook": 1,
    "store": 2,
    "rules": 2,
    "ownership": 2,
    "reading": 2.5,
    "returned": 2.5,
    "moves": 1,
    "changes": 3,
    "founding": 3,
    "prefill": 3,
    "bundle": 3,
    "bundlefiles": 3,
    "bundlerows": 3,
    "bundletables": 3,
    "manifest": 3,
    "localrules": 1,
    "earlier": 3,
    "people": 1,
    "review": 3,
    "waivers": 3,
    "resolving": 3,
    "forms": 3,
    "pages": 3,
    "ingest": 3,
    "check": 3,
    "nearest": 3,
    "validate": 3,
    "marked": 3,
    "evidence": 3,
    "export": 3,
    "excuses": 3,
    "owed": 3,
    "status": 3,
    "templates": 3,
    "rosters": 3,
    "report": 3,
    "rounds": 3,
    "indicators": 3,
    "verdicts": 2,
    "computed": 2,
    "published": 2,
    "lineage": 2,
    "explaining": 3,
    "analysis": 3,
    "charts": 2,
    "dictionary": 3,
    "official": 3,
    "campaign": 4,
    "demo": 4,
    "cli": 5,
    "__main__": 6,
}
IDS = [path.relative_to(PACKAGE).as_posix() for path in MODULES]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Give the room and the line of every import of our own, those for type checking alone left out."""
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [f"statecollect.{one.name}" for one in node.names]
                if node.module == "statecollect"
                else [node.module]
            )
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "statecollect" and len(parts) > 1 and parts[1] in FLOORS:
                yield parts[1], getattr(node, "lineno", 0)


def strings(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Give every string that is not a docstring."""
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value, node.lineno


def test_every_room_has_a_floor() -> None:
    assert {room_of(path) for path in MODULES} - {"__init__"} == set(FLOORS)


def test_the_floors_are_those_of_the_document() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = {"½": 0.5}
    for line in text.split("## Floors", 1)[1].split("\n## ", 1)[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not cells[0][:1].isdigit():
            continue
        floor = int(cells[0][0]) + shown.get(cells[0][1:], 0)
        rooms = [name.removesuffix(".py").removesuffix("/") for name in re.findall(r"`([^`]+)`", cells[1])]
        assert {name: FLOORS.get(name) for name in rooms} == dict.fromkeys(rooms, floor)


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_imports_only_go_down(path: Path) -> None:
    room = room_of(path)
    floor = FLOORS.get(room, 0 if path.name == "__init__.py" else None)
    assert floor is not None
    upward = [
        (name, line)
        for name, line in imported(ast.parse(path.read_text(encoding="utf-8")))
        if FLOORS[name] > floor and room != "__init__"
    ]
    assert upward == []


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_no_table_of_any_year_is_named_in_the_code(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [(text, line) for text, line in strings(tree) if text != statecollect.__version__]
    assert [(text, line) for text, line in texts if TABLE_ID.search(EXAMPLE.sub("", text))] == []


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES


def test_the_words_of_the_glossary_are_names_in_the_code() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = text.split("## Words", 1)[1].split("\n## ", 1)[0].splitlines()
    words = [
        word.strip()
        for row in rows
        if row.startswith("| ") and row.split("|")[1].strip() not in {"code", ""}
        for word in row.split("|")[1].split(",")
    ]
    classes = {
        node.name
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert len(words) > 8
    assert [word for word in words if word not in classes] == []


def test_the_version_is_said_once_in_two_places() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == statecollect.__version__
    assert statecollect.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    named = {re.split(r"[<>=\[]", one)[0] for one in project["dependencies"]}
    explained = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")}
    assert named == explained - {"package"}
    for one in project["optional-dependencies"]["test"]:
        assert re.split(r"[<>=\[]", one)[0] in text
