"""One page that does nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public

BODY = "<!doctype html><title>志愿之城</title><p>志愿之城</p>"


@public
@require_GET
def plain(_request: HttpRequest) -> HttpResponse:
    """Answer."""
    return HttpResponse(BODY)


urlpatterns = [path("plain/", plain, name="plain"), path("healthz", plain, name="healthz")]
