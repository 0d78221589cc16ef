"""The next level of a choice of region."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access.marks import public
from voluncity.city.regions.forms import ids_in, render_select
from voluncity.kernel.clock import local_date


@public
@require_GET
def children(request: HttpRequest) -> HttpResponse:
    """Answer with the selects for what is chosen so far (`?name=region&region=3&region=17`)."""
    asked = request.GET.get("name", "")
    name = asked if re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", asked) else "region"
    ids = ids_in(request.GET.getlist(name))
    return HttpResponse(render_select(name, ids, on=local_date(now()), attrs={"id": f"id_{name}"}))
