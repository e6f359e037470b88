"""What the office is asked to look at, about the document, single tasks, names and deadlines."""
