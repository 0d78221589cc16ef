"""What can be done with points."""

from voluncity.honor.points.actions.spending import give_back, spend

__all__ = ["give_back", "spend"]
