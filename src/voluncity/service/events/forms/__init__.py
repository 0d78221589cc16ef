"""What residents and desks fill in about large events."""
