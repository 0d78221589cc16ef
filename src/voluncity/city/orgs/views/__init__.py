"""Pages of organizations: for everybody, for applicants, for the desk."""
