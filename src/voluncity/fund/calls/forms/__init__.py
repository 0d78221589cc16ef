"""Forms of calls and applications."""

from voluncity.fund.calls.forms.answers import DraftForm, FileForm
from voluncity.fund.calls.forms.calls import (
    CallForm,
    ExtendForm,
    NothingForm,
    PostponeForm,
    QuestionForm,
    ReturnForm,
    SectionForm,
    StartForm,
    WordsForm,
)

__all__ = [
    "CallForm",
    "DraftForm",
    "ExtendForm",
    "FileForm",
    "NothingForm",
    "PostponeForm",
    "QuestionForm",
    "ReturnForm",
    "SectionForm",
    "StartForm",
    "WordsForm",
]
