"""YAML with places: parse a schema file into a model, and say file, line and key when it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from statecollect.catalog.wording import in_words
from statecollect.core.errors import CatalogError, StatecollectError
from statecollect.core.untrusted.decoding import decode

Model = TypeVar("Model", bound=BaseModel)
_DEEPEST = 200  # levels of one thing in another; a schema has five


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which only true and false are booleans: ``required: yes`` stays the word it looks like."""


def _plain_scalars() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return the implicit types we want: null, true/false, whole and decimal numbers. Dates, yes/no stay text."""
    kinds = [
        ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
        ("tag:yaml.org,2002:bool", r"^(?:true|false)$", ["t", "f"]),
        ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9]\d*)$", list("-+0123456789")),
        ("tag:yaml.org,2002:float", r"^[-+]?\d+\.\d+$", list("-+0123456789")),
    ]
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, firsts in kinds:
        for first in firsts:
            resolvers.setdefault(first, []).append((tag, re.compile(pattern)))
    return resolvers


_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": "true".__eq__,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}
_Loader.yaml_implicit_resolvers = _plain_scalars()


def read_yaml(path: Path) -> tuple[Any, yaml.Node]:
    """Return the file's plain data and its node tree (for line numbers)."""
    content = path.read_bytes()
    try:
        text = decode(content, path.name) if content else ""
    except StatecollectError as error:
        raise CatalogError(error.message, hint=error.hint, where=path.name) from error
    try:
        if _depth(text) > _DEEPEST:  # the parser in C would overflow its stack before Python's limit
            raise RecursionError
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            data = _plain(node) if node is not None else None
        finally:
            loader.dispose()
    except RecursionError:
        raise CatalogError("不是有效的 YAML：一层套一层，套得太深", where=path.name) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # ValueError: a number of 5,000 digits
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or (
            "有一个数字长得没有道理" if "digits" in str(error) else str(error)
        )
        raise CatalogError(f"不是有效的 YAML：{problem}", where=f"{path.name}{line}") from error
    if node is None:
        raise CatalogError("文件是空的", where=path.name)
    return data, node


def _depth(text: str) -> int:
    """Return at most how deep brackets and dashes nest; quotation marks are not looked at, it is a guard."""
    deepest = depth = 0
    for match in re.finditer(r"[\[\]{}]|^[ ]*(?:- )*", text, re.M):
        found = match.group()
        if found in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
        elif found in ("]", "}"):
            depth = max(0, depth - 1)
        else:
            deepest = max(deepest, len(found) // 2)
    return deepest


def _plain(node: yaml.Node) -> Any:
    """Return a node's data: texts, numbers, lists and mappings, which is all that a schema is made of.

    PyYAML's own way, made for any object, takes four times as long over a year's 200 files.
    """
    if isinstance(node, yaml.ScalarNode):
        if node.tag not in _SCALARS:
            raise yaml.MarkedYAMLError(problem=f"不认识的标记 {node.tag}", problem_mark=node.start_mark)
        return _SCALARS[node.tag](node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(inner) for inner in node.value]
    plain: dict[Any, Any] = {}
    for key, value in node.value:
        name = _plain(key) if isinstance(key, yaml.ScalarNode) else None
        if name is None or name in plain:
            raise yaml.MarkedYAMLError(problem=f"键「{name}」写了两次或没有名称", problem_mark=key.start_mark)
        plain[name] = _plain(value)
    return plain


def build(
    model: type[Model], data: Any, path: Path, node: yaml.Node, inside: Sequence[str | int] = ()
) -> Model:
    """Validate ``data`` as ``model``; ``inside`` is the path from ``node`` to ``data``."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = [*inside, *first["loc"]]
        more = f"（另有 {error.error_count() - 1} 处）" if error.error_count() > 1 else ""
        raise CatalogError(
            f"键 {'.'.join(map(str, place)) or '（整个文件）'}：{in_words(first)}{more}",
            hint="照 docs/schemas.md 中的样例改正",
            where=f"{path.name}:{line_of(node, place)}",
        ) from error


def line_of(node: yaml.Node, place: Sequence[str | int]) -> int:
    """Return the 1-based line of the deepest node on the way to ``place``."""
    line = node.start_mark.line
    for step in place:
        if isinstance(node, yaml.MappingNode):
            entry = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1
