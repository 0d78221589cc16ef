"""What `run.py` does: install, start, test and check. Standard library only."""
