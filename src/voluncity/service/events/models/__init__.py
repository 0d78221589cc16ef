"""What is kept about large events."""

from voluncity.service.events.models.applications import (
    Application,
    AppliedDay,
    Assignment,
    Badge,
    Liking,
)
from voluncity.service.events.models.events import Event, Group, Post, PostDay
from voluncity.service.events.models.things import Handout, Incident, Item, Stock

__all__ = [
    "Application",
    "AppliedDay",
    "Assignment",
    "Badge",
    "Event",
    "Group",
    "Handout",
    "Incident",
    "Item",
    "Liking",
    "Post",
    "PostDay",
    "Stock",
]
