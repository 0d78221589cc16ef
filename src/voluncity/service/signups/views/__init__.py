"""Pages: an activity and signing up, one's own sign-ups, the door, the desk."""
