"""Core indicators: computed from the store, held against their lines, explained down to the rows, reported."""
