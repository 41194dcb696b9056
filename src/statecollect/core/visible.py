"""Characters that do something instead of showing something, made visible: names and values come from outside.

A name with an escape sequence would colour the terminal or set its title, one with a direction mark would read as
another file's. One place decides what is shown instead; the terminal, the pages and the Word documents use it.
"""

from __future__ import annotations

import re

_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line end, DEL, C1
    "\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"  # halves of characters, as in names that are no UTF-8; tags
)


def visible(text: str) -> str:
    """Return a text in which nothing acts on the screen: ESC becomes ``␛``, U+202E becomes ``⟪U+202E⟫``."""
    if text.isascii() and text.isprintable():
        return text
    return _ACTING.sub(_mark, text)


def on_one_line(text: str) -> str:
    """Return a text as one line in which nothing acts on the screen."""
    return visible(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)


def escaped(json_text: str) -> str:
    """Return JSON in which such characters are written as ``\\uXXXX``: the same document, harmless on a screen."""
    return _ACTING.sub(_as_json, json_text)


def _mark(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟪U+{code:04X}⟫"


def _as_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
