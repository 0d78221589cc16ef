"""The forms of the slice."""

from voluncity.service.progress.forms.arranging import ArrangeForm
from voluncity.service.progress.forms.desk import (
    AimForm,
    ArticleForm,
    CallForm,
    InviteForm,
    ListForm,
    PaperForm,
    PhotosForm,
    ReasonForm,
    RemarksForm,
    SummaryForm,
    YearForm,
)

__all__ = [
    "AimForm",
    "ArrangeForm",
    "ArticleForm",
    "CallForm",
    "InviteForm",
    "ListForm",
    "PaperForm",
    "PhotosForm",
    "ReasonForm",
    "RemarksForm",
    "SummaryForm",
    "YearForm",
]
