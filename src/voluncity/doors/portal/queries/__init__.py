"""What the portal shows: figures, what waits for somebody, and health."""
