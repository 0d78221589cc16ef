"""What everybody may know about how far the city's hours can be trusted."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import PUBLIC
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.service.integrity import queries
from voluncity.service.integrity.models import TrustFigures

PER_PAGE = 20
WORDS_MAX = 40


@public
@require_GET
def trust(request: HttpRequest) -> HttpResponse:
    """Show the proven share of the city and of organizations, cases and spot checks."""
    words = clean(request.GET.get("q", "")[:WORDS_MAX])
    page = Paginator(queries.organizations(words=words), PER_PAGE).get_page(request.GET.get("page"))
    city = queries.city_trust()
    context = {
        "city": city,
        "outcomes": queries.outcomes(),
        "words": words,
        "page": page,
        "bars": [_bar(one) for one in page],
    }
    return render(request, "integrity/public.html", context)


def _bar(one: TrustFigures) -> dict[str, object]:
    percent = one.proven_percent
    return {
        "label": one.organization.name,
        "value": percent,
        "text": f"{percent}%（共 {hours_text(one.minutes)}）",
    }


@public
@require_GET
def of_organization(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one organization's figures; as a short line where another page asks for it."""
    organization = (
        Organization.objects.filter(pk=pk, state__in=PUBLIC).select_related("region").first()
    )
    if organization is None:
        raise NotFound("没有找到这个组织，请从组织列表重新查找。")
    context = {
        "organization": organization,
        "figures": queries.figures_of(pk),
        "outcomes": queries.outcomes(organization_id=pk),
        "tells_cases": policy.number("integrity.publish_organizations", on=local_date(now())),
    }
    return render(request, "integrity/of_organization.html", context)
