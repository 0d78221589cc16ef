"""What a form gets: an empty post is a post, too."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, or None when the page is only looked at."""
    return request.POST if request.method == "POST" else None
