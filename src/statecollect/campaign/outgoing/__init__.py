"""Workbooks for a party, and the check at the party's own desk.

In: the tasks, what is known already, what a returned workbook held. Out: templates (``templates``, ``prefill``), marked returns in
which nothing is forgotten (``marked_return``, ``received_layout``, ``moved_cells``), and ``check`` (``self_check``).
Start with ``templates``.
"""
