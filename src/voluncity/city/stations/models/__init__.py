"""Stations, what they must have, and how they are looked after."""

from voluncity.city.stations.models.demonstrations import Demonstration
from voluncity.city.stations.models.inspections import Answer, Finding, Inspection
from voluncity.city.stations.models.reference import (
    ChecklistItem,
    Equipment,
    Service,
    StationKind,
)
from voluncity.city.stations.models.stations import (
    OpeningException,
    OpeningSpan,
    Photo,
    Station,
    StationEquipment,
)

__all__ = [
    "Answer",
    "ChecklistItem",
    "Demonstration",
    "Equipment",
    "Finding",
    "Inspection",
    "OpeningException",
    "OpeningSpan",
    "Photo",
    "Service",
    "Station",
    "StationEquipment",
    "StationKind",
]
