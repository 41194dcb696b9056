"""Text of unknown encoding: UTF-8 with or without mark, UTF-16 with mark, GB18030 as Excel saves it in China."""

from __future__ import annotations

from statecollect.core.errors import UnreadableFile
from statecollect.core.untrusted.archive import RESAVE, cut_off
from statecollect.core.untrusted.guard import UTF16_MARKS

_HEAD = 4096  # bytes


def decode(content: bytes, name: str) -> str:
    """Return the text. Raises UnreadableFile when it is broken off or no text at all; ``name`` is the file's."""
    unmarked = utf16_unmarked(content)
    if content.startswith(UTF16_MARKS):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = (unmarked,) if unmarked else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            if encoding == "utf-8-sig" and _is_damaged_utf8(content):
                raise cut_off(name) from None
            continue
        if "\x00" not in text:
            return text.rstrip("\x1a")  # how DOS ended its files
    raise UnreadableFile("无法识别文字编码，内容不像文本文件", hint=RESAVE, where=name, reason="encoding")


def utf16_unmarked(content: bytes) -> str:
    """Return which UTF-16 a text without mark is in, as some systems export it; "" where it is in none.

    Delimiters, digits and line ends are ASCII: their other byte is zero, always on the same side.
    """
    head = content[: _HEAD - len(content[:_HEAD]) % 2]
    first, second = head[0::2].count(0), head[1::2].count(0)
    if len(head) < 4 or len(content) % 2 or max(first, second) * 20 < len(head) or min(first, second):
        return ""
    encoding = "utf-16-le" if second else "utf-16-be"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return ""
    return "" if any(char < " " and char not in "\t\r\n\x1a" for char in text) else encoding


def _is_damaged_utf8(content: bytes) -> bool:
    """UTF-8 with a few broken bytes, which GB18030 would accept and turn into other characters."""
    text = content.decode("utf-8-sig", errors="replace")
    allowed = text.count("\ufffd") * 20
    return allowed < len(text) and allowed < sum("\u4e00" <= char <= "\u9fff" for char in text)
