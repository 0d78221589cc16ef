"""Keep the lists by which closings are looked at: a version follows another, none is rewritten."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.models import Standard, StandardItem
from voluncity.fund.closings.rules import LATEST, standards
from voluncity.fund.closings.rules.standards import FIRST, Item
from voluncity.fund.closings.states import StandardKind
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState


@transaction.atomic
def write_standard(
    *, fund: Fund, kind: StandardKind, text: str, valid_from: date, by: User, at: datetime
) -> Standard:
    """Write the next version, from a day on; what was begun before keeps its own.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when somebody else wrote one in this moment.
    """
    items, today = standards.parse(text, kind), local_date(at)
    if not today <= valid_from <= today + LATEST:
        raise BadInput("启用日期应在今天到一年以内，已经做过的评估不改。", field="valid_from")
    if Standard.objects.filter(fund=fund, kind=kind, valid_from__gte=valid_from).exists():
        raise BadInput("已经有这一天或以后启用的一版，请选择更晚的日期。", field="valid_from")
    if valid_from > today:
        standard_for(fund, kind, by=by, at=at)  # the city's own holds until then
    try:
        with transaction.atomic():
            return _make(fund, kind, items, valid_from, by=by, at=at)
    except IntegrityError as error:
        raise WrongState(
            "刚刚有人保存了新的一版，请刷新页面查看。", code="closings.was_faster"
        ) from error


def standard_for(fund: Fund, kind: StandardKind, *, by: User | None, at: datetime) -> Standard:
    """Return the version that holds today; the city's own first one is written down once."""
    found = queries.standard_on(fund, kind, local_date(at))
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _make(fund, kind, FIRST[kind], local_date(at), by=by, at=at)
    except (IntegrityError, WrongState):
        return Standard.objects.get(fund=fund, kind=kind, number=1)


def _make(
    fund: Fund,
    kind: StandardKind,
    items: tuple[Item, ...],
    valid_from: date,
    *,
    by: User | None,
    at: datetime,
) -> Standard:
    number = Standard.objects.filter(fund=fund, kind=kind).count() + 1
    made = Standard.objects.create(
        fund=fund, kind=kind, number=number, valid_from=valid_from, made_at=at, made_by=by
    )
    StandardItem.objects.bulk_create(
        StandardItem(
            standard=made, place=place, text=one.text, hint=one.hint, weight=one.weight
        )
        for place, one in enumerate(items, start=1)
    )  # fmt: skip
    record("closings.write_standard", ("closing_standard", made.pk), by=by, at=at,
           fund=fund.pk, number=number)  # fmt: skip
    return made
