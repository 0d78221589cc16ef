"""Pages: the privacy center of a person, and the desk for whoever has no phone."""
