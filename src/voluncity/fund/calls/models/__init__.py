"""Calls, forms, applications and everything that is written in them."""

from voluncity.fund.calls.models.applications import (
    Application,
    ApplicationQuerySet,
    Move,
    Remark,
    Return,
    Submission,
    SubmittedLine,
)
from voluncity.fund.calls.models.calls import Call, CallQuerySet, Extension, FormVersion, LineKind
from voluncity.fund.calls.models.drafts import Answer, Attachment, BudgetLine, Former

__all__ = [
    "Answer",
    "Application",
    "ApplicationQuerySet",
    "Attachment",
    "BudgetLine",
    "Call",
    "CallQuerySet",
    "Extension",
    "FormVersion",
    "Former",
    "LineKind",
    "Move",
    "Remark",
    "Return",
    "Submission",
    "SubmittedLine",
]
