"""Two records of one person become one: hours stay where they are, and no minute counts twice.

What overlaps is settled before, record by record and by those who decide on hours anyway
(docs/decisions/0016): which of two organizations was right is not for the desk that merges.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from voluncity.city.people import queries as people
from voluncity.kernel.clock import span_text
from voluncity.kernel.merging import MergePart, Pair
from voluncity.kernel.own_data import Hindrance
from voluncity.kernel.refusals import Refusal
from voluncity.service.hours.actions.loading import take_turns
from voluncity.service.hours.models import COUNTING, LIVE, ServiceRecord

MOST_NAMED = 20


def _preview(pair: Pair) -> list[str]:
    theirs = ServiceRecord.objects.filter(volunteer__in=people.records_of(pair.loser_id))
    said = []
    if number := theirs.count():
        said.append(f"{number} 条服务记录原样保留，在保留的登记里也能看到。")
    if waiting := theirs.filter(state__in=LIVE, transfer=None).count():
        said.append(f"其中 {waiting} 条还没有入账，入账后时长自动转入。")
    return said


def _hindrances(pair: Pair) -> list[Hindrance]:
    """Name the records of the one that overlap what the other has."""
    doubles = _doubles(pair).select_related("organization", "signup__shift__activity")
    return [
        Hindrance(
            f"“{one.signup.shift.activity.name}”（{one.organization.name}，"
            f"{span_text(one.counted_from, one.counted_to)}）与保留的登记的服务时间重叠，同一分钟"
            "不能计两次。请核实后冲销其中一条，再合并。",
            reverse("hours:desk_record", args=[one.pk]),
        )
        for one in doubles.order_by("counted_from", "pk")[:MOST_NAMED]
    ]


def _doubles(pair: Pair) -> QuerySet[ServiceRecord]:
    counting = ServiceRecord.objects.filter(state__in=COUNTING, minutes__gt=0)
    kept = counting.filter(
        volunteer__in=people.records_of(pair.winner_id),
        counted_from__lt=OuterRef("counted_to"),
        counted_to__gt=OuterRef("counted_from"),
    )
    return counting.filter(Exists(kept), volunteer__in=people.records_of(pair.loser_id))


def _move(pair: Pair) -> dict[str, Any]:
    """Move nothing; refuse what would count twice, and let nobody confirm more of it meanwhile.

    :raises Refusal: when times that count overlap.
    """
    take_turns([pair.loser_id, pair.winner_id])
    if _doubles(pair).exists():
        raise Refusal(
            "两份登记有服务时间重叠，合并后会重复计时。请先按页面上列出的记录逐条核实、冲销，再合并。",
            code="hours.double_times",
        )
    return {}


PART = MergePart("hours", "服务记录", _preview, _move, lambda _pair, _kept: [], _hindrances)
