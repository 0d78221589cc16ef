"""Keep the standard: a line is followed by a new one, never rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex

from django.db import models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.stations.models import ChecklistItem, StationKind
from voluncity.city.stations.models.reference import MOST_WEIGHT
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.kernel.text import clean

TEXT_MOST = 120


@dataclass(frozen=True)
class ItemPlan:
    """What one line of the standard asks."""

    text: str
    weight: int
    is_must: bool
    needs_photo: bool
    kind_key: str = ""


@transaction.atomic
def add_item(*, plan: ItemPlan, valid_from: date, by: models.Model, at: datetime) -> ChecklistItem:
    """Add a line to the standard from a day on.

    :raises BadInput: at the field that is wrong.
    """
    last = ChecklistItem.objects.aggregate(last=models.Max("position"))["last"] or 0
    item = _item(plan, valid_from, at)
    item.key, item.position = f"own-{token_hex(6)}", last + 1
    item.save(force_insert=True)
    record("stations.add_item", item, by=by, at=at, valid_from=str(valid_from))
    return item


@transaction.atomic
def change_item(
    *, item_id: int, plan: ItemPlan, valid_from: date, by: models.Model, at: datetime
) -> ChecklistItem:
    """Let a line read otherwise from a later day on; inspections begun before keep the old one.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the line has ended.
    """
    old = _live(item_id)
    item = _item(plan, valid_from, at)
    if valid_from <= old.valid_from:
        raise BadInput(
            f"这一条从 {old.valid_from} 起执行，新的执行日期要晚于它。", field="valid_from"
        )
    item.key, item.position = old.key, old.position
    ChecklistItem.objects.filter(pk=old.pk).update(valid_to=valid_from)
    item.save(force_insert=True)
    record("stations.change_item", item, by=by, at=at, replaces=old.pk, valid_from=str(valid_from))
    return item


@transaction.atomic
def end_item(*, item_id: int, valid_to: date, by: models.Model, at: datetime) -> ChecklistItem:
    """Ask a line no more from a day on.

    :raises BadInput: when the day lies in the past.
    :raises Refusal: when the line has ended.
    """
    item = _live(item_id)
    if valid_to < local_date(at) or valid_to < item.valid_from:
        raise BadInput("停用日期不能早于今天，也不能早于执行日期。", field="valid_to")
    item.valid_to = valid_to
    item.save(update_fields=["valid_to"])
    record("stations.end_item", item, by=by, at=at, valid_to=str(valid_to))
    return item


def _item(plan: ItemPlan, valid_from: date, at: datetime) -> ChecklistItem:
    text = clean(plan.text, max_length=TEXT_MOST, field="text", label="标准")
    if not text:
        raise BadInput("请写明这一条要求什么。", field="text")
    if not 1 <= plan.weight <= MOST_WEIGHT:
        raise BadInput(f"分值应在 1 到 {MOST_WEIGHT} 之间。", field="weight")
    if valid_from < local_date(at):
        raise BadInput("执行日期不能早于今天，已经做过的检查不改。", field="valid_from")
    if plan.kind_key and not StationKind.objects.filter(pk=plan.kind_key).exists():
        raise BadInput("请选择适用的服务站类型。", field="kind")
    return ChecklistItem(
        kind_id=plan.kind_key or None,
        text=text,
        weight=plan.weight,
        is_must=plan.is_must,
        needs_photo=plan.needs_photo,
        valid_from=valid_from,
    )


def _live(item_id: int) -> ChecklistItem:
    item = ChecklistItem.objects.filter(pk=item_id).first()
    if item is None:
        raise NotFound("没有找到这一条标准，请刷新页面。")
    if item.valid_to is not None:
        raise Refusal("这一条已经停用或已有新的写法，请刷新页面。", code="stations.item_ended")
    return item
