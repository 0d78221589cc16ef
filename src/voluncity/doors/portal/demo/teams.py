"""What organizations of the demo city prove, are known for, and look after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from voluncity.city.files.rules import Checked, check_image
from voluncity.city.orgs import actions as orgs
from voluncity.city.orgs.models import Duty, Membership, Organization
from voluncity.city.orgs.rules import OrgPlan
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User
from voluncity.city.regions.models import Level, Region
from voluncity.web.fonts import font_folder

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

# Seed OR: 6 corps in communities, 54 squads, 258 buildings.
CORPS, SQUADS, BUILDINGS = 6, 54, 258
BRANDS = (
    ("qiaodong", "爱周六", "每周六上午上门看望独居老人，陪聊天、代买菜、修小家电。", 2017),
    ("qiaodong", "桥东小课堂", "放学后在社区活动室陪孩子写作业，每周二、四。", 2021),
    ("yingze-patrol", "银发巡防", "退休老人骑自行车巡社区，随手清小广告、报隐患。", 2015),
)
COLORS = ("#b5382e", "#2f6f5e", "#35577d")


def proven(plan: OrgPlan, *, number: int) -> OrgPlan:
    """Return a plan with what its kind must name."""
    if plan.kind != Kind.FILED:
        return plan
    return replace(
        plan,
        filing_number=f"并志备〔2026〕{number}号",
        responsible_name=plan.contact_name,
    )


def certificate(kind: str, name: str) -> Checked | None:
    """Return the photo of a certificate for the kinds that must bring one."""
    return picture(name, "登记证书（演示）") if kind in {Kind.REGISTERED, Kind.MERCHANT} else None


def picture(title: str, under: str, color: str = "#8a6d3b") -> Checked:
    picture = Image.new("RGB", (960, 540), color)
    draw = ImageDraw.Draw(picture)
    font_file = next(path for path in sorted(font_folder().iterdir()) if path.is_file())
    for words, size, top in ((title, 56, 200), (under, 34, 300)):
        draw.text(
            (480, top), words, fill="#ffffff", anchor="mm",
            font=ImageFont.truetype(str(font_file), size),
        )  # fmt: skip
    out = BytesIO()
    picture.save(out, "PNG")
    upload = SimpleUploadedFile(f"{title}.png", out.getvalue(), content_type="image/png")
    return check_image(upload)


def organize(cast: Cast, *, at: datetime, settle: Callable[[], object]) -> None:
    """Give the teams brand projects, duties and an invitation; found corps and squads."""
    for number, (key, name, what, since) in enumerate(BRANDS):
        team = cast.teams[key]
        orgs.add_brand(
            organization_id=team.pk, name=name, what=what, since=since,
            photo=picture(name, team.name, COLORS[number]), by=cast.office, at=at,
        )  # fmt: skip
    _appoint(cast, at=at)
    orgs.invite(
        organization_id=cast.teams["qiaodong"].pk, most=50, days=90, note="社区宣传栏",
        by=cast.office, at=at,
    )  # fmt: skip
    _found_squads(cast, at=at, settle=settle)


def _appoint(cast: Cast, *, at: datetime) -> None:
    orgs.load_duties()
    members = Membership.objects.filter(organization=cast.teams["qiaodong"], left_at=None)
    for key, member in zip(
        ("captain", "liaison", "treasurer"), members.order_by("pk"), strict=False
    ):
        duty = Duty.objects.get(key=key)
        orgs.give_duty(membership_id=member.pk, duty_id=duty.pk, by=cast.office, at=at)


def _found_squads(cast: Cast, *, at: datetime, settle: Callable[[], object]) -> None:
    """Found a corps in each of six communities, and their squads, each with its buildings."""
    founder = cast.volunteers[-1].user
    assert founder is not None  # noqa: S101 -- everybody here registered by phone
    above = Organization.objects.get(key="civil-affairs-bureau")
    homes = list(
        Region.objects.filter(level=Level.COMMUNITY, code__startswith="140106").order_by("code")
    )[:CORPS]
    corps = [
        _found(f"{home.name}志愿服务总队", above, home, by=(founder, cast), at=at) for home in homes
    ]
    settle()
    squads = [
        _found(
            f"{corps[n % len(corps)].region.name}第{n // len(corps) + 1}志愿服务小分队",
            corps[n % len(corps)], corps[n % len(corps)].region, by=(founder, cast), at=at,
        )
        for n in range(SQUADS)
    ]  # fmt: skip
    settle()
    for number, squad in enumerate(squads):
        first = number * BUILDINGS // SQUADS
        names = [
            f"{squad.region.name.removesuffix('社区')}小区 {one + 1} 号楼"
            for one in range(first, (number + 1) * BUILDINGS // SQUADS)
        ]
        orgs.set_buildings(organization_id=squad.pk, text="\n".join(names), by=cast.office, at=at)


def _found(
    name: str, parent: Organization, region: Region, *, by: tuple[User, Cast], at: datetime
) -> Organization:
    founder, cast = by
    plan = OrgPlan(
        kind=Kind.FILED, name=name, parent_id=parent.pk, region_id=region.pk,
        contact_name="王芳", contact_phone="19903510351",
        intro="就近就便服务本社区的居民：敬老、便民、文明劝导。",
    )  # fmt: skip
    organization = orgs.apply_organization(
        plan=proven(plan, number=Organization.objects.count()),
        paper=None,
        by=founder,
        at=at,
    )
    orgs.approve(organization_id=organization.pk, by=cast.office, at=at + timedelta(hours=2))
    return organization
