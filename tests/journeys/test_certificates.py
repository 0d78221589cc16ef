"""Row D4: a certificate is printed for many, checked by anybody, and corrected in the open."""

from __future__ import annotations

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.journal.actions import catch_up
from voluncity.honor.recognition import actions
from voluncity.honor.recognition.models import Certificate, PrintJob
from voluncity.honor.recognition.paper import offline_text
from voluncity.service.hours import actions as hours
from voluncity.testing.make_hours import make_org_admin, make_past_shift, make_posted
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_volunteer, user_of
from voluncity.testing.pages import as_, markup
from voluncity.testing.taking import body_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("D4")]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def test_a_paper_is_printed_for_a_pupil_checked_by_a_school_and_corrected() -> None:
    team = make_organization("桥东街社区志愿服务队")
    admin, pupil = make_org_admin(team), make_volunteer("陈晓红")
    record = make_posted(make_past_shift(team, name="空巢老人探访"), pupil)

    # The team prints papers of what it recorded; the pupil sees who did, and what for.
    page = reverse("recognition:desk_print", args=[team.pk])
    sent = {"people": [pupil.pk], "words": "学生评优需要", "form": "pdf"}
    assert as_(admin).post(page, sent).status_code == 302
    job = PrintJob.objects.get()
    actions.make_prints(job_id=job.pk, clock=now)
    file = as_(admin).get(reverse("recognition:desk_job_file", args=[job.pk]))
    pdf = pypdfium2.PdfDocument(body_of(file))
    certificate = Certificate.objects.select_related("key").get()
    assert certificate.serial in pdf[0].get_textpage().get_text_range()
    own = markup(as_(user_of(pupil)).get(reverse("recognition:certificates")))
    assert "用途：学生评优需要" in own

    # A school checks by the code, and by the signature alone.
    check = reverse("recognition:verify", args=[certificate.serial])
    assert "证明有效" in markup(Client().get(check, {"code": certificate.check_code}))
    signed = {"text": offline_text(certificate)}
    assert "签名有效" in markup(Client().post(reverse("recognition:verify_signed"), signed))

    # The hours are reversed: whoever checks again reads which record was wrong.
    hours.reverse(record_id=record.pk, reason="没有到场", by=make_org_admin(team), at=NOON)
    catch_up(at=now())
    corrected = markup(Client().get(check, {"code": certificate.check_code}))
    assert "证明已更正" in corrected
    assert "“空巢老人探访”2.0 小时" in corrected
    assert "签名有效，但证明已更正" in markup(
        Client().post(reverse("recognition:verify_signed"), signed)
    )
