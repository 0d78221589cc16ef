"""Photos of papers: looked at with a trace, deleted some days after the decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from voluncity.city.claims import queries
from voluncity.city.claims.models import Claim, DataCorrection
from voluncity.city.files import actions as files
from voluncity.city.files import queries as stored_files
from voluncity.city.files.models import StoredFile
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.people.states import RevealReason
from voluncity.kernel.refusals import NotFound


@transaction.atomic
def open_evidence(*, case: Claim | DataCorrection, by: User, at: datetime) -> list[StoredFile]:
    """Return the photos of a case and write down who looked at them and at the whole number.

    The entry is about the record concerned, so that its person can see it.

    :raises NotFound: when the photos were deleted.
    """
    found = list(stored_files.of(case.subject))
    if not found:
        raise NotFound("证件照片已按规定删除，或者没有上传。")
    subject = case if case.volunteer is None else case.volunteer
    record(
        "people.reveal", subject, by=by, at=at,
        reason=str(RevealReason.IDENTITY), evidence=case.subject,
    )  # fmt: skip
    return found


def forget_evidence(*, at: datetime) -> int:
    """Delete the photos of cases decided so many days ago (PIPL art. 19); return how many."""
    before = at - timedelta(days=queries.evidence_days(at))
    old = queries.evidence_before(before)
    for stored in old:
        files.remove(stored, at=at)
    return len(old)
