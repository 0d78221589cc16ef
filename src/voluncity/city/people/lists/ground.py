"""What the records of a list are checked against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from voluncity.city.people.states import Channel


@dataclass(frozen=True)
class Usual:
    """What counts for every record of a list that says nothing else."""

    region: int | None = None
    channel: str = str(Channel.PAPER)
    organization: int | None = None
    is_signed: bool = False  # everybody has signed the paper form

    @property
    def given(self) -> frozenset[str]:
        """Return the columns that the list need not have."""
        named = {"region": self.region is not None, "agreed": self.is_signed}
        return frozenset(key for key, is_given in named.items() if is_given)


@dataclass(frozen=True)
class Ground:
    """Everything that the records of one list are checked against."""

    at: datetime
    today: date
    youngest: int
    adult: int
    regions: Mapping[str, int]  # by code and by name, as deep as the tree goes
    upper_regions: frozenset[str]  # not deep enough
    far_regions: frozenset[str]  # out of the reach of who imports
    twin_regions: frozenset[str]  # several have this name
    skills: Mapping[str, int]
    categories: Mapping[str, int]
    data_keys: Sequence[bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    organizations: Mapping[str, int] = field(default_factory=dict)
    places: tuple[int, ...] = ()
    usual: Usual = Usual()
