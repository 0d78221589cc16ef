"""Everything that can be done to rosters."""
