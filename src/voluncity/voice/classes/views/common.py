"""What the pages of micro-classes share."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound
from voluncity.voice.classes import queries
from voluncity.voice.classes.models import MicroClass, Page, Revision

UNPROCESSABLE = 422
P = Permission


def known_user(request: HttpRequest) -> User | None:
    """Return who asks, or nothing for a stranger."""
    return user_of(request) if request.user.is_authenticated else None


def fetch(request: HttpRequest, pk: int) -> MicroClass:
    """Return a class within reach of who asks."""
    found: MicroClass = access.fetch(
        request.user, P.CLASS_EDIT, MicroClass.objects.select_related("organization"),
        at=now(), pk=pk,
    )  # fmt: skip
    return found


def draft_of(micro_class: MicroClass) -> Revision:
    """Return what is being written.

    :raises NotFound: when nothing is.
    """
    revision = queries.open_revision(micro_class)
    if revision is None:
        raise NotFound("现在没有在编写的版本，请先点“修改这门微课”。", code="classes.no_revision")
    return revision


def page_of(revision: Revision, page_pk: int) -> Page:
    """Return a chapter of a draft.

    :raises NotFound: when the draft does not have it.
    """
    page = revision.pages.select_related("revision", "video").filter(pk=page_pk).first()
    if page is None:
        raise NotFound("没有找到这一章，请回到微课页面。")
    return page
