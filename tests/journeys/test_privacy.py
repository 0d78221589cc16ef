"""A3: what is kept of a person, who looked at it, taken along, and ended by the person."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from secrets import token_hex
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people import actions as people
from voluncity.city.people import queries as records
from voluncity.city.people.models import IdentityCheck, LoginCode, User, Volunteer
from voluncity.city.people.rules import Applicant
from voluncity.city.people.states import IdType, Purpose
from voluncity.city.privacy.actions import close_due
from voluncity.city.privacy.rules import CLOSING_WAIT
from voluncity.honor.recognition import actions as recognition
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.signups.models import Signup
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    make_id_number,
    make_phone,
    make_region,
    make_user,
    user_of,
)
from voluncity.testing.make_signups import make_signup
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("A3", "A1")]


def join(phone: str, id_number: str, office: User) -> Volunteer:
    """Register by phone, and let the office confirm the real name."""
    user = people.create_account(
        handle=f"p{token_hex(4)}", display_name="新朋友", at=now(), phone=phone
    )
    applicant = Applicant(
        name="王芳", id_type=IdType.RESIDENT, id_number=id_number,
        region_id=make_region("青年路社区", code="140106001001").pk,
        consents=frozenset({Purpose.TERMS, Purpose.RANKING}),
    )  # fmt: skip
    volunteer = people.register_volunteer(applicant=applicant, user=user, by=user, at=now())
    check = IdentityCheck.objects.get(volunteer=volunteer, decided_at=None)
    people.decide_identity(check_id=check.pk, is_match=True, by=office, at=now())
    volunteer.refresh_from_db()
    return volunteer


def code_on(browser: Client, page: str) -> str:
    """Ask for a code on a page and read it off the demo's screen; the last one is old by then."""
    LoginCode.objects.update(sent_at=now() - timedelta(minutes=2))
    found = re.search(r"验证码 (\d{6})", browser.post(page, {"do": "code"}).content.decode())
    assert found
    return found[1]


def looked_at(browser: Client, desk: Client, volunteer: Volunteer) -> None:
    """The office looks at the whole number; the person sees by which office and why."""
    desk.post(f"/desk/volunteers/{volunteer.pk}/reveal/", {"reason": "insurance"})
    looks = browser.get("/me/privacy/looks/").content.decode()
    assert ("查看完整证件号码和手机号" in looks, "办理保险或理赔" in looks) == (True, True)
    assert ("迎泽区 · 县（市、区）文明办" in looks, "孙立新" in looks) == (True, False)


def taken_along(browser: Client) -> dict[str, Any]:
    """Prove who asks and download everything."""
    browser.post("/me/privacy/take/", {"code": code_on(browser, "/me/privacy/take/")})
    archive = zipfile.ZipFile(io.BytesIO(browser.get("/me/privacy/take/file/").content))
    sections: dict[str, Any] = json.loads(archive.read("全部内容.json"))["sections"]
    return sections


def closed(browser: Client, volunteer: Volunteer) -> None:
    """Ask to close; fifteen days later it happens, and the page asks to log in."""
    said = {"code": code_on(browser, "/me/privacy/close/"), "understood": "on"}
    page = browser.post("/me/privacy/close/", said, follow=True)
    assert "已收到注销申请" in page.content.decode()
    assert close_due(at=now() + CLOSING_WAIT) == 1
    catch_up()
    volunteer.refresh_from_db()
    assert volunteer.name == "已注销用户"
    assert browser.get("/me/").headers["Location"].startswith("/login/")


def place_after_closing(volunteer: Volunteer) -> Signup:
    signup = make_signup(volunteer=volunteer)
    start = now() + CLOSING_WAIT + timedelta(days=2)
    signup.shift.activity.shifts.update(starts_at=start, ends_at=start + timedelta(hours=2))
    return signup


def test_a_person_knows_who_looked_takes_everything_along_and_goes() -> None:
    county = make_region().parent.parent  # type: ignore[union-attr]
    office, phone, papers = make_user("孙立新"), make_phone(), make_id_number()
    assert county is not None
    give(office, Role.COUNTY_OFFICE, county)
    wang = join(phone, papers, office)
    posted = make_posted(make_past_shift(make_organization("护河队")), wang)
    browser, desk = as_(user_of(wang)), as_(office)
    looked_at(browser, desk, wang)
    copy = taken_along(browser)
    assert dict(copy["profile"]["rows"])["证件号码"] == papers
    assert [row[5] for row in copy["service_records"]["rows"]] == [posted.minutes]
    assert "下载全部信息" in browser.get("/me/privacy/looks/").content.decode()

    certificate = recognition.issue_certificate(volunteer_id=wang.pk, by=office, at=now())
    signup = place_after_closing(wang)
    closed(browser, wang)
    signup.refresh_from_db()
    assert signup.state == "cancelled"

    # The record and the certificate stay; the office finds the person no more.
    assert ServiceRecord.objects.filter(volunteer=wang, state="posted").count() == 1
    check = f"/honor/v/{certificate.serial}/?code={certificate.check_code}"
    assert "王*" in Client().get(check).content.decode()
    assert wang.number not in desk.get("/desk/volunteers/?q=王芳").content.decode()
    found = desk.post("/desk/volunteers/find/", {"whole_number": papers}).content.decode()
    assert wang.number not in found

    again = join(phone, papers, office)
    assert again.pk != wang.pk
    assert records.id_number_of(again) == papers
