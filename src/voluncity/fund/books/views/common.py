"""What the pages of the books share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import number_in

UNPROCESSABLE = 422
ON_A_PAGE = 30
P = Permission


def fetch(request: HttpRequest, permission: Permission, queryset: Any, pk: int) -> Any:
    """Return one row within reach.

    :raises NotFound: when there is none.
    """
    return access.fetch(request.user, permission, queryset, at=now(), pk=pk)


def fund_of(request: HttpRequest, pk: int, *, edits: bool = False) -> Fund:
    """Return one fund whose books somebody may see, or keep.

    :raises NotFound: when it is another office's.
    """
    permission = P.BUDGET_EDIT if edits else P.FUND_SEE
    found: Fund = fetch(request, permission, Fund.objects.select_related("region"), pk)
    return found


def year_of(request: HttpRequest, years: list[int]) -> int:
    """Return the year that was asked for, or this one."""
    asked = number_in(request.GET.get("year"))
    today = local_date(now())
    return asked if asked is not None and asked in years else today.year


def status_of(form: Any) -> int:
    """Return the status of a page with a form."""
    return UNPROCESSABLE if form is not None and form.errors else 200
