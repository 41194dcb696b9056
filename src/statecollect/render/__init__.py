"""A page as a value, and the forms it is given in.

In: ``Page`` (``page``): title, lines, tables, sections with charts, places to sign. Out: Word (``word``), one A4 sheet in Excel
(``excel_page``), HTML that fetches nothing (``html/``), charts as SVG or picture (``charts``). What stands on a page is
decided by the room whose page it is. Start with ``page``.
"""
