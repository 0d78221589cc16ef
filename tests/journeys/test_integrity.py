"""Hours for sale (PEERS.md (b) 1): entered in bulk, noticed, heard, cancelled; and no-shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.honor.recognition.queries import total_minutes
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.integrity import actions
from voluncity.service.integrity.models import Absence, Case, Finding
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_hours import (
    make_leader,
    make_officer,
    make_org_admin,
    make_past_shift,
    make_place,
    make_presence,
)
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_volunteer, user_of
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _page(client: Client, address: str) -> str:
    words: str = client.get(address).content.decode()
    return words


def _seller_is_barred(client: Client, seller: User, team: Organization, start: datetime) -> None:
    # The seller enters nothing for a year; the public sees the outcome, not the name.
    again = make_past_shift(team, starts_at=start, ends_at=start + timedelta(hours=2))
    place = make_place(again)
    form = {
        "signup": place.pk, "starts_at": f"{again.starts_at:%Y-%m-%dT%H:%M}", "reason": "再来",
        "ends_at": f"{again.ends_at:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    answer = as_(seller).post(f"/hours/desk/activities/{again.activity_id}/enter/", form)
    assert "不能补记时长" in answer.content.decode() or answer.status_code == 422
    assert ServiceRecord.objects.filter(signup=place).count() == 0
    public = _page(client, "/integrity/")
    assert ("认定有问题" in public, "李强" in public) == (True, False)
    assert Notice.objects.filter(kind="cases").count() == 0  # a person, not an organization


@pytest.mark.row("C6")
def test_sold_hours_are_noticed_heard_and_taken_back(client: Client) -> None:  # noqa: PLR0915
    federation = make_organization("迎泽区志愿者联合会")
    team = make_organization("桥东志愿服务队", parent=federation)
    seller, admin = make_leader(team, "李强"), make_org_admin(team, "赵敏")
    above, officer = make_org_admin(federation, "陈静"), make_officer(team, "周正")
    other = make_officer(team, "吴芳")
    start = now().replace(minute=0, second=0, microsecond=0) - 5 * DAY
    shift = make_past_shift(team, starts_at=start, ends_at=start + timedelta(hours=2))
    buyers = [make_volunteer(f"买家{n}") for n in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"]
    entered_at = start + DAY
    for buyer in buyers:
        hours.enter(
            signup_id=make_place(shift, buyer).pk, starts_at=shift.starts_at,
            ends_at=shift.ends_at, reason="现场码坏了", by=seller, at=entered_at,
        )  # fmt: skip
    ids = list(ServiceRecord.objects.values_list("pk", flat=True))
    # A colleague cannot wave them through; the level above does, and they are shown.
    refused = as_(admin).post(
        f"/hours/desk/activities/{shift.activity_id}/approve/", {"records": ids}
    )
    assert "须由上级组织复核" in refused.content.decode()
    hours.approve(record_ids=ids, by=above, at=entered_at)
    later = entered_at + 30 * DAY
    publicity.finish_due(today=later.date(), at=later)
    catch_up(at=later)
    catch_up(at=later)
    assert total_minutes(buyers[0].pk) == 120
    # The rules look; the officer opens a case from what they noticed.
    actions.look(at=now())
    finding = Finding.objects.get(rule="bulk")
    assert "20 条没有扫码依据的时长" in _page(as_(officer), "/integrity/desk/")
    as_(officer).post(f"/integrity/desk/findings/{finding.pk}/open/")
    case = Case.objects.get()
    desk, mine = f"/integrity/desk/cases/{case.pk}/", f"/integrity/mine/{case.pk}/"
    as_(officer).post(f"{desk}ask/", {"question": "20 人没有一次签到，请说明。"})
    assert "20 人没有一次签到" in _page(as_(seller), mine)
    as_(seller).post(mine, {"text": "他们都来了。", "photo_1": make_upload()})
    as_(officer).post(
        f"{desk}decide/",
        {
            "verdict": "founded", "kinds": ["cancel", "stop_entry"],
            "reason": "询问 5 人，均未到场。",
        },
    )  # fmt: skip
    assert total_minutes(buyers[0].pk) == 120  # nothing is cancelled before the appeal is heard
    as_(seller).post(mine, {"text": "不同意。"})
    same = as_(officer).post(f"{desk}appeal/", {"verdict": "confirm", "reason": "维持"})
    assert "申诉须由另一位工作人员办理" in same.content.decode()
    as_(other).post(f"{desk}appeal/", {"verdict": "confirm", "reason": "证据充分，维持"})
    catch_up(at=now())
    catch_up(at=now())
    assert set(ServiceRecord.objects.values_list("state", flat=True)) == {"reversed"}
    assert total_minutes(buyers[0].pk) == 0
    _seller_is_barred(client, seller, team, start)


@pytest.mark.row("C3")
def test_no_show_is_confirmed_by_the_leader_and_forgiven_on_appeal() -> None:
    team = make_organization("桥东志愿服务队")
    leader, admin = make_leader(team, "李强"), make_org_admin(team, "赵敏")
    start = now() - 2 * DAY
    shift = make_past_shift(team, starts_at=start, ends_at=start + timedelta(hours=2))
    make_presence(shift)
    volunteer = make_volunteer("王芳")
    make_place(shift, volunteer)
    actions.raise_absences(at=now())
    one = Absence.objects.get()
    as_(leader).post(
        f"/integrity/desk/absences/{one.pk}/", {"verdict": "confirm", "reason": "电话没接"}
    )
    catch_up(at=now())
    mine = as_(user_of(volunteer))
    assert "一次报名记为未到场" in _page(mine, reverse("inbox:list"))
    mine.post(f"/integrity/absences/{one.pk}/", {"text": "我在急诊，有病历。"})
    as_(admin).post(
        f"/integrity/desk/absences/{one.pk}/answer/", {"verdict": "lift", "reason": "情况属实"}
    )
    catch_up(at=now())
    assert "缺席申诉成立" in _page(mine, reverse("inbox:list"))
