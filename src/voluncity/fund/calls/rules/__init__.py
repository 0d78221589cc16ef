"""What is asked, how answers are read, who may apply, and when."""
