"""Measure the city: a load generator, the workloads, their physical limits, and one table."""
