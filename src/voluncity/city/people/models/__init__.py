"""Everything that is kept about people."""

from __future__ import annotations

from voluncity.city.people.models.accounts import (
    LoginCode,
    LoginTry,
    RecoveryCode,
    SecondFactor,
    User,
)
from voluncity.city.people.models.checks import IdentityCheck
from voluncity.city.people.models.imports import ImportBatch
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
    "IdentityCheck",
    "ImportBatch",
    "LoginCode",
    "LoginTry",
    "Poster",
    "RecoveryCode",
    "SecondFactor",
    "User",
    "Volunteer",
    "VolunteerQuerySet",
]
