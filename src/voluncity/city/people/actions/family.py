"""A guardian and the children: register a child, see a child who is registered already."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people import queries, rules
from voluncity.city.people.actions import limits
from voluncity.city.people.actions.registration import complete, enroll, identity_of
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.kernel import text
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import age_on
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, WrongState


def register_child(*, applicant: rules.Applicant, by: User, at: datetime) -> Volunteer:
    """Make a child a volunteer from the guardian's account, which holds the record.

    The only way under 14 (PIPL art. 31); who is older and has no phone may come this way, too.
    A child who was entered with this guardian's phone before is linked instead; after the consent
    was taken back, this gives it again. Not within a transaction: wrong tries must stay counted.

    :raises BadInput: when an answer is missing or wrong, at its field.
    :raises NotAllowed: for an account without a phone, or of a minor.
    :raises Refusal: when the child's identity number is registered already.
    :raises TooMany: after ten tries in an hour.
    """
    limits.use(rules.REGISTRATIONS, key=str(by.pk), at=at)
    with transaction.atomic():
        return _register_child(applicant, by, at)


def _register_child(applicant: rules.Applicant, by: User, at: datetime) -> Volunteer:
    today = local_date(at)
    phone = _phone_of_adult(by, at)
    answer = applicant.guardian or rules.GuardianAnswer("", "", "")
    guardian = rules.checked_guardian(rules.GuardianAnswer(answer.name, answer.relation, phone))
    identity = identity_of(applicant, today=today)
    rules.refuse_no_child(
        age_on(identity.born_on, today),
        youngest=queries.youngest_child(on=today),
        adult=queries.adult_age(on=today),
    )
    if known := _known_child(applicant, identity, by):
        return _taken_up(known, by=by, at=at)
    volunteer = enroll(applicant, identity, user=None, by=by, at=at)
    _consent(volunteer, guardian, by=by, at=at)
    return complete(volunteer, applicant, by=by, at=at, wording=rules.CHILD_CONSENT.version)


def _phone_of_adult(by: User, at: datetime) -> str:
    """Return the phone of somebody who can be a guardian."""
    volunteer = by.volunteer_or_none
    if volunteer is not None and not queries.is_adult(volunteer.born_on, on=local_date(at)):
        raise NotAllowed("未满 18 周岁不能做监护人，请由父母或其他监护人登录办理。")
    if not by.phone_cipher:
        raise NotAllowed("您的账号还没有手机号。请用手机验证码登录后，再为孩子登记。")
    return personal.unseal(by.phone_cipher, bound_to=f"user:{by.handle}")


def _consent(
    volunteer: Volunteer, guardian: rules.GuardianAnswer, *, by: User, at: datetime
) -> Guardian:
    return Guardian.objects.create(
        volunteer=volunteer,
        user=by,
        is_holder=volunteer.user_id is None,
        name=guardian.name,
        relation=guardian.relation,
        phone_cipher=personal.seal(guardian.phone, bound_to=f"volunteer:{volunteer.number}"),
        phone_index=personal.index(guardian.phone, purpose="phone"),
        consented_at=at,
    )


def _known_child(applicant: rules.Applicant, identity: rules.Identity, by: User) -> Guardian | None:
    """Return the registered child of this guardian: live, or with a consent taken back."""
    found = Guardian.objects.select_related("volunteer").filter(
        Q(user=by) | Q(user=None, withdrawn_at=None, phone_index=by.phone_index),
        volunteer__id_index=personal.index(identity.index_text, purpose="id"),
        volunteer__name=text.person_name(applicant.name),
        volunteer__closed_at=None,
    )
    return found.order_by(F("withdrawn_at").desc(nulls_first=True)).first()


def _taken_up(known: Guardian, *, by: User, at: datetime) -> Volunteer:
    """Link a child that was entered before, or agree again after the consent was taken back."""
    child = known.volunteer
    if known.withdrawn_at is not None:
        phone = _phone_of_adult(by, at)
        _consent(child, rules.GuardianAnswer(known.name, known.relation, phone), by=by, at=at)
        record("people.consent_again", child, by=by, at=at, on_behalf_of=child)
    elif known.user_id is None:
        _link(known, by=by, at=at)
    return child


def link_ward(*, guardian_id: int, name: str, by: User, at: datetime) -> Volunteer:
    """Let a guardian see a child with whom the phone of this account was given.

    A wrong phone may have been written down: whoever is the guardian knows the child's name. Not
    within a transaction: wrong tries must stay counted.

    :raises BadInput: when it is not the child's name.
    :raises NotFound: when the phone is not this account's, or the child is of age.
    :raises TooMany: after five wrong names in an hour.
    """
    mine = queries.unlinked_wards(by, on=local_date(at))
    guardian = next((row for row in mine if row.pk == guardian_id), None)
    if guardian is None:
        raise NotFound("没有找到这份登记，或者已经关联。请刷新页面。")
    tried = limits.use(rules.WARD_NAMES, key=str(by.pk), at=at)
    if text.person_name(name) != guardian.volunteer.name:
        raise BadInput("姓名和登记的不一致，请按孩子证件上的姓名填写。", field="name")
    tried.delete()
    with transaction.atomic():
        _link(guardian, by=by, at=at)
    return guardian.volunteer


def _link(guardian: Guardian, *, by: User, at: datetime) -> None:
    """Let the account of the guardian hold the record.

    :raises WrongState: when another account was faster.
    """
    still = Guardian.objects.filter(pk=guardian.pk, user=None, withdrawn_at=None)
    if not still.update(user=by, is_holder=guardian.volunteer.user_id is None):
        raise WrongState("这份登记刚刚已经关联，请刷新页面查看。")
    record(
        "people.link_ward", guardian.volunteer, by=by, at=at,
        on_behalf_of=guardian.volunteer, guardian=guardian.pk,
    )  # fmt: skip
