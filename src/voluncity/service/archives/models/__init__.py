"""The tables of the slice."""

from voluncity.service.archives.models.album import HideRequest, Photo, Video
from voluncity.service.archives.models.archives import (
    Archive,
    Material,
    Outcome,
    OutcomeKind,
    Spending,
)
from voluncity.service.archives.models.packages import Package

__all__ = [
    "Archive",
    "HideRequest",
    "Material",
    "Outcome",
    "OutcomeKind",
    "Package",
    "Photo",
    "Spending",
    "Video",
]
