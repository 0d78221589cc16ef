"""Keep the kinds of people served."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import Max

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.service.archives import rules
from voluncity.service.archives.models import OutcomeKind

_KINDS = Path(__file__).parent.parent / "data" / "kinds.json"


@transaction.atomic
def load_kinds() -> None:
    """Add the kinds of the data file that the city does not have yet; harmless to repeat."""
    rows: list[list[str]] = json.loads(_KINDS.read_text(encoding="utf-8"))
    for position, (key, name, unit) in enumerate(rows):
        OutcomeKind.objects.get_or_create(
            key=key, defaults={"name": name, "unit": unit, "position": position}
        )


@transaction.atomic
def add_kind(*, name: str, unit: str, by: User, at: datetime) -> OutcomeKind:
    """Add a kind at the end of the list, from today on.

    :raises BadInput: when the name or the unit is missing, too long or taken.
    """
    label = rules.said(name, label="名称", field="name", most=rules.KIND_NAME_MOST)
    per = rules.said(unit, label="单位", field="unit", most=rules.KIND_UNIT_MOST)
    last = OutcomeKind.objects.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            kind = OutcomeKind.objects.create(
                key=f"k{token_hex(4)}", name=label, unit=per, position=last + 1,
                since=local_date(at),
            )  # fmt: skip
    except IntegrityError:
        raise BadInput("已经有这个类型，请换个名称。", field="name") from None
    record("archives.add_kind", ("outcomekind", None), by=by, at=at, position=kind.position)
    return kind


@transaction.atomic
def end_kind(*, key: str, by: User, at: datetime) -> None:
    """Offer a kind no more from today on; what was counted keeps it.

    :raises WrongState: when it is ended already.
    """
    if not OutcomeKind.objects.filter(pk=key, until=None).update(until=local_date(at)):
        raise WrongState("这个类型刚刚改过，请刷新页面。", code="archives.kind_changed")
    record("archives.end_kind", ("outcomekind", None), by=by, at=at)


@transaction.atomic
def reopen_kind(*, key: str, by: User, at: datetime) -> None:
    """Offer a kind again.

    :raises WrongState: when it is offered already.
    """
    ended = OutcomeKind.objects.filter(pk=key, until__isnull=False)
    if not ended.update(until=None, since=local_date(at)):
        raise WrongState("这个类型刚刚改过，请刷新页面。", code="archives.kind_changed")
    record("archives.reopen_kind", ("outcomekind", None), by=by, at=at)
