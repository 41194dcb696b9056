"""The command line: parse arguments, call one function below, show what came of it.

In: what was typed. Out: results on stdout, everything else on stderr, exit status 0, 1 or 2. One file a command in ``commands/``;
its docstring is its help. ``app`` is the one place where errors end, ``screen`` everything that is shown.
Start with ``app``.
"""
