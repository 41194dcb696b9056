"""Excel: one reader and one writer; what both agree on lies here, ``layout`` first.

``read/``: bytes → sheets of raw cells. ``recognise/``: sheets → whose workbook it is, tables, and all that was left out.
``write/``: values (``book_content``) → workbooks. ``stamp`` is a workbook's identity, ``number_format`` what a cell shows.
Neither half knows campaigns or stores. Start with ``layout``, then ``read/reader`` and ``recognise/tables``, or ``write/writer``.
"""
