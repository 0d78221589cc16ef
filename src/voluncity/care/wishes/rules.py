"""What holds for wishes: which words are public, what a claim may promise, whose limit counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from voluncity.care.wishes.states import ForWhom, RejectReason
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, has_emoji

if TYPE_CHECKING:
    from voluncity.care.wishes.models import Theme, WishKind
    from voluncity.city.files.rules import Checked
    from voluncity.city.regions.models import Region

TITLE_LEAST, TITLE_MOST, TEXT_MOST, WORDS_MOST = 4, 30, 200, 200
KIND_NAME_MOST, THEME_MOST, ADDRESS_MOST = 12, 20, 80
# The wording to which the wisher agrees: who sees name, phone and address, and for how long.
CONSENT_VERSION = "wish-2026-11"
TRUST = "entered"
ISSUE_KEY = "minutes:issued:wish"

_CHINESE_DIGITS = "零〇一二三四五六七八九幺两"
_NUMBER = re.compile(rf"(?:[0-9{_CHINESE_DIGITS}][\s\-－—_.·]*){{7,}}")
_ACCOUNT = re.compile(
    r"(微信|weixin|wechat|VX|QQ|扣扣|支付宝)[号码]?[\s:：是]*[0-9A-Za-z_\-]{4,}", re.IGNORECASE
)
_ADDRESS = re.compile(
    rf"[0-9A-Za-z{_CHINESE_DIGITS}十百]+\s*"
    r"(?:号楼|号院|栋|幢|单元|号门|室(?![内外友])|弄|号(?=[^线码召脚]|$))"
)
_AMOUNT = r"[0-9零〇一二三四五六七八九十百千万两几]+\s*(?:块钱|元钱|元(?!旦|宵)|万块|千块|百块)"
_MONEY = re.compile(
    rf"{_AMOUNT}|现金|红包|转账|汇款|打款|打钱|借钱|借款|要钱|给钱|捐款|捐钱|筹款|募捐|众筹|"
    r"水滴筹|轻松筹|贷款|还债|银行卡|收款码|付款码|生活费|医药费|手术费|学费|房租|彩票"
)
_SCHOOL = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:小学|中学|幼儿园|学校)|[0-9一二三四五六七八九十]+年级?[（(]?[0-9一二三四五六七八九十]+[）)]?班"
)

LABELS = {
    "post": "提交",
    "approve": "审核通过，可以认领了",
    "amend": "修改公开内容",
    "reject": "未通过",
    "claim": "有志愿者认领",
    "release": "认领人放回，等待别的志愿者",
    "lapse": "认领到期没有完成，自动放回",
    "finish": "认领人说做完了，等许愿人确认",
    "ask_office": "许愿人没有回答，请工作人员代为确认",
    "deny": "许愿人说还没有实现",
    "complete": "确认实现",
    "thank": "许愿人道谢",
    "withdraw": "许愿人撤回",
    "expire": "过了希望的日期，自动结束",
    "remove": "工作人员下架",
    "ask_revoke": "提出撤销确认",
    "keep": "经核实，维持确认",
    "revoke": "撤销确认，时长冲回",
    "nudge": "超过审核期限，已提醒",
    "remind": "快到承诺的日期，已提醒认领人",
    "forget": "联系方式已删除",
    "hide_thanks": "感谢的话不再公开",
}
ADVICE = {
    RejectReason.MONEY: (
        "心愿和募捐、资助分开：需要钱款帮助的，请到社区申请社会救助，"
        "或请社区向志愿服务专项基金推荐。"
    ),
    RejectReason.PATROL: "公共环境和设施的问题，请用“随手拍”反映，会有责任单位来办。",
    RejectReason.HARDSHIP: "家庭长期困难的，请到社区登记，由社区和志愿服务组织结对帮扶。",
    RejectReason.TRADE: "买卖、家政、物业维修等有偿服务，请联系物业或正规商户。",
    RejectReason.UNFIT: "请修改以后再许一个心愿。",
    RejectReason.OTHER: "如有疑问，请拨打服务电话。",
}


@dataclass(frozen=True)
class Contact:
    """Whom to meet: shown to the claimant and the office only, while a claim lasts."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True)
class Asked:
    """What somebody wishes, as the form hands it on."""

    handle: str
    kind: WishKind
    for_whom: str
    title: str
    region: Region
    contact: Contact
    wanted_on: date
    text: str = ""
    theme: Theme | None = None
    photo: Checked | None = None


@dataclass(frozen=True)
class Decision:
    """What the office makes public of a wish, and what it is worth."""

    kind: WishKind
    title: str
    text: str
    worth_minutes: int
    theme: Theme | None = None
    is_photo_public: bool = False


def public_words(
    value: str, *, field: str, label: str, most: int, least: int = 0, for_whom: str = ""
) -> str:
    """Return words that everybody may read: no number to call, no door, no money.

    Fundraising for a named person is not charity and has its own law (慈善法第一百二十四条): what
    asks for money is never a wish.

    :raises BadInput: when something in them must not be public, with what to do instead.
    """
    words = clean(value, max_length=most, field=field, label=label)
    if len(words) < least:
        raise BadInput(f"{label}至少 {least} 个字，请写清楚想要什么。", field=field)
    if has_emoji(words):
        raise BadInput(f"{label}里不能有表情符号，请用文字写。", field=field)
    if _MONEY.search(words):
        raise BadInput(
            "心愿里不能写钱款。需要资金帮助的，请到社区申请救助或由社区向志愿服务专项基金推荐。",
            code="wishes.money", field=field,
        )  # fmt: skip
    if _NUMBER.search(words) or _ACCOUNT.search(words):
        raise BadInput(
            "请不要在这里写电话、微信等号码，认领人会看到您下面填写的联系方式。",
            code="wishes.number", field=field,
        )  # fmt: skip
    if _ADDRESS.search(words):
        raise BadInput(
            "请不要在这里写门牌地址，认领人会看到您下面填写的地址。",
            code="wishes.address", field=field,
        )  # fmt: skip
    if for_whom == ForWhom.CHILD and _SCHOOL.search(words):
        raise BadInput("孩子的学校和班级请不要写出来。", code="wishes.school", field=field)
    return words


def without_name(words: str, name: str, *, field: str) -> str:
    """Return words that do not name the person to meet.

    :raises BadInput: when they do.
    """
    if name and name in words:
        raise BadInput(
            "请不要在这里写姓名，公开的内容里只显示姓氏。", code="wishes.name", field=field
        )
    return words


def shown_name(name: str, for_whom: str) -> str:
    """Return how the wisher is called in public; a child is not named at all."""
    return "一个孩子" if for_whom == ForWhom.CHILD else mask_name(name)


def advice(reject_reason: str) -> str:
    """Return why a wish was not published and where it belongs; empty where it was."""
    if not reject_reason:
        return ""
    reason = RejectReason(reject_reason)
    return f"原因：{reason.label}。{ADVICE[reason]}"


def last_promise(*, today: date, wanted_on: date, most_days: int) -> date:
    """Return the last day that a claimant may promise."""
    return min(today + timedelta(days=most_days), max(wanted_on, today))


def promise(day: date, *, today: date, wanted_on: date, most_days: int) -> date:
    """Return the day until which a claimant wants to be ready.

    :raises BadInput: when it has passed or lies too far away.
    """
    last = last_promise(today=today, wanted_on=wanted_on, most_days=most_days)
    if not today <= day <= last:
        raise BadInput(
            f"请选择今天到 {last.month}月{last.day}日之间的一天。",
            code="wishes.promise", field="promised_on",
        )  # fmt: skip
    return day


def worth(minutes: int, *, kind: WishKind, most: int) -> int:
    """Return what a wish is worth.

    :raises BadInput: when it is more than its kind or the city allows.
    """
    highest = min(kind.most_minutes, most)
    if not 1 <= minutes <= highest:
        raise BadInput(
            f"“{kind.name}”的心愿最多 {highest} 分钟，请填写 1 到 {highest} 的整数。",
            code="wishes.worth", field="worth_minutes",
        )  # fmt: skip
    return minutes
