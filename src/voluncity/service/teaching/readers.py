"""What people hear about their trainings."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.service.teaching.models import Outcome
from voluncity.service.teaching.states import OutcomeState
from voluncity.service.training.models import TrainingRecord

_WORDS = {
    OutcomeState.PASSED: ("培训通过，证书已发放", "可以在“我的培训”里下载证书。"),
    OutcomeState.TEST: ("请完成培训测验", "学时已经达到，通过测验后发放证书。"),
    OutcomeState.MISSED: ("这次培训学时不足", "没有达到课程要求的学时，请报名下一期。"),
    OutcomeState.FAILED: ("培训测验没有通过", "测验次数已用完，请报名下一期。"),
}


def tell_people(entries: list[Entry]) -> None:
    """Tell everybody how they came through, and whose certificate was revoked."""
    for entry in entries:
        if entry.verb == "teaching.outcome":
            _tell_outcome(entry)
        elif entry.verb == "training.revoke":
            _tell_revoked(entry)


def _tell_outcome(entry: Entry) -> None:
    one = Outcome.objects.select_related("session__activity", "volunteer__user").get(
        pk=entry.subject_id
    )
    title, words = _WORDS[OutcomeState(one.state)]
    _send(entry, one.volunteer, title, f"“{one.session.activity.name}”：{words}")


def _tell_revoked(entry: Entry) -> None:
    one = TrainingRecord.objects.select_related("course", "volunteer__user").get(
        pk=entry.subject_id
    )
    body = f"“{one.course.name}”（{one.serial}）：{one.revoke_reason}"
    _send(entry, one.volunteer, "培训证书已撤销", body)


def _send(entry: Entry, volunteer: Volunteer, title: str, body: str) -> None:
    holder = people.holder_of(volunteer)
    if holder is not None:
        inbox.send(
            user_id=holder, key=f"teaching:{entry.pk}", title=title, body=body, at=entry.at,
            url=reverse("teaching:mine"),
        )  # fmt: skip
