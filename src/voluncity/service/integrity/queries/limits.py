"""From which numbers on the city looks closer; each a dated policy number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from voluncity.city.policy import queries as policy


@dataclass(frozen=True)
class Limits:
    """The thresholds of all rules on one day."""

    bulk_records: int
    night_from: int
    night_to: int
    night_records: int
    night_minutes: int
    distance_km: int
    speed_kmh: int
    roster_people: int
    favorite_people: int
    favorite_records: int
    favorite_share: int
    week_minutes: int
    punctual_records: int
    punctual_seconds: int
    punctual_share: int
    device_people: int
    far_scans: int

    @classmethod
    def on(cls, day: date) -> Self:
        """Return the city's thresholds of a day."""
        names = list(cls.__dataclass_fields__)
        found = policy.numbers([f"integrity.{name}" for name in names], on=day)
        return cls(**{name: found[f"integrity.{name}"] for name in names})

    @property
    def night(self) -> dict[str, int]:
        """Return the hours between which people sleep."""
        return {"night_from": self.night_from, "night_to": self.night_to}
