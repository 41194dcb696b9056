"""What every room uses and what knows nothing of tables, colleges or years.

Errors and what a fault of the program costs, addresses of cells, one spelling of values and names, columns as codes, the
one place that writes files (``outputs``), and the guard of everything that comes from outside (``untrusted/``).
"""
