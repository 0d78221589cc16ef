"""Meals, clothing and equipment: what there is, who got it, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.kernel.text import words
from voluncity.service.events.actions.steps import application_of, event_of, require_live
from voluncity.service.events.models import Application, Assignment, Handout, Item, Stock
from voluncity.service.events.states import ApplicationState, ItemKind, Size
from voluncity.service.projects.rules import whole_number
from voluncity.service.signups.rules import clock
from voluncity.service.signups.states import SignupState

MOST_PIECES = 100_000


@dataclass(frozen=True)
class ItemPlan:
    """A thing, and how many pieces of each size there are ('' where there are no sizes)."""

    kind: str
    name: str
    day: date | None = None
    is_returned: bool = False
    pieces: Mapping[str, int] = field(default_factory=dict)


class AlreadyGiven(Refusal):
    """The person has got it before: nothing is given twice."""

    default_code = "events.already_given"


@transaction.atomic
def save_item(
    *, event_id: int, item_id: int | None = None, plan: ItemPlan, by: User, at: datetime
) -> Item:
    """Add a thing to an event, or change how many pieces there are.

    :raises BadInput: at a field that breaks a rule.
    :raises Refusal: when more pieces were given than there shall be.
    """
    event = event_of(event_id)
    require_live(event)
    if plan.kind == ItemKind.MEAL and plan.day is None:
        raise BadInput("餐食请填哪一天。", field="day")
    if plan.day is not None and plan.day not in event.days:
        raise BadInput("请填赛会期间的日子。", field="day")
    found = Item.objects.filter(event=event, pk=item_id).first() if item_id else None
    item: Item = found or Item(event=event, kind=plan.kind)
    if found is not None and found.handouts.exists() and found.day != plan.day:
        raise BadInput("已经发过，不能再改日子。", field="day")
    item.name, item.day = words(plan.name, "name", "名称", 16), plan.day
    item.is_returned = plan.is_returned and item.kind == ItemKind.EQUIPMENT
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise BadInput("这一天已有同名的物品，请换个名称。", field="name") from error
    _stock(item, plan.pieces)
    record("events.save_item", item, by=by, at=at, event=event.pk)
    return item


def _stock(item: Item, pieces: Mapping[str, int]) -> None:
    sizes = Size.values if item.kind == ItemKind.CLOTHING else [""]
    if not any(pieces.get(size) for size in sizes):
        raise BadInput("请填数量。", field="pieces" if sizes == [""] else f"size_{sizes[2]}")
    for size in sizes:
        count = pieces.get(size) or 0
        place = f"size_{size}" if size else "pieces"
        whole_number(count, place, "数量", 0, MOST_PIECES)
        stock, _ = Stock.objects.get_or_create(item=item, size=size, defaults={"pieces": count})
        if not Stock.objects.filter(pk=stock.pk, taken__lte=count).update(pieces=count):
            raise BadInput(f"已经发出 {stock.taken} 件，数量不能更少。", field=place)


@transaction.atomic
def hand_out(
    *, item_id: int, application_id: int, size: str = "", by: User, at: datetime
) -> Handout:
    """Give somebody a thing, once.

    :raises AlreadyGiven: with the time at which they got it.
    :raises Refusal: when they are not entitled to it, or nothing is left.
    """
    item = Item.objects.select_related("event").filter(pk=item_id).first()
    application = application_of(application_id)
    if item is None or item.event_id != application.event_id:
        raise NotFound("没有找到这种物品，请刷新页面。")
    _require_entitled(item, application, at=at)
    stock = _stock_for(item, size or application.size)
    handout = Handout(item=item, stock=stock, application=application, at=at, by=by)
    try:
        with transaction.atomic():
            handout.save(force_insert=True)
    except IntegrityError as error:
        first = Handout.objects.get(item=item, application=application, returned_at=None)
        raise AlreadyGiven(f"{item.name} 已在 {clock(first.at)} 领过，不能重复领取。") from error
    take_piece(stock)
    record(
        "events.hand_out", handout, by=by, at=at, on_behalf_of=application.volunteer,
        item=item.pk, event=item.event_id,
    )  # fmt: skip
    return handout


def _require_entitled(item: Item, application: Application, *, at: datetime) -> None:
    if application.state != ApplicationState.CONFIRMED:
        raise Refusal("这位志愿者不在赛会名单里，不能领取。", code="events.not_in_play")
    if item.day is None:
        return
    if item.day != local_date(at):
        raise Refusal(
            f"{item.name}是 {item.day.month}月{item.day.day}日 的，今天不能领。",
            code="events.other_day",
        )
    held = Assignment.objects.filter(
        application=application, post_day__day=item.day, signup__state=SignupState.PLACED
    )
    if not held.exists():
        raise Refusal("这位志愿者今天没有岗位，不能领取。", code="events.no_post_today")


def _stock_for(item: Item, size: str) -> Stock:
    wanted = size if item.kind == ItemKind.CLOTHING else ""
    stock: Stock | None = item.stocks.filter(size=wanted).first()
    if stock is None:
        raise BadInput("请选择尺码。", field="size")
    return stock


def take_piece(stock: Stock) -> None:
    """Take one piece in the statement that also sees whether there is one.

    :raises Refusal: when all are given.
    """
    left = Stock.objects.filter(pk=stock.pk, taken__lt=F("pieces"))
    if not left.update(taken=F("taken") + 1):
        size = f"（{stock.size}）" if stock.size else ""
        raise Refusal(f"{stock.item.name}{size}已经发完。", code="events.none_left")


@transaction.atomic
def take_back(*, handout_id: int, by: User, at: datetime) -> Handout:
    """Take a thing back; once.

    :raises Refusal: for what is kept.
    :raises WrongState: when it came back already.
    """
    handout = Handout.objects.select_related("item", "application__volunteer").filter(
        pk=handout_id
    ).first()  # fmt: skip
    if handout is None:
        raise NotFound("没有找到这次领取。")
    if not handout.item.is_returned:
        raise Refusal("这种物品不用归还。", code="events.kept")
    out = Handout.objects.filter(pk=handout.pk, returned_at=None)
    if not out.update(returned_at=at, returned_by=by):
        raise WrongState("这件器材已经归还。", code="wrong_state.take_back")
    Stock.objects.filter(pk=handout.stock_id).update(taken=F("taken") - 1)
    record(
        "events.take_back", handout, by=by, at=at,
        on_behalf_of=handout.application.volunteer, item=handout.item_id,
    )  # fmt: skip
    handout.refresh_from_db()
    return handout
