"""A unit cell taken apart into names and roles, and the names found in the roster."""
