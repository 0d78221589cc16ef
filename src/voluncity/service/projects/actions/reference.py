"""The 26 lines of the Taiyuan notice (seed T18): load them, and say who leads them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from importlib.resources import files

from django.db import IntegrityError, transaction
from django.db.models import Max

from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.kernel.text import words
from voluncity.service.projects.models import Leading, Line

NOTICE_OF = date(2018, 6, 25)
MOST_UNITS = 6


@transaction.atomic
def load_lines() -> int:
    """Write the lines, and the units that lead those that nobody has led yet; return how many.

    Names and who leads are changed by the office afterwards, so they are loaded once. Units that
    are not in the database (another city's) are left out.
    """
    text = files("voluncity.service.projects").joinpath("data/lines.json").read_text("utf-8")
    rows = json.loads(text)
    for row in rows:
        line, _ = Line.objects.get_or_create(number=row["no"], defaults={"name": row["name"]})
        if not line.leadings.exists():
            units = Organization.objects.filter(key__in=row["lead_units"]).order_by("pk")
            Leading.objects.bulk_create(
                Leading(line=line, organization=unit, since=NOTICE_OF) for unit in units
            )
    return len(rows)


@transaction.atomic
def change_line(
    *, line_id: int, name: str, unit_ids: Collection[int], by: User, at: datetime
) -> Line:
    """Name a line and the units that lead it from today on; who led it before stays on record.

    :raises BadInput: without a name or a unit, or when a unit is not active.
    :raises NotFound: when there is no such line.
    :raises Refusal: when it has ended.
    """
    line = _open_line(line_id)
    wanted = _units(unit_ids)
    line.name = _name(name, line.pk)
    line.save(update_fields=["name"])
    today = local_date(at)
    live = Leading.objects.filter(line=line, until=None)
    ended = list(live.exclude(organization__in=wanted).values_list("organization", flat=True))
    live.filter(organization__in=ended).update(until=today)
    there = set(live.values_list("organization", flat=True))
    new = sorted(wanted - there)
    Leading.objects.bulk_create(
        Leading(line=line, organization_id=unit, since=today) for unit in new
    )
    record("projects.change_line", line, by=by, at=at, begun=new, ended=ended)
    return line


@transaction.atomic
def add_line(*, name: str, unit_ids: Collection[int], by: User, at: datetime) -> Line:
    """Add a line under the next number, led by these units from today on.

    :raises BadInput: without a name or a unit, or when a unit is not active.
    """
    wanted, today = _units(unit_ids), local_date(at)
    line = Line(name=_name(name), since=today)
    line.number = (Line.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("刚刚有人新增了类别，请再提交一次。", code="projects.line_twice") from error
    Leading.objects.bulk_create(
        Leading(line=line, organization_id=unit, since=today) for unit in sorted(wanted)
    )
    record("projects.add_line", line, by=by, at=at, begun=sorted(wanted))
    return line


@transaction.atomic
def end_line(*, line_id: int, by: User, at: datetime) -> Line:
    """End a line from today on: nothing new is planned in it, and nobody leads it any more.

    :raises Refusal: when it has ended already.
    """
    line, today = _open_line(line_id), local_date(at)
    Line.objects.filter(pk=line_id).update(until=today)
    live = Leading.objects.filter(line=line, until=None)
    ended = sorted(live.values_list("organization", flat=True))
    live.update(until=today)
    line.until = today
    record("projects.end_line", line, by=by, at=at, ended=ended)
    return line


def _open_line(line_id: int) -> Line:
    line: Line | None = Line.objects.select_for_update().filter(pk=line_id).first()
    if line is None:
        raise NotFound("没有找到这个项目类别。")
    if line.until is not None:
        raise Refusal("这个项目类别已经停用，请刷新页面。", code="projects.line_ended")
    return line


def _name(name: str, pk: int = 0) -> str:
    said = words(name, "name", "名称", 60)
    if Line.objects.open().filter(name=said).exclude(pk=pk).exists():
        raise BadInput("已经有同名的项目类别，请换一个名称。", field="name")
    return said


def _units(unit_ids: Collection[int]) -> set[int]:
    if not 1 <= len(set(unit_ids)) <= MOST_UNITS:
        raise BadInput(f"请选择 1 到 {MOST_UNITS} 个牵头单位。", field="units")
    active = Organization.objects.filter(pk__in=unit_ids, state=OrgState.ACTIVE)
    found = set(active.values_list("pk", flat=True))
    if found != set(unit_ids):
        raise BadInput("有单位已经不在正常状态，请重新选择。", field="units")
    return found
