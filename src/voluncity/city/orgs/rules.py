"""What an application must say, and who may do what with whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from voluncity.city.orgs.states import Kind
from voluncity.kernel import tokens
from voluncity.kernel.identity import parse_mobile, parse_uscc
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, has_emoji, person_name

# Offices and lead units are set by the city's notices, never applied for.
OPEN_KINDS = (
    Kind.REGISTERED,
    Kind.FILED,
    Kind.INTERNAL,
    Kind.UNIT,
    Kind.MODEL_UNIT,
    Kind.COMMUNITY,
    Kind.MERCHANT,
)


@dataclass(frozen=True)
class Condition:
    """What an application of some kind must hold: the field, and what is said when it is empty."""

    field: str
    sentence: str


_CODE = Condition("code", "登记注册的组织请填写统一社会信用代码，在登记证书上。")
_CERTIFICATE = Condition("paper", "请上传登记证书的照片或 PDF，审核时要核对。")
# What each kind must name or bring; a kind that is missing here needs nothing more (志愿服务条例
# 第二条、第四十二条: registered organizations, and teams that a unit or a community stands for).
CONDITIONS: dict[Kind, tuple[Condition, ...]] = {
    Kind.REGISTERED: (_CODE, _CERTIFICATE),
    Kind.FILED: (
        Condition("filing_number", "备案的团队请填写备案编号，在备案回执上。"),
        Condition("responsible_name", "备案的团队请填写负责人姓名。"),
    ),
    Kind.INTERNAL: (
        Condition("host", "单位内部的队伍请选择所在单位，或者把主管（联络）单位选为所在单位。"),
    ),
    Kind.MERCHANT: (
        Condition("code", "爱心商户请填写统一社会信用代码，在营业执照上。"),
        Condition("paper", "请上传营业执照的照片或 PDF，审核时要核对。"),
    ),
}
# Whose house an internal team can be.
HOST_KINDS = (Kind.UNIT, Kind.MODEL_UNIT, Kind.COMMUNITY, Kind.LEAD_UNIT, Kind.OFFICE)
# What usually stands above a team: offered first when somebody looks for the place in the tree.
LEADING_KINDS = (
    Kind.OFFICE,
    Kind.LEAD_UNIT,
    Kind.FEDERATION,
    Kind.UNIT,
    Kind.MODEL_UNIT,
    Kind.COMMUNITY,
)
# Volunteers belong to every kind of organization but the offices.
CLOSED_KINDS = (Kind.OFFICE,)

NAME_LEAST, NAME_MOST = 2, 60
INTRO_MOST, ADDRESS_MOST, REASON_MOST, MESSAGE_MOST = 1000, 120, 300, 200
FILING_MOST, NOTE_MOST, BRAND_MOST, WHAT_MOST = 40, 40, 40, 300
BUILDING_MOST, BUILDINGS_MOST = 40, 200
INVITATION, INVITATION_USES, INVITATION_DAYS = "orgs.invitation", 1000, 90


@dataclass(frozen=True)
class OrgPlan:
    """What somebody says about the organization that they apply for."""

    kind: str
    name: str
    parent_id: int
    region_id: int
    contact_name: str
    contact_phone: str
    code: str = ""
    intro: str = ""
    address: str = ""
    filing_number: str = ""
    responsible_name: str = ""
    host_id: int | None = None


@dataclass(frozen=True)
class OpenWork:
    """Something that must be finished before an organization can end, and where."""

    sentence: str
    url: str = ""


def checked(plan: OrgPlan) -> OrgPlan:
    """Return the plan as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    if plan.kind not in OPEN_KINDS:
        raise BadInput("请选择组织类型。", field="kind")
    return replace(
        plan,
        name=name(plan.name),
        code=parse_uscc(plan.code, field="code") if clean(plan.code) else "",
        filing_number=filing_number(plan.filing_number),
        responsible_name=_responsible(plan.responsible_name),
        contact_name=person_name(plan.contact_name, field="contact_name"),
        contact_phone=parse_mobile(plan.contact_phone, field="contact_phone"),
        intro=intro(plan.intro),
        address=address(plan.address),
    )


def intro(value: str) -> str:
    """Return an introduction as it is stored."""
    return clean(value, max_length=INTRO_MOST, field="intro", multiline=True, label="简介")


def address(value: str) -> str:
    """Return an address as it is stored."""
    return clean(value, max_length=ADDRESS_MOST, field="address", label="地址")


def reason(value: str) -> str:
    """Return the reason of a decision; there must be one, because the person will read it.

    :raises BadInput: when there is none, or it is too long.
    """
    words = clean(value, max_length=REASON_MOST, field="reason", multiline=True, label="原因")
    if not words:
        raise BadInput("请写明原因，对方会看到。", field="reason")
    return words


def name(value: str) -> str:
    """Return the name of an organization as it is stored.

    :raises BadInput: when it is no name.
    """
    words = clean(value, max_length=NAME_MOST, field="name", label="名称")
    if len(words) < NAME_LEAST or not re.search(r"[^\W\d_]", words):
        raise BadInput("请填写组织全称，至少 2 个字。", field="name")
    if has_emoji(words):
        raise BadInput("组织名称里不能有表情符号。", field="name")
    return words


def filing_number(value: str) -> str:
    """Return a filing number as it is stored: 并志备〔2026〕12号.

    :raises BadInput: when it is too long or holds a picture.
    """
    words = clean(value, max_length=FILING_MOST, field="filing_number", label="备案编号")
    if has_emoji(words):
        raise BadInput("备案编号里不能有表情符号。", field="filing_number")
    if words and not re.search(r"\d", words):
        raise BadInput("备案编号里应有数字，请按备案回执填写。", field="filing_number")
    return words


def check_conditions(plan: OrgPlan, *, has_paper: bool) -> None:
    """Check what the kind of organization asks for beyond what all say.

    :raises BadInput: at the first field that is missing.
    """
    for condition in CONDITIONS.get(Kind(plan.kind), ()):
        if not (has_paper if condition.field == "paper" else _said(plan, condition.field)):
            raise BadInput(condition.sentence, field=condition.field)


def _said(plan: OrgPlan, field: str) -> bool:
    return bool(getattr(plan, "host_id" if field == "host" else field))


def _responsible(value: str) -> str:
    return person_name(value, field="responsible_name") if clean(value) else ""


def invitation_token(pk: int, *, key: bytes) -> str:
    """Return the secret part of an invitation's link."""
    return tokens.sign(str(pk), key=key, purpose=INVITATION)


def invitation_in(token: str, *, key: bytes) -> int:
    """Return the number of the invitation whose link this is.

    :raises BadInput: when we did not make it.
    """
    return int(tokens.verify(token, key=key, purpose=INVITATION))


def invitation_limits(most: int, days: int) -> None:
    """Check how often and how long an invitation may be used.

    :raises BadInput: at the number that is out of bounds.
    """
    if not 1 <= most <= INVITATION_USES:
        raise BadInput(f"可用次数应为 1 到 {INVITATION_USES} 之间的整数。", field="most")
    if not 1 <= days <= INVITATION_DAYS:
        raise BadInput(f"有效天数应为 1 到 {INVITATION_DAYS} 之间的整数。", field="days")


def brand_words(value: str, *, field: str, label: str, most: int, wanted: bool = True) -> str:
    """Return what is said about a brand project as it is stored.

    :raises BadInput: when it is missing, too long, or a name with a picture in it.
    """
    words = clean(value, max_length=most, field=field, label=label)
    if wanted and not words:
        raise BadInput(f"请填写{label}。", field=field)
    if field == "name" and has_emoji(words):
        raise BadInput(f"{label}里不能有表情符号。", field=field)
    return words


def building_names(value: str) -> list[str]:
    """Return the buildings that somebody wrote, one a line, each once and in order.

    :raises BadInput: when there are too many or a line is too long.
    """
    lines = [clean(line) for line in value.splitlines()]
    names = list(dict.fromkeys(line for line in lines if line))
    if len(names) > BUILDINGS_MOST:
        raise BadInput(
            f"一支队伍最多填写 {BUILDINGS_MOST} 栋楼宇，现在有 {len(names)} 栋，请分给几支小分队。",
            field="buildings",
        )
    for line in names:
        if len(line) > BUILDING_MOST:
            raise BadInput(
                f"“{line[:12]}…”太长，每栋楼宇最多 {BUILDING_MOST} 个字。", field="buildings"
            )
    return names
