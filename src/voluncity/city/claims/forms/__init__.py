"""What people fill in about records; every wrong answer gets a sentence at its field."""

from voluncity.city.claims.forms.asking import ClaimForm, CorrectionForm
from voluncity.city.claims.forms.desk import DeclineForm, MergeForm, PairForm, RefuseForm

__all__ = [
    "ClaimForm",
    "CorrectionForm",
    "DeclineForm",
    "MergeForm",
    "PairForm",
    "RefuseForm",
]
