"""Pages of appeals and gifts."""
