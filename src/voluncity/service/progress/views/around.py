"""What the views of the slice share: who asks, and for which project."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.service.progress.models.cooperation import shared_projects
from voluncity.service.projects.models import Project

UNPROCESSABLE, CONFLICT = 422, 409
_JOINED = ("organization__region", "line", "category", "course", "created_by")


def me(request: HttpRequest) -> User:
    """Return who asks; every page here needs a permission."""
    return user_of(request)


def project_for(request: HttpRequest, permission: Permission, pk: int) -> Project:
    """Return a project within reach of a permission.

    :raises NotFound: when there is none, or it is somebody else's.
    """
    rows = Project.objects.select_related(*_JOINED)
    found: Project = access.fetch(request.user, permission, rows, at=now(), pk=pk)
    return found


def readable_project(request: HttpRequest, pk: int) -> Project:
    """Return a project that one may read: within reach, or shared with one's unit.

    :raises NotFound: when there is none, or it is somebody else's.
    """
    rows = shared_projects().select_related(*_JOINED)
    found: Project = access.fetch(request.user, Permission.PROJECT_SEE, rows, at=now(), pk=pk)
    return found


def has_reach(request: HttpRequest, permission: Permission, project: Project) -> bool:
    """Return whether a project is within reach of a permission."""
    return may(request.user, permission, Project.objects.all(), pk=project.pk)


def mark_read(request: HttpRequest) -> str:
    """Return by what the page that was sent knows which handing in it showed."""
    return request.POST.get("seen", "")


def status_of(form: Any) -> int:
    """Return how a page with a form answers."""
    return UNPROCESSABLE if form is not None and form.errors else 200
