"""Closings, how they are judged, and their archives."""

from voluncity.fund.closings.models.archives import Archive
from voluncity.fund.closings.models.closings import (
    Addendum,
    Attachment,
    Closing,
    Move,
    OfClosing,
    Return,
    Settlement,
    Submission,
)
from voluncity.fund.closings.models.judging import (
    Finding,
    Mark,
    Objection,
    Result,
    Scorer,
    Standard,
    StandardItem,
    Visit,
    Visitor,
    VisitPhoto,
    points_text,
)

__all__ = [
    "Addendum",
    "Archive",
    "Attachment",
    "Closing",
    "Finding",
    "Mark",
    "Move",
    "Objection",
    "OfClosing",
    "Result",
    "Return",
    "Scorer",
    "Settlement",
    "Standard",
    "StandardItem",
    "Submission",
    "Visit",
    "VisitPhoto",
    "Visitor",
    "points_text",
]
