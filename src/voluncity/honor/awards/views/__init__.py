"""Pages of selections: for everybody, for whom they concern, for the desk."""
