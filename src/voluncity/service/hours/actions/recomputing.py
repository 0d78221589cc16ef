"""A passage that arrives late, from a device without network, changes a record nobody has seen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.kernel.refusals import WrongState
from voluncity.service.hours.actions.computing import needed_approver
from voluncity.service.hours.actions.loading import take_turns
from voluncity.service.hours.actions.presences import CityRules, computed
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.queries.times import limits_for, taken_around
from voluncity.service.hours.states import RecordState
from voluncity.service.signups.models import Attendance, Signup

_COMPUTED_ANEW = (
    "served_on", "actual_from", "actual_to", "counted_from", "counted_to", "minutes",
    "break_minutes", "rule", "trust", "approver", "computed_at", "state_reason",
)  # fmt: skip


def require_open(signup: Signup) -> None:
    """Refuse to change a presence of which somebody has confirmed the hours.

    :raises WrongState: when a record of it is beyond being computed.
    """
    decided = ServiceRecord.objects.filter(signup=signup).exclude(state=RecordState.COMPUTED)
    if decided.exists():
        raise WrongState(
            "这个班次的时长已经确认，不能再改签到签退；时间不对的，请办理时长更正。",
            code="hours.decided",
        )


@transaction.atomic
def compute_again(*, signup: Signup, at: datetime) -> None:
    """Compute the record of a presence anew, if there is one and nobody has confirmed it.

    :raises WrongState: when somebody confirms it in this moment.
    """
    take_turns([signup.volunteer_id])
    old = ServiceRecord.objects.filter(signup=signup, state=RecordState.COMPUTED).first()
    if old is None:
        require_open(signup)  # confirmed since the caller looked
        return
    rows = Attendance.objects.select_related("signup__shift__activity__project")
    new = computed(rows.prefetch_related("pauses").get(signup=signup), CityRules(), at=at)
    new.pk = old.pk
    new.approver = needed_approver(
        new, taken=taken_around([new])[new.volunteer_id], limits=limits_for([new.served_on])
    )
    unconfirmed = ServiceRecord.objects.filter(pk=old.pk, state=RecordState.COMPUTED)
    if not unconfirmed.update(**{name: getattr(new, name) for name in _COMPUTED_ANEW}):
        raise WrongState("这条时长刚刚被人确认，请刷新后再看。", code="hours.decided")
    record(
        "hours.compute_again", old, by=None, at=at, volunteer=old.volunteer_id,
        before=old.minutes, minutes=new.minutes,
    )  # fmt: skip
