"""Read the facts behind a certificate, and check one."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum

from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.queries.keys import signature_holds
from voluncity.honor.recognition.rules import check_code, facts_digest
from voluncity.honor.recognition.states import CertificateKind
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import half_width_digits
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.projects.models import Activity


@dataclass(frozen=True)
class Wanted:
    """What a certificate shall tell of; `organization` leaves out what others recorded."""

    kind: CertificateKind = CertificateKind.LIFETIME
    since: date | None = None
    until: date | None = None
    activity: Activity | None = None
    organization: Organization | None = None

    @property
    def words(self) -> str:
        """Return what is left out, as the paper says it."""
        if self.kind == CertificateKind.ACTIVITY and self.activity:
            return f"仅证明活动“{self.activity.name}”。"
        parts = ["本次选择的时间内"] if self.kind == CertificateKind.PERIOD else []
        if self.organization:
            parts.append(f"由“{self.organization.name}”记录")
        return f"仅含{'、'.join(parts)}的服务。" if parts else ""


def certified_records(volunteer_id: int, wanted: Wanted) -> QuerySet[ServiceRecord]:
    """Return the records that one certificate tells of, oldest first."""
    found = posted_records(volunteer_id)
    if wanted.kind == CertificateKind.PERIOD:
        found = found.filter(served_on__gte=wanted.since, served_on__lte=wanted.until)
    if wanted.kind == CertificateKind.ACTIVITY:
        found = found.filter(signup__shift__activity=wanted.activity)
    if wanted.organization:
        found = found.filter(organization__path__startswith=wanted.organization.path)
    return found


def certified_activities(volunteer: Volunteer, *, most: int = 60) -> QuerySet[Activity]:
    """Return the activities of which a person may have a certificate, the latest first."""
    mine = posted_records(volunteer.pk).order_by().values("signup__shift__activity")
    return Activity.objects.filter(pk__in=mine).order_by("-starts_at", "-pk")[:most]


def posted_records(volunteer_id: int) -> QuerySet[ServiceRecord]:
    """Return the records that count for a certificate, oldest first."""
    return (
        ServiceRecord.objects.filter(
            volunteer__in=people.records_of(volunteer_id), state=RecordState.POSTED
        )
        .select_related("organization", "signup__shift__activity")
        .order_by("served_on", "pk")
    )


def certified_minutes(volunteer_id: int) -> int:
    """Return the minutes of which certificates tell: those of records, and none of wishes."""
    return posted_records(volunteer_id).aggregate(sum=Sum("minutes"))["sum"] or 0


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
                "job": record.signup.shift.name,
                "place": record.signup.shift.activity.address,
                "date": record.served_on.isoformat(),
                "minutes": record.minutes,
                "trust": record.get_trust_display(),
            }
        )
    return list(groups.values())


def certificates_of(volunteer: Volunteer) -> QuerySet[Certificate]:
    """Return a person's certificates, also those of merged records, newest first."""
    return _newest(people.records_of(volunteer))


def certificates_for(user: User, *, on: date) -> QuerySet[Certificate]:
    """Return the certificates of somebody and of the children whose guardian they are."""
    return _newest(people.records_for(user, on=on))


def _newest(records: Collection[int]) -> QuerySet[Certificate]:
    found: QuerySet[Certificate] = Certificate.objects.filter(volunteer__in=records)
    found = found.select_related("activity", "printed__job__organization", "printed__job__owner")
    return found.order_by("-issued_at", "-pk")


def find_certificate(*, serial: str, code: str) -> Certificate:
    """Return the certificate that somebody wants to check.

    :raises NotFound: when serial or code is wrong; which of them is not told.
    """
    found = Certificate.objects.select_related("key")
    certificate: Certificate | None = found.filter(serial=serial.strip().upper()[:20]).first()
    given = half_width_digits(code).strip()
    if certificate is None or not secrets.compare_digest(
        certificate.check_code.encode(), given.encode()
    ):
        raise NotFound("没有查到这份证明，请核对编号和校验码。", code="recognition.no_certificate")
    return certificate


def is_genuine(certificate: Certificate) -> bool:
    """Return whether the stored facts are still the ones that were issued and signed."""
    digest = facts_digest(certificate.facts)
    code = check_code(certificate.serial, digest, key=settings.VOLUNCITY_INDEX_KEY)
    same = digest == certificate.digest and code == certificate.check_code
    return same and signature_holds(certificate)
