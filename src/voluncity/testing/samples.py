"""How an object of a half of the world is named in an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from voluncity.testing.world import Half

Sample = Callable[[Half], dict[str, Any]]


def pk_of(name: str, **more: Any) -> Sample:
    """Return what puts the id of that object into the address of a page."""
    return lambda half: {"pk": half.ids[name], **more}


def object_of(parameter: str, name: str) -> Sample:
    """Return what puts the id of that object into the address of an operation."""
    return lambda half: {parameter: half.ids[name]}
