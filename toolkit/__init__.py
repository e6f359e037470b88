"""zwgk: spreadsheet-driven batch reporting for government openness work (政务公开)."""

__version__ = "0.1.0"
