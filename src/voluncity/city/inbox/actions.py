"""Tell people, and remember what they have read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import F

from voluncity.city.access import personal
from voluncity.city.inbox import gateway, queries
from voluncity.city.inbox.models import Message, TextMessage
from voluncity.kernel.refusals import NotFound

TEXTS_KEPT = timedelta(days=30)


def send(*, user_id: int, key: str, title: str, body: str, at: datetime, url: str = "") -> Message:
    """Tell a person something once; the same key again returns the first message.

    `url` is a path of this site.
    """
    message, _ = Message.objects.get_or_create(
        key=key,
        defaults={"user_id": user_id, "title": title, "body": body, "url": url, "sent_at": at},
    )
    return message


def send_each(
    accounts: Iterable[int], *, key: str, title: str, body: str, at: datetime, url: str = ""
) -> None:
    """Tell each of a few people something once; `key` names what it is about: calls:812."""
    longest = Message._meta.get_field("key").max_length  # noqa: SLF001
    for user_id in accounts:
        send(
            user_id=user_id, key=f"{key}:{user_id}:{title}"[:longest], title=title, body=body,
            url=url, at=at,
        )  # fmt: skip


def send_many(messages: Iterable[Message]) -> None:
    """Tell many people something at once; whose key was used before is not told again."""
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=1_000)


@transaction.atomic
def read_message(*, message_id: int, by: models.Model, at: datetime) -> Message:
    """Mark one of a person's own messages as read.

    :raises NotFound: when it is somebody else's.
    """
    message = Message.objects.filter(pk=message_id, user_id=by.pk).first()
    if message is None:
        raise NotFound("没有找到这条消息，请回到消息列表。")
    Message.objects.filter(pk=message_id, read_at=None).update(read_at=at)
    return message


@transaction.atomic
def read_all(*, by: models.Model, at: datetime) -> int:
    """Mark all of a person's messages as read; return how many were new."""
    return Message.objects.filter(user_id=by.pk, read_at=None).update(read_at=at)


def forget_messages(*, user_id: int) -> None:
    """Delete the messages to somebody whose account is closed."""
    Message.objects.filter(user_id=user_id).delete()


@transaction.atomic
def send_text(*, phone: str, text: str, key: str, at: datetime) -> TextMessage:
    """Put a text message on its way once; a job hands it to the gateway.

    Who must not promise a message that cannot arrive asks `queries.can_text` before.
    """
    bound_to = f"text:{key}"
    row = TextMessage(
        key=key,
        phone_cipher=personal.seal(phone, bound_to=bound_to),
        text_cipher=personal.seal(text, bound_to=bound_to),
        created_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return TextMessage.objects.get(key=key)
    return row


def deliver_texts(*, at: datetime) -> int:
    """Hand what is due to the gateway; return how many it took. Not within a transaction.

    Raising `tries` is the claim, so two workers never send one message at the same time.
    """
    return sum(_deliver(row, at) for row in list(queries.texts_due(at=at)[:200]))


def _deliver(row: TextMessage, at: datetime) -> bool:
    untaken = TextMessage.objects.filter(pk=row.pk, sent_at=None, tries=row.tries)
    if not untaken.update(tries=F("tries") + 1):
        return False
    bound_to = f"text:{row.key}"
    try:
        gateway.deliver(
            phone=personal.unseal(row.phone_cipher, bound_to=bound_to),
            text=personal.unseal(row.text_cipher, bound_to=bound_to),
        )
    except gateway.GatewayError as error:
        TextMessage.objects.filter(pk=row.pk).update(failure=str(error)[:200])
        return False
    done: dict[str, object] = {"sent_at": at, "failure": ""}
    if not gateway.is_fake():
        done |= {"phone_cipher": "", "text_cipher": ""}
    TextMessage.objects.filter(pk=row.pk).update(**done)
    return True


def forget_texts(*, at: datetime) -> None:
    """Delete text messages that are a month old."""
    TextMessage.objects.filter(created_at__lt=at - TEXTS_KEPT).delete()
