"""Characters: how spellings of the same value are brought together before they are compared."""

from __future__ import annotations

import unicodedata

# Full-width ASCII (U+FF01–FF5E) to ASCII. Deliberately not NFKC, which also turns ² into 2 and ① into 1:
# a superscript or a circled digit glued to a number would become part of it.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE_ALNUM = {code: half for code, half in _WIDE.items() if chr(half).isalnum()}
_BLANKS = dict.fromkeys([0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], 0x20)
_INVISIBLE: dict[int, None] = dict.fromkeys(
    [
        *range(0x00, 0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x180E,
        *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF,
        *range(0xFFF9, 0xFFFD),
    ]
)  # fmt: skip
# Kangxi radicals and compatibility ideographs look like the character they stand for: ⼈ for 人.
_LOOKALIKE = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in [*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00)]
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
# Where the ten digits of other scripts and styles begin (Unicode category Nd): ٣ and 𝟑 are 3.
_ZEROS = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x10D30, 0x11066, 0x110F0,
    0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50,
    0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140,
    0x1E2F0, 0x1E950, 0x1FBF0,
]  # fmt: skip
_OTHER_DIGITS = {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)}
_TIDY: dict[int, int | str | None] = {**_BLANKS, **_INVISIBLE, **_WIDE_ALNUM, **_LOOKALIKE}
_NARROW: dict[int, int | str | None] = {
    **_TIDY,
    **_OTHER_DIGITS,
    **_WIDE,
    **dict.fromkeys(map(ord, "‐‑‒–—―−－﹣－"), "-"),
    **dict.fromkeys(map(ord, "～〜∼˜"), "~"),
    **dict.fromkeys(map(ord, "∕⁄／"), "/"),
    **dict.fromkeys(map(ord, "．﹒"), "."),
    **dict.fromkeys(map(ord, "‘’‛′＇`´"), "'"),
    ord("￥"): "¥",
    ord("﹪"): "%",
    ord("㎡"): "平方米",
    ord("㎢"): "平方公里",
    ord("㎥"): "立方米",
    ord("℅"): "%",
}

# Traditional characters (and variants) that occur in what clerks type into lists; names and texts keep theirs.
_TRADITIONAL = (
    "漢汉 滿满 藏藏 維维 爾尔 壯壮 傜瑶 彜彝 傣傣 納纳 達达 錫锡 鮮鲜 東东 烏乌 茲兹 別别 羅罗 溫温 倫伦 蘇苏 獨独 "
    "龍龙 諾诺 門门 國国 級级 學学 專专 業业 碩硕 職职 稱称 師师 講讲 員员 黨党 共共 團团 眾众 衆众 無无 與与 "
    "畢毕 歷历 術术 醫医 農农 經经 濟济 會会 計计 館馆 護护 藝艺 實实 驗验 園园 際际 廳厅 縣县 區区 校校 類类 "
    "對对 錯错 沒没 僮壮 黎黎 畬畲 裡里 個个 為为 這这 機机 關关 電电 單单 雙双 選选 訂订 進进 農农 盟盟 臺台 "
    "備备 預预 聯联 產产 務务 長长 開开 課课 書书 數数 義义 興兴 劃划 萬万 億亿 圓元 號号 兩两"
)
_SIMPLE = {ord(pair[0]): pair[1] for pair in _TRADITIONAL.split()}
_KEY: dict[int, int | str | None] = {
    **_NARROW,
    **_SIMPLE,
    **dict.fromkeys(map(ord, "“”\"'「」『』《》"), None),
}
_CHOICE_EDGE = " .。,，;；、:：!！*/"


def tidy(text: str) -> str:
    """Return the text without invisible characters, all blanks alike, full-width letters and digits narrow."""
    return text.translate(_TIDY).strip()


def narrow(text: str) -> str:
    """Return the text in ASCII where a full-width or typographic form of ASCII was typed; for values, not prose."""
    return text.translate(_NARROW).strip()


def choice_key(text: str) -> str:
    """Return what two spellings of one list entry have in common."""
    return "".join(text.translate(_KEY).split()).strip(_CHOICE_EDGE).upper()
