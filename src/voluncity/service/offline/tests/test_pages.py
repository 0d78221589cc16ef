"""The pages and what their scripts send: bad input gets a sentence, nobody's data is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from voluncity.service.offline.models import OfflineScan, Package
from voluncity.service.offline.tests.field import BEFORE, Device, make_device
from voluncity.service.signups.models import Attendance
from voluncity.testing.clock import stopped_at
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hours import MINUTE, NINE, make_past_shift, make_place
from voluncity.testing.make_people import make_user
from voluncity.testing.pages import as_
from voluncity.web.devices import holder_mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(db: None) -> Device:
    return make_device()


def phone_of(device: Device) -> Client:
    return as_(device.leader)


def test_the_page_that_is_kept_holds_nobody_and_needs_no_login(device: Device) -> None:
    make_place(device.shift)
    answer = Client().get("/offline/book/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [
        word for word in ("csrfmiddlewaretoken", device.leader.display_name) if word in page
    ] == []
    assert "csrftoken" in answer.cookies


def test_the_roster_is_for_those_who_record_attendance_there(device: Device) -> None:
    with stopped_at(BEFORE):
        foreign = make_past_shift().activity_id
        phone = phone_of(device)
        assert phone.post(f"/offline/activities/{foreign}/roster/").status_code == 404
        stranger = as_(make_user("路人"))
        address = f"/offline/activities/{device.activity.pk}/roster/"
        assert stranger.post(address).status_code == 403
        assert Client().post(address)["Location"].startswith("/login/")
        answer = phone.post(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json()["token"]


def test_the_kept_roster_is_of_the_account_until_somebody_signs_in_or_out(device: Device) -> None:
    phone = phone_of(device)
    with stopped_at(BEFORE):
        taken = phone.post(f"/offline/activities/{device.activity.pk}/roster/").json()
        assert taken["owner"] == phone.cookies["holder"].value == holder_mark(device.leader.pk)
        assert not phone.cookies["holder"]["httponly"]  # the page without network reads it
        assert "holder" not in phone.get("/").cookies  # nothing has changed
        assert phone.post("/logout/").cookies["holder"]["max-age"] == 0
        other = make_user("另一位")
        phone.force_login(other)
        phone.get("/offline/book/")
    assert phone.cookies["holder"].value == holder_mark(other.pk) != taken["owner"]


def test_a_roster_long_before_or_after_is_refused_in_words(device: Device) -> None:
    with stopped_at(NINE + 60 * 24 * 3 * MINUTE):
        answer = phone_of(device).post(f"/offline/activities/{device.activity.pk}/roster/")
    assert answer.status_code == 409
    assert (
        answer.json()["error"]["sentence"] == "近期没有要签到的班次，请在活动前一天以内下载名单。"
    )
    assert Package.objects.count() == 1  # the one that the device had before


GOOD: dict[str, Any] = {"nonce": "n" * 20, "direction": "in", "at": 1, "signup": 1, "code": ""}
BAD = [
    "",
    "[]",
    "{",
    "null",
    json.dumps({"token": "x", "offset_ms": 0, "sent_at": 1}),
    json.dumps({"token": 5, "offset_ms": 0, "sent_at": 1, "scans": []}),
    json.dumps({"token": "x", "offset_ms": "0", "sent_at": 1, "scans": []}),
    json.dumps({"token": "x", "offset_ms": 0, "sent_at": 10**15, "scans": [GOOD]}),
    *(
        json.dumps({"token": "x", "offset_ms": 0, "sent_at": 1, "scans": [GOOD | wrong]})
        for wrong in (
            {"direction": "up"}, {"at": "now"}, {"at": 10**15}, {"at": True}, {"signup": "1"},
            {"nonce": None}, {"code": "a\0b"}, {"at": 1.5}, {"at": 10**30},
        )
    ),
    json.dumps({"token": "😀\ud800", "offset_ms": 0, "sent_at": 1, "scans": [GOOD]}),
    "x" * 200_001,
]  # fmt: skip


@pytest.mark.parametrize("body", BAD)
def test_an_upload_that_makes_no_sense_gets_a_sentence(device: Device, body: str) -> None:
    answer = phone_of(device).post("/offline/upload/", body, "application/json")
    assert answer.status_code == 422
    assert answer.json()["error"]["sentence"]
    assert (OfflineScan.objects.count(), Attendance.objects.count()) == (0, 0)


def test_the_leaders_page_asks_as_often_for_thirty_scans_as_for_one(device: Device) -> None:
    def sends(number: int) -> None:
        device.send(*(device.tick(make_place(device.shift), "in", NINE) for _ in range(number)))

    phone, address = phone_of(device), f"/offline/desk/activities/{device.activity.pk}/"
    sends(1)
    once = queries_for(phone, address)
    sends(29)
    assert queries_for(phone, address) == once


def test_the_leader_opens_and_closes_a_kiosk(device: Device) -> None:
    address = f"/offline/desk/activities/{device.activity.pk}/"
    with stopped_at(BEFORE):
        phone = phone_of(device)
        page = phone.post(f"{address}kiosk/", follow=True).content.decode()
        assert "配对码，10 分钟内有效" in page
        assert "配对码，10 分钟内有效" not in phone.get(address).content.decode()  # shown once
        kiosk = device.activity.kiosks.get()
        closed = phone.post(f"/offline/desk/kiosks/{kiosk.pk}/close/", follow=True)
        assert "签到台已关闭" in closed.content.decode()
