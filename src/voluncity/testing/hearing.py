"""What people were told."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User


def titles(user: User) -> list[str]:
    """Let the readers catch up; return the titles of all that somebody was told, oldest first."""
    catch_up(at=now())
    return list(Message.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def last_title(user: User) -> str:
    """Let the readers catch up; return the title of what somebody was told last."""
    catch_up(at=now())
    return str(Message.objects.filter(user=user).latest("pk").title)
