"""Let anybody check a certificate, and make guessing slow."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.people.actions import limits
from voluncity.honor.recognition import queries
from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.rules import WRONG_CHECKS


def check_certificate(*, serial: str, code: str, address: str, at: datetime) -> Certificate:
    """Return the certificate that somebody at a network address checks. Not in a transaction.

    Only wrong tries count: an office may check a thousand right ones.

    :raises NotFound: when serial or code is wrong; which of them is not told.
    :raises TooMany: when this address was wrong too often.
    """
    counted = limits.use(WRONG_CHECKS, key=limits.key_of(address), at=at)
    certificate = queries.find_certificate(serial=serial, code=code)
    counted.delete()
    return certificate
