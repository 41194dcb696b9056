"""One school in one year: what it decided, who fills and who signs.

In: ``statecollect.toml`` (``config``), the 任务分解表 (``breakdown/``). Out: ``Config``, ``Breakdown``; the parties that fill
(``parties``), the people who may decide (``roles``), a file name for each party (``party_files``).
Start with ``config`` and ``breakdown/tasks``.
"""
