"""Small faults put into a module's code: which there could be, and the tree with one of them.

A fault changes one thing a hasty hand could have written: a limit by one, ``<`` for ``<=``, one condition forgotten, ``and``
for ``or``, a sign, a call left out, a comparison within a statement of SQL. Wording, annotations and docstrings stay.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
# What may be mistaken in a statement of SQL, each place by itself.
SQL = (
    (re.compile(r"\bAND\b"), "OR"),
    (re.compile(r"\bOR\b"), "AND"),
    (re.compile(r"\bNOT (?=EXISTS|IN|\()"), ""),
    (re.compile(r"\bIS NOT NULL\b"), "IS NULL"),
    (re.compile(r"\bIS NULL\b"), "IS NOT NULL"),
    (re.compile(r"\bDISTINCT "), ""),
    (re.compile(r"(?<=\s)<=(?=\s)"), "<"),
    (re.compile(r"(?<=\s)>=(?=\s)"), ">"),
    (re.compile(r"(?<=\s)<(?=\s)"), "<="),
    (re.compile(r"(?<=\s)>(?=\s)"), ">="),
    (re.compile(r"(?<=\s)=(?=\s)"), "<>"),
    (re.compile(r"(?<=\s)<>(?=\s)"), "="),
)
_LOOKS_LIKE_SQL = re.compile(
    r"\b(SELECT|WHERE|FROM|CASE|JOIN|AND|OR|IS NULL|NOT EXISTS|INSERT|DELETE|count)\b"
)
_SKIPPED = (ast.Import, ast.ImportFrom, ast.Assert, ast.Raise, ast.Global, ast.Nonlocal)


@dataclass(frozen=True)
class Mutant:
    """One fault: in which module and function, what it was and became; ``nth`` of those that look the same there."""

    module: str
    function: str  # "" outside of functions
    line: int
    old: str
    new: str
    nth: int

    @property
    def key(self) -> str:
        """Its name, the same wherever in the module the function stands."""
        again = f" #{self.nth + 1}" if self.nth else ""
        return f"{self.module} {self.function or '(module)'}: {self.old} → {self.new}{again}"


@dataclass(frozen=True)
class _Place:
    """Where a fault can be put in: ``change`` does it, in the tree itself."""

    node: ast.AST
    function: str
    old: str
    new: str
    change: Callable[[], None]


def mutants_of(source: str, module: str) -> list[Mutant]:
    """All faults that could be put into a module, in the order of its text."""
    seen: dict[tuple[str, str, str], int] = {}
    found = []
    for place in _places(ast.parse(source)):
        same = (place.function, place.old, place.new)
        seen[same] = seen.get(same, -1) + 1
        line = getattr(place.node, "lineno", 0)
        found.append(Mutant(module, place.function, line, place.old, place.new, seen[same]))
    return found


def mutated(source: str, module: str, key: str) -> ast.Module:
    """Return a module's tree with one fault in it, each line where it was; KeyError if there is no such place."""
    tree = ast.parse(source)
    for place, mutant in zip(list(_places(tree)), mutants_of(source, module), strict=True):
        if mutant.key == key:
            place.change()
            return ast.fix_missing_locations(tree)
    raise KeyError(key)


def _places(tree: ast.Module) -> Iterator[_Place]:
    yield from _in_body(tree, ())


def _in_body(node: ast.AST, names: tuple[str, ...]) -> Iterator[_Place]:
    """Go through a node's children; ``names`` of the classes and functions around it."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment", "decorator_list"):
            continue
        children = value if isinstance(value, list) else [value]
        for at, child in enumerate(children):
            if not isinstance(child, ast.AST) or isinstance(child, _SKIPPED) or _is_wording(child):
                continue
            inner = names
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                inner = (*names, child.name)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                put = _putter(node, field, at if isinstance(value, list) else None)
                yield from _faults(child, put, _function(tree_names=inner))
            yield from _in_body(child, inner)


def _is_wording(node: ast.AST) -> bool:
    """Whether a statement is a docstring, or nothing but a name or a text."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _function(tree_names: tuple[str, ...]) -> str:
    return ".".join(tree_names)


def _putter(parent: ast.AST, field: str, at: int | None) -> Callable[[ast.AST], None]:
    """What puts another node at the place of a child."""

    def put(new: ast.AST) -> None:
        if at is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[at] = new

    return put


def _faults(node: ast.expr | ast.stmt, put: Callable[[ast.AST], None], function: str) -> Iterator[_Place]:
    """All faults at one node itself."""
    old = ast.unparse(node) if isinstance(node, ast.expr) else ""

    def instead(new: ast.AST, was: str = old, becomes: str = "") -> _Place:
        new = ast.copy_location(new, node)
        return _Place(node, function, _short(was), _short(becomes or ast.unparse(new)), lambda: put(new))

    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                other = COMPARISONS[type(operator)]()
                ops = [*node.ops[:at], other, *node.ops[at + 1 :]]
                yield instead(ast.Compare(node.left, ops, node.comparators))
        case ast.BoolOp():
            turned = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield instead(ast.BoolOp(turned, node.values))
            for at in range(len(node.values)):
                left = [value for nr, value in enumerate(node.values) if nr != at]
                yield instead(left[0] if len(left) == 1 else ast.BoolOp(node.op, left))
        case ast.UnaryOp(op=ast.Not()):
            yield instead(node.operand)
        case ast.UnaryOp(op=ast.USub()):
            yield instead(node.operand)
        case ast.BinOp() if type(node.op) in ARITHMETIC and not _is_text(node):
            yield instead(ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right))
        case ast.IfExp():
            yield instead(ast.IfExp(node.test, node.orelse, node.body))
        case ast.Constant(value=bool() as truth):
            yield instead(ast.Constant(not truth))
        case ast.Constant(value=int() | float() as number):
            yield instead(ast.Constant(number + 1))
        case ast.Constant(value=str() as text) if _LOOKS_LIKE_SQL.search(text):
            for pattern, other_words in SQL:
                for hit in pattern.finditer(text):
                    changed = text[: hit.start()] + other_words + text[hit.end() :]
                    around = slice(max(0, hit.start() - 30), hit.end() + 30)
                    yield instead(ast.Constant(changed), text[around], changed[around])
        case ast.Break():
            yield instead(ast.Continue(), "break", "continue")
        case ast.Continue():
            yield instead(ast.Break(), "continue", "break")
        case ast.Expr(value=ast.Call()):
            yield instead(ast.Pass(), ast.unparse(node), "pass")
        case _:
            pass


def _is_text(node: ast.BinOp) -> bool:
    """Whether a sum is one of texts: to take texts apart is a fault that no type checker lets pass."""
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _short(text: str) -> str:
    """Return a text on one line, so long that it is known again."""
    text = " ".join(text.split())
    return text if len(text) <= 110 else f"{text[:80]}…{text[-28:]}"
