"""What the pages share: who asks, and what is within reach."""

from __future__ import annotations

from typing import cast
from uuid import uuid4

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.people.models import User
from voluncity.fund.calls import queries
from voluncity.fund.calls.models import Application, Call, FormVersion
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import number_in

P = Permission
UNPROCESSABLE, CONFLICT = 422, 409
ON_A_PAGE = 30
_HANDLE_LEAST, _HANDLE_MOST = 8, 36


def user_of(request: HttpRequest) -> User:
    """Return who asks, on pages for those who are logged in."""
    return cast("User", request.user)


def fetch_own(request: HttpRequest, pk: int) -> Application:
    """Return an application of an organization for which this person may apply.

    :raises NotFound: when it is not.
    """
    found: Application = access.fetch(
        request.user, P.GRANT_APPLY, queries.detailed(), at=now(), pk=pk
    )
    return found


def fetch_received(request: HttpRequest, pk: int) -> Application:
    """Return an application that an office of this person has received.

    :raises NotFound: when it is not.
    """
    received = queries.detailed().filter(number__isnull=False)
    found: Application = access.fetch(request.user, P.GRANT_REVIEW, received, at=now(), pk=pk)
    return found


def fetch_call(request: HttpRequest, pk: int) -> Call:
    """Return a call of a fund that this person's office looks after.

    :raises NotFound: when it is not.
    """
    found: Call = access.fetch(
        request.user, P.GRANT_REVIEW, queries.detailed_calls(), at=now(), pk=pk
    )
    return found


def fetch_form(request: HttpRequest, pk: int) -> FormVersion:
    """Return a version of a form of such a call.

    :raises NotFound: when it is not.
    """
    forms = FormVersion.objects.select_related("call__fund", "call__form", "changed_by")
    found: FormVersion = access.fetch(request.user, P.GRANT_REVIEW, forms, at=now(), pk=pk)
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
