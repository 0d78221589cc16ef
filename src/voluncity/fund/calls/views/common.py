"""What the pages share: who asks, and what is within reach."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.fund.calls import queries
from voluncity.fund.calls.models import Application, Call, FormVersion

P = Permission
UNPROCESSABLE, CONFLICT = 422, 409
ON_A_PAGE = 30


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
