"""Text of unknown encoding: UTF-8 with or without mark, UTF-16 with mark, GB18030 as Excel saves it in China."""

from __future__ import annotations

from statecollect.errors import UnreadableFile
from statecollect.incoming.archive import RESAVE, damaged
from statecollect.incoming.guard import UTF16_MARKS


def decode(content: bytes, name: str) -> str:
    """Return the text. Raises UnreadableFile when it is broken off or no text at all; ``name`` is the file's."""
    encodings = ("utf-16",) if content.startswith(UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            if encoding == "utf-8-sig" and _is_damaged_utf8(content):
                raise damaged(name) from None
            continue
        if "\x00" not in text:
            return text
    raise UnreadableFile("无法识别文字编码，内容不像文本文件", hint=RESAVE, where=name)


def _is_damaged_utf8(content: bytes) -> bool:
    """UTF-8 with a few broken bytes, which GB18030 would accept and turn into other characters."""
    text = content.decode("utf-8-sig", errors="replace")
    allowed = text.count("\ufffd") * 20
    return allowed < len(text) and allowed < sum("\u4e00" <= char <= "\u9fff" for char in text)
