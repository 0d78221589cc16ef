"""What people write about projects and activities, and what they look for."""

from voluncity.service.projects.forms.activities import ActivityForm, refusals_in_activity
from voluncity.service.projects.forms.desk import CopyForm, DeskForm, ReasonForm
from voluncity.service.projects.forms.finding import SORTS, asked
from voluncity.service.projects.forms.projects import ProjectForm

__all__ = [
    "SORTS",
    "ActivityForm",
    "CopyForm",
    "DeskForm",
    "ProjectForm",
    "ReasonForm",
    "asked",
    "refusals_in_activity",
]
