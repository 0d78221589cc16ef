"""A2 and A6 from end to end: staff under their own names with two proofs; care for volunteers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.people.actions import create_account
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.kernel import totp
from voluncity.testing.clock import Clock, stopped_at
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_region, make_volunteer

PASSWORD, OWN_PASSWORD = "晋祠-三晋名泉-2026", "桥东-社区之家-2026"


@pytest.fixture
def home(db: None) -> Region:
    return make_region("桥东街社区", code="140106001001")


def staff(handle: str, name: str, role: Role, region: Region) -> User:
    user = create_account(handle=handle, display_name=name, password=PASSWORD, at=NOON)
    give(user, role, region)
    return user


def code_now(key: str, clock: Clock) -> str:
    return totp.code_at(key, totp.step_of(clock().timestamp()))


def log_in(handle: str, password: str) -> tuple[Client, str]:
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"})
    asked = {"way": "password", "name": handle, "password": password}
    return browser, browser.post("/login/", asked).headers["Location"]


def set_up(browser: Client, clock: Clock) -> tuple[str, list[str]]:
    """Set the second factor up as the page says; return its key and the printed codes."""
    words = browser.get("/login/second/").content.decode()
    found = re.search(r"((?:[A-Z2-7]{4} ?){8})", words)
    assert found
    key = found[1].replace(" ", "")
    page = browser.post("/login/second/", {"code": code_now(key, clock)}).content.decode()
    codes = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", page)
    assert len(codes) == 10
    return key, codes


@dataclass
class Office:
    """A county office whose account the security administrator has just made."""

    admin: Client
    admin_key: str
    page: str  # of the account, at the administrator's desk
    browser: Client
    key: str
    codes: list[str]


def found_office(clock: Clock) -> Office:
    """Make the account of a county office, from the administrator's login to its first desk."""
    county = Region.objects.get(code="140106000000")
    staff("xu-an", "许安", Role.SECURITY_ADMIN, county)
    # The security administrator sets up the second factor, which the role asks for.
    admin, target = log_in("xu-an", PASSWORD)
    assert target == "/login/second/"
    admin_key, _ = set_up(admin, clock)
    # An account under a person's own name; nobody but its owner ever knows the password.
    asked = {
        "handle": "sun-lixin", "display_name": "孙立新", "phone": "",
        "role": Role.COUNTY_OFFICE, "region": county.pk, "organization": "",
    }  # fmt: skip
    page = admin.post("/desk/accounts/new/", asked).headers["Location"]
    link = re.search(r"/login/start/[^\"<\s]+", admin.post(f"{page}link/").content.decode())
    assert link
    first = {"password": OWN_PASSWORD, "again": OWN_PASSWORD}
    assert Client().post(link[0], first).status_code == 302
    assert Client().post(link[0], first).status_code == 422
    # The first login leads to the second factor; nothing opens before.
    browser, target = log_in("sun-lixin", OWN_PASSWORD)
    assert (target, browser.get("/desk/").status_code) == ("/login/second/", 302)
    key, codes = set_up(browser, clock)
    assert browser.get("/desk/").status_code == 200
    return Office(admin, admin_key, page, browser, key, codes)


@pytest.mark.row("A2")
@pytest.mark.usefixtures("home")
def test_staff_come_in_under_their_own_names_and_find_back_without_a_support_line(
    settings: Settings,
) -> None:
    settings.VOLUNCITY_DEMO = False
    with stopped_at(NOON) as clock:
        office = found_office(clock)
        # The next day: password and the code of the phone, which counts once.
        clock.move(days=1)
        assert office.browser.get("/desk/").status_code == 302  # left alone for too long
        first, _ = log_in("sun-lixin", OWN_PASSWORD)
        code = code_now(office.key, clock)
        assert first.post("/login/second/", {"code": code}).status_code == 302
        thief, _ = log_in("sun-lixin", OWN_PASSWORD)
        assert thief.post("/login/second/", {"code": code}).status_code == 422
        # The phone is lost: a printed code opens; the list of devices shows where, others end.
        second, _ = log_in("sun-lixin", OWN_PASSWORD)
        assert second.post("/login/second/", {"code": office.codes[0]}).status_code == 302
        devices = second.get("/me/security/devices/").content.decode()
        assert devices.count("Windows 电脑 · Chrome 浏览器") >= 2
        second.post("/me/security/devices/end-others/")
        assert first.get("/desk/").status_code == 302
        # The printed codes are lost, too: the administrator ends it, and it is set up anew.
        admin, _ = log_in("xu-an", PASSWORD)
        assert admin.get("/desk/accounts/").status_code == 302  # half let in is not in
        admin.post("/login/second/", {"code": code_now(office.admin_key, clock)})
        assert admin.post(f"{office.page}end-second/").status_code == 302
        assert second.get("/desk/").status_code == 302
        anew, _ = log_in("sun-lixin", OWN_PASSWORD)
        set_up(anew, clock)
        assert anew.get("/desk/").status_code == 200
    ways = Entry.objects.filter(verb="people.log_in", actor__handle="sun-lixin").order_by("pk")
    assert [entry.data["way"] for entry in ways] == [
        "password+totp", "password+totp", "password+recovery", "password+totp",
    ]  # fmt: skip


@pytest.mark.row("A6")
def test_a_volunteer_in_need_is_known_to_the_granted_and_to_nobody_else(home: Region) -> None:
    volunteer = make_volunteer("李建国", region=home)
    worker = staff("ma-li", "马丽", Role.COMMUNITY_WORKER, home)
    office = staff(
        "sun-lixin", "孙立新", Role.COUNTY_OFFICE, Region.objects.get(code="140106000000")
    )
    with stopped_at(NOON):
        desk, county, own, anybody = Client(), Client(), Client(), Client()
        desk.force_login(worker)
        county.force_login(office)
        own.force_login(volunteer.user)  # type: ignore[arg-type]
        case = {
            "number": volunteer.number, "need": "illness", "since": "2026-09-01", "until": "",
            "reason": "做了心脏手术，家里只有老伴照顾。",
        }  # fmt: skip
        page = desk.post("/hardship/desk/new/", case).headers["Location"]
        gift = {
            "what": "慰问金", "value": "500", "given_on": str(NOON.date() - timedelta(days=30)),
            "occasion": "illness", "given_by": "桥东街道办事处", "signed_by": "王秀兰", "note": "",
        }  # fmt: skip
        assert desk.post(f"{page}gifts/", gift).status_code == 302
        assert "500 元" in county.get("/hardship/desk/gifts/").content.decode()
        assert "心脏手术" in county.get(page).content.decode()
        for somebody in (own, anybody):
            assert somebody.get(page).status_code in {302, 403}
            assert somebody.get("/hardship/desk/").status_code in {302, 403}
    catch_up(at=NOON)
    readings = Entry.objects.filter(verb="hardship.read", subject_id=volunteer.pk)
    assert list(readings.values_list("actor__handle", flat=True)) == ["sun-lixin"]
    told = "".join(str(entry.data) for entry in Entry.objects.all())
    assert "心脏" not in told
