"""Keep the kinds of problems, and which unit answers for which."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import Max

from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean
from voluncity.service.patrols import rules
from voluncity.service.patrols.models import DispatchRule, ProblemKind

_KINDS = Path(__file__).parent.parent / "data" / "kinds.json"


@transaction.atomic
def load_kinds() -> None:
    """Add the kinds of the data file that the city does not have yet; harmless to repeat."""
    rows: list[list[str]] = json.loads(_KINDS.read_text(encoding="utf-8"))
    for position, (key, name, icon) in enumerate(rows):
        ProblemKind.objects.get_or_create(
            key=key, defaults={"name": name, "icon": icon, "position": position}
        )


@transaction.atomic
def add_kind(*, name: str, by: User, at: datetime) -> ProblemKind:
    """Add a kind of problem at the end of the list.

    :raises BadInput: when the name is missing, too long or taken.
    """
    label = clean(name, max_length=rules.KIND_NAME_MOST, field="name", label="类型名称")
    if not label:
        raise BadInput("请填写类型名称。", field="name")
    last = ProblemKind.objects.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            kind = ProblemKind.objects.create(key=f"k{token_hex(4)}", name=label, position=last + 1)
    except IntegrityError:
        raise BadInput("已经有这个类型，请换个名称。", field="name") from None
    record(
        "patrols.add_kind", ("problemkind", None), by=by, at=at,
        key=kind.pk, position=kind.position,
    )  # fmt: skip
    return kind


@transaction.atomic
def end_kind(*, key: str, by: User, at: datetime) -> None:
    """Offer a kind no more; what was reported keeps it.

    :raises WrongState: when it is ended already, or is the last one.
    """
    if not ProblemKind.objects.filter(ended_at=None).exclude(pk=key).exists():
        raise WrongState("至少要保留一个类型，请先添加新的类型。", code="patrols.last_kind")
    _turn(key, {"ended_at": None}, at)
    record("patrols.end_kind", ("problemkind", None), by=by, at=at, key=key)


@transaction.atomic
def reopen_kind(*, key: str, by: User, at: datetime) -> None:
    """Offer a kind again.

    :raises WrongState: when it is offered already.
    """
    _turn(key, {"ended_at__isnull": False}, None)
    record("patrols.reopen_kind", ("problemkind", None), by=by, at=at, key=key)


def _turn(key: str, now_is: dict[str, object], ended_at: datetime | None) -> None:
    if not ProblemKind.objects.filter(pk=key, **now_is).update(ended_at=ended_at):
        raise WrongState("这个类型刚刚改过，请刷新页面。", code="patrols.kind_changed")


@transaction.atomic
def set_rule(
    *, kind: ProblemKind, region: Region, unit: Organization, by: User, at: datetime
) -> DispatchRule:
    """Say which unit answers for a kind of problem in a region, from now on."""
    rule, _ = DispatchRule.objects.update_or_create(
        kind=kind, region=region, defaults={"unit": unit, "set_at": at, "set_by": by}
    )
    record("patrols.set_rule", rule, by=by, at=at, region=region.pk, unit=unit.pk)
    return rule


@transaction.atomic
def end_rule(*, rule: DispatchRule, by: User, at: datetime) -> None:
    """Forget a rule: from now on the desk dispatches by hand.

    :raises WrongState: when it is gone already.
    """
    if not DispatchRule.objects.filter(pk=rule.pk, unit=rule.unit_id).delete()[0]:
        raise WrongState("这条规则刚刚改过，请刷新页面。", code="patrols.rule_changed")
    record(
        "patrols.end_rule", ("dispatchrule", rule.pk), by=by, at=at,
        region=rule.region_id, unit=rule.unit_id,
    )  # fmt: skip
