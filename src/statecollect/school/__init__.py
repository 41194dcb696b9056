"""One school in one year: its task breakdown, its configuration, who fills and who decides what."""
