"""Pages of projects and activities."""
