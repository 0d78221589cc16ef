"""What is asked about points."""

from voluncity.honor.points.queries.holdings import balance, earned, owed, pool_balance

__all__ = ["balance", "earned", "owed", "pool_balance"]
