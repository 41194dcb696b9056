"""From the bytes of a workbook to sheets of raw cells in absolute coordinates.

In: a path. Out: ``Book`` (``reader``): sheets with values, what cells show, comments, merges, and what cannot be seen.
``container`` looks at the file before any parser; ``raw_sheets`` chooses how a sheet is read: .xlsx by ``scan`` (rows written
the usual way by ``usual_rows``, any other spelling by ``unusual_rows``), the other formats by the module that bears their name.
Start with ``reader``.
"""
