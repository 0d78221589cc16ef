"""What a merge of two records means for hours: they stay, and some may count twice."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.kernel.merging import MergePart, Pair
from voluncity.service.hours.models import COUNTING, LIVE, ServiceRecord


def _preview(pair: Pair) -> list[str]:
    theirs = ServiceRecord.objects.filter(volunteer__in=people.records_of(pair.loser_id))
    said = []
    if number := theirs.count():
        said.append(f"{number} 条服务记录原样保留，在保留的登记里也能看到。")
    if waiting := theirs.filter(state__in=LIVE, transfer=None).count():
        said.append(f"其中 {waiting} 条还没有入账，入账后时长自动转入。")
    if double := _at_the_same_time(pair):
        said.append(f"注意：有 {double} 条与保留的登记时间重叠，合并后请核对，多记的请冲销。")
    return said


def _at_the_same_time(pair: Pair) -> int:
    def times(volunteer_id: int) -> list[tuple[object, object]]:
        counting = ServiceRecord.objects.filter(
            volunteer__in=people.records_of(volunteer_id), state__in=COUNTING
        )
        return list(counting.order_by("counted_from").values_list("counted_from", "counted_to"))

    kept = times(pair.winner_id)
    return sum(
        any(start < end and begin < stop for start, stop in kept)  # type: ignore[operator]
        for begin, end in times(pair.loser_id)
    )


MERGING = MergePart("hours", "服务记录", _preview, lambda _: {}, lambda _pair, _kept: [])
