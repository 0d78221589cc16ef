"""Pages of large events."""
