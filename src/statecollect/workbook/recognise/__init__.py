"""From sheets of raw cells to tables, whatever people did to them.

In: ``Book`` and the catalog. Out: ``Recognised`` blocks of rows under known columns, every cell left out with its reason,
findings about the structure. ``header_row`` finds which column is which field, ``data_rows`` which rows are records.
Start with ``tables``.
"""
