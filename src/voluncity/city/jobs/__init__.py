"""Recurring work: who does it next, and whether anybody does it at all."""
