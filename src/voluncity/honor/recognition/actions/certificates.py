"""Issue, revoke and correct certificates."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models, transaction

from voluncity.city.access.personal import unseal
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.queries import by_organization, posted_records
from voluncity.honor.recognition.rules import check_code, facts_digest, new_serial
from voluncity.honor.recognition.states import CERTIFICATE_FLOW, CertificateState
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_id
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import clean
from voluncity.service.hours.states import Trust


@transaction.atomic
def issue_certificate(*, volunteer_id: int, by: models.Model, at: datetime) -> Certificate:
    """Freeze everything posted so far in a certificate with a serial (民政部令第 67 号第十五条).

    :raises Refusal: when no hours were posted yet.
    """
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    records = list(posted_records(volunteer_id))
    if not records:
        raise Refusal(
            "您还没有已入账的服务时长，暂时不能开具证明。服务结束、时长确认入账后再来办理。",
            code="recognition.nothing_posted",
        )
    serial = new_serial(at=at)
    facts = {
        "name": volunteer.name,
        "number": volunteer.number,
        "id_type": volunteer.get_id_type_display(),
        "id_masked": mask_id(unseal(volunteer.id_cipher, bound_to=f"volunteer:{volunteer.number}")),
        "from": records[0].served_on.isoformat(),
        "to": records[-1].served_on.isoformat(),
        "proven": sum(r.minutes for r in records if r.trust == Trust.PROVEN),
        "entered": sum(r.minutes for r in records if r.trust == Trust.ENTERED),
        "organizations": by_organization(records),
        "issuer": f"{settings.VOLUNCITY_CITY_NAME}市志愿服务平台",
        "contact": settings.VOLUNCITY_HOTLINE,
        "issued_on": local_date(at).isoformat(),
    }
    digest = facts_digest(facts)
    certificate = Certificate.objects.create(
        serial=serial,
        check_code=check_code(serial, digest, key=settings.VOLUNCITY_INDEX_KEY),
        volunteer=volunteer,
        facts=facts,
        digest=digest,
        issued_at=at,
    )
    record("recognition.issue_certificate", certificate, by=by, at=at, volunteer=volunteer_id)
    return certificate


@transaction.atomic
def revoke_certificate(
    *, certificate_id: int, reason: str, by: models.Model, at: datetime
) -> Certificate:
    """Declare a certificate void; its public page says so from now on.

    :raises BadInput: when the reason is missing or too long.
    :raises Refusal: when it is one's own.
    :raises WrongState: when it was revoked already.
    """
    certificate: Certificate = Certificate.objects.select_related("volunteer").get(
        pk=certificate_id
    )
    if certificate.volunteer.user_id == by.pk:
        raise Refusal("不能办理自己的证明，请由同事办理。", code="recognition.own_certificate")
    reason = clean(reason, max_length=200, field="reason", label="原因")
    if not reason:
        raise BadInput("请写明撤销原因，查验的人会看到。", field="reason")
    _change_state(certificate, "revoke", reason=reason, by=by, at=at)
    return certificate


@transaction.atomic
def correct_certificates(*, volunteer_id: int, record_id: int, at: datetime) -> None:
    """Mark the certificates that hold a reversed record as corrected."""
    person = people.records_of(people.living_record(volunteer_id))
    for certificate in Certificate.objects.filter(
        volunteer__in=person, state=CertificateState.VALID
    ):
        items = (item for group in certificate.facts["organizations"] for item in group["items"])
        if any(item["record"] == record_id for item in items):
            reason = "其中的服务记录在出具后有更正，请以最新证明为准。"
            _change_state(certificate, "correct", reason=reason, by=None, at=at)


def _change_state(
    certificate: Certificate, verb: str, *, reason: str, by: models.Model | None, at: datetime
) -> None:
    target = CERTIFICATE_FLOW.after(verb, certificate.state)
    changed = Certificate.objects.filter(
        pk=certificate.pk, state__in=CERTIFICATE_FLOW.sources(verb)
    ).update(state=target, state_reason=reason, state_changed_at=at, state_changed_by=by)
    if not changed:
        raise WrongState("这份证明的状态刚刚变了，请刷新页面。")
    certificate.refresh_from_db()
    record(f"recognition.{verb}_certificate", certificate, by=by, at=at)
