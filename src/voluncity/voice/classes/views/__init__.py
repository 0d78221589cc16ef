"""Pages of micro-classes."""
