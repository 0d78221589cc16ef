"""Get a workload ready with the city's own code: people who are logged in, events, requests."""
