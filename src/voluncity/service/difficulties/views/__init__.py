"""Pages of difficulties."""
