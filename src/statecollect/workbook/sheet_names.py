"""The sheets of a template that hold no table, by the names of their tabs. Light: the child process that parses asks here."""

from __future__ import annotations

COVER_SHEET = "封面"
FINDINGS_SHEET = "问题清单"
CODES_SHEET = "代码"
STAMP_SHEET = "_statecollect"
ELSEWHERE_SHEET = "原件其他内容"
PRINT_SHEET = "单行表打印"
OWN_SHEETS = frozenset(
    {COVER_SHEET, FINDINGS_SHEET, CODES_SHEET, STAMP_SHEET, ELSEWHERE_SHEET, PRINT_SHEET}
)  # sheets that hold no table
