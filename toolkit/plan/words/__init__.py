"""What the words of plans look like: numbers, labels, units, roles, deadlines, kinds of cells. Patterns, no decisions about a table."""
