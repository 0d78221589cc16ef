"""What the pages share: who asks, and what is within reach."""

from __future__ import annotations

from typing import cast
from uuid import uuid4

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.models import Closing
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.kernel.text import number_in

P = Permission
UNPROCESSABLE, ON_A_PAGE = 422, 30
_HANDLE_LEAST, _HANDLE_MOST = 8, 36


def user_of(request: HttpRequest) -> User:
    """Return who asks, on pages for those who are logged in."""
    return cast("User", request.user)


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


def seen_in(request: HttpRequest) -> int:
    """Return the edition that the page was drawn from; an odd one fits none."""
    seen = number_in(request.POST.get("seen"))
    return -1 if seen is None else seen


def handle_in(request: HttpRequest) -> str:
    """Return the browser's own mark of a form.

    :raises BadInput: when the page is too old to have one.
    """
    sent = request.POST.get("handle", "")
    if not _HANDLE_LEAST <= len(sent) <= _HANDLE_MOST or not sent.isascii():
        raise BadInput("页面已经过期，请刷新后再办理。")
    return sent


def new_handle() -> str:
    """Return a mark for a form."""
    return str(uuid4())
