"""Report to a community, let it confirm, and end it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.care.party import queries, rules
from voluncity.care.party.models import Report
from voluncity.care.party.states import LIVE, REPORT_FLOW, ReportState
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState


@transaction.atomic
def report(
    *, volunteer: Volunteer, unit_id: int, community_id: int, by: User, at: datetime
) -> Report:
    """Report to a community as a member of a unit; the community will confirm.

    :raises NotFound: when there is no such unit.
    :raises BadInput: when it is neither paired with the community nor is this where they live.
    :raises Refusal: when the person may not, or has reported already.
    """
    rules.require_member(volunteer)
    unit = Organization.objects.filter(pk=unit_id, state=OrgState.ACTIVE).first()
    if unit is None or unit.kind not in rules.UNIT_KINDS:
        raise NotFound("没有找到这个单位，请重新搜索。")
    community = queries.may_be_reported_to(volunteer, unit, community_id, on=local_date(at))
    if community is None:
        raise BadInput("请选择与您单位结对的社区，或您居住的社区。", field="community")
    made = Report(volunteer=volunteer, unit=unit, community=community, reported_at=at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "您已经报到，要换单位或社区，请先结束现在的报到。", code="party.reported"
        ) from error
    # The subject is the report, not the person: the journal of a volunteer says nothing of it.
    record("party.report", made, by=by, at=at)
    return made


@transaction.atomic
def decide_report(
    *, report_id: int, is_confirmed: bool, by: User, at: datetime, reason: str = ""
) -> Report:
    """Let the community confirm a report, or send it back with a reason.

    :raises BadInput: when it is sent back without a reason.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was decided or ended before.
    """
    found = Report.objects.select_related("volunteer").get(pk=report_id)
    if found.volunteer.user_id == by.pk:
        raise NotAllowed("不能确认自己的报到，请由社区其他工作人员办理。", code="party.own_case")
    words = "" if is_confirmed else rules.checked_reason(reason)
    verb = "confirm" if is_confirmed else "decline"
    target = REPORT_FLOW.after(verb, found.state)
    waiting = Report.objects.filter(pk=report_id, state=ReportState.REPORTED)
    if not waiting.update(state=target, reason=words, decided_at=at, decided_by=by):
        raise WrongState("这次报到刚刚已经办理，请刷新页面。")
    found.refresh_from_db()
    record(f"party.{verb}", found, by=by, at=at)
    return found


@transaction.atomic
def leave(*, volunteer: Volunteer, by: User, at: datetime) -> None:
    """End one's own report.

    :raises WrongState: when there is none.
    """
    if not _end(volunteer.pk, by=by, at=at):
        raise WrongState("您现在没有报到，请刷新页面。")


@transaction.atomic
def end_reports_of(*, volunteer_id: int, at: datetime) -> None:
    """End the report of somebody who is no Party member any more, or has closed the account."""
    _end(volunteer_id, by=None, at=at)


def _end(volunteer_id: int, *, by: User | None, at: datetime) -> bool:
    live = Report.objects.filter(volunteer=volunteer_id, state__in=LIVE)
    found = live.first()
    if found is None or not live.update(state=ReportState.ENDED, ended_at=at):
        return False
    record("party.end", found, by=by, at=at)
    return True
