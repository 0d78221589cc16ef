"""What people fill in; every wrong answer gets a sentence at its field."""

from voluncity.city.people.forms.desk import ReasonForm, RejectForm
from voluncity.city.people.forms.family import ChildForm, ChildPapersForm, WardForm
from voluncity.city.people.forms.guardian import SignedGuardianForm
from voluncity.city.people.forms.join import DeskForm, JoinForm
from voluncity.city.people.forms.lists import FileForm, StartForm
from voluncity.city.people.forms.login import CodeForm, PasswordForm
from voluncity.city.people.forms.offers import OffersForm, ProfileForm, profile_of
from voluncity.city.people.forms.papers import IdentityForm
from voluncity.city.people.forms.posters import PosterForm
from voluncity.city.people.forms.register import FilterForm, SearchForm
from voluncity.city.people.forms.security import (
    AccountFilterForm,
    ChangePasswordForm,
    NewPasswordForm,
    SecondForm,
    SetUpForm,
    StaffForm,
    StopForm,
)

__all__ = [
    "AccountFilterForm",
    "ChangePasswordForm",
    "ChildForm",
    "ChildPapersForm",
    "CodeForm",
    "DeskForm",
    "FileForm",
    "FilterForm",
    "IdentityForm",
    "JoinForm",
    "NewPasswordForm",
    "OffersForm",
    "PasswordForm",
    "PosterForm",
    "ProfileForm",
    "ReasonForm",
    "RejectForm",
    "SearchForm",
    "SecondForm",
    "SetUpForm",
    "SignedGuardianForm",
    "StaffForm",
    "StartForm",
    "StopForm",
    "WardForm",
    "profile_of",
]
