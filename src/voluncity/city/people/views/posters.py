"""Posters: the address that their QR code holds, and the desk that makes them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, public
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people import actions, papers, queries
from voluncity.city.people.forms import PosterForm
from voluncity.city.people.models import Poster
from voluncity.city.people.views import ways
from voluncity.city.people.views.requests import me
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

PAGE_SIZE = 30
GONE = 410
MAY = (Permission.VOLUNTEER_REGISTER, Permission.ORG_EDIT)


@public
@never_cache
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Lead who scanned a poster to the registration, or a volunteer on to the organization."""
    poster = queries.poster_with(code)
    if poster is None:
        raise NotFound("没有这张海报，请核对海报上的招募码；也可以直接点“首页”登记为志愿者。")
    if not queries.is_in_use(poster):
        organization = poster.organization
        instead = queries.place_instead(organization) if organization else None
        context = {"poster": poster, "organization": organization, "instead": instead}
        return render(request, "people/poster_ended.html", context, status=GONE)
    if getattr(request.user, "volunteer_or_none", None) is not None:
        return redirect(ways.on_from(poster))
    answer = redirect(f"{reverse('people:register')}?poster={poster.code}")
    ways.keep(answer, poster)
    return answer


@needs(*MAY)
@require_safe
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the posters of my organizations and of my area, with how many came by each."""
    is_ended = request.GET.get("state") == "ended"
    found = queries.posters(me(request), is_ended=is_ended)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    came = queries.came_by([poster.pk for poster in page])
    rows = [(poster, came.get(poster.pk, 0)) for poster in page]
    context = {"page": page, "rows": rows, "is_ended": is_ended}
    return render(request, "people/desk_posters.html", context)


@needs(*MAY)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a poster."""
    user = me(request)
    is_draft = "next_level" in request.POST
    form = PosterForm(
        request.POST if request.method == "POST" else None,
        today=local_date(now()),
        organizations=scope_of(user, Permission.ORG_EDIT),
        areas=scope_of(user, Permission.VOLUNTEER_REGISTER),
        initial={"organization": request.GET.get("organization", "")[:60]},
        is_draft=is_draft,
    )
    if request.method == "POST" and not is_draft and form.is_valid():
        with refusals_in(form):
            poster = actions.make_poster(
                title=form.cleaned_data["title"],
                channel=form.cleaned_data["channel"],
                organization_id=form.organization_id,
                region_id=form.region_id,
                by=user,
                at=now(),
            )
            messages.success(request, "海报已做好，可以打印了。")
            return redirect("people:desk_poster", poster.pk)
    status = 422 if form.errors else 200
    return render(request, "people/desk_poster_new.html", {"form": form}, status=status)


def _fetched(request: HttpRequest, pk: int) -> Poster:
    """Return a poster within reach: by the organization that is edited, or by the own area."""
    is_organizations = Poster.objects.filter(pk=pk, organization__isnull=False).exists()
    permission = Permission.ORG_EDIT if is_organizations else Permission.VOLUNTEER_REGISTER
    found = Poster.objects.select_related("organization", "region", "made_by")
    return cast("Poster", access.fetch(me(request), permission, found, at=now(), pk=pk))


@needs(*MAY)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one poster: QR code, address, papers to print."""
    poster = _fetched(request, pk)
    context: dict[str, Any] = {
        "poster": poster,
        "url": papers.poster_url(poster),
        "came": queries.came_by([pk]).get(pk, 0),
        "sizes": papers.SIZES,
    }
    return render(request, "people/desk_poster.html", context)


@needs(*MAY)
@require_safe
def paper(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """Hand the poster out as PDF."""
    poster = _fetched(request, pk)
    if size not in papers.SIZES:
        raise NotFound("海报只有 A4 和 A3 两种大小，请回到海报页面选择。")
    answer = HttpResponse(papers.poster_pdf(poster, size=size), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="poster-{poster.code}-{size}.pdf"'
    return answer


@needs(*MAY)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a poster out of use."""
    poster = _fetched(request, pk)
    actions.end_poster(poster_id=poster.pk, by=me(request), at=now())
    messages.success(request, "海报已停用，再扫码的人会看到说明。请把贴出去的收回来。")
    return redirect("people:desk_posters")
