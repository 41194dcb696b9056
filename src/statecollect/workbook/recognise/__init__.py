"""From sheets of raw cells to tables: whose workbook it is, which part of which sheet is which table, what else is there."""
