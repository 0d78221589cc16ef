"""Read the facts behind a certificate, and check one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.rules import check_code, facts_digest
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import half_width_digits
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust


def posted_records(volunteer_id: int) -> QuerySet[ServiceRecord]:
    """Return the records that count for a certificate, oldest first."""
    return (
        ServiceRecord.objects.filter(
            volunteer__in=people.records_of(volunteer_id), state=RecordState.POSTED
        )
        .select_related("organization", "signup__shift__activity")
        .order_by("served_on", "pk")
    )


def by_organization(records: Sequence[ServiceRecord]) -> list[dict[str, Any]]:
    """Group records by the unit that recorded them: who records, proves (民政部令第 67 号)."""
    groups: dict[int, dict[str, Any]] = {}
    for record in records:
        group = groups.setdefault(
            record.organization_id,
            {"organization": record.organization.name, "proven": 0, "entered": 0, "items": []},
        )
        group["proven" if record.trust == Trust.PROVEN else "entered"] += record.minutes
        group["items"].append(
            {
                "record": record.pk,
                "activity": record.signup.shift.activity.name,
                "date": record.served_on.isoformat(),
                "minutes": record.minutes,
                "trust": record.get_trust_display(),
            }
        )
    return list(groups.values())


def certificates_of(volunteer: Volunteer) -> QuerySet[Certificate]:
    """Return a person's certificates, also those of merged records, newest first."""
    found: QuerySet[Certificate] = Certificate.objects.filter(
        volunteer__in=people.records_of(volunteer)
    )
    return found.order_by("-issued_at", "-pk")


def find_certificate(*, serial: str, code: str) -> Certificate:
    """Return the certificate that somebody wants to check.

    :raises NotFound: when serial or code is wrong; which of them is not told.
    """
    certificate: Certificate | None = Certificate.objects.filter(
        serial=serial.strip().upper()[:20]
    ).first()
    given = half_width_digits(code).strip()
    if certificate is None or not secrets.compare_digest(
        certificate.check_code.encode(), given.encode()
    ):
        raise NotFound("没有查到这份证明，请核对编号和校验码。", code="recognition.no_certificate")
    return certificate


def is_genuine(certificate: Certificate) -> bool:
    """Return whether the stored facts are still the ones that were issued."""
    digest = facts_digest(certificate.facts)
    code = check_code(certificate.serial, digest, key=settings.VOLUNCITY_INDEX_KEY)
    return digest == certificate.digest and code == certificate.check_code
