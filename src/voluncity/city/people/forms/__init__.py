"""What people fill in; every wrong answer gets a sentence at its field."""

from voluncity.city.people.forms.desk import FilterForm, NumberForm, ReasonForm, RejectForm
from voluncity.city.people.forms.join import DeskForm, JoinForm
from voluncity.city.people.forms.login import CodeForm, PasswordForm
from voluncity.city.people.forms.offers import OffersForm, ProfileForm, profile_of
from voluncity.city.people.forms.papers import IdentityForm

__all__ = [
    "CodeForm",
    "DeskForm",
    "FilterForm",
    "IdentityForm",
    "JoinForm",
    "NumberForm",
    "OffersForm",
    "PasswordForm",
    "ProfileForm",
    "ReasonForm",
    "RejectForm",
    "profile_of",
]
