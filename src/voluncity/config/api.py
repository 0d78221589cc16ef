"""The versioned API: every slice's operations under one root, its schema and its reference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache, wraps
from inspect import getclosurevars
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from voluncity.care.wishes import api as wishes
from voluncity.city.access.marks import public
from voluncity.city.catalog.api import router as catalog
from voluncity.city.people.api import router as people
from voluncity.city.regions.api import router as regions
from voluncity.city.tokens.api import router as tokens
from voluncity.city.tokens.operations import JSON, refusal_json
from voluncity.city.tokens.reference import sections, with_security
from voluncity.city.tokens.sentences import bad_input
from voluncity.honor.awards.api import router as awards
from voluncity.honor.insurance.api import router as insurance
from voluncity.honor.leaderboards.api import router as leaderboards
from voluncity.honor.points.api import router as points
from voluncity.honor.recognition.api import router as recognition
from voluncity.honor.rewards import api as rewards
from voluncity.kernel.refusals import Refusal
from voluncity.service.hours import api as hours
from voluncity.service.projects import api as projects
from voluncity.service.signups import api as signups
from voluncity.service.teaching.api import router as teaching
from voluncity.voice.classes.api import router as classes
from voluncity.voice.news.api import router as news
from voluncity.web.errors import error_response

NOT_FOUND, NOT_ALLOWED, TOO_LARGE = 404, 405, 413
ROOT = "/api/v1/"
ROUTERS = (
    tokens,
    people,
    projects.finding,
    signups.own,
    teaching,
    hours.own,
    wishes.wall,
    wishes.own,
    leaderboards,
    recognition,
    awards,
    insurance,
    points,
    rewards.taking,
    rewards.counter,
    news,
    classes,
    projects.organizing,
    signups.roster,
    hours.deciding,
    regions,
    catalog,
)
DESCRIPTION = (
    "志愿之城的开放接口。居民和组织可以用它完成网页上的主要事项：查找活动、报名、签到签退、"
    "认领心愿、查看时长和荣誉、投票、积分兑换、看动态、学微课，以及编排项目、管理名单、确认时长、"
    "核销兑换券。"
)


class CarefulParser(Parser):
    """Reads JSON; what is nested too deep is malformed, not our mistake."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body.

        :raises ValueError: when it is no JSON.
        """
        try:
            return json.loads(request.body)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


api = NinjaAPI(
    title="志愿之城 Voluncity",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    parser=CarefulParser(),
)
for _router in ROUTERS:
    api.add_router("", _router)


@api.exception_handler(Refusal)
def _refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return refusal_json(refusal)


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refusal_json(bad_input(error.errors))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return error_response(request, error.status_code)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return error_response(request, TOO_LARGE)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return error_response(request, NOT_FOUND)


@api.exception_handler(Exception)
def _mistake(_request: HttpRequest, error: Exception) -> NoReturn:
    raise error  # Django answers and logs it, in the same shape (web/errors.py)


@cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return with_security(api.get_openapi_schema(path_prefix=ROOT))


@public
@require_GET
def openapi(_request: HttpRequest) -> HttpResponse:
    """Serve the OpenAPI document."""
    return HttpResponse(json.dumps(schema(), ensure_ascii=False, indent=1), content_type=JSON)


@public
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Show the reference, drawn from the OpenAPI document."""
    return render(request, "tokens/docs.html", {"sections": sections(schema()), "root": ROOT})


def _patterns() -> Iterator[URLPattern]:
    """Ninja's addresses but its root, each answering a wrong method in our shape."""
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = _with_our_405(pattern.callback)
            yield pattern


def _with_our_405(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a wrong method in our shape, and show the operations to the access matrix."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != NOT_ALLOWED:
            return response
        ours = error_response(request, NOT_ALLOWED)
        ours["Allow"] = response["Allow"]
        return ours

    path_view = getclosurevars(view).nonlocals["self"]
    answered.operations = {  # type: ignore[attr-defined]
        method: operation.view_func
        for operation in path_view.operations
        for method in operation.methods
    }
    return answered


app_name = "api"
urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    path("docs", docs, name="docs"),
    *_patterns(),
]
