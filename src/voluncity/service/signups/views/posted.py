"""What a form gets, and what it says: an empty post is a post, too."""

from __future__ import annotations

from django.forms import Form
from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, or None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def sentences(form: Form) -> str:
    """Return everything that is wrong in one line, where there is no room at the fields."""
    return " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)
