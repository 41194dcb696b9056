"""One file a command; its docstring is its help. Heavy imports happen inside the commands."""
