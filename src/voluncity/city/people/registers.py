"""The register of volunteers as a list of the desk: its columns, and how it is filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.timezone import localtime

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.ledger import queries as ledger
from voluncity.city.ledger.models import Unit
from voluncity.city.people import queries
from voluncity.city.people.forms import FilterForm
from voluncity.city.people.forms.register import LIST_KEY
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.regions import queries as regions
from voluncity.city.registers.queries import facets
from voluncity.city.registers.rules import Cell, Column, Facet, Query, Register
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_id, mask_name, mask_phone
from voluncity.kernel.minutes import hours_text

_TONES = {IdentityState.VERIFIED: "good", IdentityState.REJECTED: "bad"}


class Batch:
    """Some volunteers of a list; what a column needs is read for all of them at once."""

    def __init__(self, volunteers: Sequence[Volunteer], today: date) -> None:
        self._volunteers = volunteers
        self.today = today

    @cached_property
    def adult_age(self) -> int:
        """Return from which age somebody is an adult."""
        return queries.adult_age(on=self.today)

    @cached_property
    def minutes(self) -> dict[str, int]:
        """Return the minutes of service by holder."""
        holders = [f"volunteer:{one.pk}" for one in self._volunteers]
        return ledger.balances_of(holders, unit=Unit.MINUTES)

    @cached_property
    def offers(self) -> None:
        """Read the skills and intentions of all."""
        prefetch_related_objects(list(self._volunteers), "skills", "intentions")

    @cached_property
    def added(self) -> dict[str, Mapping[int, str]]:
        """Return what facets of slices above say of everybody, by facet."""
        ids = [one.pk for one in self._volunteers]
        return {facet.key: facet.values(ids) for facet in facets(LIST_KEY)}

    @cached_property
    def places(self) -> dict[str, str]:
        """Return the names of the regions above everybody, by code."""
        codes = {code for one in self._volunteers for code in one.region.path.split("/") if code}
        return regions.names(codes)


@dataclass(frozen=True)
class Listed:
    """One volunteer in a list."""

    volunteer: Volunteer
    batch: Batch

    @property
    def age(self) -> int:
        """Return the age in full years."""
        return queries.age(self.volunteer, self.batch.today)

    @property
    def is_minor(self) -> bool:
        """Return whether the name is masked, too."""
        return self.age < self.batch.adult_age

    @property
    def name(self) -> str:
        """Return the name as a list may show it."""
        name = self.volunteer.name
        return f"{mask_name(name)}（未成年）" if self.is_minor else name

    @property
    def minutes(self) -> int:
        """Return the minutes of service."""
        return self.batch.minutes.get(f"volunteer:{self.volunteer.pk}", 0)

    def place(self, level: int) -> str:
        """Return the name of the region at a level of the tree: 2 county, 3 town."""
        codes = [code for code in self.volunteer.region.path.split("/") if code]
        return self.batch.places.get(codes[level], "") if len(codes) > level else ""

    def offered(self, what: str) -> str:
        """Return the names of the skills, or of the intentions."""
        _ = self.batch.offers
        return "、".join(str(one) for one in getattr(self.volunteer, what).all())


def _added(facet: Facet) -> Column:
    return Column(
        facet.key,
        facet.label,
        lambda one: one.batch.added[facet.key].get(one.volunteer.pk, ""),
        width=facet.width,
        is_shown=False,
    )


def _plain(name: str) -> Callable[[Listed], Cell]:
    return lambda one: str(getattr(one.volunteer, name))


def _named(name: str) -> Callable[[Listed], Cell]:
    return lambda one: str(getattr(one.volunteer, f"get_{name}_display")())


def _recruiter(one: Listed) -> str:
    return one.volunteer.recruited_by.name if one.volunteer.recruited_by else ""


def _day(instant: datetime | None) -> str:
    return f"{localtime(instant):%Y-%m-%d}" if instant else ""


def _standing(one: Listed) -> str:
    if one.volunteer.merged_into_id:
        return "已合并"
    return "已注销" if one.volunteer.closed_at else "在册"


COLUMNS = (
    Column("name", "姓名", lambda one: one.name, full=_plain("name"), width=12),
    Column("number", "编号", _plain("number"), width=16),
    Column(
        "phone",
        "手机号",
        lambda one: mask_phone(queries.phone_of(one.volunteer)),
        full=lambda one: queries.phone_of(one.volunteer),
    ),
    Column(
        "id_number",
        "证件号码",
        lambda one: mask_id(queries.id_number_of(one.volunteer)),
        full=lambda one: queries.id_number_of(one.volunteer),
        width=22,
        is_shown=False,
    ),
    Column("id_type", "证件类型", _named("id_type"), width=26, is_shown=False),
    Column("sex", "性别", _named("sex"), width=6),
    Column("age", "年龄", lambda one: one.age, width=6, is_number=True),
    Column("county", "县（市、区）", lambda one: one.place(2), is_shown=False),
    Column("town", "街道（乡镇）", lambda one: one.place(3), is_shown=False),
    Column("region", "社区（村）", lambda one: one.volunteer.region.name, width=18),
    Column(
        "state",
        "实名",
        _named("identity_state"),
        tone=lambda one: _TONES.get(one.volunteer.identity_state, "warn"),
        width=10,
    ),
    Column("channel", "招募渠道", _named("channel"), width=12),
    Column("recruiter", "招募组织", _recruiter, width=30, is_shown=False),
    Column(
        "party", "党员", lambda one: "是" if one.volunteer.is_party_member else "", width=6,
        is_shown=False,
    ),
    Column("skills", "服务专长", lambda one: one.offered("skills"), width=24, is_shown=False),
    Column(
        "intentions", "服务意向", lambda one: one.offered("intentions"), width=24, is_shown=False
    ),
    Column(
        "hours", "服务时长", lambda one: hours_text(one.minutes),
        width=16, is_shown=False,
    ),
    Column("registered", "登记日期", lambda one: _day(one.volunteer.registered_at), width=12),
    Column("standing", "登记状态", _standing, width=10, is_shown=False),
)  # fmt: skip


def _form(scope: Scope, query: Query, at: datetime) -> FilterForm:
    asked = QueryDict(urlencode(query))
    return FilterForm(asked, today=local_date(at), scope=scope)


def found(scope: Scope, query: Query, at: datetime) -> ScopedQuerySet:
    """Return the volunteers within a scope that a query asks for."""
    filters = _form(scope, query, at).filters()
    return queries.register(scope, filters, today=local_date(at))


def said(scope: Scope, query: Query, at: datetime) -> list[tuple[str, str]]:
    """Return the filters in words."""
    return _form(scope, query, at).said()


def shown(rows: Sequence[Volunteer], today: date) -> Iterable[Listed]:
    """Return the volunteers as the columns read them."""
    return _listed(rows, Batch(rows, today))


def _listed(rows: Sequence[Volunteer], batch: Batch) -> Iterator[Listed]:
    for one in rows:
        yield Listed(one, batch)


VOLUNTEERS = Register(
    key=LIST_KEY,
    title="志愿者名册",
    unit="人",
    page="people:desk_list",
    row_page="people:desk_detail",
    permission=Permission.VOLUNTEER_SEE,
    export_permission=Permission.VOLUNTEER_EXPORT,
    columns=(*COLUMNS, *map(_added, facets(LIST_KEY))),
    found=found,
    said=said,
    shown=shown,
    volunteer_id=lambda one: one.volunteer.pk,
)
