"""What happens around each answer: refusals become answers, large ones are compressed, a policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import cast
from urllib.parse import urlsplit

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from voluncity.kernel.refusals import NotAllowed, NotFound, Refusal, TooMany
from voluncity.kernel.text import LAST_NUMBER
from voluncity.web.devices import HOLDER

API_PREFIX = "/api/"
FIRST_PACKETS = 3_000  # bytes of a body that leaves at once, without waiting for an answer
_NONCE_PLACE = "NONCE-PLACE"
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

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, given: Mapping[str, object]
    ) -> HttpResponse | None:
        """Answer an address with what no row can have: databases refuse even to look for it.

        A number beyond all rows, or a text with a null character in it (PostgreSQL).
        """
        if any(_beyond_rows(value) for value in given.values()):
            return refusal_response(request, NotFound("没有找到这项内容，请从列表里打开。"))
        return None

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a mistake of ours and goes on to the 500 page."""
        return refusal_response(request, problem) if isinstance(problem, Refusal) else None


def _beyond_rows(value: object) -> bool:
    if isinstance(value, int):
        return value > LAST_NUMBER
    return isinstance(value, str) and "\0" in value


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


class HolderMiddleware:
    """Forget whose account a browser was signed in to as soon as its session is another one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if HOLDER in request.COOKIES and HOLDER not in response.cookies:
            session = response.cookies.get(settings.SESSION_COOKIE_NAME)
            if session and session.value != request.COOKIES.get(settings.SESSION_COOKIE_NAME):
                response.delete_cookie(HOLDER, samesite="Lax")
        return response


class SparingGZipMiddleware(GZipMiddleware):
    """Compress what is large: an answer of two packets arrives no sooner for being one."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress, unless the answer is small as it is."""
        if not response.streaming and len(cast(HttpResponse, response).content) < FIRST_PACKETS:
            return response
        return super().process_response(request, response)


@cache
def _policy(*, with_nonce: bool) -> str:
    return build_policy(nonce=_NONCE_PLACE if with_nonce else None)


class ContentPolicyMiddleware(CSPMiddleware):
    """Write the content security policy, which is the same in each answer but for the nonce.

    The library builds it anew from the settings each time, twice.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Put the policy on the answer."""
        if settings.DEBUG:
            return super().process_response(request, response)
        nonce: str | None = getattr(request, "_csp_nonce", None)
        policy = _policy(with_nonce=nonce is not None)
        response.headers.setdefault(HEADER, policy.replace(_NONCE_PLACE, nonce or ""))
        if nonce is None:  # whoever asks for one from now on made a mistake
            late = CheckableLazyObject(self._csp_nonce_post_response)
            request.csp_nonce = late  # type: ignore[attr-defined]
        return response
