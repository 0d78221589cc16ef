"""A yes for one purpose, and taking it back just as easily (PIPL art. 15)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people import queries
from voluncity.city.people.actions.ownership import hold_records
from voluncity.city.people.models import Consent, Guardian, User, Volunteer
from voluncity.city.people.rules import (
    CONSENTS,
    GUARDIAN_CONSENT,
    GuardianAnswer,
    checked_guardian,
    checked_paper_number,
)
from voluncity.city.people.states import Purpose
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import age_on
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState


@transaction.atomic
def give_consent(
    *, volunteer_id: int, purpose: str, by: User, at: datetime, text_version: str = ""
) -> Consent:
    """Write down a yes to one purpose; a yes that holds already stays as it is.

    `text_version` names another wording than the usual one, as for children.

    :raises BadInput: when there is no such purpose.
    """
    if purpose not in CONSENTS:
        raise BadInput("没有这项授权，请刷新页面。", field="purpose")
    volunteer = Volunteer.objects.select_related("user").get(pk=volunteer_id)
    row = Consent(
        volunteer=volunteer,
        purpose=purpose,
        text_version=text_version or CONSENTS[Purpose(purpose)].version,
        given_at=at,
        given_by=by,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Consent.objects.get(volunteer=volunteer, purpose=purpose, withdrawn_at=None)
    record(
        "people.give_consent", volunteer, by=by, at=at, on_behalf_of=_other(volunteer, by),
        purpose=purpose,
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_consent(*, volunteer_id: int, purpose: str, by: User, at: datetime) -> None:
    """Take a yes back from now on; taking it back twice changes nothing.

    :raises Refusal: for the consent to registration itself, which closing the account ends.
    """
    if purpose == Purpose.TERMS:
        raise Refusal(
            "这项同意是登记的基础，撤回就是注销账号。需要的，请到“隐私中心”申请注销。",
            code="people.terms_stay",
        )
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    live = Consent.objects.filter(volunteer=volunteer, purpose=purpose, withdrawn_at=None)
    if live.update(withdrawn_at=at):
        record(
            "people.withdraw_consent", volunteer, by=by, at=at, on_behalf_of=_other(volunteer, by),
            purpose=purpose,
        )  # fmt: skip


def _other(volunteer: Volunteer, by: User) -> Volunteer | None:
    return volunteer if volunteer.user_id != by.pk else None


@transaction.atomic
def record_guardian(
    *, volunteer_id: int, guardian: GuardianAnswer, paper_number: str, by: User, at: datetime
) -> Guardian:
    """Write down at a desk that a guardian signed for a minor who has none.

    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: for one's own record, and under 14, where a guardian's account holds the
        record (PIPL art. 31).
    :raises WrongState: when the record was closed, or a guardian's consent holds already.
    """
    checked = checked_guardian(guardian)
    number = checked_paper_number(paper_number)
    hold_records(volunteer_id)
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    _refuse_no_minor(volunteer, by=by, on=local_date(at))
    if queries.live_guardian(volunteer) is not None:
        raise WrongState("已经有监护人的同意，请刷新页面；要换监护人的，请先记下撤回。")
    row = Guardian.objects.create(
        volunteer=volunteer,
        name=checked.name,
        relation=checked.relation,
        phone_cipher=personal.seal(checked.phone, bound_to=f"volunteer:{volunteer.number}"),
        phone_index=personal.index(checked.phone, purpose="phone"),
        consented_at=at,
        paper_number=number,
        text_version=GUARDIAN_CONSENT.version,
    )
    record(
        "people.record_guardian", volunteer, by=by, at=at,
        on_behalf_of=volunteer, guardian=row.pk,
    )  # fmt: skip
    return row


def _refuse_no_minor(volunteer: Volunteer, *, by: User, on: date) -> None:
    if volunteer.user_id == by.pk:
        raise NotAllowed("不能为自己的登记记监护人同意，请由同事办理。")
    if queries.is_adult(volunteer.born_on, on=on):
        raise NotAllowed("这位志愿者已经成年，不需要监护人同意。")
    youngest = queries.youngest_age(on=on)
    if age_on(volunteer.born_on, on) < youngest:
        raise NotAllowed(
            f"未满 {youngest} 周岁的，由监护人用自己的账号登记和保管：请监护人用手机登录，"
            "在“我的 · 家庭”里用孩子的姓名和证件号码办理。"
        )


@transaction.atomic
def withdraw_guardian(*, guardian_id: int, by: User, at: datetime) -> None:
    """Write down that a guardian does not agree any more; the minor cannot sign up from then on.

    :raises NotFound: when it was withdrawn already.
    """
    if not Guardian.objects.filter(pk=guardian_id, withdrawn_at=None).update(withdrawn_at=at):
        raise NotFound("监护人的同意已经撤回，请刷新查看。")
    guardian = Guardian.objects.select_related("volunteer").get(pk=guardian_id)
    record(
        "people.withdraw_guardian", guardian.volunteer, by=by, at=at,
        on_behalf_of=guardian.volunteer, guardian=guardian.pk,
    )  # fmt: skip
