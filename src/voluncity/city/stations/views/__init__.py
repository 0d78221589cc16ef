"""Pages of stations, for everybody and for the desk."""
