"""What the pages share: who asks, and what is within reach."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.fund.closings import queries
from voluncity.fund.closings.models import Closing
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.kernel.refusals import NotFound

P = Permission
UNPROCESSABLE, ON_A_PAGE = 422, 30


def fetch_read(request: HttpRequest, pk: int) -> Funding:
    """Return a funded project of a fund that this person may look at.

    :raises NotFound: when it is not within reach.
    """
    found: Funding = access.fetch(request.user, P.FUND_SEE, grants.detailed(), at=now(), pk=pk)
    return found


def fetch_run(request: HttpRequest, pk: int) -> Funding:
    """Return a funded project that this person's office runs.

    :raises NotFound: when it does not.
    """
    found: Funding = access.fetch(request.user, P.FUNDING_EDIT, grants.detailed(), at=now(), pk=pk)
    return found


def fetch_own(request: HttpRequest, pk: int) -> Funding:
    """Return a project of one's organization; a county's support is written by the office.

    :raises NotFound: when it is somebody else's.
    """
    bare = Funding.objects.filter(organization=None)
    if may(request.user, P.FUNDING_EDIT, bare, pk=pk):
        return fetch_run(request, pk)
    found: Funding = access.fetch(request.user, P.GRANT_APPLY, grants.detailed(), at=now(), pk=pk)
    return found


def closing_of(funding: Funding) -> Closing:
    """Return the closing of a project.

    :raises NotFound: when it has not begun.
    """
    found = find_closing(funding)
    if found is None:
        raise NotFound("这个项目还没有开始结项，请回到项目页面。")
    return found


def find_closing(funding: Funding) -> Closing | None:
    """Return the closing of a project, if it has begun."""
    found: Closing | None = queries.detailed().filter(funding=funding).first()
    return found
