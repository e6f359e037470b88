"""A table of tasks: its columns, its rows, its labels, whatever way it came out of the document."""
