"""Forms of organizations."""

from voluncity.city.orgs.forms.applications import AboutForm, ApplicationForm, ChangeForm
from voluncity.city.orgs.forms.desk import (
    BrandForm,
    BuildingsForm,
    DutyForm,
    InvitationForm,
    JoinForm,
    PlaceForm,
    ReasonForm,
)

__all__ = [
    "AboutForm",
    "ApplicationForm",
    "BrandForm",
    "BuildingsForm",
    "ChangeForm",
    "DutyForm",
    "InvitationForm",
    "JoinForm",
    "PlaceForm",
    "ReasonForm",
]
