"""What a person may know: what is kept, who looked at it, and what closing would mean."""

from voluncity.city.privacy.queries.closings import due_closings, hindrances, open_closing
from voluncity.city.privacy.queries.copies import copy_of
from voluncity.city.privacy.queries.looks import Look, looks_at
from voluncity.city.privacy.queries.subjects import Subject, subject, wards

__all__ = [
    "Look",
    "Subject",
    "copy_of",
    "due_closings",
    "hindrances",
    "looks_at",
    "open_closing",
    "subject",
    "wards",
]
