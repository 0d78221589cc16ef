"""What is asked about large events."""
