"""Scores and figures behind the boards; months and candidates of the volunteers of the month."""

from voluncity.honor.leaderboards.models.scores import (
    Building,
    Count,
    Figure,
    Score,
    Standing,
    TeamScore,
)
from voluncity.honor.leaderboards.models.stars import Candidate, StarMonth

__all__ = [
    "Building",
    "Candidate",
    "Count",
    "Figure",
    "Score",
    "Standing",
    "StarMonth",
    "TeamScore",
]
