"""From returned files to what counts.

In: files and folders, whatever lies in them (``arrival``). Out: for each file what became of it (``file_result``), and typed tables
in the store. ``returns`` reads one workbook, ``columns`` cleans and checks one column, ``candidate`` is a file as read,
``versions`` and ``party_returns`` decide which of a party's workbooks counts, ``office`` for what one is refused.
A workbook is taken in whole or not at all; wrong cells do not stop it, they are findings. Start with ``taking``.
"""
