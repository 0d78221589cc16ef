"""Issue, revoke and correct certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction

from voluncity.city.access.personal import unseal
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition.actions.keys import sign
from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.queries import Wanted, by_organization, certified_records
from voluncity.honor.recognition.rules import check_code, facts_digest, new_serial, statement
from voluncity.honor.recognition.states import (
    CERTIFICATE_FLOW,
    CertificateKind,
    CertificateState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_id
from voluncity.kernel.minutes import hours_decimal
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import clean
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import Trust

EVERYTHING = Wanted()
_NOTHING = {
    CertificateKind.LIFETIME: (
        "您还没有已入账的服务时长，暂时不能开具证明。服务结束、时长确认入账后再来办理。"
    ),
    CertificateKind.PERIOD: "这段时间没有已入账的服务时长，请换个时间再试。",
    CertificateKind.ACTIVITY: "这场活动还没有已入账的时长，时长确认入账后再来办理。",
}


@transaction.atomic
def issue_certificate(
    *, volunteer_id: int, wanted: Wanted = EVERYTHING, by: models.Model, at: datetime
) -> Certificate:
    """Freeze what was posted in a certificate with serial and signature (民政部令第 67 号第十五条).

    :raises BadInput: when the days of a period are in no order.
    :raises Refusal: when no such hours were posted yet.
    """
    _refuse_disorder(wanted, at)
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    records = list(certified_records(volunteer_id, wanted))
    if not records:
        raise Refusal(_NOTHING[CertificateKind(wanted.kind)], code="recognition.nothing_posted")
    serial = new_serial(at=at)
    facts = _facts(volunteer, records, wanted, at)
    digest = facts_digest(facts)
    key, signature = sign(statement(serial, facts, digest), at=at)
    certificate = Certificate.objects.create(
        serial=serial,
        kind=wanted.kind,
        activity=wanted.activity,
        organization=wanted.organization,
        check_code=check_code(serial, digest, key=settings.VOLUNCITY_INDEX_KEY),
        volunteer=volunteer,
        facts=facts,
        digest=digest,
        key=key,
        signature=signature,
        issued_at=at,
        issued_by_id=by.pk,
    )
    record(
        "recognition.issue_certificate", certificate, by=by, at=at,
        volunteer=volunteer_id, kind=str(wanted.kind),
    )  # fmt: skip
    return certificate


def _refuse_disorder(wanted: Wanted, at: datetime) -> None:
    if wanted.kind != CertificateKind.PERIOD:
        return
    if wanted.since is None or wanted.until is None:
        raise BadInput("请选择证明的起止日期。", field="since")
    if wanted.until < wanted.since:
        raise BadInput("结束日期不能早于开始日期。", field="until")
    if wanted.since > local_date(at):
        raise BadInput("开始日期还没有到，请修改。", field="since")


def _facts(
    volunteer: Volunteer, records: list[ServiceRecord], wanted: Wanted, at: datetime
) -> dict[str, Any]:
    is_period = wanted.kind == CertificateKind.PERIOD
    first, last = (
        (wanted.since, min(wanted.until, local_date(at)))
        if is_period and wanted.since and wanted.until
        else (records[0].served_on, records[-1].served_on)
    )
    sums = {
        trust: sum(one.minutes for one in records if one.trust == trust)
        for trust in (Trust.PROVEN, Trust.ENTERED)
    }
    return {
        "name": volunteer.name,
        "number": volunteer.number,
        "id_type": volunteer.get_id_type_display(),
        "id_masked": mask_id(unseal(volunteer.id_cipher, bound_to=f"volunteer:{volunteer.number}")),
        "kind": str(wanted.kind),
        "scope": wanted.words,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "proven": sums[Trust.PROVEN],
        "entered": sums[Trust.ENTERED],
        "organizations": by_organization(records),
        "issuer": f"{settings.VOLUNCITY_CITY_NAME}市志愿服务平台",
        "contact": settings.VOLUNCITY_HOTLINE,
        "issued_on": local_date(at).isoformat(),
    }


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
    if people.holder_of(certificate.volunteer) == by.pk:
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
        wrong = next((item for item in items if item["record"] == record_id), None)
        if wrong is not None:
            _change_state(certificate, "correct", reason=_why_corrected(wrong), by=None, at=at)


def _why_corrected(item: dict[str, Any]) -> str:
    """Say which record is no longer true; the page of the check shows it to anybody."""
    return (
        f"其中的服务记录在出具后有更正：{item['date']}“{item['activity']}”"
        f"{hours_decimal(item['minutes'])} 小时。请以最新证明为准。"
    )


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
