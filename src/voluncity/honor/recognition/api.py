"""Operations of the API: stars, certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC, VOLUNTEER
from voluncity.city.people.asking import user_of
from voluncity.city.tokens.operations import CREATED, operation
from voluncity.city.tokens.shapes import (
    Asked,
    Page,
    PageAsked,
    Shape,
    Words,
    local,
    rows_of,
)
from voluncity.city.tokens.states import TokenScope
from voluncity.honor.recognition import actions, queries
from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.states import CertificateState
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name
from voluncity.web.addresses import address_of

router = Router(tags=["荣誉"])

READ, WRITE = TokenScope.VOLUNTEER_READ, TokenScope.VOLUNTEER_WRITE


class Rung(Shape):
    """One step of the star ladder."""

    stars: int
    needed_minutes: int
    awarded_at: datetime | None


class Stars(Shape):
    """One's own stars and the way to the next."""

    stars: int
    minutes: int
    missing_minutes: int = Field(description="离下一星还差多少分钟；已到顶为 0")
    ladder: list[Rung]


class CertificateShape(Shape):
    """One's own certificate."""

    serial: str = Field(description="证明编号")
    check_code: str = Field(description="校验码，与编号一起交给查验的人")
    state: CertificateState
    state_label: str
    state_reason: str
    issued_at: datetime
    minutes: int


class CheckAsked(Asked):
    """The check code on the certificate."""

    code: Words = Field(max_length=40, description="校验码")


class Checked(Shape):
    """What a check of a certificate says; names are masked."""

    serial: str
    state: CertificateState
    state_label: str = Field(description="有效、已更正或已撤销")
    state_reason: str
    is_genuine: bool = Field(description="内容与出具时一致")
    name: str = Field(description="姓名（脱敏）")
    minutes: int
    issued_at: datetime
    issuer: str
    organizations: list[str] = Field(description="记录这些服务的组织")


@operation(
    router, "GET", "me/stars", summary="我的星级", answer=Stars, access=VOLUNTEER, scope=READ
)
def stars(request: HttpRequest) -> Stars:
    """已获得的星级和离下一星的差距。"""
    progress = queries.star_progress(user_of(request).volunteer.pk, on=local_date(now()))
    return Stars(
        stars=progress["stars"],
        minutes=progress["minutes"],
        missing_minutes=progress["missing"],
        ladder=[
            Rung(
                stars=rung.stars,
                needed_minutes=rung.minutes,
                awarded_at=local(award.awarded_at) if award else None,
            )
            for rung, award in progress["rungs"]
        ],
    )


@operation(
    router, "GET", "me/certificates", summary="我的证明", answer=Page[CertificateShape],
    access=VOLUNTEER, scope=READ,
)  # fmt: skip
def certificates(request: HttpRequest, asked: Query[PageAsked]) -> Page[CertificateShape]:
    """新的在前。"""
    found = queries.certificates_of(user_of(request).volunteer)
    rows, place = rows_of(found, asked)
    return Page[CertificateShape](items=[_shape(row) for row in rows], **place)


@operation(
    router, "POST", "me/certificates", summary="开具志愿服务记录证明", answer=CertificateShape,
    access=VOLUNTEER, scope=WRITE, status=CREATED,
)  # fmt: skip
def issue(request: HttpRequest) -> CertificateShape:
    """包含到现在为止已入账的全部时长。"""
    user = user_of(request)
    made = actions.issue_certificate(volunteer_id=user.volunteer.pk, by=user, at=now())
    return _shape(made)


@operation(
    router, "GET", "certificates/{serial}", summary="查验证明", answer=Checked, access=PUBLIC
)
def check(
    request: HttpRequest,
    serial: Annotated[str, Field(max_length=40)],
    asked: Query[CheckAsked],
) -> Checked:
    """任何人凭编号和校验码都能查验。"""
    found = actions.check_certificate(
        serial=serial, code=asked.code, address=address_of(request), at=now()
    )
    facts = found.facts
    return Checked(
        serial=found.serial,
        state=CertificateState(found.state),
        state_label=CertificateState(found.state).label,
        state_reason=found.state_reason,
        is_genuine=queries.is_genuine(found),
        name=mask_name(facts["name"]),
        minutes=facts["proven"] + facts["entered"],
        issued_at=local(found.issued_at),
        issuer=facts["issuer"],
        organizations=[one["organization"] for one in facts["organizations"]],
    )


def _shape(one: Certificate) -> CertificateShape:
    return CertificateShape(
        serial=one.serial,
        check_code=one.check_code,
        state=CertificateState(one.state),
        state_label=CertificateState(one.state).label,
        state_reason=one.state_reason,
        issued_at=local(one.issued_at),
        minutes=one.facts["proven"] + one.facts["entered"],
    )
