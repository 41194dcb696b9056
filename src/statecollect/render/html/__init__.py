"""Self-contained HTML pages: no network, readable without JavaScript, printable (floor 3)."""
