"""What every room uses, and what knows nothing of tables, colleges or years.

In: nothing of ours; this room imports no other. Out: exceptions (``errors``), what a fault of the program costs
(``containment``: one file), A1 addresses (``address``), one spelling of a value (``spelling``), of a name (``names``) and of
characters (``characters``), columns as codes (``dictionary_column``), characters made visible (``visible``).
``outputs`` is the only place that replaces files; ``untrusted/`` is the guard that every file from outside passes.
Start with ``errors``, then ``untrusted/guard``.
"""
