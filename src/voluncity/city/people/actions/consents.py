"""A yes for one purpose, and taking it back just as easily (PIPL art. 15)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import Consent, Guardian, User, Volunteer
from voluncity.city.people.rules import CONSENTS
from voluncity.city.people.states import Purpose
from voluncity.kernel.refusals import BadInput, NotFound, Refusal


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
