"""The standing plan, what volunteers wish, drafts of the solver, and turns that change hands."""

from voluncity.service.rosters.models.covers import Feed, Offer, Swap
from voluncity.service.rosters.models.plans import (
    Need,
    Pair,
    Plan,
    Post,
    PostMonth,
    Slot,
    Special,
    Turn,
)
from voluncity.service.rosters.models.runs import Assignment, Hole, LeftOut, Run, RunWeek
from voluncity.service.rosters.models.wishes import Away, FreeSlot, Liking, Wish

__all__ = [
    "Assignment",
    "Away",
    "Feed",
    "FreeSlot",
    "Hole",
    "LeftOut",
    "Liking",
    "Need",
    "Offer",
    "Pair",
    "Plan",
    "Post",
    "PostMonth",
    "Run",
    "RunWeek",
    "Slot",
    "Special",
    "Swap",
    "Turn",
    "Wish",
]
