"""Reviews of calls, experts with their scores, and decisions."""

from voluncity.fund.review.models.decisions import (
    Decision,
    DecisionLine,
    DecisionMove,
    DecisionQuerySet,
    DecisionSource,
)
from voluncity.fund.review.models.opinions import Mark, Opinion
from voluncity.fund.review.models.reviews import (
    Criteria,
    Place,
    PlaceQuerySet,
    Review,
    ReviewMove,
    ReviewQuerySet,
)

__all__ = [
    "Criteria",
    "Decision",
    "DecisionLine",
    "DecisionMove",
    "DecisionQuerySet",
    "DecisionSource",
    "Mark",
    "Opinion",
    "Place",
    "PlaceQuerySet",
    "Review",
    "ReviewMove",
    "ReviewQuerySet",
]
