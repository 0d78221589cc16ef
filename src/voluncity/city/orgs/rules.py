"""What an application must say, and who may do what with whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from voluncity.city.orgs.states import Kind
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
# Only what is registered as a legal person must have a code; an own code is not asked of teams.
KINDS_WITH_CODE = (Kind.REGISTERED,)
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


def checked(plan: OrgPlan) -> OrgPlan:
    """Return the plan as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    if plan.kind not in OPEN_KINDS:
        raise BadInput("请选择组织类型。", field="kind")
    return replace(
        plan,
        name=name(plan.name),
        code=_code(plan),
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


def _code(plan: OrgPlan) -> str:
    if clean(plan.code):
        return parse_uscc(plan.code, field="code")
    if plan.kind in KINDS_WITH_CODE:
        raise BadInput("登记注册的组织请填写统一社会信用代码，在登记证书上。", field="code")
    return ""
