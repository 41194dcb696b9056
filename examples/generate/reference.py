"""``docs/cli.md`` from ``--help`` of every command, ``docs/api.md`` from what the package says is public."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import typer

import statecollect
from statecollect.cli.app import app

WIDTH = 100
# Annotations are kept as texts; a function that stands as a default has an address
_PLAIN = ((re.compile(r"(: |-> )'([^']*)'"), r"\1\2"), (re.compile(r"<function \w+ at 0x[0-9a-f]+>"), "…"))
CLI_HEAD = """# 命令一览

由程序的 `--help` 生成（`python examples/generate/all.py`），不要手改。用法和例子见[使用手册](使用手册.md)。
"""
API_HEAD = """# Public names

Generated from `statecollect.__all__` (`python examples/generate/all.py`); do not edit. Everything else may change with any
release. What a table, a finding or a bundle is: [architecture.md](architecture.md).
"""


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Give a command and all below it, in the order of the help, each with what one types to call it."""
    yield " ".join(path), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


def cli_page() -> str:
    """Return the page of commands: the help of each, as a terminal of 100 columns shows it."""
    parts = [CLI_HEAD]
    for path, command in commands(typer.main.get_command(app), ("statecollect",)):
        context = click.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
        parts.append(f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def api_page() -> str:
    """Return the page of public names: signature and docstring of each, and of what a class offers."""
    parts = [API_HEAD]
    for name in sorted(statecollect.__all__):
        value = getattr(statecollect, name)
        if callable(value):
            parts.append(_entry(name, value, "##"))
        if inspect.isclass(value):
            parts += [_entry(f"{name}.{member}", function, "###") for member, function in _offered(value)]
    return "\n".join(parts)


def _offered(owner: type) -> Iterator[tuple[str, Any]]:
    """Give what a class and our classes above it offer, in the order in which it is written."""
    seen: dict[str, Any] = {}
    for above in reversed(owner.__mro__):
        if above.__module__.startswith("statecollect"):
            seen |= vars(above)
    for member, value in seen.items():
        inner = getattr(value, "__func__", getattr(value, "fget", getattr(value, "func", value)))
        if not member.startswith("_") and inspect.isfunction(inner):
            yield member, inner


def _entry(name: str, value: Any, level: str) -> str:
    text = inspect.cleandoc(value.__doc__ or "")
    return f"{level} `{name}`\n\n```python\n{_signature(name, value)}\n```\n\n{text}\n"


def _signature(name: str, value: Any) -> str:
    try:
        signature = str(inspect.signature(value))
    except ValueError:
        return f"{name}(…)"
    for pattern, plain in _PLAIN:
        signature = pattern.sub(plain, signature)
    return f"{name}{signature}"


def write(docs: Path) -> None:
    """Write both pages."""
    importlib.invalidate_caches()
    (docs / "cli.md").write_text(cli_page(), encoding="utf-8", newline="\n")
    (docs / "api.md").write_text(api_page(), encoding="utf-8", newline="\n")
