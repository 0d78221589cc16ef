"""Views of the portal, by the face they belong to."""
