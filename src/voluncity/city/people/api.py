"""Operations of the API about oneself: register as a volunteer, see what is known."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router
from pydantic import Field

from voluncity.city.access.marks import SIGNED_IN, VOLUNTEER
from voluncity.city.inbox import queries as inbox
from voluncity.city.people import actions, queries
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.people.rules import Applicant, GuardianAnswer
from voluncity.city.people.states import (
    Channel,
    CodePurpose,
    DayPart,
    IdentityState,
    IdType,
    Purpose,
    Relation,
    Sex,
)
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import Asked, BodyId, Count, Day, Shape, Words, YesNo, local
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.masks import mask_id, mask_name
from voluncity.web.addresses import address_of

router = Router(tags=["登记与本人"])


class FreeTimeAsked(Asked):
    """A part of a weekday."""

    weekday: Count = Field(le=6, description="星期一是 0，星期日是 6")
    part: DayPart


class GuardianCodeAsked(Asked):
    """The phone of a guardian."""

    phone: Words = Field(max_length=30, description="监护人的手机号")


class GuardianCodeSent(Shape):
    """A code was sent to the guardian."""

    sent: bool = True
    demo_text: str = Field("", description="演示城市里的短信内容；正式运行时总是空的")


class GuardianAsked(Asked):
    """The adult who agrees, proven by a code on the guardian's own phone."""

    name: Words = Field(max_length=60)
    relation: Relation
    phone: Words = Field(max_length=30)
    code: Words = Field(max_length=20, description="监护人手机收到的 6 位数字")


class VolunteerAsked(Asked):
    """Everything that is asked of somebody who wants to be a volunteer."""

    name: Words = Field(max_length=60, description="证件上的姓名")
    id_type: IdType = IdType.RESIDENT
    id_number: Words = Field(max_length=40, description="证件号码，加密保存")
    born_on: Day | None = Field(None, description="居民身份证以外的证件必填")
    sex: Sex | None = Field(None, description="居民身份证以外的证件必填")
    region_id: BodyId = Field(description="常住社区（或街道）的编号")
    channel: Channel = Channel.INTERNET
    organization_id: BodyId | None = Field(None, description="经哪个组织的二维码而来")
    is_party_member: YesNo = False
    skill_ids: list[BodyId] = Field([], max_length=50)
    category_ids: list[BodyId] = Field([], max_length=50)
    free_times: list[FreeTimeAsked] = Field([], max_length=21)
    consents: list[Purpose] = Field(
        max_length=4, description="分别同意的事项；terms 必须同意，其余自愿"
    )
    guardian: GuardianAsked | None = Field(None, description="未成年人必填")


class VolunteerShape(Shape):
    """A volunteer as that person sees it; numbers stay masked."""

    number: str = Field(description="志愿者编号")
    name: str = Field(description="姓名（脱敏）")
    id_number: str = Field(description="证件号码（脱敏）")
    identity_state: IdentityState
    identity_label: str = Field(description="实名状态的中文说法")
    identity_reason: str = Field(description="未通过的原因和办法")
    region: str
    skills: list[str]
    consents: list[str] = Field(description="现在同意的事项")
    proven_minutes: int = Field(description="信用时长（分钟）")
    entered_minutes: int = Field(description="荣誉时长（分钟）")
    registered_at: datetime
    card_code: str = Field(description="志愿者码的内容，每分钟更换，供领队扫描")


class Me(Shape):
    """The account, and the volunteer if there is one."""

    user_id: int
    display_name: str
    volunteer: VolunteerShape | None


@operation(
    router,
    "POST",
    "guardian-codes",
    summary="给监护人发送验证码",
    answer=GuardianCodeSent,
    access=SIGNED_IN,
    scope=TokenScope.VOLUNTEER_WRITE,
    status=CREATED,
)
def request_guardian_code(request: HttpRequest, asked: GuardianCodeAsked) -> GuardianCodeSent:
    """未满 18 周岁的人登记前，监护人以此表示同意。"""
    key = actions.send_code(
        phone=asked.phone,
        purpose=CodePurpose.GUARDIAN,
        at=now(),
        address=address_of(request),
    )
    return GuardianCodeSent(demo_text=inbox.shown_text(key))


@operation(
    router,
    "POST",
    "volunteers",
    summary="登记为志愿者",
    answer=VolunteerShape,
    access=SIGNED_IN,
    scope=TokenScope.VOLUNTEER_WRITE,
    status=CREATED,
)
def register(request: HttpRequest, asked: VolunteerAsked) -> VolunteerShape:
    """提交后自动申请实名审核；审核结果见 GET /me。"""
    user = user_of(request)
    at = now()
    volunteer = actions.register_volunteer(applicant=_applicant(asked), user=user, by=user, at=at)
    return _volunteer(volunteer, at)


@operation(
    router, "GET", "me", summary="我的资料", answer=Me, access=SIGNED_IN,
    scope=TokenScope.VOLUNTEER_READ,
)  # fmt: skip
def me(request: HttpRequest) -> Me:
    """本人的账号和志愿者资料，号码脱敏。"""
    user = user_of(request)
    volunteer = user.volunteer_or_none
    shown = _volunteer(volunteer, now()) if volunteer else None
    return Me(user_id=user.pk, display_name=user.display_name, volunteer=shown)


@operation(
    router,
    "POST",
    "me/identity",
    summary="重新提交实名审核",
    answer=VolunteerShape,
    access=VOLUNTEER,
    scope=TokenScope.VOLUNTEER_WRITE,
)
def submit_identity(request: HttpRequest) -> VolunteerShape:
    """实名审核未通过时，资料核对无误后再次提交。"""
    user = user_of(request)
    at = now()
    actions.submit_identity(volunteer_id=user.volunteer.pk, by=user, at=at)
    return _volunteer(Volunteer.objects.get(pk=user.volunteer.pk), at)


def _applicant(asked: VolunteerAsked) -> Applicant:
    return Applicant(
        name=asked.name,
        id_type=asked.id_type,
        id_number=asked.id_number,
        born_on=asked.born_on,
        sex=asked.sex or "",
        region_id=asked.region_id,
        channel=asked.channel,
        organization_id=asked.organization_id,
        is_party_member=asked.is_party_member,
        skill_ids=tuple(asked.skill_ids),
        category_ids=tuple(asked.category_ids),
        free_times=tuple((free.weekday, str(free.part)) for free in asked.free_times),
        consents=frozenset(map(str, asked.consents)),
        guardian=_guardian(asked.guardian) if asked.guardian else None,
    )


def _guardian(asked: GuardianAsked) -> GuardianAnswer:
    return GuardianAnswer(asked.name, asked.relation, asked.phone, asked.code)


def _volunteer(volunteer: Volunteer, at: datetime) -> VolunteerShape:
    minutes = queries.minutes_of(volunteer.pk)
    return VolunteerShape(
        number=volunteer.number,
        name=mask_name(volunteer.name),
        id_number=mask_id(queries.id_number_of(volunteer)),
        identity_state=IdentityState(volunteer.identity_state),
        identity_label=IdentityState(volunteer.identity_state).label,
        identity_reason=volunteer.identity_reason,
        region=volunteer.region.name,
        skills=[skill.name for skill in volunteer.skills.all()],
        consents=sorted(queries.live_consents(volunteer)),
        proven_minutes=minutes.proven,
        entered_minutes=minutes.entered,
        registered_at=local(volunteer.registered_at),
        card_code=queries.card_code(volunteer.pk, at=at),
    )
