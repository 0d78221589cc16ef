"""Pages of certification: for everybody, for the volunteer, for those who nominate, for offices."""
