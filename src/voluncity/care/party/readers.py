"""What follows from what happened to people and reports."""

from __future__ import annotations

from django.urls import reverse

from voluncity.care.party import actions
from voluncity.care.party.models import Report
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import Volunteer

_LEAVING = {"people.set_profile", "people.close"}
_DECIDED = {
    "party.confirm": ("社区已确认您的报到", "您已到{community}报到，可以看看社区的活动和岗位。"),
    "party.decline": ("社区退回了您的报到", "{community}：{reason}"),
}


def follow_people(entries: list[Entry]) -> None:
    """End the reports of people who are no members any more, or have gone; tell who was decided."""
    for entry in entries:
        if entry.verb in _LEAVING and entry.subject_type == "volunteer":
            _end_if_gone(entry.subject_id or 0, entry)
        elif entry.verb in _DECIDED:
            _tell(entry)


def _end_if_gone(volunteer_id: int, entry: Entry) -> None:
    here = Volunteer.objects.filter(pk=volunteer_id, is_party_member=True, closed_at=None)
    if not here.exists():
        actions.end_reports_of(volunteer_id=volunteer_id, at=entry.at)


def _tell(entry: Entry) -> None:
    report = Report.objects.select_related("volunteer", "community").get(pk=entry.subject_id or 0)
    if report.volunteer.user_id is None:
        return
    title, body = _DECIDED[entry.verb]
    words = body.format(community=report.community.name, reason=report.reason)
    inbox.send(
        user_id=report.volunteer.user_id,
        key=f"party:{entry.sequence}",
        title=title,
        body=words[:500],
        url=reverse("party:mine"),
        at=entry.at,
    )
