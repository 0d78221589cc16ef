"""Decide about candidates, one by one or many; nominate; decline for oneself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.access.scopes import Scope
from voluncity.city.journal.actions import record, record_many
from voluncity.city.orgs.models import Membership, Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.publicity import actions as publicity
from voluncity.honor.certification import queries, rules
from voluncity.honor.certification.actions.holding import hold_batch, refuse_own
from voluncity.honor.certification.models import Batch, Candidate
from voluncity.honor.certification.queries.counting import figures
from voluncity.honor.certification.states import CANDIDATE_FLOW, CandidateState, grade_name
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.kernel.text import half_width_digits

VERBS = ("accept", "reject")


@transaction.atomic
def decide(
    *, batch_id: int, candidate_ids: Collection[int], verb: str, reason: str, by: User,
    at: datetime,
) -> int:  # fmt: skip
    """Accept or reject candidates of an open batch, all with the same reason; return how many.

    Accepting somebody whom the rule does not give the grade, and rejecting anybody, needs a
    reason. Those who cannot be decided so any more are left as they are.
    :raises BadInput: when the reason is missing, or nobody was chosen.
    :raises NotAllowed: when it is one's own case, or one's own nomination.
    :raises WrongState: when the batch is no longer open, or none of them can be decided.
    """
    batch = hold_batch(batch_id, "decide")
    if not candidate_ids:
        raise BadInput("请先选择要审核的人。", field="reason")
    chosen = list(
        batch.candidates.filter(
            pk__in=candidate_ids, state__in=CANDIDATE_FLOW.sources(verb)
        ).exclude(state=_target(verb))
    )
    if not chosen:
        raise WrongState("选中的人刚刚已经审核过了，请刷新页面查看。", code="certification.decided")
    on = local_date(at)
    refuse_own([one.volunteer_id for one in chosen], by, on=on)
    _refuse_own_nominations(chosen, by)
    needs_words = verb == "reject" or any(one.by_rule < one.grade for one in chosen)
    said = rules.said(reason, label="审核意见") if needs_words or reason.strip() else ""
    Candidate.objects.filter(
        pk__in=[one.pk for one in chosen], state__in=CANDIDATE_FLOW.sources(verb)
    ).update(state=_target(verb), reason=said, decided_at=at, decided_by=by)
    told = [(one, {"volunteer": one.volunteer_id, "grade": one.grade}) for one in chosen]
    record_many(f"certification.{verb}", told, by=by, at=at)
    return len(chosen)


def _target(verb: str) -> str:
    if verb not in VERBS:
        raise BadInput("请选择同意还是不予认定。", field="verb")
    return CANDIDATE_FLOW.after(verb, CandidateState.WAITING)


def _refuse_own_nominations(chosen: Collection[Candidate], by: User) -> None:
    if any(one.nominated_by_id == by.pk for one in chosen):
        raise Refusal(
            "其中有您自己推荐的人，请由其他工作人员审核。", code="certification.own_nomination"
        )


@transaction.atomic
def accept_all(*, batch_id: int, grade: int | None, by: User, at: datetime) -> int:
    """Accept everybody who waits and whom the rule gives the grade; return how many.

    Nominations are looked at one by one, and so is who lost hours since they were accepted; one's
    own case is left for a colleague.
    """
    batch = hold_batch(batch_id, "decide")
    waiting = batch.candidates.filter(
        state=CandidateState.WAITING, nominated_at=None, by_rule__gte=F("grade")
    )
    if grade is not None:
        waiting = waiting.filter(grade=grade)
    chosen = list(waiting.exclude(volunteer__in=people.records_for(by, on=local_date(at))))
    if not chosen:
        raise WrongState("没有可以批量同意的人，推荐的请逐个审核。", code="certification.nobody")
    Candidate.objects.filter(
        pk__in=[one.pk for one in chosen], state=CandidateState.WAITING
    ).update(state=_target("accept"), reason="", decided_at=at, decided_by=by)
    told = [(one, {"volunteer": one.volunteer_id, "grade": one.grade}) for one in chosen]
    record_many("certification.accept", told, by=by, at=at)
    return len(chosen)


@dataclass(frozen=True)
class Nomination:
    """Whom an organization or a county puts before the office, for what and why."""

    number: str
    grade: int
    words: str
    scope: Scope  # what the one who nominates manages


@transaction.atomic
def nominate(*, batch_id: int, nomination: Nomination, by: User, at: datetime) -> Candidate:
    """Put somebody before the office whom the rule does not give the grade.

    An organization nominates its own members, an office who lives in its region.
    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: when it is oneself or one's child.
    :raises Refusal: when the person is a candidate already, or has as much.
    :raises WrongState: when the batch is no longer open.
    """
    batch = hold_batch(batch_id, "nominate")
    volunteer, unit = _nominee(batch, nomination)
    words = rules.said(nomination.words, label="推荐理由", field="words")
    refuse_own([volunteer.pk], by, on=local_date(at))
    rule = queries.rule_for(batch.ladder)
    values = figures(rule, [volunteer.pk], batch.until)[volunteer.pk]
    allowed = {rung.grade for rung in rules.within(rule, batch.region.level)}
    if nomination.grade not in allowed:
        raise BadInput("请选择这个批次能认定的等次。", field="grade")
    if values["held"] >= nomination.grade:
        raise Refusal(
            "这位志愿者已经有同级或更高的认定。", code="certification.held", field="grade"
        )
    by_rule = rules.reached(rule, values, level=batch.region.level)
    one = _waiting(batch, volunteer)
    one.by_rule, one.grade = by_rule, max(by_rule, nomination.grade)
    one.minutes, one.values = values["minutes"], values
    one.nomination, one.nominated_from = words, unit
    one.nominated_at, one.nominated_by = at, by
    one.save()
    record(
        "certification.nominate", one, by=by, at=at, volunteer=volunteer.pk, grade=one.grade,
        organization=unit.pk if unit else None,
    )  # fmt: skip
    return one


def _nominee(batch: Batch, nomination: Nomination) -> tuple[Volunteer, Organization | None]:
    """Return who is meant, and the organization that nominates, where it is none of a region."""
    number = half_width_digits(nomination.number).replace(" ", "")[:14]
    found: Volunteer | None = (
        Volunteer.objects.select_related("region")
        .filter(
            number=number,
            closed_at=None,
            identity_state=IdentityState.VERIFIED,
            region__path__startswith=batch.region.path,
        )
        .first()
    )
    if found is None:
        raise BadInput(
            "认定范围内没有这个编号的已实名志愿者，请核对志愿者卡上的编号。", field="number"
        )
    if any(found.region.path.startswith(path) for path in nomination.scope.regions):
        return found, None
    return found, _unit(found, nomination.scope)


def _unit(found: Volunteer, scope: Scope) -> Organization:
    theirs = Organization.objects.in_scope(Scope(organizations=scope.organizations))
    joined = Membership.objects.filter(
        volunteer__in=people.records_of(found), left_at=None, organization__in=theirs
    )
    member = joined.select_related("organization").order_by("organization__path").first()
    if member is None:
        raise BadInput("只能推荐本组织的在册成员或本辖区的志愿者，请核对编号。", field="number")
    unit: Organization = member.organization
    return unit


def _waiting(batch: Batch, volunteer: Volunteer) -> Candidate:
    """Return the row of somebody who is no candidate yet; the batch is held."""
    one: Candidate | None = batch.candidates.filter(volunteer=volunteer).first()
    if one is None:
        return Candidate(batch=batch, volunteer=volunteer, state=CandidateState.WAITING)
    if one.state != CandidateState.SHORT:
        raise Refusal(
            f"这位志愿者已在名单里（{grade_name(batch.kind, one.grade)}，"
            f"{one.get_state_display()}），不用再推荐。",
            code="certification.candidate_already",
            field="number",
        )
    one.state = CANDIDATE_FLOW.after("nominate", one.state)
    return one


@transaction.atomic
def decline(*, candidate_id: int, by: User, at: datetime) -> Candidate:
    """Decline to be certified, for oneself or one's child; also while the list is shown.

    :raises NotFound: when it is somebody else's.
    :raises WrongState: when it is decided already.
    """
    theirs = Candidate.objects.filter(volunteer__in=people.records_for(by, on=local_date(at)))
    one: Candidate | None = theirs.filter(pk=candidate_id).first()
    if one is None:
        raise NotFound("没有找到这一项，请回到我的荣誉。")
    batch = hold_batch(one.batch_id, "decline")  # nobody certifies it meanwhile
    one.refresh_from_db()
    target = CANDIDATE_FLOW.after("decline", one.state)
    if not theirs.filter(pk=one.pk, state=one.state).update(state=target):
        raise WrongState("名单刚刚有变动，请刷新页面查看。", code="certification.changed")
    one.refresh_from_db()
    record("certification.decline", one, by=by, at=at, volunteer=one.volunteer_id)
    if batch.notice_id:
        publicity.take_part_out(notice_id=batch.notice_id, key=one.pk, by=by, at=at)
    return one
