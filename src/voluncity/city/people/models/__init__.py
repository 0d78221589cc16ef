"""Everything that is kept about people."""

from __future__ import annotations

from voluncity.city.people.models.accounts import (
    LoginCode,
    LoginTry,
    RecoveryCode,
    SecondFactor,
    User,
)
from voluncity.city.people.models.checks import IdentityBatch, IdentityCheck, IdentityLine
from voluncity.city.people.models.imports import ImportBatch, ImportLine
from voluncity.city.people.models.posters import Poster
from voluncity.city.people.models.volunteers import (
    Consent,
    FreeTime,
    Guardian,
    Volunteer,
    VolunteerQuerySet,
)

__all__ = [
    "Consent",
    "FreeTime",
    "Guardian",
    "IdentityBatch",
    "IdentityCheck",
    "IdentityLine",
    "ImportBatch",
    "ImportLine",
    "LoginCode",
    "LoginTry",
    "Poster",
    "RecoveryCode",
    "SecondFactor",
    "User",
    "Volunteer",
    "VolunteerQuerySet",
]
