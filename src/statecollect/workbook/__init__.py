"""Excel: the one reader and the one writer (floor 2)."""
