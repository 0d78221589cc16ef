"""Who reads the lists of the scope matrix again on a second database.

It answers other statements, but who holds which permission it does not change. So there each list
is read by the first role over regions, over organizations, and in a community that may.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voluncity.city.access.permissions import ROLES, Role


def role_of(reader: str) -> Role:
    """Return the role of a reader, who may hold it over a community only."""
    return Role(reader.partition(" ")[0])


def kind_of(reader: str) -> str:
    """Return what a reader's area is."""
    return "community" if " " in reader else ROLES[role_of(reader)].scope


@dataclass
class Turns:
    """Gives each list to the first reader of a kind; where `again` is not set, to everybody."""

    again: bool = False
    first: dict[tuple[str, str], str] = field(default_factory=dict)

    def is_open(self, listed: str, reader: str) -> bool:
        """Say whether nobody else of this reader's kind reads a list."""
        return not self.again or self.first.get((listed, kind_of(reader)), reader) == reader

    def take(self, listed: str, reader: str) -> bool:
        """Give a list to this reader if it is open, and say whether it was."""
        if not self.is_open(listed, reader):
            return False
        self.first[listed, kind_of(reader)] = reader
        return True
