"""Tell the person who objected what became of it."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.publicity.models import Objection
from voluncity.city.publicity.states import ObjectionState


def tell_people(entries: list[Entry]) -> None:
    """Send the answer to whoever objected."""
    answered = [entry for entry in entries if entry.verb == "publicity.answer"]
    ids = [entry.subject_id for entry in answered]
    objections = Objection.objects.select_related("notice").in_bulk(ids)
    for entry in answered:
        objection = objections[entry.subject_id]
        result = ObjectionState(objection.state).label
        inbox.send(
            user_id=objection.by_id,
            key=f"publicity.answer:{objection.pk}",
            title="您提出的异议有了答复",
            body=f"关于“{objection.notice.title}”：{result}。请打开查看答复内容。",
            url=reverse("publicity:detail", args=[objection.notice_id]),
            at=entry.at,
        )
