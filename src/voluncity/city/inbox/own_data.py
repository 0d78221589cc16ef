"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voluncity.city.inbox.models import Message
from voluncity.kernel.own_data import Section

if TYPE_CHECKING:  # people lies above this slice
    from voluncity.city.people.models import Volunteer


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the messages to the person's account, newest first."""
    if volunteer.user_id is None:
        return []
    found = Message.objects.filter(user_id=volunteer.user_id).order_by("-sent_at", "-pk")
    rows = tuple(
        (
            message.sent_at.isoformat(),
            message.title,
            message.body,
            message.read_at.isoformat() if message.read_at else "",
        )
        for message in found
    )
    return [Section("messages", "站内消息", ("时间", "标题", "内容", "已读时间"), rows)]
