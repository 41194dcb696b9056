"""The house rules that a program can check: floors, no year in the code, small files, words that exist."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import metadata
from pathlib import Path

import statecollect

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "statecollect"
MODULES = sorted(PACKAGE.rglob("*.py"))
TABLE_ID = re.compile(r"\d+\.\d+\.\d+")
EXAMPLE = re.compile(r"如 ?\d+\.\d+\.\d+")  # tells a reader what a table's number looks like
MOST_LINES = 400

# A room may import from the floors below its own, and from a room beside it as long as that makes no circle.
FLOORS = {
    "core": 0,
    "catalog": 1,
    "findings": 2,
    "workbook": 3,
    "cleaning": 4,
    "render": 4,
    "school": 5,
    "store": 5,
    "rules": 6,
    "workflow": 7,
    "intake": 8,
    "indicators": 8,
    "submission": 8,
    "schemas": 9,
    "campaign": 9,
    "cli": 10,
}
STOREYS = {
    "read": 0,
    "recognise": 1,
    "write": 2,
}  # of workbook/; what lies beside them is shared by all three
MOST_ROOMS = 16
# Imports inside functions, each for a start that does not pay for what the call does not use
LAZY = {
    "__init__": "public names are loaded when first used",
    "__main__": "arguments are looked at before the parser of options is loaded",
    "cli": "`--help` imports no command's work",
    "campaign.campaign": "the facade: opening a campaign loads nothing of what is not done with it",
    "campaign.workspace": "the same; a store that needs no replay loads no reader",
    "indicators.explain": "SQL is taken apart only for indicators that are shares",
    "school.breakdown.source_files": "the parser of each kind of file is loaded with the first file of that kind",
    "workbook.read.raw_sheets": "old and open formats are rare",
}


def name_of(path: Path) -> str:
    """Return a module's dotted name without the package's."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


NAMES = {name_of(path): path for path in MODULES}


def room_of(name: str) -> str:
    return name.partition(".")[0]


def imported(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Give every module of ours that one imports, for types too: its name, the line, whether inside a function."""
    tree = tree_of(path)
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and room_of(node.module) == "statecollect":
            for alias in node.names:
                full = f"{node.module}.{alias.name}".removeprefix("statecollect.")
                said = node.module.removeprefix("statecollect").removeprefix(".")
                yield full if full in NAMES else said, node.lineno, id(node) in inner
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("statecollect."):
                    yield alias.name.removeprefix("statecollect."), node.lineno, id(node) in inner


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a module's tree; each is parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports() -> dict[str, list[tuple[str, int, bool]]]:
    """Return what every module imports, by its name."""
    return {name: list(imported(path)) for name, path in NAMES.items()}


def circle_in(graph: Mapping[str, Collection[str]]) -> list[str]:
    """Return one way that leads back to where it began, or nothing."""
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as found:
        return list(found.args[1])
    return []


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


def test_every_room_has_a_floor_and_nothing_stands_loose() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert rooms == set(FLOORS)
    assert len(rooms) <= MOST_ROOMS
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__"}


def test_the_floors_are_those_of_the_document() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    lines = text.split("## Rooms", 1)[1].split("\n## ", 1)[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    assert {row[1].strip("`/"): int(row[0]) for row in cells if row[0].isdigit()} == FLOORS


def test_a_room_says_what_it_is() -> None:
    """What comes in, what goes out, where to start reading."""
    said = {name: ast.get_docstring(tree_of(PACKAGE / name / "__init__.py")) or "" for name in FLOORS}
    assert [name for name, text in said.items() if len(text.splitlines()) < 3] == []


def test_imports_only_go_down() -> None:
    assert {name: found for name in NAMES if (found := upward(name))} == {}


def upward(name: str) -> list[tuple[str, int]]:
    """Return what a module imports from above, with the line."""
    floor = FLOORS.get(room_of(name), max(FLOORS.values()) + 1)
    found = [(other, line) for other, line, _ in imports()[name] if FLOORS.get(room_of(other), 0) > floor]
    storey = STOREYS.get(name.split(".")[1], 2) if name.startswith("workbook.") else None
    if storey is not None and name.count("."):
        shared = name.split(".")[1] not in STOREYS
        found += [
            (other, line)
            for other, line, _ in imports()[name]
            if other.startswith("workbook.")
            and other.split(".")[1] in STOREYS
            and (shared or STOREYS[other.split(".")[1]] > storey)
        ]
    return found


def test_no_module_and_no_room_imports_itself_by_a_way_round() -> None:
    modules = {name: {other for other, _, _ in found if other != name} for name, found in imports().items()}
    packages = {name for name in NAMES if NAMES[name].name == "__init__.py"}
    assert (
        circle_in({name: others - packages for name, others in modules.items() if name not in packages}) == []
    )
    rooms: dict[str, set[str]] = {name: set() for name in FLOORS}
    for name, others in modules.items():
        if room_of(name) in FLOORS:
            rooms[room_of(name)] |= {room_of(other) for other in others} & set(FLOORS) - {room_of(name)}
    assert circle_in(rooms) == []


def test_imports_inside_functions_are_those_that_have_a_reason() -> None:
    late = {name for name, found in imports().items() if any(inside for _, _, inside in found)}
    reasons = {name: name if name in LAZY else room_of(name) for name in late}
    assert {name for name, reason in reasons.items() if reason not in LAZY} == set()
    assert set(LAZY) - set(reasons.values()) == {"__init__"}


def test_no_table_of_any_year_is_named_in_the_code() -> None:
    texts = [(name, text, line) for name, path in NAMES.items() for text, line in strings(tree_of(path))]
    named = [place for place in texts if TABLE_ID.search(EXAMPLE.sub("", place[1]))]
    assert [place for place in named if place[1] != statecollect.__version__] == []


def test_a_module_is_short_enough_to_read() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in NAMES.items()}
    assert {name: length for name, length in lengths.items() if length >= MOST_LINES} == {}


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
        node.name for path in MODULES for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)
    }
    assert len(words) > 8
    assert [word for word in words if word not in classes] == []


def test_the_version_is_said_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "src/statecollect/__init__.py"
    assert metadata.version("statecollect") == statecollect.__version__
    assert statecollect.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    named = {re.split(r"[<>=\[]", one)[0] for one in project["dependencies"]}
    explained = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")}
    assert named == explained - {"package"}
    for one in project["optional-dependencies"]["test"]:
        assert re.split(r"[<>=\[]", one)[0] in text
