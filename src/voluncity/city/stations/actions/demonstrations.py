"""Name model stations: proposed by their people, decided by the office, shown to the public."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.states import NoticeKind
from voluncity.city.regions import queries as regions
from voluncity.city.stations import queries, rules
from voluncity.city.stations.models import Demonstration, Station
from voluncity.city.stations.states import DEMONSTRATION_FLOW, DemonstrationState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal
from voluncity.kernel.text import clean

S = DemonstrationState
REASON_MOST = 300
OBJECTED = "公示期间收到的异议成立，详见公示页面的答复。"


@transaction.atomic
def propose_demonstration(*, station_id: int, reason: str, by: User, at: datetime) -> Demonstration:
    """Propose a station as a model for others; it needs a visit passed not long ago.

    :raises BadInput: when no reason is given.
    :raises Refusal: when the last visit is too old or failed, something is still to be mended, or
        the station is a model station or on its way.
    """
    said = clean(reason, max_length=REASON_MOST, field="reason", multiline=True, label="申报理由")
    if not said:
        raise BadInput("请写明申报理由，公示时会一并公布。", field="reason")
    station = Station.objects.get(pk=station_id)
    inspection = queries.inspection_for_demonstration(station, on=local_date(at))
    try:
        with transaction.atomic():
            row = Demonstration.objects.create(
                station=station,
                inspection=inspection,
                reason=said,
                proposed_at=at,
                proposed_by=by,
            )
    except IntegrityError as error:
        raise Refusal(
            "这个服务站已经是示范站，或正在申报。", code="stations.demonstration_twice"
        ) from error
    record("stations.propose_demonstration", row, by=by, at=at, station=station_id)
    return row


@transaction.atomic
def show_demonstration(*, demonstration_id: int, by: User, at: datetime) -> Demonstration:
    """Show a proposed model station to the public; it takes effect when that has ended well.

    :raises NotAllowed: when it is one's own case.
    :raises WrongState: when it was decided already.
    """
    row = _decided(demonstration_id, "show", by=by, at=at)
    today = local_date(at)
    queries.inspection_for_demonstration(row.station, on=today)
    publicity.show(
        kind=NoticeKind.STATIONS,
        title=f"拟命名“{row.station.name}”为示范站",
        body=_shown(row),
        subject=row,
        region=row.station.region,
        workdays=policy.number("stations.publicity_workdays", on=today),
        at=at,
        by=by,
    )
    return row


@transaction.atomic
def decline_demonstration(
    *, demonstration_id: int, reason: str, by: User, at: datetime
) -> Demonstration:
    """Turn a proposal down with a reason.

    :raises BadInput: when no reason is given.
    :raises NotAllowed: when it is one's own case.
    """
    ended = {"ended_at": at, "end_reason": rules.reason(reason)}
    return _decided(demonstration_id, "decline", by=by, at=at, **ended)


@transaction.atomic
def publish_demonstration(*, demonstration_id: int, at: datetime) -> bool:
    """Let a model station be one after its publicity; return whether there was anything to do."""
    row = Demonstration.objects.select_related("station").get(pk=demonstration_id)
    if row.station.closed_at is not None:
        return _end(row, "overturn", "公示期间服务站已关闭。", by=None, at=at)
    if not _after(row.pk, "publish", effective_at=at, recheck_on=_recheck_on(local_date(at))):
        return False
    record("stations.publish_demonstration", row, by=None, at=at)
    return True


@transaction.atomic
def overturn_demonstration(*, demonstration_id: int, at: datetime) -> bool:
    """Let a naming fall whose publicity met an objection that holds."""
    row = Demonstration.objects.get(pk=demonstration_id)
    return _end(row, "overturn", OBJECTED, by=None, at=at)


@transaction.atomic
def withdraw_demonstration(
    *, demonstration_id: int, reason: str, by: User, at: datetime
) -> Demonstration:
    """Take the naming back with a reason that everybody can read.

    :raises BadInput: when no reason is given.
    :raises NotAllowed: when the station is one's own.
    :raises WrongState: when it is no model station.
    """
    why = rules.reason(reason)
    row = _row(demonstration_id)
    _refuse_own(row, by)
    DEMONSTRATION_FLOW.after("withdraw", row.state)
    _end(row, "withdraw", why, by=by, at=at)
    row.refresh_from_db()
    return row


def end_demonstrations(*, station_id: int, reason: str, by: models.Model, at: datetime) -> None:
    """End what runs for a station that closes; a running publicity ends by itself."""
    for row in Demonstration.objects.filter(station_id=station_id):
        if row.state in DEMONSTRATION_FLOW.sources("withdraw"):
            _end(row, "withdraw", reason, by=by, at=at)


def confirm_demonstration(*, station_id: int, at: datetime) -> None:
    """Carry a model station on after a passed visit, until the next yearly re-check."""
    Demonstration.objects.filter(station_id=station_id, state=S.EFFECTIVE).update(
        recheck_on=_recheck_on(local_date(at))
    )


def _recheck_on(today: date) -> date:
    return queries.months_after(
        today, policy.number("stations.demonstration_recheck_months", on=today)
    )


def _decided(
    demonstration_id: int, verb: str, *, by: User, at: datetime, **changes: Any
) -> Demonstration:
    row = _row(demonstration_id)
    _refuse_own(row, by)
    changes |= {
        "state": DEMONSTRATION_FLOW.after(verb, row.state),
        "decided_at": at,
        "decided_by": by,
    }
    stepped = Demonstration.objects.filter(
        pk=row.pk, state__in=DEMONSTRATION_FLOW.sources(verb)
    ).update(**changes)
    row.refresh_from_db(fields=list(changes))
    if not stepped:
        DEMONSTRATION_FLOW.after(verb, row.state)
    record(f"stations.{verb}_demonstration", row, by=by, at=at)
    return row


def _row(demonstration_id: int) -> Demonstration:
    row: Demonstration = Demonstration.objects.select_related(
        "station__organization", "station__region", "station__kind", "inspection"
    ).get(pk=demonstration_id)
    return row


def _refuse_own(row: Demonstration, by: User) -> None:
    if row.proposed_by_id == by.pk or queries.is_own(by, row.station):
        raise NotAllowed(
            "这是您申报的或您自己单位的服务站，请由其他工作人员办理。", code="stations.own_station"
        )


def _end(
    row: Demonstration, verb: str, reason: str, *, by: models.Model | None, at: datetime
) -> bool:
    if not _after(row.pk, verb, ended_at=at, end_reason=reason):
        return False
    record(f"stations.{verb}_demonstration", row, by=by, at=at, station=row.station_id)
    return True


def _after(pk: int, verb: str, **changes: Any) -> int:
    sources = DEMONSTRATION_FLOW.sources(verb)
    target = DEMONSTRATION_FLOW.after(verb, sources[0])
    return Demonstration.objects.filter(pk=pk, state__in=sources).update(state=target, **changes)


def _shown(row: Demonstration) -> str:
    inspection, station = row.inspection, row.station
    day = local_date(inspection.submitted_at) if inspection.submitted_at else ""
    return "\n".join(
        [
            f"服务站：{station.name}（{station.kind.name}）",
            f"地址：{regions.full_name(station.region)} {station.address}",
            f"运行单位：{station.organization.name}",
            f"最近检查：{day}，{inspection.score} 分",
            f"申报理由：{row.reason}",
        ]
    )
