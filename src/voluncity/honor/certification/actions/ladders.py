"""Set what stars and medals ask, from a day on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from voluncity.city.catalog.models import Category
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.certification import rules
from voluncity.honor.certification.models import Grade, Ladder
from voluncity.honor.certification.rules import Rung
from voluncity.honor.certification.states import HonorKind
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

_FILE = Path(__file__).parent.parent / "data" / "ladders.json"
_MINUTES = 60
CLEAN_MOST, ABSENCES_MOST = 120, 99


@dataclass(frozen=True)
class LadderPlan:
    """A whole ladder as the office wants it."""

    kind: str
    valid_from: date
    rungs: Sequence[Rung]
    basis: str = ""
    category_id: int | None = None
    clean_months: int = 0
    absences_most: int | None = None
    publicity_workdays: int = 5


@transaction.atomic
def load_ladders() -> int:
    """Load the first ladders where the city has none; return how many are new."""
    spec = json.loads(_FILE.read_text(encoding="utf-8"))
    new = 0
    for kind, said in spec["kinds"].items():
        if Ladder.objects.filter(kind=kind).exists():
            continue
        ladder = Ladder.objects.create(
            kind=kind,
            valid_from=date.fromisoformat(spec["valid_from"]),
            publicity_workdays=spec["publicity_workdays"],
            **{key: said[key] for key in ("basis", "clean_months", "absences_most")},
        )
        Grade.objects.bulk_create(_loaded(ladder, one) for one in said["grades"])
        new += 1
    return new


def _loaded(ladder: Ladder, said: dict[str, Any]) -> Grade:
    asked = {key: value for key, value in said.items() if key != "hours"}
    return Grade(ladder=ladder, minutes=said["hours"] * _MINUTES, **asked)


@transaction.atomic
def set_ladder(*, plan: LadderPlan, by: User, at: datetime) -> Ladder:
    """Let stars or medals ask other numbers from a coming day on; what was certified stays.

    A ladder of the same coming day is replaced: nobody was counted by it yet.
    :raises BadInput: at the field that is wrong.
    """
    if plan.kind not in HonorKind.values:
        raise BadInput("请选择星级还是奖章。", field="kind")
    if plan.valid_from <= local_date(at):
        raise BadInput("执行日期应是明天或以后，已经启动的批次不改。", field="valid_from")
    rules.checked_rungs(plan.kind, plan.rungs)
    _checked_quality(plan)
    basis = clean(plan.basis, max_length=200, field="basis", label="依据")
    Ladder.objects.filter(kind=plan.kind, valid_from=plan.valid_from).delete()
    ladder = Ladder.objects.create(
        kind=plan.kind, valid_from=plan.valid_from, basis=basis, category_id=plan.category_id,
        clean_months=plan.clean_months, absences_most=plan.absences_most,
        publicity_workdays=plan.publicity_workdays, set_at=at, set_by=by,
    )  # fmt: skip
    Grade.objects.bulk_create(
        Grade(ladder=ladder, grade=rung.grade, level=rung.level, **rung.least)
        for rung in plan.rungs
    )
    record(
        "certification.set_ladder", ladder, by=by, at=at,
        kind=plan.kind, valid_from=str(plan.valid_from),
        minutes=[rung.least["minutes"] for rung in plan.rungs],
    )  # fmt: skip
    return ladder


def _checked_quality(plan: LadderPlan) -> None:
    asks_category = any(rung.least["category_minutes"] for rung in plan.rungs)
    if asks_category and plan.category_id is None:
        raise BadInput("有指定类别时长的要求，请选择是哪一类服务。", field="category")
    if plan.category_id and not Category.objects.filter(pk=plan.category_id).exists():
        raise BadInput("请从列表中选择服务类别。", field="category")
    if not 1 <= plan.publicity_workdays <= rules.MOST_WORKDAYS:
        raise BadInput(
            f"公示工作日应在 1 到 {rules.MOST_WORKDAYS} 之间。", field="publicity_workdays"
        )
    if plan.clean_months > CLEAN_MOST:
        raise BadInput(f"最多看近 {CLEAN_MOST} 个月。", field="clean_months")
    if (plan.absences_most or 0) > ABSENCES_MOST:
        raise BadInput(f"缺席次数最多填 {ABSENCES_MOST}。", field="absences_most")
