"""What is asked about plans, drafts, turns and wishes."""
