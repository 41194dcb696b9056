"""Take in returned workbooks: who sent them, what they contain, which one counts, what becomes of each file.

A workbook is taken in whole or not at all. Wrong cells do not stop it – they are findings, and the rest of the
row is kept. It is refused when it is not this party's, this campaign's, or nobody's task; an older version than what
counts is superseded; one that would take away most of what its party had said is held until somebody accepts it.
"""
