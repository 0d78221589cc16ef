"""How reviews are arranged, experts drawn, scores summed, and decisions bounded."""

from voluncity.fund.review.rules.criteria import Criterion, ReviewPlan, criteria_of
from voluncity.fund.review.rules.deciding import DecisionPlan, LinePlan, SourcePlan
from voluncity.fund.review.rules.drawing import Drawn, draw
from voluncity.fund.review.rules.scoring import Ranked, points_text, ranking, total

__all__ = [
    "Criterion",
    "DecisionPlan",
    "Drawn",
    "LinePlan",
    "Ranked",
    "ReviewPlan",
    "SourcePlan",
    "criteria_of",
    "draw",
    "points_text",
    "ranking",
    "total",
]
