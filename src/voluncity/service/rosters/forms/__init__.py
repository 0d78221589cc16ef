"""What the pages of the slice ask for."""
