"""Pages of needs and pledges."""
