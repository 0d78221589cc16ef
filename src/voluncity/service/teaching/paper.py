"""Print the certificate of a training, and say where anybody can check it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from voluncity.service.training.models import TrainingRecord
from voluncity.service.training.queries import valid_until
from voluncity.service.training.rules import check_code
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "certificate.typ"


def code_of(record: TrainingRecord) -> str:
    """Return the check code of a certificate."""
    return check_code(record, key=settings.VOLUNCITY_INDEX_KEY)


def verify_url(record: TrainingRecord) -> str:
    """Return the public address at which anybody can check the certificate."""
    page = reverse("teaching:verify", args=[record.serial])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{page}?code={code_of(record)}"


def certificate_pdf(record: TrainingRecord) -> bytes:
    """Return the A4 certificate as PDF; data goes in beside the template, never into it."""
    last = valid_until(record.passed_on, record.course.valid_months)
    facts = {
        "serial": record.serial,
        "code": code_of(record),
        "name": record.volunteer.name,
        "number": record.volunteer.number,
        "course": record.course.name,
        "content": record.course.content,
        "minutes": record.minutes,
        "organization": record.organization.name,
        "passed": f"{record.passed_on.year}年{record.passed_on.month}月{record.passed_on.day}日",
        "until": f"{last.year}年{last.month}月{last.day}日" if last else "长期有效",
        "state": "已撤销" if record.revoked_at else "",
    }
    return printing.pdf(TEMPLATE, facts, qr=verify_url(record))
