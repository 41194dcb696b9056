"""What the cleaners say of a cell, taken out of their source: ``src/statecollect/findings/cleaner_sentences.yaml``.

A cleaner decides by the value which sentence it says, so the sentences stand with the decisions; here they are listed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import statecollect.cleaning

FILLED_IN = "…"
CLEANERS = Path(statecollect.cleaning.__file__).parent
HEAD = f"""# What the cleaners say of a cell, by their module: [what is wrong, how to repair it], {FILLED_IN} for what is filled in.
# Made from their source (`python examples/generate/all.py`); do not edit.
"""


def texts(node: ast.expr | None) -> list[str]:
    """Return all that an expression may say."""
    if node is None:
        return [""]
    if isinstance(node, ast.IfExp):
        return [*texts(node.body), *texts(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else FILLED_IN for part in node.values]
        return ["".join(parts)]
    return [str(node.value)] if isinstance(node, ast.Constant) else [FILLED_IN]


def sentences(module: Path) -> Iterator[tuple[str, str]]:
    """Give what a module says, with how to repair it, in the order in which it is written."""
    doubts = [
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "doubt"
    ]
    calls = [
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Wrong", "Cleaned"}
    ]
    for call in sorted(calls, key=lambda call: call.lineno):
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        plain = call.args if isinstance(call.func, ast.Name) and call.func.id == "Wrong" else []
        error = plain[0] if plain else named.get("error")
        hint = plain[1] if len(plain) > 1 else named.get("hint")
        for what, how in product(texts(error), texts(hint)):
            if what.strip(f"{FILLED_IN}（）"):  # else it is put together from other sentences
                yield what, how
    for doubt in doubts:
        yield from ((text, "") for text in texts(doubt.value) if text.strip(FILLED_IN))


def page() -> str:
    """Return the file."""
    lines = [HEAD]
    for module in sorted(CLEANERS.glob("*.py")):
        found = list(dict.fromkeys(sentences(module)))
        if found:
            lines.append(
                f"{module.stem}:\n" + "".join(f"  - [{_quoted(a)}, {_quoted(b)}]\n" for a, b in found)
            )
    return "".join(lines)


def write(path: Path) -> None:
    """Write the file."""
    path.write_text(page(), encoding="utf-8", newline="\n")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
