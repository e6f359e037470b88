"""Rows out of running text: cells on lines, tabs, bars."""
