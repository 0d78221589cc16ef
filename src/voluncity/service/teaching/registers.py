"""The new volunteers who have not learned yet, as a list of the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.registers.rules import Column, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name, mask_phone
from voluncity.kernel.text import clean
from voluncity.service.teaching.queries.duty import newcomers_without


def _words(query: Query) -> str:
    return clean(dict(query).get("q", "")[:60])


def _found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    found = newcomers_without(scope, at=at)
    words = _words(query)
    return found.filter(region__name__contains=words) if words else found


def _said(_scope: Scope, query: Query, _at: datetime) -> list[tuple[str, str]]:
    words = _words(query)
    return [("区划", words)] if words else []


def _phone(one: Volunteer) -> str:
    return personal.unseal(one.phone_cipher, bound_to=f"volunteer:{one.number}")


def _name(one: Volunteer) -> str:
    today = local_date(one.registered_at)
    is_minor = people.age(one, on=today) < people.adult_age(on=today)
    return mask_name(one.name) if is_minor else one.name


def _due(one: Volunteer) -> str:
    days = policy.number("teaching.duty_days", on=local_date(one.registered_at))
    return local_date(one.registered_at + timedelta(days=days)).isoformat()


DUTIES = Register(
    key="teaching_duty",
    title="未完成培训的新志愿者",
    unit="人",
    page="teaching:desk_duty",
    row_page="people:desk_detail",
    permission=Permission.VOLUNTEER_SEE,
    export_permission=Permission.VOLUNTEER_EXPORT,
    columns=(
        Column("number", "编号", lambda one: one.number, width=16),
        Column("name", "姓名", _name, width=14),
        Column("phone", "手机号", lambda one: mask_phone(_phone(one)), full=_phone, width=16),
        Column("region", "区划", lambda one: one.region.name, width=20),
        Column("registered", "注册日期", lambda one: local_date(one.registered_at).isoformat()),
        Column("learned", "已参加", lambda one: one.learned, is_number=True),
        Column("due", "应在此前完成", _due, width=14),
    ),
    found=_found,
    said=_said,
    volunteer_id=lambda one: int(one.pk),
    private=frozenset({"q"}),
)
