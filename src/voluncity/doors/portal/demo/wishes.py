"""Wishes of the demo city in every state: waiting, open, claimed, done, come true, refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.care.wishes import actions, queries
from voluncity.care.wishes.models import Theme, Wish, WishKind
from voluncity.care.wishes.rules import Asked, Contact, Decision
from voluncity.city.files.rules import Checked, check_image
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

KNOWN = 2  # volunteers of the login page
MINE = 5  # what the first of them has claimed
DESK = "demo-community"
DESK_REGION = "140106005001"  # the community that this desk looks after


@dataclass(frozen=True)
class Story:
    """One wish: what, by whom, how long ago, how far it came."""

    kind: str
    title: str
    text: str
    days: int
    reach: str
    whom: str = "self"
    thanks: str = ""
    in_theme: bool = False
    with_photo: bool = False


STORIES = (
    Story("company", "想请人陪我去理发", "腿脚不便，想有人一起走到街口。", 2, "open", "elder"),
    Story("repair", "厨房水龙头滴水想修一修", "换一个垫圈就行，工具家里有。", 3, "open"),
    Story("learning", "想学会用手机挂号", "眼睛花，想有人慢慢教两回。", 5, "open", in_theme=True),
    Story("things", "想要一本《昆虫记》", "孩子喜欢看虫子，旧书也很好。", 4, "open", "child"),
    Story("errand", "想请人帮忙取一次药", "药房上午十点以后能取。", 1, "open", in_theme=True),
    Story("company", "想找人一起下象棋", "周末下午都在家。", 6, "claimed"),
    Story("learning", "想请大学生辅导两次数学", "初二，不懂几何。", 8, "claimed", "child"),
    Story("repair", "台灯不亮想看一看", "可能是开关坏了。", 9, "done", "elder", with_photo=True),
    Story(
        "company", "想去汾河边看看花", "坐轮椅，想有人推一段。", 24, "completed", "elder",
        "推得又稳又慢，一路都在说笑，谢谢！", in_theme=True, with_photo=True,
    ),
    Story("care", "想请人上门理个发", "老伴卧床，出不了门。", 30, "completed", "elder",
          "理得很精神，孩子们视频里都夸。"),
    Story("errand", "想请人帮忙晒一次被子", "胳膊使不上劲。", 40, "completed", "",
          "阳光的味道，真好。"),
    Story("things", "想要一台旧收音机", "听戏用。", 1, "posted", "elder"),
    Story("other", "楼道堆满了杂物", "希望有人来清一清。", 12, "rejected"),
)  # fmt: skip


def make_wishes(cast: Cast, *, at: datetime) -> None:
    """Let residents wish, the office value, volunteers claim, and some of it come true."""
    office, desk = cast.office, cast.staff.get(DESK, cast.office)
    theme = _theme(office, at=at)
    for number, story in enumerate(STORIES):
        resident = _turn(cast, number)
        began = at - timedelta(days=story.days)
        wish = _posted(story, resident, theme, number, at=began)
        if story.reach == "rejected":
            actions.reject_wish(wish=wish, reason="patrol", words="", by=office, at=began)
        elif story.reach != "posted":
            _published(story, wish, office, at=began + timedelta(hours=5))
            helper = cast.volunteers[0] if number == MINE else _helper(cast, wish, number, at=began)
            _fulfilled(story, wish, helper, at=began + timedelta(hours=20))
    _written_at_the_desk(desk, at=at - timedelta(days=1))
    actions.keep_terms(at=at)


def _turn(cast: Cast, number: int) -> Volunteer:
    """Return the next resident, also in a small city; those of the login page are left out."""
    others = cast.volunteers[KNOWN:]
    return others[number % len(others)]


def _helper(cast: Cast, wish: Wish, number: int, *, at: datetime) -> Volunteer:
    """Return the next one who may claim a wish."""
    turns = (_turn(cast, number + more) for more in range(len(STORIES), len(cast.volunteers) * 2))
    today = local_date(at)
    return next(one for one in turns if one.user and not queries.why_not(wish, one, today=today))


def _theme(office: User, *, at: datetime) -> Theme:
    today = local_date(at)
    plan = actions.ThemePlan(
        title=f"冬日暖阳 {today.year}", words="天冷了，帮身边的老人办一件小事",
        drawing="flower", tone="gold",
        starts_on=today - timedelta(days=45), ends_on=today + timedelta(days=45),
    )  # fmt: skip
    return actions.add_theme(plan=plan, by=office, at=at - timedelta(days=45))


def _posted(story: Story, resident: Volunteer, theme: Theme, number: int, *, at: datetime) -> Wish:
    assert resident.user is not None  # noqa: S101 -- everybody here registered by phone
    contact = Contact(resident.name, f"199035193{number:02d}", "小区 3 号楼 2 单元")
    asked = _asked(story, contact, resident.region, theme, f"demo-wish-{number}", at=at)
    return actions.post_wish(asked=asked, user=resident.user, by=resident.user, at=at)


def _asked(
    story: Story, contact: Contact, region: Region, theme: Theme, handle: str, *, at: datetime
) -> Asked:
    return Asked(
        handle=handle, kind=WishKind.objects.get(pk=story.kind), for_whom=story.whom or "self",
        title=story.title, text=story.text, region=region, contact=contact,
        wanted_on=local_date(at) + timedelta(days=21), theme=theme if story.in_theme else None,
        photo=_photo(story) if story.with_photo else None,
    )  # fmt: skip


def _published(story: Story, wish: Wish, office: User, *, at: datetime) -> None:
    decision = Decision(
        kind=wish.kind, title=wish.title, text=wish.text, theme=wish.theme,
        worth_minutes=wish.kind.worth_minutes,
        is_photo_public=story.with_photo and story.whom != "child",
    )  # fmt: skip
    actions.approve_wish(wish=wish, decision=decision, by=office, at=at)


def _fulfilled(story: Story, wish: Wish, helper: Volunteer, *, at: datetime) -> None:
    if story.reach == "open" or helper.user is None or wish.user is None:
        return
    actions.claim_wish(
        wish_id=wish.pk, volunteer=helper, by=helper.user, at=at, is_named=True,
        promised_on=local_date(at) + timedelta(days=14),
    )  # fmt: skip
    wish.refresh_from_db()
    actions.see_contact(wish=wish, by=helper.user, at=at)
    if story.reach == "claimed":
        return
    done = at + timedelta(days=3)
    actions.finish_wish(
        wish=wish, words="按约好的时间去了，已经办好。", photo=None, by=helper.user, at=done
    )
    if story.reach == "completed":
        actions.complete_wish(wish=wish, by=wish.user, at=done + timedelta(hours=4))
        actions.thank(
            wish=wish, words=story.thanks, is_public=True, by=wish.user,
            at=done + timedelta(hours=4),
        )  # fmt: skip


def _written_at_the_desk(desk: User, *, at: datetime) -> None:
    """Write down the wish of somebody who has no phone of their own."""
    story = Story("company", "想有人陪着说说话", "", 1, "posted")
    region = Region.objects.get(code=DESK_REGION)
    contact = Contact("孟奶奶", "19903519398", "青年路 12 号院")
    theme = Theme.objects.get()
    asked = _asked(story, contact, region, theme, "demo-wish-desk", at=at)
    actions.post_wish(asked=asked, user=None, by=desk, at=at)


def _photo(story: Story) -> Checked:
    """Draw a window with a lamp, or a river with flowers."""
    picture = Image.new("RGB", (640, 480), "#f6e7d4" if story.kind == "repair" else "#d7e8ee")
    draw = ImageDraw.Draw(picture)
    if story.kind == "repair":
        draw.rectangle((0, 360, 640, 480), fill="#a9835f")
        draw.polygon([(250, 140), (390, 140), (430, 240), (210, 240)], fill="#c9543f")
        draw.rectangle((312, 240, 328, 350), fill="#6d5a4a")
        draw.ellipse((250, 335, 390, 370), fill="#6d5a4a")
    else:
        draw.rectangle((0, 300, 640, 480), fill="#8ab7c9")
        draw.polygon([(0, 300), (0, 230), (640, 260), (640, 300)], fill="#7f9f6a")
        for left in range(20, 620, 44):
            draw.ellipse((left, 232 + left % 5 * 9, left + 22, 254 + left % 5 * 9), fill="#d9738a")
    out = BytesIO()
    picture.save(out, "JPEG")
    return check_image(SimpleUploadedFile("心愿.jpg", out.getvalue(), "image/jpeg"))
