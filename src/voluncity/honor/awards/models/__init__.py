"""Selections, who was put forward, how it was scored and voted for, and what was given."""

from voluncity.honor.awards.models.nominations import Move, Nomination, NominationQuerySet
from voluncity.honor.awards.models.results import Award, Result
from voluncity.honor.awards.models.reviews import Judge, Point, Review
from voluncity.honor.awards.models.selections import (
    Category,
    Criterion,
    Selection,
    SelectionMove,
)
from voluncity.honor.awards.models.votes import Ballot, Choice, SetAside

__all__ = [
    "Award",
    "Ballot",
    "Category",
    "Choice",
    "Criterion",
    "Judge",
    "Move",
    "Nomination",
    "NominationQuerySet",
    "Point",
    "Result",
    "Review",
    "Selection",
    "SelectionMove",
    "SetAside",
]
