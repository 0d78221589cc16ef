"""What is done about large events."""
