"""Certificates of a period, of one activity, and of many people at once."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.recognition import actions
from voluncity.honor.recognition.models import Certificate, PrintedPaper, PrintJob
from voluncity.honor.recognition.queries import Wanted
from voluncity.honor.recognition.states import CertificateKind, PrintState
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.make_hours import (
    ELEVEN,
    NINE,
    make_org_admin,
    make_past_shift,
    make_posted,
)
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_volunteer, user_of
from voluncity.testing.make_recognition import make_job
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def team() -> Organization:
    return make_organization("桥东街社区志愿服务队")


@pytest.fixture
def admin(team: Organization) -> User:
    return make_org_admin(team)


@pytest.fixture
def volunteer() -> Volunteer:
    return make_volunteer("陈晓红")


@pytest.fixture
def record(team: Organization, volunteer: Volunteer) -> ServiceRecord:
    return make_posted(make_past_shift(team, name="空巢老人探访"), volunteer)


def _earlier(team: Organization, volunteer: Volunteer) -> ServiceRecord:
    shift = make_past_shift(team, name="清扫", starts_at=NINE - WEEK, ends_at=ELEVEN - WEEK)
    return make_posted(shift, volunteer)


def _issue(volunteer: Volunteer, **wanted: object) -> Certificate:
    return actions.issue_certificate(
        volunteer_id=volunteer.pk, wanted=Wanted(**wanted),  # type: ignore[arg-type]
        by=user_of(volunteer), at=NOON,
    )  # fmt: skip


def _names(certificate: Certificate) -> list[str]:
    groups = certificate.facts["organizations"]
    return [item["activity"] for group in groups for item in group["items"]]


def test_a_period_leaves_out_what_lies_outside(
    team: Organization, volunteer: Volunteer, record: ServiceRecord
) -> None:
    _earlier(team, volunteer)
    made = _issue(
        volunteer, kind=CertificateKind.PERIOD, since=record.served_on, until=date(2026, 12, 31)
    )
    assert _names(made) == ["空巢老人探访"]
    assert (made.facts["from"], made.facts["to"]) == ("2026-11-16", "2026-11-24")
    assert made.facts["scope"] == "仅含本次选择的时间内的服务。"


def test_one_activity_stands_alone(
    team: Organization, volunteer: Volunteer, record: ServiceRecord
) -> None:
    _earlier(team, volunteer)
    activity = record.signup.shift.activity
    made = _issue(volunteer, kind=CertificateKind.ACTIVITY, activity=activity)
    assert (_names(made), made.activity) == (["空巢老人探访"], activity)


@pytest.mark.parametrize(
    ("since", "until", "sentence"),
    [
        (date(2026, 11, 20), date(2026, 11, 1), "不能早于开始日期"),
        (None, date(2026, 11, 1), "请选择证明的起止日期"),
        (date(2027, 1, 1), date(2027, 2, 1), "还没有到"),
        (date(2020, 1, 1), date(2020, 2, 1), "这段时间没有已入账"),
    ],
)
def test_a_period_in_disorder_is_refused(
    volunteer: Volunteer, record: ServiceRecord, since: date, until: date, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        _issue(volunteer, kind=CertificateKind.PERIOD, since=since, until=until)
    assert Certificate.objects.count() == 0


def test_the_page_issues_each_kind_and_refuses_foreign_activities(
    client: Client, volunteer: Volunteer, record: ServiceRecord
) -> None:
    client.force_login(user_of(volunteer))
    page = reverse("recognition:issue")
    mine = record.signup.shift.activity_id
    foreign = make_posted(make_past_shift(), make_volunteer()).signup.shift.activity_id
    wrong = client.post(page, {"kind": "activity", "activity": foreign})
    assert (wrong.status_code, Certificate.objects.count()) == (422, 0)
    assert client.post(page, {"kind": "period", "since": "2026-02-31"}).status_code == 422
    assert client.post(page, {"kind": "x"}).status_code == 422
    client.post(page, {"kind": "activity", "activity": mine})
    client.post(page, {"kind": "period", "since": "2026-11-01", "until": "2026-11-30"})
    kinds = Certificate.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["activity", "period"]


def test_a_correction_names_the_record(volunteer: Volunteer, record: ServiceRecord) -> None:
    made = _issue(volunteer)
    actions.correct_certificates(volunteer_id=volunteer.pk, record_id=record.pk, at=NOON)
    made.refresh_from_db()
    assert "2026-11-16“空巢老人探访”2.0 小时" in made.state_reason


# -- Many at once ------------------------------------------------------------------------------


def test_an_organization_prints_only_what_it_recorded(
    team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    make_posted(
        make_past_shift(
            make_organization("别的组织"), starts_at=NINE - WEEK, ends_at=ELEVEN - WEEK
        ),
        volunteer,
    )
    job = make_job(team, volunteer, by=admin, at=NOON)
    actions.make_prints(job_id=job.pk, clock=now)
    made = Certificate.objects.get()
    assert _names(made) == ["空巢老人探访"]
    assert (made.organization, made.issued_by) == (team, admin)
    assert "由“桥东街社区志愿服务队”记录" in made.facts["scope"]


def test_somebody_whose_hours_others_recorded_cannot_be_chosen(
    team: Organization, admin: User, record: ServiceRecord
) -> None:
    stranger = make_volunteer("别人")
    make_posted(make_past_shift(make_organization()), stranger)
    with pytest.raises(BadInput, match="请勾选要打印的人"):
        make_job(team, stranger, by=admin, at=NOON)
    assert PrintJob.objects.count() == 0


def test_the_zip_holds_a_paper_for_each_and_the_person_is_told(
    team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    job = make_job(team, volunteer, by=admin, at=NOON)
    actions.make_prints(job_id=job.pk, clock=now)
    job.refresh_from_db()
    assert (job.state, job.done) == (PrintState.READY, 1)
    assert job.file is not None
    with files.opened(job.file) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
        names = archive.namelist()
        assert archive.read(names[0]).startswith(b"%PDF")
    assert names == [f"陈晓红 {Certificate.objects.get().serial}.pdf"]
    catch_up(at=now())
    told = Message.objects.filter(user=user_of(volunteer), title__contains="打印了您的服务证明")
    assert "学生评优需要" in told.get().body


def test_one_pdf_holds_all_papers(
    team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    other = make_volunteer("王强")
    make_posted(make_past_shift(team, name="护河"), other)
    job = make_job(team, volunteer, by=admin, at=NOON, people=[volunteer.pk, other.pk], form="pdf")
    actions.make_prints(job_id=job.pk, clock=now)
    job.refresh_from_db()
    assert job.file is not None
    with files.opened(job.file) as stream:
        assert len(pypdfium2.PdfDocument(stream.read())) == 2


def test_a_killed_worker_is_followed_by_another_without_a_second_paper(
    team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    job = make_job(team, volunteer, by=admin, at=NOON)
    PrintJob.objects.filter(pk=job.pk).update(turn=1, touched_at=NOON)
    paper = job.papers.get()
    made = actions.issue_certificate(volunteer_id=volunteer.pk, by=admin, at=NOON)
    PrintedPaper.objects.filter(pk=paper.pk).update(certificate=made)
    assert actions.silent_prints(at=NOON + WEEK) == [job.pk]
    actions.make_prints(job_id=job.pk, clock=lambda: NOON + WEEK)
    job.refresh_from_db()
    assert (job.state, Certificate.objects.count()) == (PrintState.READY, 1)


def test_a_worker_that_is_at_it_is_left_alone(
    team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    job = make_job(team, volunteer, by=admin, at=NOON)
    PrintJob.objects.filter(pk=job.pk).update(turn=1, touched_at=NOON)
    actions.make_prints(job_id=job.pk, clock=lambda: NOON)
    assert Certificate.objects.count() == 0


def test_one_job_at_a_time_and_a_reason_each(
    team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    with pytest.raises(BadInput, match="请写明用途"):
        make_job(team, volunteer, by=admin, at=NOON, words="用")
    make_job(team, volunteer, by=admin, at=NOON)
    with pytest.raises(WrongState, match="正在生成"):
        make_job(team, volunteer, by=admin, at=NOON)


def test_files_are_swept_and_papers_stay(
    team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    job = make_job(team, volunteer, by=admin, at=NOON)
    actions.make_prints(job_id=job.pk, clock=lambda: NOON)
    assert actions.sweep_prints(at=NOON + timedelta(days=90)) == 1
    job.refresh_from_db()
    assert (job.state, job.file) == (PrintState.REMOVED, None)
    assert (StoredFile.objects.count(), Certificate.objects.count()) == (0, 1)


def test_the_desk_chooses_people_and_gets_the_file(
    client: Client, team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    client.force_login(admin)
    page = reverse("recognition:desk_print", args=[team.pk])
    assert "陈晓红" in client.get(page).content.decode()
    assert (
        "没有可以打印的人" in client.get(page, {"kind": "lifetime", "q": "没人"}).content.decode()
    )
    wrong = client.post(page, {"people": [volunteer.pk], "words": "", "form": "zip"})
    assert wrong.status_code == 422
    assert "checked" in wrong.content.decode()
    sent = {"people": [volunteer.pk], "words": "学生评优", "form": "zip"}
    assert client.post(page, sent).status_code == 302
    job = PrintJob.objects.get()
    actions.make_prints(job_id=job.pk, clock=now)
    got = client.get(reverse("recognition:desk_job_file", args=[job.pk]))
    assert body_of(got).startswith(b"PK")
    assert "陈晓红" in client.get(reverse("recognition:desk_job", args=[job.pk])).content.decode()
    client.force_login(make_org_admin(make_organization()))
    for name in ("desk_job", "desk_job_file"):
        assert client.get(reverse(f"recognition:{name}", args=[job.pk])).status_code == 404
    assert client.get(page).status_code == 404


def test_somebody_with_few_hours_is_found_among_many(
    client: Client, team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("voluncity.honor.recognition.queries.printing.SHOWN_MOST", 1)
    for name in ("王强", "李敏"):
        busy = make_volunteer(name)
        make_posted(make_past_shift(team), busy)
        _earlier(team, busy)
    client.force_login(admin)
    page = reverse("recognition:desk_print", args=[team.pk])
    assert "陈晓红" not in client.get(page).content.decode()
    found = f"{page}?kind=lifetime&q=陈"
    assert "陈晓红" in client.get(found).content.decode()
    sent = {"people": [volunteer.pk], "words": "学生评优", "form": "zip"}
    assert client.post(found, sent).status_code == 302
    assert PrintedPaper.objects.get().volunteer == volunteer


def test_the_list_of_people_costs_the_same_for_many(
    client: Client, team: Organization, admin: User, volunteer: Volunteer, record: ServiceRecord
) -> None:
    client.force_login(admin)
    page = reverse("recognition:desk_print", args=[team.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for _ in range(5):
        make_posted(make_past_shift(team), make_volunteer())
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(one) == len(many)
