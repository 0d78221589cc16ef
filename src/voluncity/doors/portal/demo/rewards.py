"""Merchants of the demo city, what they give, vouchers in every state, one settled month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import Checked, check_image, check_paper
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.actions import create_account
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.doors.portal.demo.patrols import ELDER
from voluncity.honor.points import queries as points
from voluncity.honor.rewards import actions
from voluncity.honor.rewards.models import Merchant, Sheet, Version, Voucher
from voluncity.honor.rewards.rules import MerchantPlan, ShopPlan, Terms
from voluncity.honor.rewards.states import LimitPeriod, SheetState
from voluncity.kernel.clock import day_bounds, local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

# Name, kind of organization, kind of gift, county, promise, address, latitude, longitude, color.
MERCHANTS = (
    ("桥东理发店", Kind.MERCHANT, "life", "140106", "志愿者凭券免费理发，随到随剪。",
     "并州北路 18 号", 37.868, 112.566, "#b4552d"),
    ("晋源健康体检中心", Kind.UNIT, "health", "140110", "守护守护城市的人。",
     "晋祠路 66 号", 37.716, 112.478, "#2b7a78"),
    ("汾河书店", Kind.MERCHANT, "culture", "140106", "一本书，一份敬意。",
     "滨河东路 9 号", 37.872, 112.536, "#7b4f9d"),
    ("龙城影院", Kind.MERCHANT, "culture", "140105", "周末请志愿者看场电影。",
     "长风街 120 号", 37.814, 112.566, "#2f4b8f"),
    ("老味面馆", Kind.MERCHANT, "life", "140107", "热汤热面，谢谢您。",
     "府东街 31 号", 37.879, 112.575, "#a6702a"),
    ("尖草坪口腔门诊", Kind.UNIT, "health", "140108", "免费洗牙和口腔检查。",
     "新兰路 5 号", 37.938, 112.489, "#3a7d44"),
    ("万柏林家电维修", Kind.MERCHANT, "life", "140109", "志愿者家里的小家电免费看。",
     "千峰南路 77 号", 37.861, 112.511, "#4f6d7a"),
    ("晋阳古城景区", Kind.UNIT, "culture", "140110", "志愿者带家人看看家乡。",
     "古城大街 1 号", 37.735, 112.461, "#8a6d3b"),
    ("迎泽区政务服务中心", Kind.UNIT, "public", "140106", "星级志愿者优先办理。",
     "五一路 60 号", 37.864, 112.573, "#b3241a"),
)  # fmt: skip


@dataclass(frozen=True)
class Gift:
    """One offer: of which merchant, what for how many points and stars, how many, settled at."""

    merchant: int
    title: str
    hand_over: str
    kind: str
    points: int
    stars: int = 0
    stock: int | None = None
    fen: int = 0
    period: str = LimitPeriod.MONTH
    text: str = ""


GIFTS = (
    Gift(0, "免费理发一次", "理发一次", "life", 60, stock=200, fen=1500, text="剪、洗、吹都在内。"),
    Gift(1, "基础体检套餐", "基础套餐一次", "health", 300, stock=60, fen=8000,
         period=LimitPeriod.YEAR, text="血常规、心电图、B 超，空腹前来。"),
    Gift(1, "四星志愿者全身体检", "全身套餐一次", "health", 0, stars=4, stock=20, fen=30000,
         period=LimitPeriod.YEAR),
    Gift(2, "图书一本（50 元内）", "任选图书一本", "culture", 120, stock=80, fen=3000),
    Gift(3, "工作日电影票", "电影票一张", "culture", 150, stock=30),
    Gift(4, "爱心牛肉面一碗", "牛肉面一碗", "life", 40, stock=300, fen=800),
    Gift(5, "洗牙和口腔检查", "洗牙一次", "health", 260, stock=40, period=LimitPeriod.YEAR),
    Gift(6, "小家电上门检修", "上门检修一次", "life", 80, stock=3),
    Gift(7, "景区门票两张", "门票两张", "culture", 200, stock=100, period=LimitPeriod.QUARTER),
    Gift(8, "星级志愿者绿色通道", "优先办理", "public", 0, stars=1, period=LimitPeriod.MONTH),
    Gift(8, "评优推荐优先", "推荐表加注", "honor", 0, stars=3, period=LimitPeriod.YEAR),
)  # fmt: skip
TAKERS = 8


def thank_volunteers(cast: Cast, *, at: datetime) -> None:
    """Let merchants join two months ago; volunteers take, use and give back; settle a month."""
    joined = at - timedelta(days=70)
    owner = create_account(
        handle="demo-merchant", display_name="钱多多", at=at, phone="19903519081"
    )
    clerk = create_account(handle="demo-clerk", display_name="小周", at=at, phone="19903519082")
    merchants = [_merchant(spec, owner, cast.office, at=joined) for spec in MERCHANTS]
    home = merchants[0].organization
    access.give_role(user=owner, role=Role.ORG_ADMIN, organization=home, by=None, at=joined)
    access.give_role(user=clerk, role=Role.SHOP_CLERK, organization=home, by=None, at=joined)
    offers = [_offer(gift, merchants, owner, cast.office, at=joined) for gift in GIFTS]
    _leave_work(merchants[0], owner, at=at)
    _take_and_use(cast, offers, clerk, at=at)
    _settle(owner, cast.office, at=at)


def _merchant(spec: tuple[object, ...], owner: User, office: User, *, at: datetime) -> Merchant:
    name, kind, gives, county, promise, address, lat, lng, color = map(str, spec)
    organization = Organization.objects.create(
        kind=kind, name=name, region=Region.objects.get(code=f"{county}000000"),
        state=OrgState.ACTIVE, applied_at=at, applied_by=owner, address=address, intro=promise,
        parent=Organization.objects.filter(kind=Kind.OFFICE).order_by("pk").first(),
    )  # fmt: skip
    parent = organization.parent
    organization.path = f"{parent.path if parent else '/'}{organization.pk}/"
    organization.save(update_fields=["path"])
    plan = MerchantPlan(gives, promise, "钱多多", "19903519081")
    merchant = actions.apply_merchant(
        organization=organization, plan=plan, permit=_permit(), photo=_front(color),
        by=owner, at=at,
    )  # fmt: skip
    actions.approve_merchant(merchant=merchant, by=office, at=at + timedelta(hours=3))
    shop = ShopPlan(
        name=f"{name}（总店）", region_id=organization.region_id, address=address,
        hours="每天 09:00–20:00", phone="0351-4567890", lat=float(lat), lng=float(lng),
    )  # fmt: skip
    actions.add_shop(merchant=merchant, plan=shop, by=owner, at=at + timedelta(hours=4))
    return merchant


def _offer(
    gift: Gift, merchants: list[Merchant], owner: User, office: User, *, at: datetime
) -> Version:
    merchant, today = merchants[gift.merchant], local_date(at)
    terms = Terms(
        kind_id=gift.kind, title=gift.title, hand_over=gift.hand_over, points=gift.points,
        stars=gift.stars, stock=gift.stock, settlement_fen=gift.fen, limit_period=gift.period,
        text=gift.text, offered_from=today, offered_until=today + timedelta(days=300),
        use_until=today + timedelta(days=330), use_days=60, terms="请提前一天打电话预约。",
        shop_ids=tuple(merchant.shops.values_list("pk", flat=True)),
    )  # fmt: skip
    at += timedelta(hours=5)
    picture = _still_life(MERCHANTS[gift.merchant][8], gift.kind)
    version = actions.write_offer(merchant=merchant, terms=terms, photo=picture, by=owner, at=at)
    actions.submit_offer(version=version, by=owner, at=at)
    return actions.publish_offer(version=version, by=office, at=at + timedelta(hours=2))


def _leave_work(merchant: Merchant, owner: User, *, at: datetime) -> None:
    """Leave one offer for the office to review."""
    today = local_date(at)
    terms = Terms(
        kind_id="life", title="重阳节烫发五折", hand_over="烫发五折", points=30, stars=0,
        offered_from=today, offered_until=today + timedelta(days=60), use_days=30,
        use_until=today + timedelta(days=90),
        shop_ids=tuple(merchant.shops.values_list("pk", flat=True)),
    )  # fmt: skip
    version = actions.write_offer(
        merchant=merchant, terms=terms, photo=_still_life("#b4552d", "life"), by=owner, at=at
    )
    actions.submit_offer(version=version, by=owner, at=at)


def _take_and_use(cast: Cast, offers: list[Version], clerk: User, *, at: datetime) -> None:
    """Let those who have the points take something: last month used, this month kept or back."""
    last_month = day_bounds(local_date(at).replace(day=1))[0] - timedelta(days=6, hours=-10)
    people = [one for one in cast.volunteers if one.user_id is not None]
    for number, volunteer in enumerate(people[:TAKERS]):
        then = last_month + timedelta(hours=number)
        for version in (offers[0], offers[5]):
            voucher = _taken(version, volunteer, at=then)
            if voucher is not None:
                _used(voucher, clerk, at=then + timedelta(hours=2))
    for number, volunteer in enumerate(people[:TAKERS]):
        if number == ELDER:  # with whom closing an account is tried: nothing waits
            continue
        version = offers[0] if number == 0 else offers[(number % 4) + 3]
        kept = _taken(version, volunteer, at=at - timedelta(hours=number + 1))
        if kept is not None and number == TAKERS - 1 and volunteer.user is not None:
            actions.give_voucher_back(voucher=kept, by=volunteer.user, at=at)


def _taken(version: Version, volunteer: Volunteer, *, at: datetime) -> Voucher | None:
    if version.points > points.balance(volunteer.pk) or volunteer.user is None:
        return None
    return actions.take_offer(
        offer_id=version.offer_id, version_id=version.pk, volunteer=volunteer, by=volunteer.user,
        handle=f"demo-{version.pk}-{volunteer.pk}-{local_date(at)}", at=at,
    )  # fmt: skip


def _used(voucher: Voucher, clerk: User, *, at: datetime) -> None:
    shop = voucher.version.shops.all()[0]
    actions.redeem(voucher_id=voucher.pk, shop=shop, by=clerk, at=at)


def _settle(owner: User, office: User, *, at: datetime) -> None:
    """Settle last month with the first merchant; the other sheets wait."""
    actions.draw_sheets(today=local_date(at), at=at)
    sheet = Sheet.objects.filter(state=SheetState.DRAWN).order_by("merchant").first()
    if sheet is not None:
        sheet = actions.confirm_sheet(sheet=sheet, seen=sheet.version, by=owner, at=at)
        actions.close_sheet(sheet=sheet, seen=sheet.version, by=office, at=at)


# -- Drawings ------------------------------------------------------------------------------------


def _permit() -> Checked:
    """Draw a paper with a red seal."""
    picture = Image.new("RGB", (480, 340), "#fbf7ee")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((16, 16, 464, 324), outline="#b3241a", width=5)
    for line in range(5):
        draw.line((70, 100 + line * 32, 410 - line * 20, 100 + line * 32), fill="#8d8377", width=6)
    draw.ellipse((340, 210, 440, 310), outline="#c8281c", width=7)
    return check_paper(_upload(picture, "营业执照.jpg"))


def _front(color: str) -> Checked:
    """Draw a shop front under an awning in the evening."""
    picture = Image.new("RGB", (960, 540), "#f3e7d7")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 430, 960, 540), fill="#cfc2b2")
    draw.rectangle((120, 110, 840, 450), fill="#fffaf2", outline="#d8c8b4", width=4)
    for stripe in range(9):
        left = 120 + stripe * 80
        draw.rectangle((left, 110, left + 80, 190), fill=color if stripe % 2 == 0 else "#ffffff")
        draw.ellipse((left, 165, left + 80, 215), fill=color if stripe % 2 == 0 else "#ffffff")
    draw.rectangle((430, 250, 530, 450), fill=color)
    draw.ellipse((505, 345, 519, 359), fill="#f6d365")
    for left in (170, 590):
        draw.rectangle((left, 250, left + 200, 390), fill="#ffe9b0", outline="#b99b6b", width=5)
        draw.line((left + 100, 250, left + 100, 390), fill="#b99b6b", width=5)
    return check_image(_upload(picture))


def _still_life(color: str, kind: str) -> Checked:
    """Draw what is given: a heart for health, a ticket for culture, a parcel for the rest."""
    picture = Image.new("RGB", (640, 480), "#fbf3e6")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((110, 30, 530, 450), fill="#ffffff")
    if kind == "health":
        draw.ellipse((190, 140, 330, 280), fill=color)
        draw.ellipse((310, 140, 450, 280), fill=color)
        draw.polygon(((200, 240), (440, 240), (320, 380)), fill=color)
        draw.rectangle((308, 190, 332, 290), fill="#ffffff")
        draw.rectangle((270, 228, 370, 252), fill="#ffffff")
    elif kind == "culture":
        draw.rounded_rectangle((160, 160, 480, 320), radius=22, fill=color)
        for top in range(170, 316, 22):
            draw.ellipse((376, top, 386, top + 10), fill="#fbf3e6")
        draw.line((200, 210, 340, 210), fill="#ffffff", width=12)
        draw.line((200, 250, 300, 250), fill="#ffffff", width=12)
    else:
        draw.rectangle((200, 210, 440, 370), fill=color)
        draw.rectangle((185, 170, 455, 222), fill=color)
        draw.rectangle((302, 170, 338, 370), fill="#f6d365")
        draw.arc((240, 100, 325, 180), 90, 330, fill="#f6d365", width=14)
        draw.arc((315, 100, 400, 180), 210, 90, fill="#f6d365", width=14)
    return check_image(_upload(picture))


def _upload(picture: Image.Image, name: str = "图.jpg") -> SimpleUploadedFile:
    out = BytesIO()
    picture.save(out, "JPEG", quality=80)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
