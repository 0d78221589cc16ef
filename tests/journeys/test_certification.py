"""Rows D2 and D3: hours make stars by themselves; an office certifies them in batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice, Objection
from voluncity.city.regions import queries as regions
from voluncity.honor.certification.models import Batch, Honor
from voluncity.honor.certification.tasks import go_on
from voluncity.honor.recognition.actions import load_star_tiers
from voluncity.honor.recognition.models import StarTier
from voluncity.kernel.clock import local_date
from voluncity.service.hours import actions as hours
from voluncity.service.hours.states import RecordState
from voluncity.testing.make_certification import make_ladder, make_veteran
from voluncity.testing.make_hours import make_org_admin, make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _jobs_at_once(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)
    backend = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
    settings.TASKS = {"default": {**backend, "QUEUES": ["default", "long"]}}


def _post(browser: Client, page: str, /, **sent: Any) -> str:
    answer = browser.post(page, sent, follow=True)
    assert answer.status_code == 200, markup(answer)
    return markup(answer)


def _office() -> User:
    make_region()
    user = make_user("文明办")
    give(user, Role.CITY_OFFICE, regions.city())
    return user


@dataclass
class Cast:
    """Who takes part in the batch."""

    desk: Client
    strong: Volunteer
    accused: Volunteer
    few: Volunteer
    batch: Batch

    @property
    def page(self) -> str:
        """Return the batch's page at the desk."""
        return f"/certification/desk/{self.batch.pk}/"


def _started() -> Cast:
    """Let the office start a batch: one reaches five stars, one four, one hardly anything."""
    desk = as_(_office())
    make_ladder()
    agreed = (Purpose.TERMS, Purpose.RANKING)
    strong = make_veteran("王小芳", 960, consents=agreed)
    accused = make_veteran("李大强", 480, consents=agreed)
    few = make_veteran("赵敏", 30)
    _post(desk, "/certification/desk/new/", kind="stars", title="首批星级志愿者认定",
          region=regions.city().pk, until=local_date(now()).isoformat())  # fmt: skip
    return Cast(desk, strong, accused, few, Batch.objects.get())


def _reviewed(cast: Cast) -> None:
    """Let an organization nominate its member, and the office accept everybody."""
    team, admin = make_organization("护河队"), make_user("李桂芳")
    make_member(cast.few, team)
    give(admin, Role.ORG_ADMIN, team)
    assert "2 人待审核" in markup(cast.desk.get(cast.page))
    _post(as_(admin), f"/certification/nominations/{cast.batch.pk}/", number=cast.few.number,
          grade="2", words="夜里守河十年，平台没有记到。")  # fmt: skip
    nominated = cast.batch.candidates.get(volunteer=cast.few)
    _post(cast.desk, f"{cast.page}bulk/", verb="accept_all", grade="")
    _post(cast.desk, f"/certification/desk/candidates/{nominated.pk}/", verb="accept",
          reason="社区证明属实。")  # fmt: skip
    _post(cast.desk, f"{cast.page}show/")


def _objected() -> None:
    """Let a resident object to one of the list, and another officer uphold it."""
    colleague = make_user("同事")
    give(colleague, Role.CITY_OFFICE, regions.city())
    notice = Notice.objects.get()
    public = markup(Client().get(f"/publicity/{notice.pk}/"))
    assert ("李*强" in public, "李大强" in public) == (True, False)
    number = notice.parts.get(label__contains="李*强").number
    _post(as_(make_user("居民")), f"/publicity/{notice.pk}/object/", number=str(number),
          text="他那天不在现场。")  # fmt: skip
    objection = Objection.objects.get()
    _post(as_(colleague), f"/publicity/desk/objections/{objection.pk}/answer/", verdict="uphold",
          answer="核实属实，移出名单。")  # fmt: skip


def _time_passes() -> datetime:
    """Let the publicity end, and everybody hear of it."""
    later = now() + timedelta(days=30)
    publicity.finish_due(today=local_date(later), at=later)
    catch_up(at=later)
    catch_up(at=later)
    return later


@pytest.mark.row("D3")
def test_a_batch_goes_from_the_rule_to_certificates_that_anybody_can_check() -> None:
    cast = _started()
    _reviewed(cast)
    _objected()
    _time_passes()
    honors = dict(Honor.objects.values_list("volunteer__name", "grade"))
    assert honors == {"王小芳": 5, "赵敏": 2}
    heard = Message.objects.filter(user=user_of(cast.accused))
    assert "您已从四星级拟认定名单移出" in heard.values_list("title", flat=True)
    own = as_(user_of(cast.strong))
    assert "五星级志愿者" in markup(own.get("/certification/mine/"))
    serial = Honor.objects.get(volunteer=cast.strong).serial
    assert own.get(f"/certification/mine/{serial}.pdf").content[:5] == b"%PDF-"
    assert "证书有效" in markup(Client().get(f"/certification/v/{serial}/"))
    shown = markup(Client().get(f"/certification/{cast.batch.pk}/"))
    assert ("王*芳" in shown, "赵*" in shown) == (True, False)
    press = markup(cast.desk.get(f"{cast.page}press.txt"))
    assert "五星级志愿者 1 名、二星级志愿者 1 名" in press
    _post(cast.desk, f"{cast.page}pack/")
    pack = cast.desk.get(f"{cast.page}pack.zip")
    assert body_of(pack)[:2] == b"PK"


@pytest.mark.row("D2")
def test_the_offices_new_ladder_gives_stars_and_hours_taken_back_reach_the_recheck() -> None:
    office = _office()
    load_star_tiers()
    make_ladder()
    desk = as_(office)
    tomorrow = local_date(now()) + timedelta(days=1)
    sent = {f"hours_{n}": str(n) for n in range(1, 6)} | {"valid_from": tomorrow.isoformat()}
    assert "按今天的累计时长试算" in _post(
        desk, "/certification/desk/standards/hours/", preview="1", **sent
    )
    _post(desk, "/certification/desk/standards/hours/", save="1", **sent)
    assert StarTier.objects.filter(valid_from=tomorrow).count() == 5

    volunteer = make_volunteer("王芳")
    record = make_posted(make_past_shift(), volunteer)
    catch_up(at=now())
    _post(desk, "/certification/desk/new/", kind="stars", title="首批",
          region=regions.city().pk, until=local_date(now()).isoformat())  # fmt: skip
    batch = Batch.objects.get()
    _post(desk, f"/certification/desk/{batch.pk}/bulk/", verb="accept_all", grade="")
    _post(desk, f"/certification/desk/{batch.pk}/show/")
    later = _time_passes()
    assert "二星级" in markup(as_(user_of(volunteer)).get("/certification/mine/part/"))

    hours.reverse(record_id=record.pk, reason="签到时间不实。",
                  by=make_org_admin(record.organization), at=later)  # fmt: skip
    record.refresh_from_db()
    assert record.state == RecordState.REVERSED
    catch_up(at=later)

    go_on()
    assert "1 项认定需要复核" in markup(desk.get("/certification/desk/"))
    honor = Honor.objects.get()
    _post(desk, f"/certification/desk/honors/{honor.pk}/revoke/", reason="时长已冲销。")
    assert "认定已撤销" in markup(Client().get(f"/certification/v/{honor.serial}/"))
