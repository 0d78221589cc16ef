"""Pages of the leaderboards and of the volunteers of the month."""
