"""Rules of closings: what a report asks, how is scored, what is left of the money."""
