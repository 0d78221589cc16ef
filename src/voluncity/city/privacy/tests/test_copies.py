"""Take everything along: complete, for oneself only, with a trace, readable by a spreadsheet."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils.timezone import now

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.orgs import actions as orgs
from voluncity.city.people import queries as people
from voluncity.city.people.models import Guardian, Volunteer
from voluncity.city.privacy import actions
from voluncity.city.privacy.actions.copying import archive
from voluncity.city.privacy.rules import COPIES
from voluncity.city.privacy.tests.conftest import code_for
from voluncity.kernel.own_data import Section
from voluncity.kernel.refusals import TooMany
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_orgs import make_member, make_organization
from voluncity.testing.make_people import NOON, make_guardian, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
KEYS = [
    "profile", "free_times", "consents", "guardians", "identity_checks", "memberships",
    "join_requests", "signups", "rosters", "service_records", "hour_corrections", "absences",
    "integrity_cases", "trainings", "training_sessions", "patrols", "archives", "pledges",
    "events", "minutes", "stars", "certificates", "insured", "insurance_claims",
    "award_nominations", "awards", "award_votes", "vouchers", "honors", "certification",
    "points_in", "points_out", "points_owed", "stars_of_month", "party_reports", "wishes",
    "wish_claims", "gifts", "gift_orders", "gift_plans", "fund_reviews", "fund_scores",
    "stories", "comments", "comment_bans", "comment_likes", "comment_reports",
    "class_readings", "class_attempts", "claims", "messages", "api_keys", "looks",
]  # fmt: skip


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def sections_in(content: bytes) -> dict[str, Any]:
    text = opened(content).read("全部内容.json").decode()
    found: dict[str, Any] = json.loads(text)["sections"]
    return found


def test_the_copy_holds_every_kind_of_data(wang: Volunteer) -> None:
    team = make_organization("桥东护河队")
    make_member(wang, team)
    orgs.ask_to_join(
        organization_id=make_organization("夕阳红队").pk, volunteer=wang, message="=1+1",
        by=user_of(wang), at=NOON,
    )  # fmt: skip
    posted = make_posted(make_past_shift(team), wang)
    inbox.send(user_id=user_of(wang).pk, key="k", title="欢迎", body="您好", at=NOON)
    copy = actions.take_along(volunteer=wang, by=user_of(wang), at=NOON)
    found = sections_in(copy.content)
    assert list(found) == KEYS
    profile = dict(found["profile"]["rows"])
    assert profile["证件号码"] == people.id_number_of(wang)
    assert profile["手机号"] == people.phone_of(wang)
    assert found["memberships"]["rows"][0][0] == "桥东护河队"
    assert found["service_records"]["rows"][0][5] == posted.minutes
    assert found["messages"]["rows"][0][1:3] == ["欢迎", "您好"]
    assert [row[0] for row in found["consents"]["rows"]].count("志愿者注册与个人信息处理") == 1
    names = opened(copy.content).namelist()
    assert names[:3] == ["请先读我.txt", "全部内容.json", "01-基本资料.csv"]
    assert len(names) == 2 + len(KEYS)


def test_every_source_that_the_settings_name_is_in_it(wang: Volunteer) -> None:
    assert len(settings.VOLUNCITY_OWN_DATA) >= 9
    copy = actions.take_along(volunteer=wang, by=user_of(wang), at=NOON)
    assert set(sections_in(copy.content)) >= set(KEYS)


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    section = Section("x", "留言", ("内容",), (("=HYPERLINK(1)",), ("好",), (3,)))
    content = archive([section], number="1", at=NOON)
    assert opened(content).read("01-留言.csv").decode("utf-8-sig").splitlines() == [
        "内容", "'=HYPERLINK(1)", "好", "3",
    ]  # fmt: skip


def test_taking_along_is_journaled_and_limited(wang: Volunteer) -> None:
    user = user_of(wang)
    for _ in range(COPIES.most):
        actions.take_along(volunteer=wang, by=user, at=NOON)
    with pytest.raises(TooMany):
        actions.take_along(volunteer=wang, by=user, at=NOON)
    entries = Entry.objects.filter(verb="privacy.take_along", subject_id=wang.pk, actor=user)
    assert entries.count() == COPIES.most


def test_the_file_comes_after_a_code_and_only_for_ten_minutes(wang: Volunteer) -> None:
    browser = as_(user_of(wang))
    assert browser.get("/me/privacy/take/file/").headers["Location"] == "/me/privacy/take/"
    code = code_for(user_of(wang), at=now())
    assert browser.post("/me/privacy/take/", {"code": code}).status_code == 302
    answer = browser.get("/me/privacy/take/file/")
    assert answer.headers["Content-Type"] == "application/zip"
    assert wang.number in answer.headers["Content-Disposition"]
    session = browser.session
    session["privacy_proven_until"] = (now() - timedelta(seconds=1)).timestamp()
    session.save()
    assert browser.get("/me/privacy/take/file/").headers["Location"] == "/me/privacy/take/"


@pytest.mark.parametrize("code", ["000000", "abc", "１２３４５６", "😀", "1" * 300, ""])
def test_a_wrong_code_opens_nothing(wang: Volunteer, code: str) -> None:
    browser = as_(user_of(wang))
    answer = browser.post("/me/privacy/take/", {"code": code})
    assert answer.status_code == 422
    assert "验证码" in answer.content.decode()
    assert browser.get("/me/privacy/take/file/").headers["Location"] == "/me/privacy/take/"


def test_a_guardian_takes_the_child_s_data_and_a_stranger_finds_nothing(wang: Volunteer) -> None:
    child = make_volunteer("小明", user=False, born_on=wang.born_on.replace(year=2014))
    guardian = make_guardian(child)
    Guardian.objects.filter(pk=guardian.pk).update(user=wang.user)
    copy = actions.take_along(volunteer=child, by=user_of(wang), at=NOON)
    assert dict(sections_in(copy.content)["profile"]["rows"])["姓名"] == "小明"
    assert Entry.objects.get(verb="privacy.take_along").on_behalf_of == child
    page = f"/me/privacy/?ward={child.pk}"
    assert "小明" in as_(user_of(wang)).get(page).content.decode()
    assert as_(make_user("路人")).get(page).status_code == 404
    Guardian.objects.filter(pk=guardian.pk).update(withdrawn_at=NOON)
    assert as_(user_of(wang)).get(page).status_code == 404


@pytest.mark.parametrize("ward", ["x", "１", "9" * 30, "-1", "0", "1 or 1=1", "\x00"])
def test_a_strange_ward_is_nobody(wang: Volunteer, ward: str) -> None:
    browser = as_(user_of(wang))
    assert browser.get("/me/privacy/", {"ward": ward}).status_code == 404
