"""A refusal becomes the right answer wherever it happens: page, fragment or JSON."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from voluncity.kernel.refusals import NotAllowed, NotFound, Refusal, TooMany

API_PREFIX = "/api/"
TITLES: dict[type[Refusal], tuple[str, str]] = {
    NotAllowed: ("lock-keyhole", "您没有这项权限"),
    NotFound: ("search-x", "没有找到"),
    TooMany: ("hourglass", "请稍等一会儿"),
}


class RefusalMiddleware:
    """Turn a `Refusal` raised in a view into an answer, so that views need no try/except."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a mistake of ours and goes on to the 500 page."""
        return refusal_response(request, problem) if isinstance(problem, Refusal) else None


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the refusal as JSON (API), as a fragment (htmx) or as a whole page."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"error": error_of(refusal)}, status=refusal.status)
    is_fragment = request.headers.get("HX-Request") == "true"
    icon, title = TITLES.get(type(refusal), ("circle-alert", "这一步没有办成"))
    response = render(
        request,
        "web/refusal_fragment.html" if is_fragment else "web/refusal.html",
        {"refusal": refusal, "icon": icon, "refusal_title": title, "back": way_back(request)},
        status=refusal.status,
    )
    # The script puts a refusal beside what was pressed, not into the target of the success.
    response["X-Refusal"] = refusal.code
    return response


def error_of(refusal: Refusal) -> dict[str, str]:
    """Return the one error shape of the API: stable code, sentence for the person, field."""
    return {"code": refusal.code, "sentence": refusal.sentence, "field": refusal.field}


def way_back(request: HttpRequest) -> str:
    """Return the page the person came from if it is ours and not this one, else the home page."""
    referer = urlsplit(request.headers.get("Referer", ""))
    came_from = referer.path + (f"?{referer.query}" if referer.query else "")
    ours = referer.netloc == request.get_host()
    return came_from if ours and came_from != request.get_full_path() else "/"
