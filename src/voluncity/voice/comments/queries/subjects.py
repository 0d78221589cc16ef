"""What may be commented on: each slice describes its own things."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from voluncity.city.access.permissions import Permission, Role, roles_with
from voluncity.city.access.queries import grants_of
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound
from voluncity.voice.comments.models import Comment, Topic
from voluncity.voice.comments.rules import Commented
from voluncity.voice.comments.states import CommentState

OFFICES = (Role.CITY_OFFICE, Role.COUNTY_OFFICE)


def subject(kind: str, pk: int) -> Commented:
    """Return what is commented on.

    :raises NotFound: when there is no such thing, or the public does not see it.
    """
    path = settings.VOLUNCITY_COMMENTED.get(kind)
    found: Commented | None = import_string(path)(pk) if path else None
    if found is None:
        raise NotFound("没有找到这项内容，或者它已经不公开了。")
    return found


def public_topics() -> QuerySet[Topic]:
    """Return the topics whose opening everybody sees."""
    shown = Comment.objects.filter(opens=OuterRef("pk"), state=CommentState.SHOWN)
    return Topic.objects.filter(Exists(shown))


def commented_topic(pk: int) -> Commented | None:
    """Describe a topic to those who comment on it."""
    topic = public_topics().select_related("opening").filter(pk=pk).first()
    if topic is None:
        return None
    return Commented(
        title=topic.title,
        url=reverse("comments:topic", args=[pk]),
        region_path=topic.opening.region_path,
        is_open=topic.closed_at is None,
    )


def official_name(user: User, on: Commented) -> str:
    """Return in whose name a moderator answers here, or nothing for everybody else."""
    holders = roles_with(Permission.COMMENT_MODERATE)
    for grant in grants_of(user):
        region = grant.region if grant.role in holders else None
        if region is not None and on.region_path.startswith(region.path):
            office = "文明办" if grant.role in OFFICES else ""
            return f"{region.name}{office}"
    return ""
