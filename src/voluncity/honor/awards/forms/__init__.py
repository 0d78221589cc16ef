"""Forms of selections: what is sent, with a sentence for every wrong input."""

from voluncity.honor.awards.forms.fields import (
    NothingForm,
    ReasonForm,
    RemarksForm,
)
from voluncity.honor.awards.forms.judging import (
    CheckForm,
    DecideForm,
    JudgeForm,
    OfficePointsForm,
    ScoreForm,
    VoteForm,
)
from voluncity.honor.awards.forms.plans import (
    DaysForm,
    SelectionForm,
    days_of,
)
from voluncity.honor.awards.forms.stories import (
    ConsentForm,
    NominateForm,
    PersonForm,
    StoryForm,
)

__all__ = [
    "CheckForm",
    "ConsentForm",
    "DaysForm",
    "DecideForm",
    "JudgeForm",
    "NominateForm",
    "NothingForm",
    "OfficePointsForm",
    "PersonForm",
    "ReasonForm",
    "RemarksForm",
    "ScoreForm",
    "SelectionForm",
    "StoryForm",
    "VoteForm",
    "days_of",
]
