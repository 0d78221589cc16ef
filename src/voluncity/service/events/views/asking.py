"""Who asks, and what is within their reach."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import NotFound
from voluncity.service.events.models import Application, Event
from voluncity.service.events.queries import public

EDIT = Permission.EVENT_EDIT
DAY = Permission.ATTENDANCE_RECORD
UNPROCESSABLE = 422


def me(request: HttpRequest) -> User:
    """Return who asks."""
    return user_of(request)


def volunteer_of(request: HttpRequest) -> Volunteer | None:
    """Return the volunteer who looks at a public page, if one has signed in."""
    user = request.user
    return user.volunteer_or_none if isinstance(user, User) else None


def status_of(form: Any) -> int:
    """Return 422 for a form with errors."""
    return UNPROCESSABLE if form.errors else 200


def event_in_reach(request: HttpRequest, pk: int, permission: Permission = EDIT) -> Event:
    """Return the event if it lies within the reach of a permission.

    :raises NotFound: when it is somebody else's.
    """
    found = Event.objects.select_related(
        "project__organization__region", "region", "leader", "briefing_file"
    )
    return cast(Event, access.fetch(request.user, permission, found, at=now(), pk=pk))


def application_in_reach(
    request: HttpRequest, pk: int, permission: Permission = EDIT
) -> Application:
    """Return the application if its event lies within reach.

    :raises NotFound: when it is somebody else's.
    """
    found = Application.objects.select_related(
        "event__project__organization__region", "volunteer__region", "photo"
    )
    return cast(Application, access.fetch(request.user, permission, found, at=now(), pk=pk))


def day_row(request: HttpRequest, found: Any, pk: int) -> Any:
    """Return a row for the day itself: leaders reach it as well as those who plan.

    :raises NotFound: when it is somebody else's.
    """
    permission = EDIT if may(me(request), EDIT, found, pk=pk) else DAY
    return access.fetch(request.user, permission, found, at=now(), pk=pk)


def day_event(request: HttpRequest, pk: int) -> Event:
    """Return the event for its day."""
    found = Event.objects.select_related("project__organization__region", "region", "leader")
    return cast(Event, day_row(request, found, pk))


def day_application(request: HttpRequest, pk: int) -> Application:
    """Return an application for the day of its event."""
    found = Application.objects.select_related("event__project__organization", "volunteer")
    return cast(Application, day_row(request, found, pk))


def own_application(request: HttpRequest, pk: int) -> Application:
    """Return one's own application.

    :raises NotFound: when it is somebody else's.
    """
    found: Application | None = public.own(me(request).volunteer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这份报名，请回到“我的赛会”看看。")
    return found
