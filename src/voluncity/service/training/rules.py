"""The code on a certificate that only the city can make."""

from __future__ import annotations

from voluncity.kernel.sealing import blind_index
from voluncity.service.training.models import TrainingRecord

CODE_LENGTH = 6


def check_code(record: TrainingRecord, *, key: bytes) -> str:
    """Return the short code over what the certificate says; altered facts have another."""
    facts = (record.serial, record.volunteer_id, record.course_id, record.passed_on, record.minutes)
    digits = blind_index(":".join(map(str, facts)), key=key, purpose="training")
    return f"{int(digits, 16) % 10**CODE_LENGTH:0{CODE_LENGTH}d}"
