"""What everybody may see: what was done, and a form for those whom a photo shows."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from voluncity.city.access.marks import public, signed_in
from voluncity.city.people.asking import user_of
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.archives import actions, queries, rules
from voluncity.service.archives.forms import HideRequestForm
from voluncity.service.archives.models import Photo
from voluncity.service.archives.states import VideoKind
from voluncity.service.archives.views import files
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE, SHOWN, PHOTOS = 12, 6, 6


@public
@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """List what was done in the city, the newest first."""
    counties = list(regions.counties(on=local_date(now())))
    chosen = next((one for one in counties if str(one.pk) == request.GET.get("county", "")), None)
    found = queries.public_list(within=chosen.path if chosen else "")
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "counties": counties, "chosen": chosen}
    return render(request, "archives/list.html", context)


@public
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was done at one activity."""
    archive = queries.public_archive(pk)
    if archive is None:
        raise NotFound("没有找到这场活动的归档，或者它还没有公开。")
    links = [
        (one, rules.host_of(one.address))
        for one in archive.videos.all()
        if one.kind == VideoKind.LINK
    ]
    context = {
        "archive": archive,
        "activity": archive.activity,
        "photos": archive.seen,  # type: ignore[attr-defined]  # prefetched by the query
        "served": queries.served_at([archive.pk]),
        "links": links,
    }
    return render(request, "archives/show.html", context)


@public
@require_GET
def of_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from an activity to what was done there, as a part of its page or as a page."""
    context = {"archive": queries.public_archive(pk)}
    return render(request, f"archives/of_activity.html{_part(request)}", context)


@public
@require_GET
def of_project(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a project has done, as a part of its page or as a page."""
    archives = list(queries.public_archives(pk)[:SHOWN])
    context = {
        "project": pk,
        "archives": archives,
        "photos": queries.public_photos(archives)[:PHOTOS],
        "totals": queries.totals_of_project(pk) if archives else None,
    }
    return render(request, f"archives/of_project.html{_part(request)}", context)


def _part(request: HttpRequest) -> str:
    return "#part" if request.headers.get("HX-Request") else ""


@public
@require_safe
def photo(request: HttpRequest, pk: int, which: str) -> FileResponse:
    """Show a photo of a public archive; a hidden one is gone at once."""
    return files.picture(_public(pk), which, is_public=True)


@signed_in
@require_http_methods(["GET", "POST"])
def ask_to_hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to take a photo of oneself, or of one's child, away."""
    user, found = user_of(request), _asked_or_public(request, pk)
    form = HideRequestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            words = form.cleaned_data["words"]
            actions.ask_to_hide(photo=found, words=words, by=user, at=now())
        if not form.errors:
            messages.success(request, "已经告诉活动组织者，结果会发到您的消息里。")
            return redirect("archives:ask_to_hide", pk)
    asked = list(queries.own_requests(found, user.pk))
    context = {
        "photo": found,
        "form": form,
        "asked": asked,
        "is_open": any(one.state == "open" for one in asked),
        "is_seen": queries.public_photo(pk) is not None,
    }
    status = 422 if form.errors else 200
    return render(request, "archives/ask_to_hide.html", context, status=status)


def _public(pk: int) -> Photo:
    found = queries.public_photo(pk)
    if found is None:
        raise NotFound("没有找到这张照片，或者它已经下架。")
    return found


def _asked_or_public(request: HttpRequest, pk: int) -> Photo:
    """Return a public photo, or one that the person asked about before; the latter to read only."""
    asked = Photo.objects.select_related("archive__activity", "small").filter(
        pk=pk, hide_requests__asked_by=request.user.pk
    )
    known: Photo | None = asked.first() if request.method == "GET" else None
    return known or _public(pk)
