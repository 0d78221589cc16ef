"""What the organization and the office say about a funded project."""

from voluncity.fund.grants.forms.agreeing import (
    ConfirmForm,
    MilestoneForm,
    NothingForm,
    PlanForm,
    ScanForm,
    TemplateForm,
    TerminateForm,
    WordsForm,
)
from voluncity.fund.grants.forms.changes import ChangeForm
from voluncity.fund.grants.forms.supports import SupportForm

__all__ = [
    "ChangeForm",
    "ConfirmForm",
    "MilestoneForm",
    "NothingForm",
    "PlanForm",
    "ScanForm",
    "SupportForm",
    "TemplateForm",
    "TerminateForm",
    "WordsForm",
]
