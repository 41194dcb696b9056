"""The one writer: templates, prefilled templates, marked returns and exports are the same sheets.

In: ``BookContent`` of ``workbook/book_content``. Out: an .xlsx that appears whole or not at all, the same bytes for the same
content. ``plain_sheet`` and ``listing`` write bare tables and lists. Start with ``writer``.
"""
