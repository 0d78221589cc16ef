"""Print jobs of certificates for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.recognition import actions
from voluncity.honor.recognition.actions import PrintPlan
from voluncity.honor.recognition.models import PrintJob
from voluncity.honor.recognition.queries import Wanted
from voluncity.honor.recognition.states import CertificateKind, PrintForm, PrintState
from voluncity.testing.make_orgs import make_organization


def make_job(
    organization: Organization, volunteer: Volunteer, *, by: User, at: datetime, **plan: Any
) -> PrintJob:
    """Return a job that somebody asked for: the certificate of one volunteer, of everything."""
    given: dict[str, Any] = {
        "wanted": Wanted(organization=organization), "people": [volunteer.pk],
        "words": "学生评优需要", "form": "zip",
    } | plan  # fmt: skip
    return actions.ask_prints(plan=PrintPlan(**given), by=by, at=at)


def make_world_recognition(owner: User, *, at: datetime) -> dict[str, Any]:
    """Return what stands at the addresses of certificates: a printed job of its owner, a key."""
    stored = files.store_written(
        files.put_down([b"PK\x05\x06" + bytes(18)]), subject="print_job:0", by=owner, at=at,
        kind=FileKind.DOCUMENT, content_type="application/zip", original_name="证明.zip",
    )  # fmt: skip
    job = PrintJob.objects.create(
        owner=owner, organization=make_organization(), kind=CertificateKind.LIFETIME,
        words="学生评优需要", form=PrintForm.ZIP, state=PrintState.READY, asked_at=at,
        touched_at=at, made_at=at, total=1, done=1, file=stored,
    )  # fmt: skip
    return {"print_job": job.pk, "signing_key": actions.current_key(at=at).name}
