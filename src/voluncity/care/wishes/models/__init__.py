"""Wishes, the kinds and themes they are of, who claims them, and what is said about them."""

from voluncity.care.wishes.models.aside import Complaint, Reversal
from voluncity.care.wishes.models.claims import Claim, Look, Move
from voluncity.care.wishes.models.reference import Theme, WishKind
from voluncity.care.wishes.models.wishes import Wish, WishQuerySet

__all__ = [
    "Claim",
    "Complaint",
    "Look",
    "Move",
    "Reversal",
    "Theme",
    "Wish",
    "WishKind",
    "WishQuerySet",
]
