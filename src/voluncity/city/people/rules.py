"""What is asked of people, what they are told, and how guessing is slowed down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from voluncity.city.people.states import (
    Channel,
    DayPart,
    IdType,
    Purpose,
    RejectReason,
    Relation,
    Sex,
)
from voluncity.kernel import identity, text, tokens
from voluncity.kernel.refusals import BadInput

# RULES.md §3.5: five wrong tries lock for ten to thirty minutes.
CODE_LIFE = timedelta(minutes=5)
RESEND_WAIT = timedelta(seconds=60)
WRONG_TRIES = 5


@dataclass(frozen=True)
class Limit:
    """How often something may be tried within a span of time."""

    name: str
    most: int
    within: timedelta
    sentence: str


CODES_PER_PHONE = Limit(
    "sent",
    10,
    timedelta(days=1),
    "这个手机号今天获取验证码的次数太多，请明天再试，或到就近的志愿服务站办理。",
)
# A school or an office shares one address: wide for them, narrow enough for a machine.
CODES_PER_ADDRESS = Limit(
    "sent-from",
    200,
    timedelta(hours=1),
    "这个网络一小时内获取验证码太多，请稍后再试，或换用手机流量。",
)
WRONG_PER_ADDRESS = Limit(
    "wrong-from",
    100,
    timedelta(minutes=15),
    "这个网络输错的次数太多，请 15 分钟后再试，或换用手机流量。",
)
WRONG_PASSWORDS = Limit(
    "password",
    5,
    timedelta(minutes=15),
    "连续输错 5 次，这个账号暂时不能用密码登录，请 {until} 以后再试。忘记密码的，现在就可以"
    "改用手机验证码登录再重设密码；没有绑定手机的，请联系本单位安全管理员。",
)
REGISTRATIONS = Limit(
    "register",
    10,
    timedelta(hours=1),
    "提交登记的次数太多，请一小时后再试，或到就近的志愿服务站办理。",
)

WARD_NAMES = Limit(
    "ward",
    5,
    timedelta(hours=1),
    "核对的次数太多，请一小时后再试，或带证件到志愿服务站办理。",
)


@dataclass(frozen=True)
class ConsentText:
    """What a person agrees to; a new wording gets a new version."""

    version: str
    title: str
    words: str


CONSENTS: dict[Purpose, ConsentText] = {
    Purpose.TERMS: ConsentText(
        "2026-11",
        "我自愿登记为志愿者，同意平台为此处理我的个人信息",
        "姓名、证件号码、出生日期、手机号、所在社区用于实名登记、活动联系和开具服务证明，"
        "加密保存，不向他人公开；服务记录依法至少保存 10 年。",
    ),
    Purpose.LOCATION: ConsentText(
        "2026-11",
        "签到时使用我的位置",
        "只在签到、签退的那一刻读取一次，用来核对是否在活动现场，不记录行踪。不同意也能扫码签到。",
    ),
    Purpose.PHOTOS: ConsentText(
        "2026-11",
        "在志愿风采中使用有我的照片",
        "活动照片可能在本平台展示。不同意不影响报名和服务，也可以随时要求撤下。",
    ),
    Purpose.RANKING: ConsentText(
        "2026-11",
        "在志愿排行榜中展示我",
        "只显示姓氏（如“王*”）、所在县区和服务时长。不同意也能看到自己的名次。",
    ),
}

# What a guardian agrees to for a child (PIPL art. 31; 儿童个人信息网络保护规定第九条).
CHILD_CONSENT = ConsentText(
    "2026-11-儿童",
    "我是孩子的监护人，同意孩子登记为志愿者，并同意平台为此处理孩子的个人信息",
    "只收集登记和服务必需的内容：姓名、证件号码、出生日期、所在社区和服务记录。加密保存，"
    "不公开，不展示照片和排名；工作人员查看孩子的档案要写明原因，并记入操作记录。"
    "您可以随时在“家庭”里查看，也可以随时撤回同意。",
)

# What a guardian signs on paper at a desk (Order 67 art. 6; PIPL art. 23 asks for a clear yes).
GUARDIAN_CONSENT = ConsentText(
    "2026-11-监护人",
    "监护人带证件到场，本人看过并在同意书上签了字",
    "同意书写明：孩子登记为志愿者、参加与年龄相适应的活动，平台为此处理孩子的个人信息；"
    "可以随时到志愿服务站或打电话撤回。",
)

# A list declares that the paper form was signed; which wording was on it, nobody can tell.
PAPER_TEXT = "纸质登记表"

ADVICE: dict[RejectReason, str] = {
    RejectReason.NAME: "请对照证件，逐字核对姓名和号码，改正后重新提交。",
    RejectReason.NUMBER: "请逐位核对号码，改正后重新提交；仍不通过的，请带证件到志愿服务站。",
    RejectReason.EXPIRED: "请换领新证件后重新提交。",
    RejectReason.INCOMPLETE: "请补齐证件类型、号码和姓名后重新提交。",
}


@dataclass(frozen=True)
class Identity:
    """Who somebody is by their papers; the number stays out of logs."""

    id_type: str
    number: str = field(repr=False)
    born_on: date
    sex: str

    @property
    def index_text(self) -> str:
        """Return what the blind index is made of: equal digits on two kinds of paper differ."""
        return f"{self.id_type}:{self.number}"


_OTHER_KINDS = {
    IdType.HK_MACAO: identity.OtherIdKind.HK_MACAO_PERMIT,
    IdType.TAIWAN: identity.OtherIdKind.TAIWAN_PERMIT,
    IdType.FOREIGNER: identity.OtherIdKind.FOREIGN_RESIDENT,
    IdType.PASSPORT: identity.OtherIdKind.PASSPORT,
}


def identity_of(
    *, id_type: str, number: str, born_on: date | None, sex: str, today: date
) -> Identity:
    """Return who the papers say somebody is (RULES.md §3.1).

    Date of birth and sex are read from a resident number and asked for with any other paper.

    :raises BadInput: at `id_type`, `id_number`, `born_on` or `sex`.
    """
    if id_type == IdType.RESIDENT:
        found = identity.parse_resident_id(number, today=today, field="id_number")
        return Identity(id_type, found.number, found.born_on, found.sex)
    if id_type not in _OTHER_KINDS:
        raise BadInput("没有这种证件类型，请重新选择。", field="id_type")
    plain = identity.parse_other_id(_OTHER_KINDS[IdType(id_type)], number, field="id_number")
    return Identity(id_type, plain, checked_birthday(born_on, today=today), checked_sex(sex))


def checked_birthday(born_on: date | None, *, today: date) -> date:
    """Return a date of birth that somebody alive can have.

    :raises BadInput: when it is missing, in the future or too long ago.
    """
    if born_on is None:
        raise BadInput("请填写出生日期。", field="born_on")
    if born_on > today:
        raise BadInput("出生日期还没有到，请对照证件填写。", field="born_on")
    if identity.age_on(born_on, today) > identity.MAX_AGE:
        raise BadInput(f"出生日期超过了 {identity.MAX_AGE} 年，请对照证件填写。", field="born_on")
    return born_on


def checked_sex(sex: str) -> str:
    """Return one of the two sexes that papers know.

    :raises BadInput: when it is something else.
    """
    if sex not in Sex.values:
        raise BadInput("请选择性别。", field="sex")
    return sex


def refuse_too_young(age: int, *, youngest: int) -> None:
    """Refuse children below the age at which a guardian's consent is enough (PIPL art. 31).

    :raises BadInput: with what such a child can do instead.
    """
    if age < youngest:
        raise BadInput(
            f"未满 {youngest} 周岁的小朋友不能自行登记。请由家长用自己的手机登录，"
            "在“我的 · 家庭”里为孩子登记；也可以由家长或学校带领参加亲子、校园活动。",
            code="people.too_young",
            field="id_number",
        )


def refuse_no_child(age: int, *, youngest: int, adult: int) -> None:
    """Refuse who is too young to serve at all, or needs no guardian any more.

    :raises BadInput: with what the family can do instead.
    """
    if age < youngest:
        raise BadInput(
            f"未满 {youngest} 周岁的小朋友还不能登记。请带孩子参加亲子活动，"
            f"年满 {youngest} 周岁后再来登记。",
            code="people.child_too_young",
            field="id_number",
        )
    if age >= adult:
        raise BadInput(
            f"已满 {adult} 周岁的，请本人用自己的手机登记，或带证件到志愿服务站登记。",
            code="people.no_child",
            field="id_number",
        )


@dataclass(frozen=True)
class GuardianAnswer:
    """What a minor says about the guardian; `code` was sent to the guardian's phone."""

    name: str
    relation: str
    phone: str = field(repr=False)
    code: str = field(default="", repr=False)


def checked_guardian(answer: GuardianAnswer | None) -> GuardianAnswer:
    """Return what a minor says about the guardian, cleaned; the code is proven elsewhere.

    :raises BadInput: when there is none, at the guardian's name, or at the field that is wrong.
    """
    if answer is None:
        raise BadInput(
            "未满 18 周岁需要监护人同意：请填写监护人的姓名、关系、手机号和监护人收到的验证码。",
            code="people.guardian_needed",
            field="guardian_name",
        )
    name = text.person_name(answer.name, "guardian_name")
    if answer.relation not in Relation.values:
        raise BadInput("请选择监护人和您的关系。", field="guardian_relation")
    phone = identity.parse_mobile(answer.phone, "guardian_phone")
    return replace(answer, name=name, phone=phone)


def checked_paper_number(raw: str) -> str:
    """Return the number under which a signed paper is filed.

    :raises BadInput: when there is none, or it cannot be one.
    """
    number = text.clean(raw, max_length=40, field="paper_number", label="同意书编号")
    if not number or text.has_emoji(number):
        raise BadInput(
            "请填写签字的同意书的编号，例如“柳巷 2026-15”，方便以后查找原件。", field="paper_number"
        )
    return number


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """Everything that somebody answers to become a volunteer (Decree 685, art. 7)."""

    name: str
    id_type: str
    id_number: str = field(repr=False)
    region_id: int
    born_on: date | None = None  # read from a resident number
    sex: str = ""
    phone: str = field(default="", repr=False)  # entered at a desk; else the account's own
    channel: str = Channel.INTERNET
    organization_id: int | None = None  # who brought this person, beside the channel
    poster_id: int | None = None  # by which QR code
    is_party_member: bool = False
    skill_ids: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    free_times: tuple[tuple[int, str], ...] = ()
    consents: frozenset[str] = frozenset()
    guardian: GuardianAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a volunteer may change at any time."""

    region_id: int
    is_party_member: bool = False
    skill_ids: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    free_times: tuple[tuple[int, str], ...] = ()


def checked_free_times(pairs: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return weekday (Monday is 0) and part of the day, each once.

    :raises BadInput: when there is no such weekday or part.
    """
    wanted = set(pairs)
    if any(day not in range(7) or part not in DayPart.values for day, part in wanted):
        raise BadInput("空闲时间里有不认识的选项，请重新勾选。", field="free_times")
    return wanted


def checked_code(raw: str, *, field_name: str) -> str:
    """Return the six digits of a code; full-width digits and blanks are forgiven.

    :raises BadInput: when it is not six digits.
    """
    code = text.clean(raw).replace(" ", "")
    if not (code.isascii() and code.isdigit() and len(code) == 6):  # noqa: PLR2004 -- as sent
        raise BadInput("请填写短信里的 6 位数字验证码。", code="people.code_form", field=field_name)
    return code


# The QR code of the volunteer card changes every minute; the one before still counts, so that
# nobody is refused because the page was just being drawn anew.
_CARD_SECONDS = 60
_CARD_PURPOSE = "volunteer-card"


def card_code(volunteer_id: int, *, at: datetime, key: bytes) -> str:
    """Return the signed code that a volunteer shows to a leader during this minute."""
    window = int(at.timestamp()) // _CARD_SECONDS
    return tokens.sign(f"{volunteer_id}:{window}", key=key, purpose=_CARD_PURPOSE)


def read_card_code(code: str, *, at: datetime, key: bytes) -> int:
    """Return the id of the volunteer whose card was scanned.

    :raises BadInput: when the code is not ours, or older than the last minute.
    """
    payload = tokens.verify(code.strip(), key=key, purpose=_CARD_PURPOSE)
    volunteer_id, _, window = payload.partition(":")
    age = int(at.timestamp()) // _CARD_SECONDS - int(window)
    if age not in (0, 1):
        raise BadInput("志愿者码已经过期，请对方刷新后再扫。", code="people.card_expired")
    return int(volunteer_id)
