"""Pages of patrol findings."""
