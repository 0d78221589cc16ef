"""The pages at the door: scan, one press, the result."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from voluncity.service.projects.models import Shift
from voluncity.service.signups import codes
from voluncity.service.signups.models import Attendance, Scan
from voluncity.service.signups.tests.reading import Page, shift_now, signed_in, words
from voluncity.testing.make_people import make_volunteer
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db


def token_of(shift: Shift, at: datetime | None = None) -> str:
    return codes.venue_token(shift.pk, at=at or now())


def hidden(response: Page, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found
    return found[1]


def test_one_press_checks_in_and_the_page_says_so_in_big_letters() -> None:
    signup = make_signup(shift=shift_now())
    client = signed_in(signup.volunteer)
    page = client.get(f"/c/{token_of(signup.shift)}/")
    action = re.search(r'action="(/c/[^"]+)"', page.content.decode())
    assert action
    asked = {"nonce": hidden(page, "nonce"), "direction": hidden(page, "direction")}
    done = client.post(action[1], asked, follow=True)
    assert "签到成功" in words(done)
    assert client.post(action[1], asked)["Location"] == done.redirect_chain[0][0]
    Attendance.objects.update(in_at=now() - timedelta(minutes=5))
    again = client.get(f"/c/{token_of(signup.shift)}/")
    assert hidden(again, "direction") == "out"


def test_a_code_that_is_too_old_says_to_scan_again_and_is_kept() -> None:
    signup = make_signup(shift=shift_now())
    old = token_of(signup.shift, now() - timedelta(minutes=2))
    response = signed_in(signup.volunteer).get(f"/c/{old}/")
    assert response.status_code == 409
    assert "请对准现场屏幕上的新码重新扫一扫" in words(response)
    assert "再扫一次" in words(response)
    assert Scan.objects.get().refusal_code == "signups.code_expired"


def test_a_refused_post_shows_the_sentence() -> None:
    shift = shift_now()
    response = signed_in(make_volunteer()).post(
        f"/c/{token_of(shift)}/", {"nonce": "nonce-of-the-page"}
    )
    assert response.status_code == 409
    assert "请找领队现场登记" in response.content.decode()


def test_who_is_not_logged_in_comes_back_to_the_code() -> None:
    token = token_of(shift_now())
    assert Client().get(f"/c/{token}/")["Location"].startswith("/login/?next=/c/")


def test_a_result_is_shown_to_its_owner_only() -> None:
    signup = make_signup(shift=shift_now())
    client = signed_in(signup.volunteer)
    done = client.post(f"/c/{token_of(signup.shift)}/", {"nonce": "nonce-of-the-page"})
    assert signed_in(make_volunteer()).get(done["Location"]).status_code == 404


@pytest.mark.parametrize("prefix", ["", "http://127.0.0.1:8000", "https://zy.example.test"])
def test_a_scanned_link_leads_to_the_door(prefix: str) -> None:
    signup = make_signup(shift=shift_now())
    token = token_of(signup.shift)
    response = signed_in(signup.volunteer).post("/scan/", {"code": f"{prefix}/c/{token}/"})
    assert response["Location"] == f"/c/{token}/"


def test_typed_digits_lead_to_the_door_also_in_full_width() -> None:
    signup = make_signup(shift=shift_now())
    number = codes.venue_number(signup.shift_id, at=now())
    wide = number.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    response = signed_in(signup.volunteer).post("/scan/", {"code": f"{wide[:3]} {wide[3:]}"})
    assert response["Location"].startswith("/c/")


@pytest.mark.parametrize("code", ["", "🙂", "12345", "http://example.test/", "x" * 301, "/c//"])
def test_what_is_no_code_is_refused_at_the_field(code: str) -> None:
    response = signed_in(make_volunteer()).post("/scan/", {"code": code})
    assert response.status_code == 422


def test_the_scan_page_shows_the_shift_that_is_on() -> None:
    signup = make_signup(shift=shift_now())
    client = signed_in(signup.volunteer)
    assert "周二文明引导" in words(client.get("/scan/"))
    assert "现在没有您要签到的班次" in words(signed_in(make_volunteer()).get("/scan/"))


def frame(text: str = "https://zy.example.test/c/1,2.abc/") -> SimpleUploadedFile:
    image = io.BytesIO()
    segno.make(text, micro=False).save(image, kind="png", scale=6)
    return SimpleUploadedFile("frame.png", image.getvalue(), "image/png")


def test_a_camera_frame_is_read_on_the_server() -> None:
    client = signed_in(make_volunteer())
    assert client.post("/scan/decode/", {"frame": frame()}).json() == {
        "text": "https://zy.example.test/c/1,2.abc/"
    }
    assert client.post("/scan/decode/").json() == {"text": ""}


@pytest.mark.parametrize("body", [b"", b"GIF89a", b"<svg></svg>", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_photo_is_refused(body: bytes) -> None:
    upload = SimpleUploadedFile("frame.jpg", body or b" ", "image/jpeg")
    response = signed_in(make_volunteer()).post("/scan/decode/", {"frame": upload})
    assert response.status_code == 422


def test_a_photo_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(make_volunteer())
    monkeypatch.setattr("voluncity.service.signups.images.MOST_PIXELS", 100)
    assert client.post("/scan/decode/", {"frame": frame()}).status_code == 422
    monkeypatch.setattr("voluncity.service.signups.images.MOST_BYTES", 100)
    assert client.post("/scan/decode/", {"frame": frame()}).status_code == 422
    assert Client().post("/scan/decode/", {"frame": frame()}).status_code == 302
