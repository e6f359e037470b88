"""From an official document to a plan: sources → tables and prose → tasks, with every doubt said."""
