"""What somebody was told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import QuerySet

from voluncity.city.access import personal
from voluncity.city.inbox import gateway
from voluncity.city.inbox.models import Message, TextMessage

# A text that could not be sent for so long is of no use to anybody any more.
TEXT_LIFE = timedelta(minutes=10)
MOST_TRIES = 3


def messages_of(user: models.Model) -> QuerySet[Message]:
    """Return the messages to one person, newest first."""
    return Message.objects.filter(user_id=user.pk).order_by("-sent_at", "-pk")


def unread(user: models.Model) -> int:
    """Return how many messages a person has not read."""
    return Message.objects.filter(user_id=user.pk, read_at=None).count()


def can_text() -> bool:
    """Return whether this city can send text messages."""
    return gateway.exists()


def texts_due(*, at: datetime) -> QuerySet[TextMessage]:
    """Return the text messages that still have to be sent, oldest first."""
    return TextMessage.objects.filter(
        sent_at=None, tries__lt=MOST_TRIES, created_at__gt=at - TEXT_LIFE
    ).order_by("pk")


def shown_text(key: str) -> str:
    """Return the words of a text message where the gateway is the demo's; elsewhere nothing."""
    if not gateway.is_fake():
        return ""
    cipher = TextMessage.objects.filter(key=key).values_list("text_cipher", flat=True).first()
    return personal.unseal(cipher or "", bound_to=f"text:{key}")
