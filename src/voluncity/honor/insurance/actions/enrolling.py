"""The yearly list of four stars and up: found by rule, confirmed by a second person, answered
by the people, handed to the insurer, covered."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.insurance import queries, rules
from voluncity.honor.insurance.actions.policies import activate, draft_policy
from voluncity.honor.insurance.models import Enrollment, Insured, Policy
from voluncity.honor.insurance.rules import PolicyPlan
from voluncity.honor.insurance.states import (
    ENROLLMENT_FLOW,
    POLICY_FLOW,
    Answer,
    EnrollmentState,
    PolicyState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.kernel.text import words

STARS = 5


@transaction.atomic
def start_enrollment(*, plan: PolicyPlan, stars_least: int, by: User, at: datetime) -> Enrollment:
    """Draft the policy and its list: everybody of the region with so many stars, by rule.

    :raises BadInput: at a field of the policy that is wrong.
    :raises Refusal: when nobody has so many stars, or another list of the region is running.
    """
    if not 1 <= stars_least <= STARS:
        raise BadInput("请选择一到五星。", field="stars_least")
    region = Region.objects.get(pk=plan.region_id)
    found = queries.candidates(region, stars_least=stars_least)
    if not found:
        raise Refusal(
            f"{region.name}还没有{stars_least}星及以上的志愿者。",
            code="insurance.nobody", field="stars_least",
        )  # fmt: skip
    policy = draft_policy(plan, by=by, at=at)
    enrollment = Enrollment(
        policy=policy, region=region, stars_least=stars_least, started_at=at, started_by=by
    )
    try:
        with transaction.atomic():
            enrollment.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            f"{region.name}已有一份没有办完的投保名单，请先办完或取消它。",
            code="insurance.list_running", field="region",
        ) from error  # fmt: skip
    Insured.objects.bulk_create(
        [
            Insured(
                policy=policy, enrollment=enrollment, volunteer_id=pk, stars=stars,
                answer=Answer.ASKED, listed_at=at,
            )
            for pk, stars in found.items()
        ],
        batch_size=500,
    )  # fmt: skip
    record("insurance.start_list", enrollment, by=by, at=at, people=len(found))
    return enrollment


def _step(enrollment: Enrollment, verb: str, **changes: object) -> Enrollment:
    """Take one step, if the list still is in the state in which it was read."""
    changes["state"] = ENROLLMENT_FLOW.after(verb, enrollment.state)
    same = Enrollment.objects.filter(pk=enrollment.pk, state=enrollment.state)
    if not same.update(**changes):
        raise WrongState("这份名单刚刚有人办理过，请刷新页面。", code="insurance.was_faster")
    enrollment.refresh_from_db()
    return enrollment


def _list(enrollment_id: int) -> Enrollment:
    found = Enrollment.objects.select_related("policy", "region")
    enrollment: Enrollment = found.get(pk=enrollment_id)
    return enrollment


@transaction.atomic
def leave_out(*, insured_id: int, reason: str, by: User, at: datetime) -> Insured:
    """Take somebody off the list, with a reason that stays.

    :raises BadInput: without a reason.
    :raises WrongState: when the list is confirmed already.
    """
    return _turn(insured_id, reason, is_left_out=True, by=by, at=at)


@transaction.atomic
def put_back(*, insured_id: int, reason: str, by: User, at: datetime) -> Insured:
    """Put somebody on the list again who was taken off it.

    :raises BadInput: without a reason.
    :raises WrongState: when the list is confirmed already.
    """
    return _turn(insured_id, reason, is_left_out=False, by=by, at=at)


def _turn(insured_id: int, reason: str, *, is_left_out: bool, by: User, at: datetime) -> Insured:
    row: Insured = Insured.objects.select_related("enrollment").get(pk=insured_id)
    said = words(reason, "reason", "理由", rules.REASON_MOST)
    if row.enrollment is None:
        raise WrongState("活动的名单不能在这里调整。", code="insurance.no_list")
    _step(row.enrollment, "change")
    others = Insured.objects.filter(pk=row.pk, is_left_out=not is_left_out)
    if not others.update(is_left_out=is_left_out, reason=said):
        raise WrongState("这个人刚刚已经调整过，请刷新页面。", code="insurance.was_faster")
    verb = "insurance.leave_out" if is_left_out else "insurance.put_back"
    record(verb, row.enrollment, by=by, at=at, volunteer=row.volunteer_id)
    row.refresh_from_db()
    return row


@transaction.atomic
def add_person(
    *, enrollment_id: int, volunteer: Volunteer, reason: str, by: User, at: datetime
) -> Insured:
    """Put somebody on the list whom the rule did not find.

    :raises BadInput: without a reason, or when the person is on it already.
    :raises WrongState: when the list is confirmed already.
    """
    said = words(reason, "reason", "理由", rules.REASON_MOST)
    enrollment = _step(_list(enrollment_id), "change")
    row = Insured(
        policy_id=enrollment.policy_id, enrollment=enrollment, volunteer=volunteer, is_added=True,
        reason=said, answer=Answer.ASKED, listed_at=at,
    )  # fmt: skip
    if volunteer.closed_at is not None:
        raise BadInput("这个人的登记已经注销或合并，请核对编号。", field="number")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise BadInput("这个人已经在名单里。", field="number") from error
    record("insurance.add_person", enrollment, by=by, at=at, volunteer=volunteer.pk)
    return row


@transaction.atomic
def confirm_enrollment(*, enrollment_id: int, by: User, at: datetime) -> Enrollment:
    """Confirm the list as a second person; the people on it are asked whether they agree.

    :raises NotAllowed: when the same person drew it up.
    :raises Refusal: when nobody is left on it.
    """
    enrollment = _list(enrollment_id)
    if enrollment.started_by_id == by.pk:
        raise NotAllowed("名单是您拟定的，请由另一位同事复核。", code="insurance.own_list")
    if not enrollment.people.filter(is_left_out=False).exists():
        raise Refusal("名单里没有人，请先加入要投保的志愿者。", code="insurance.nobody")
    _step(enrollment, "confirm", confirmed_at=at, confirmed_by=by)
    record("insurance.confirm_list", enrollment, by=by, at=at)
    return enrollment


@transaction.atomic
def reopen_enrollment(*, enrollment_id: int, reason: str, by: User, at: datetime) -> Enrollment:
    """Send the list back to be changed; what people have answered stays.

    :raises BadInput: without a reason.
    """
    said = words(reason, "reason", "退回原因", rules.REASON_MOST)
    enrollment = _step(
        _list(enrollment_id), "reopen", confirmed_at=None, confirmed_by=None, reason=said
    )
    record("insurance.reopen_list", enrollment, by=by, at=at)
    return enrollment


@transaction.atomic
def answer_enrollment(*, insured_id: int, agrees: bool, by: User, at: datetime) -> Insured:
    """Keep what somebody says to being insured; the desk writes down what was signed on paper.

    :raises Refusal: when a minor answers alone (保险法第三十四条: the guardian agrees).
    :raises WrongState: before the list is confirmed, or when the insurer has it already.
    """
    row: Insured = Insured.objects.select_related("enrollment", "volunteer").get(pk=insured_id)
    enrollment = row.enrollment
    if enrollment is None or row.is_left_out:
        raise WrongState("您不在这份投保名单里。", code="insurance.no_list")
    is_own = people.holder_of(row.volunteer) == by.pk
    if is_own and not people.is_adult(row.volunteer.born_on, on=local_date(at)):
        raise Refusal(
            "未成年人参加保险由监护人同意。请监护人登录后在“家庭”里答复，或到社区、文明办签书面同意。",
            code="insurance.guardian",
        )
    # The list first: so that a list being handed over and an answer take turns.
    state = EnrollmentState.CONFIRMED
    if not Enrollment.objects.filter(pk=enrollment.pk, state=state).update(state=state):
        raise WrongState(
            "名单现在不能答复：还没有复核，或者已经报给保险公司。如需更改请联系文明办。",
            code="insurance.too_late",
        )
    answer = Answer.AGREED if agrees else Answer.DECLINED
    Insured.objects.filter(pk=row.pk).update(answer=answer, answered_at=at, answered_by=by)
    record(
        "insurance.answer", enrollment, by=by, at=at,
        on_behalf_of=None if is_own else row.volunteer,
        volunteer=row.volunteer_id, agrees=agrees,
    )  # fmt: skip
    row.refresh_from_db()
    return row


@transaction.atomic
def send_enrollment(*, enrollment_id: int, by: User, at: datetime) -> Enrollment:
    """Note that the insurer has the list; only who agreed is on it.

    :raises Refusal: when nobody has agreed.
    """
    enrollment = _list(enrollment_id)
    _step(enrollment, "send", sent_at=at)
    number = Insured.objects.counted().filter(enrollment=enrollment).count()
    if not number:
        raise Refusal(
            "还没有人同意投保，不能报送。请等本人答复，或登记书面同意。", code="insurance.nobody"
        )
    record("insurance.send_list", enrollment, by=by, at=at, people=number)
    return enrollment


@transaction.atomic
def cover_enrollment(*, enrollment_id: int, number: str, by: User, at: datetime) -> Enrollment:
    """Write down the number that the insurer gave; everybody on the list is covered.

    :raises BadInput: without a number, or when it is registered already.
    """
    enrollment = _list(enrollment_id)
    _step(enrollment, "cover", covered_at=at)
    activate(enrollment.policy, number=number, by=by, at=at)
    record("insurance.cover_list", enrollment, by=by, at=at)
    return enrollment


@transaction.atomic
def cancel_enrollment(*, enrollment_id: int, reason: str, by: User, at: datetime) -> Enrollment:
    """Give the list and its policy up.

    :raises BadInput: without a reason.
    """
    said = words(reason, "reason", "原因", rules.REASON_MOST)
    enrollment = _step(_list(enrollment_id), "cancel", reason=said)
    drafts = Policy.objects.filter(pk=enrollment.policy_id, state=PolicyState.DRAFT)
    drafts.update(state=POLICY_FLOW.after("cancel", PolicyState.DRAFT), state_reason=said)
    record("insurance.cancel_list", enrollment, by=by, at=at)
    return enrollment
