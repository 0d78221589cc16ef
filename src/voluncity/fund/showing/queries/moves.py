"""Lists out of the books: what was given, paid, spent, reserved, and what there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse

from voluncity.fund.books.models import Entry
from voluncity.fund.books.states import BY_HAND, EFFECT
from voluncity.fund.books.states import EntryKind as K
from voluncity.fund.donations.models import Gift
from voluncity.fund.donations.queries.finding import bricks
from voluncity.fund.donations.states import GiftState
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.showing.rules import Asked, Column, Row, Sheet, said
from voluncity.kernel.clock import CITY_TZ, local_date

_SOURCE = re.compile(r"(gift|batch):([0-9]{1,15})")
NOBODY = "其他捐赠"
PROJECT = Column("project", "项目编号", "资助项目的编号，从申报到结项不变。")
_ID = Column("id", "账目编号", "这笔账在基金账目里的编号，不会改变，也不会重复使用。", "count")
_ON = Column("on", "日期", "款项在银行发生的日期，北京时间。", "date")
_KIND = Column("kind", "类别", "收支类别。")
_PURPOSE = Column("purpose", "用途", "资助方向；没有限定用途的写“非限定”。")
_FEN = Column("fen", "金额（分）", "人民币分，整数；退还、退回和冲正是负数。", "money")


def weighed(weights: Mapping[str, int]) -> Any:
    """Return what a movement adds to a figure, with its sign."""
    cases = [When(kind=kind, then=Value(weight)) for kind, weight in weights.items()]
    weight = Case(*cases, default=Value(0), output_field=BigIntegerField())
    return weight * F("transfer__amount") * F("sign")


def _entries(weights: Mapping[str, int]) -> Any:
    """Return a function from a fund to its movements of some kinds, the newest first."""

    def found(fund: Fund) -> QuerySet[Entry]:
        rows: QuerySet[Entry] = Entry.objects.filter(fund=fund, kind__in=[*weights])
        return (
            rows.select_related("transfer", "purpose", "serves")
            .annotate(
                counted=weighed(weights), year_in=ExtractYear("on"), serves_in=F("serves"),
                award_in=F("award"), changed_in=F("transfer__at"),
            )
            .order_by("-on", "-pk")
        )  # fmt: skip

    return found


def _usual(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "on": one.on.isoformat(),
        "kind": one.get_kind_display() + ("（冲正）" if one.sign < 0 else ""),
        "purpose": one.serves.name if one.serves else "非限定",
        "fen": one.counted,
    }


# -- What was given --------------------------------------------------------------------------------


def _sources(entries: Sequence[Any]) -> dict[int, tuple[str, int]]:
    """Return entry → ("gift" or "batch", its id)."""
    found = {one.pk: _SOURCE.fullmatch(one.transfer.source) for one in entries}
    return {pk: (match[1], int(match[2])) for pk, match in found.items() if match}


def _givers(gifts: Sequence[Gift]) -> dict[int, str]:
    """Return gift → giver as everybody may see them."""
    return {gift.pk: brick.name for gift, brick in zip(gifts, bricks(gifts), strict=True)}


def _raised_rows(entries: Sequence[Any]) -> list[Row]:
    sources = _sources(entries)
    wanted = [pk for what, pk in sources.values() if what == "gift"]
    gifts = list(Gift.objects.filter(pk__in=wanted).select_related("appeal"))
    givers, appeals = _givers(gifts), {gift.pk: gift.appeal.title for gift in gifts}
    rows = []
    for one in entries:
        what, pk = sources.get(one.pk, ("", 0))
        is_batch = what == "batch"
        giver = "指定平台的捐赠" if is_batch else givers.get(pk, NOBODY)
        url = (
            f"{reverse('showing:sheet', args=[one.fund_id, 'gifts'])}?batch={pk}"
            if is_batch
            else ""
        )
        values = _usual(one) | {
            "giver": giver,
            "appeal": appeals.get(pk, "") if not is_batch else "",
            "source": f"PT{pk:06d}" if is_batch else f"JZ{pk:08d}" if pk else "",
        }
        rows.append(Row(values, url))
    return rows


RAISED = Sheet(
    key="raised",
    title="募集",
    figure="募集",
    what="捐赠收入，减去退还给捐赠人的钱。指定平台导入的一批捐赠是一笔账，点开可以看到每一笔。",
    unit="笔",
    columns=(
        _ID, _ON, _KIND,
        Column("giver", "捐赠人", "本人同意的写全名，没有同意的遮住一部分，匿名的写“爱心人士”。"),
        Column("appeal", "募捐", "捐给哪个募捐。"), _PURPOSE,
        Column("source", "捐赠编号", "JZ 开头是一笔捐赠，PT 开头是指定平台导入的一批。"), _FEN,
    ),
    found=_entries({K.GIFT: 1, K.REFUND: -1}),
    rows=_raised_rows,
)  # fmt: skip


def _gifts(fund: Fund) -> QuerySet[Gift]:
    """Return the gifts that came in files of platforms, the newest first."""
    rows: QuerySet[Gift] = Gift.objects.filter(
        appeal__fund=fund, state=GiftState.BOOKED, batch__isnull=False
    )
    return (
        rows.select_related("appeal", "purpose")
        .annotate(
            counted=F("amount_fen"), year_in=ExtractYear("batch__booked_at", tzinfo=CITY_TZ),
            serves_in=F("purpose"), award_in=Value(""),
            changed_in=Coalesce("decided_at", "given_at"),
        )
        .order_by("-given_at", "-pk")
    )  # fmt: skip


def _gift_rows(gifts: Sequence[Any]) -> list[Row]:
    givers = _givers(gifts)
    return [
        Row({
            "id": one.number, "on": local_date(one.given_at).isoformat(), "giver": givers[one.pk],
            "appeal": one.appeal.title, "purpose": one.purpose.name if one.purpose else "非限定",
            "source": f"PT{one.batch_id:06d}", "fen": one.counted,
        })
        for one in gifts
    ]  # fmt: skip


GIFTS = Sheet(
    key="gifts",
    title="指定平台的捐赠",
    figure="指定平台的捐赠",
    what="从民政部指定的募捐平台导入的每一笔捐赠。每一批合计等于“募集”里的一笔账。",
    unit="笔",
    columns=(
        Column("id", "捐赠编号", "这笔捐赠的编号，不会改变。"),
        Column("on", "日期", "捐赠的日期，北京时间。", "date"),
        Column("giver", "捐赠人", "匿名的写“爱心人士”，其余遮住一部分。"),
        Column("appeal", "募捐", "捐给哪个募捐。"), _PURPOSE,
        Column("source", "批次", "PT 开头，是“募集”里那一笔账的捐赠编号。"), _FEN,
    ),
    found=_gifts,
    rows=_gift_rows,
    has_batches=True,
)  # fmt: skip


# -- What moved otherwise --------------------------------------------------------------------------


def projects_of(awards: Sequence[str]) -> dict[str, Funding]:
    """Return award → funded project, by one question."""
    found = Funding.objects.filter(award__in={one for one in awards if one})
    return {one.award: one for one in found}


def _telling(columns: tuple[Column, ...]) -> Callable[[Sequence[Any]], list[Row]]:
    """Return a function that tells movements in these fields."""

    def rows(entries: Sequence[Any]) -> list[Row]:
        projects = projects_of([one.award for one in entries])
        told = [_move_row(one, projects.get(one.award)) for one in entries]
        keys = [column.key for column in columns]
        return [Row({key: one.values[key] for key in keys}, one.url) for one in told]

    return rows


def _move_row(one: Any, project: Funding | None) -> Row:
    told = one.transfer.reason if one.kind in BY_HAND else ""
    values = _usual(one) | {
        "project": project.number if project else "",
        "what": project.title if project else said(told),
        "recipient": project.recipient if project else "",
    }
    url = reverse("showing:project", args=[project.number]) if project else ""
    return Row(values, url)


_OF_PROJECTS = (
    _ID, _ON, _KIND, PROJECT, Column("what", "项目", "资助项目的名称。"),
    Column("recipient", "受资助方", "收到款项的组织，写全称。"), _PURPOSE, _FEN,
)  # fmt: skip
_OF_COSTS = (
    _ID, _ON, _KIND, Column("what", "事由", "经复核入账的事由；含个人号码的不公开。"), _PURPOSE,
    _FEN,
)  # fmt: skip
_OF_BALANCE = (
    _ID, _ON, _KIND, PROJECT, Column("what", "项目或事由", "资助项目的名称，或者入账的事由。"),
    _PURPOSE, _FEN,
)  # fmt: skip

PAID = Sheet(
    key="paid",
    title="拨付",
    figure="已拨付",
    what="按协议拨付给资助项目的钱，减去项目退回来的和银行退汇的。",
    unit="笔",
    columns=_OF_PROJECTS,
    found=_entries({K.PAYMENT: 1, K.RETURN: -1}),
    rows=_telling(_OF_PROJECTS),
)
COSTS = Sheet(
    key="costs",
    title="基金自身的支出",
    figure="基金自身的支出",
    what="不经过资助项目的直接公益支出，以及管理费用、银行手续费和募捐费用。",
    unit="笔",
    columns=_OF_COSTS,
    found=_entries({K.CHARITY: 1, K.MANAGEMENT: 1, K.BANK_FEE: 1, K.FUNDRAISING: 1}),
    rows=_telling(_OF_COSTS),
)
INTEREST = Sheet(
    key="interest",
    title="利息",
    figure="利息收入",
    what="款项在银行产生的利息。",
    unit="笔",
    columns=_OF_COSTS,
    found=_entries({K.INTEREST: 1}),
    rows=_telling(_OF_COSTS),
)
RESERVED = Sheet(
    key="reserved",
    title="已立项、还没有拨付",
    figure="待拨付",
    what="为批准的项目预留的钱：立项时增加，拨付或者退回预留时减少。合计就是现在待拨付的钱。",
    unit="笔",
    columns=_OF_PROJECTS,
    found=_entries({K.RESERVE: 1, K.RETURN: 1, K.RELEASE: -1, K.PAYMENT: -1}),
    rows=_telling(_OF_PROJECTS),
)
BALANCE = Sheet(
    key="balance",
    title="全部收支",
    figure="结余",
    what="让基金的钱变多或者变少的每一笔，合计就是结余：募集加利息，减拨付，减基金自身的支出。",
    unit="笔",
    columns=_OF_BALANCE,
    found=_entries({kind: effect for kind, effect in EFFECT.items() if effect}),
    rows=_telling(_OF_BALANCE),
)


def narrowed(rows: Any, asked: Asked) -> Any:
    """Return the part of a list that somebody asks for."""
    if asked.year is not None:
        rows = rows.filter(year_in=asked.year)
    if asked.has_no_purpose:
        rows = rows.filter(serves_in=None)
    elif asked.purpose_id is not None:
        rows = rows.filter(serves_in=asked.purpose_id)
    if asked.award:
        rows = rows.filter(award_in=asked.award)
    if asked.batch_id is not None:
        rows = rows.filter(batch=asked.batch_id)
    return rows
