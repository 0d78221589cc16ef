"""The real-name check: submitted, then decided by the gateway or by somebody at a desk."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people import identity_gateway, queries, rules
from voluncity.city.people.models import IdentityCheck, User, Volunteer
from voluncity.city.people.states import IDENTITY_FLOW, IdentityState, RejectReason
from voluncity.kernel import text
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import age_on
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState

ID_TAKEN = (
    "这个证件号码已经登记过，一个人只能有一份志愿者登记。如果是您本人：用当时的手机号登录即可；"
    "手机号换了，或者不是您登记的，请点“这是我本人”认领，也可以带证件到就近的志愿服务站。"
)


def id_taken() -> Refusal:
    """Return the answer to a second registration with one identity number."""
    return Refusal(ID_TAKEN, code="people.id_taken", field="id_number")


@transaction.atomic
def submit_identity(*, volunteer_id: int, by: User, at: datetime) -> IdentityCheck:
    """Ask for a real-name check.

    :raises WrongState: when it is running or passed.
    """
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    target = IDENTITY_FLOW.after("submit", volunteer.identity_state)
    moved = Volunteer.objects.filter(
        pk=volunteer_id, identity_state__in=IDENTITY_FLOW.sources("submit")
    ).update(identity_state=target, identity_reason="")
    if not moved:
        raise WrongState("实名信息刚刚已经提交，请刷新页面查看结果。")
    check = IdentityCheck.objects.create(
        volunteer=volunteer,
        submitted_at=at,
        source="gateway" if identity_gateway.exists() else "staff",
    )
    record("people.submit_identity", volunteer, by=by, at=at, check=check.pk)
    return check


@transaction.atomic
def decide_identity(
    *, check_id: int, is_match: bool, reason: str = "", by: User | None, at: datetime
) -> IdentityCheck:
    """Pass or send back a real-name check; `by` is None for the gateway.

    Nobody decides about themself or about somebody they registered.

    :raises BadInput: when it is sent back without a reason from the list.
    :raises NotAllowed: when it is one's own case.
    :raises WrongState: when it was decided already.
    """
    check = IdentityCheck.objects.select_related("volunteer").filter(pk=check_id).first()
    if check is None:
        raise NotFound("没有找到这份实名信息，请回到列表。")
    if by is not None and by.pk in (check.volunteer.user_id, check.volunteer.registered_by_id):
        raise NotAllowed(
            "自己的或自己代为登记的实名信息，请由另一位同事审核。", code="people.own_case"
        )
    if not is_match and reason not in RejectReason.values:
        raise BadInput("退回时请选择原因，让对方知道怎样改。", field="reason")
    reason = "" if is_match else reason
    decided = IdentityCheck.objects.filter(pk=check_id, decided_at=None).update(
        decided_at=at,
        decided_by=by,
        source="staff" if by else "gateway",
        is_match=is_match,
        reason=reason,
    )
    if not decided:
        raise WrongState("这份实名信息已经有人审核过了，请刷新列表。")
    target = IDENTITY_FLOW.after("verify" if is_match else "reject", check.volunteer.identity_state)
    Volunteer.objects.filter(pk=check.volunteer_id, identity_state=IdentityState.PENDING).update(
        identity_state=target, identity_reason=reason
    )
    record(
        "people.decide_identity", check.volunteer, by=by, at=at,
        check=check.pk, is_match=is_match, reason=reason,
    )  # fmt: skip
    check.refresh_from_db()
    return check


@transaction.atomic
def correct_identity(
    *, volunteer_id: int, name: str, identity: rules.Identity, by: User, at: datetime
) -> IdentityCheck:
    """Write name and papers anew and ask for another check.

    :raises BadInput: when the person is too young, or a minor without a guardian.
    :raises Refusal: when somebody else is registered with these papers.
    :raises WrongState: while a check runs, and after one was passed.
    """
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    IDENTITY_FLOW.after("submit", volunteer.identity_state)
    _refuse_wrong_age(volunteer, identity, at)
    changes = {
        "name": text.person_name(name),
        "sex": identity.sex,
        "born_on": identity.born_on,
        "id_type": identity.id_type,
        "id_cipher": personal.seal(identity.number, bound_to=f"volunteer:{volunteer.number}"),
        "id_index": personal.index(identity.index_text, purpose="id"),
    }
    try:
        with transaction.atomic():
            Volunteer.objects.filter(
                pk=volunteer_id, identity_state__in=IDENTITY_FLOW.sources("submit")
            ).update(**changes)
    except IntegrityError as error:
        raise id_taken() from error
    User.objects.filter(volunteer=volunteer_id).update(display_name=changes["name"])
    record(
        "people.correct_identity", volunteer, by=by, at=at,
        on_behalf_of=None if volunteer.user_id == by.pk else volunteer,
    )  # fmt: skip
    return submit_identity(volunteer_id=volunteer_id, by=by, at=at)


@transaction.atomic
def reopen_identity(*, volunteer_id: int, by: User, at: datetime) -> IdentityCheck:
    """Ask for another check because a name or number was corrected, also of somebody verified.

    A check that waits already goes on, as if it had been submitted now.
    """
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    Volunteer.objects.filter(
        pk=volunteer_id, identity_state__in=IDENTITY_FLOW.sources("reopen")
    ).update(identity_state=IdentityState.PENDING, identity_reason="")
    source = "gateway" if identity_gateway.exists() else "staff"
    check, _ = IdentityCheck.objects.update_or_create(
        volunteer=volunteer,
        decided_at=None,
        defaults={"submitted_at": at, "source": source, "exported_at": None},
    )
    record("people.reopen_identity", volunteer, by=by, at=at, check=check.pk)
    return check


def _refuse_wrong_age(volunteer: Volunteer, identity: rules.Identity, at: datetime) -> None:
    today = local_date(at)
    age = age_on(identity.born_on, today)
    guardian = queries.live_guardian(volunteer)
    youngest = queries.youngest_child if guardian and guardian.is_holder else queries.youngest_age
    rules.refuse_too_young(age, youngest=youngest(on=today))
    if guardian is None and not queries.is_adult(identity.born_on, on=today):
        raise BadInput(
            "未满 18 周岁需要监护人同意，请和监护人一起到就近的志愿服务站更正。", field="id_number"
        )
