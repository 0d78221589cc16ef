"""What projects of the demo city lack, and who took it on: promised, on the way, here, thanked."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.files.rules import Checked, check_image
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.service.pledges import actions
from voluncity.service.pledges.models import Need, Pledge
from voluncity.service.pledges.rules import Delivery, NeedPlan, Promise, Taker
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

# Team, kind, what, how much, unit, what for, where.
NEEDS = (
    ("qiaodong", "goods", "血压计", "6", "台", "上臂式，带语音", "桥东街社区服务中心"),
    ("qiaodong", "people", "会修小家电的人", "8", "", "每周六上午", "桥东街社区服务中心"),
    ("qiaodong", "money", "空巢老人冬衣", "12000", "", "为 40 位老人各买一件棉衣", ""),
    ("fenhe", "goods", "垃圾夹和手套", "60", "套", "加厚防滑手套", "汾河公园东门"),
    ("doctors", "service", "义诊场地", "4", "次", "能放 6 张桌子，有电源", ""),
    ("youth", "people", "懂急救的人", "12", "", "持有急救证书", "太原南站志愿岗"),
)
# Which need, who (a place in the cast, or a team), how much, and how far it has come.
PLEDGES: tuple[tuple[int, int | str, str, str, bool], ...] = (
    (0, 0, "2", "thanked", True),
    (0, "bluesky", "3", "accepted", True),
    (1, 3, "1", "pledged", False),
    (2, "doctors", "2000", "accepted", True),
    (3, "youth", "40", "thanked", True),
    (3, 4, "10", "delivered", False),
    (4, "library", "2", "pledged", True),
    (5, "bluesky", "6", "accepted", True),
    (5, 6, "1", "declined", False),
)


def let_people_help(cast: Cast, *, at: datetime) -> None:
    """Publish needs three weeks ago; let people and units take them on, and some arrive."""
    began = at - timedelta(days=20)
    needs = [_need(cast, spec, at=began) for spec in NEEDS]
    for number, (place, who, amount, state, shows) in enumerate(PLEDGES):
        need = needs[place]
        if need is None:
            continue
        pledge = _pledge(cast, need, who, amount, shows=shows, at=began + timedelta(days=number))
        _go_on(cast, pledge, state, at=began + timedelta(days=number + 1))
    _claim_a_project(cast, at=began)


def _project(cast: Cast, team: str) -> Project | None:
    found = Project.objects.filter(organization=cast.teams[team], state__in=RECRUITING_STATES)
    return found.order_by("pk").first()


def _need(cast: Cast, spec: tuple[str, ...], *, at: datetime) -> Need | None:
    team, kind, name, wanted, unit, details, place = spec
    project = _project(cast, team)
    if project is None:
        return None
    due_on = min(local_date(at) + timedelta(days=60), project.ends_on)
    plan = NeedPlan(
        kind=kind, name=name, wanted=wanted, unit=unit, details=details, place=place, due_on=due_on
    )
    return actions.add_need(project=project, plan=plan, by=cast.staff["demo-org-admin"], at=at)


def _pledge(
    cast: Cast, need: Need, who: int | str, amount: str, *, shows: bool, at: datetime
) -> Pledge:
    person: Volunteer = cast.volunteers[who if isinstance(who, int) else 7]
    assert person.user is not None  # noqa: S101 -- those of the demo have accounts
    taker = Taker(volunteer=person) if isinstance(who, int) else Taker(unit=cast.teams[who])
    said = Promise(
        amount=amount, promised_on=need.due_on, contact_name=person.name,
        contact_phone="19903519000", note="愿意出一份力", shows_name=shows,
    )  # fmt: skip
    return actions.take_need(need=need, taker=taker, said=said, by=person.user, at=at)


def _go_on(cast: Cast, pledge: Pledge, state: str, *, at: datetime) -> None:
    by = cast.staff["demo-org-admin"]
    if state == "declined":
        actions.decline_pledge(pledge=pledge, words="需要持有急救证书，谢谢您", by=by, at=at)
    if state in {"accepted", "delivered", "thanked"}:
        actions.accept_pledge(pledge=pledge, words="已电话联系，请送到社区", by=by, at=at)
    if state in {"delivered", "thanked"}:
        said = Delivery(amount=str(pledge.amount), received_on=local_date(at))
        actions.deliver_pledge(pledge=pledge, said=said, paper=_photo(), by=by, at=at)
    if state == "thanked":
        words = "您送来的正是大家最需要的，谢谢您的爱心。"
        actions.thank_pledge(pledge=pledge, words=words, by=by, at=at)


def _claim_a_project(cast: Cast, *, at: datetime) -> None:
    project, by = _project(cast, "qiaodong"), cast.volunteers[7].user
    if project is None or by is None:
        return
    for team, words in (("doctors", "每月派两名医生参加"), ("library", "提供活动场地和图书")):
        adoption = actions.ask_adoption(
            project=project, unit=cast.teams[team], words=words, by=by, at=at
        )
        if team == "doctors":
            actions.accept_adoption(adoption=adoption, by=cast.staff["demo-org-admin"], at=at)


def _photo() -> Checked:
    """Draw boxes on a table."""
    picture = Image.new("RGB", (640, 480), "#efe6da")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 330, 640, 480), fill="#b98b5e")
    for left in (90, 260, 430):
        draw.rectangle((left, 190, left + 130, 330), fill="#d9b382", outline="#8b6a43", width=4)
        draw.line((left + 65, 190, left + 65, 330), fill="#8b6a43", width=4)
    out = BytesIO()
    picture.save(out, "JPEG")
    return check_image(SimpleUploadedFile("签收.jpg", out.getvalue(), "image/jpeg"))
