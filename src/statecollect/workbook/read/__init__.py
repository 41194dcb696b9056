"""From the bytes of a workbook to sheets of raw cells in absolute coordinates."""
