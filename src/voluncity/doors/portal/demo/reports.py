"""Progress reports of the demo: one was accepted, one waits, one was sent back, one is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from voluncity.city.files.rules import Checked, check_image
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.actions import Typed
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.rules import ExpensePlan
from voluncity.fund.reports.rules.writing import digest_of
from voluncity.fund.reports.states import ReportKind
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.service.archives.states import Faces
from voluncity.web.fonts import font_folder

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

DAY = timedelta(days=1)
OF = "暖冬送餐到家"
_FONTS = (".ttf", ".otf", ".ttc")
_PAPER, _INK, _RED = "#fbf8f1", "#2b2622", "#b3241a"


@dataclass(frozen=True)
class Paid:
    """One expense: which line of the budget, how many yuan, to whom, what for, which invoice."""

    place: int
    yuan: int
    payee: str
    what: str
    invoice_no: str
    days_ago: int


@dataclass(frozen=True)
class Told:
    """What one report says."""

    done: str
    results: str
    caption: str
    paid: tuple[Paid, ...]
    served_more: str = ""
    problems: str = ""


TRAINING = Told(
    "招募并培训送餐志愿者 23 人，讲了食品安全、和老人沟通、突发情况怎么办，每人跟车实习一次。",
    "23 人全部通过食品安全测试，分成四条送餐线路，老人名单由社区逐户核对。",
    "送餐志愿者上岗培训",
    (
        Paid(
            3, 800, "太原市晋味食品安全培训中心", "食品安全培训讲课费", "24142000000010236501", 12
        ),
        Paid(1, 2400, "太原市暖锋餐饮设备商行", "保温箱 12 个", "24142000000010236618", 10),
    ),
)
DELIVERY = Told(
    "四条线路每周一、三、五送餐，到上周共送餐 512 份；雨雪天改由两人一组步行送到家。",
    "32 位行动不便的老人按时吃上热饭，有两次送餐时发现老人身体不适，及时联系了家属和社区医生。",
    "志愿者在社区食堂装餐",
    (
        Paid(2, 1260, "中国人寿太原市分公司", "志愿者意外险 21 人", "24142000000010241177", 8),
        Paid(1, 1150, "太原市暖锋餐饮设备商行", "一次性餐盒和保温袋", "24142000000010244032", 5),
    ),
    served_more="96",
)
QUARTER = Told(
    "完成志愿者培训，开始按线路送餐。", "老人和家属都满意。", "送餐出发前清点",
    (Paid(2, 480, "太原公交一卡通服务中心", "送餐志愿者交通费", "24142000000010245590", 7),),
    problems="雪天路滑，步行送餐时间较长。",
)  # fmt: skip


def report_progress(cast: Cast, *, at: datetime) -> None:
    """Let the project that runs tell of its work; the one that stands still owes a report."""
    for funding in queries.fundings_to_follow():
        actions.lay_schedule(funding=funding, at=at - 38 * DAY)
    found = Funding.objects.filter(title=OF).first()
    if found is None:
        return
    staff = User.objects.filter(pk__in=queries.staff_of(found)).order_by("pk")
    party, office = staff.first() or cast.staff["demo-org-admin"], cast.staff["demo-fund-office"]
    first, second = _owed(found, ReportKind.MILESTONE)[:2]
    quarter = _owed(found, ReportKind.PERIOD)[0]
    _write(first, TRAINING, party, at=at - 16 * DAY)
    _link(first, party, at=at - 16 * DAY)
    _submit(first, party, at=at - 16 * DAY)
    now = _again(first)
    actions.accept(report=now, seen=now.edition, by=office, at=at - 11 * DAY)
    _write(quarter, QUARTER, party, at=at - 6 * DAY)
    _submit(quarter, party, at=at - 6 * DAY)
    _send_back(quarter, office, at=at - 4 * DAY)
    _write(second, DELIVERY, party, at=at - 2 * DAY)
    _submit(second, party, at=at - 2 * DAY)


def _owed(funding: Funding, kind: str) -> list[Report]:
    return list(queries.detailed().filter(funding=funding, kind=kind).order_by("due_on"))


def _again(report: Report) -> Report:
    found: Report = queries.detailed().get(pk=report.pk)
    return found


def _write(report: Report, told: Told, party: User, *, at: datetime) -> None:
    said = {
        "done": told.done, "results": told.results, "problems": told.problems,
        "served_more": told.served_more,
    }  # fmt: skip
    sent = {key: Typed(raw, digest_of("")) for key, raw in said.items() if raw}
    actions.save_words(report=report, sent=sent, by=party, at=at)
    actions.add_evidence(
        report=_again(report), checked=_picture([told.caption], color="#7a93a8"),
        caption=told.caption, faces=Faces.NONE, consent_note="", by=party, at=at,
    )  # fmt: skip
    for one in told.paid:
        _pay(report, one, party, at=at)


def _pay(report: Report, one: Paid, party: User, *, at: datetime) -> None:
    line = report.funding.lines.get(place=one.place)
    paid_on = max(report.funding.starts_on, local_date(at) - one.days_ago * DAY)
    words = [
        "电子发票（演示）", f"发票号码 {one.invoice_no}", f"销售方 {one.payee}", f"项目 {one.what}",
        f"价税合计 {yuan_text(one.yuan * 100)}", f"开票日期 {paid_on:%Y年%m月%d日}",
    ]  # fmt: skip
    actions.add_expense(
        report=_again(report),
        plan=ExpensePlan(line.pk, paid_on, one.payee, one.what, one.yuan * 100, one.invoice_no),
        vouchers=[_picture(words, color=_PAPER)], handle=f"demo-spent-{one.invoice_no}",
        by=party, at=at,
    )  # fmt: skip


def _link(report: Report, party: User, *, at: datetime) -> None:
    """Tell of up to two activities that the organization held."""
    ids = list(queries.candidates(_again(report), at=at).values_list("pk", flat=True)[:2])
    if ids:
        actions.link_activities(report=_again(report), activity_ids=ids, by=party, at=at)


def _submit(report: Report, party: User, *, at: datetime) -> None:
    now = _again(report)
    actions.submit(report=now, seen=now.edition, by=party, at=at + timedelta(hours=1))


def _send_back(report: Report, office: User, *, at: datetime) -> None:
    """Let the office disallow what is proven badly, and ask for more."""
    now = _again(report)
    expense = now.expenses.select_related("report__funding", "line").get()
    actions.disallow(
        expense=expense, seen=now.edition, by=office, at=at,
        reason="没有写明是哪些志愿者的交通费，请补充领取签收表后重新填报。",
    )  # fmt: skip
    now = _again(report)
    actions.send_back(
        report=now, seen=now.edition, words="内容太简单，请对照计划写具体的数量。",
        remarks={
            "done": "培训了多少人、送了多少份餐？", "results": "请写出有什么变化，最好有例子。",
        },
        again_on=local_date(at) + 14 * DAY, by=office, at=at,
    )  # fmt: skip


def _picture(words: list[str], *, color: str) -> Checked:
    """Draw a picture with some words on it: an invented invoice, or a scene with its caption."""
    is_paper = color == _PAPER
    picture = Image.new("RGB", (960, 640), color)
    draw = ImageDraw.Draw(picture)
    font = str(next(one for one in sorted(font_folder().iterdir()) if one.suffix in _FONTS))
    if is_paper:
        draw.rectangle((24, 24, 936, 616), outline=_RED, width=4)
    else:
        for place in range(5):
            left = 90 + place * 165
            draw.ellipse((left, 250, left + 90, 340), fill="#e8d5b8")
            draw.rounded_rectangle((left - 20, 345, left + 110, 560), 40, fill=_RED)
    for number, line in enumerate(words):
        size = 54 if number == 0 else 36
        ink = _RED if is_paper and number == 0 else _INK if is_paper else "white"
        corner = (70, 60 + number * 86)
        draw.text(corner, line, fill=ink, font=ImageFont.truetype(font, size))
    out = BytesIO()
    picture.save(out, "PNG")
    name = "发票.png" if is_paper else "现场照片.png"
    return check_image(SimpleUploadedFile(name, out.getvalue(), content_type="image/png"))
