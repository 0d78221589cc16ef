"""What the machine could do at most: the same writes, or an empty page, without our code."""
