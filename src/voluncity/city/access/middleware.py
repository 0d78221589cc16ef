"""Default deny: a view without a mark does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

# Views of libraries that answer for themselves: Ninja's operations carry their own marks, which
# the access matrix reads, and static files are public.
_FOREIGN = ("ninja.", "whitenoise.", "django.contrib.staticfiles.", "django.views.static")


class MarkedViewsMiddleware:
    """Refuse to run a view that does not say who may see it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> None:
        """Stop at an unmarked view: a mistake of ours that must not reach people.

        :raises ImproperlyConfigured: when the view carries no mark.
        """
        if not hasattr(view, "access") and not view.__module__.startswith(_FOREIGN):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} is not marked")
