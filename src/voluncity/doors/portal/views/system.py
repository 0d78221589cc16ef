"""Pages about the system itself: health, gallery, service worker, manifest, offline."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.doors.portal.queries import health
from voluncity.web.gallery import gallery_context


@public
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "web/gallery.html", gallery_context())


@public
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Report database, migrations, worker and disk: 200 when all are well, else 503."""
    report = health.report(at=now())
    return JsonResponse(report, status=200 if report["ok"] else 503)


@public
@require_safe
@cache_control(max_age=0)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker from the root, so that its scope is the whole site."""
    context = {"offline_url": reverse("portal:offline")}
    return render(request, "web/sw.js", context, content_type="text/javascript")


@public
@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the site for a phone's home screen."""
    return render(request, "web/manifest.webmanifest", content_type="application/manifest+json")


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what a person sees without a network."""
    return render(request, "web/offline.html")
