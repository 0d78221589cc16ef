"""The books prove themselves: every transfer explained, every fen where it should lie."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import F, Q, Sum

from voluncity.city.journal.append_only import missing_guards
from voluncity.city.ledger import queries as ledger
from voluncity.city.ledger.models import Transfer
from voluncity.fund.books import rules
from voluncity.fund.books.models import Entry, Posting
from voluncity.fund.books.states import EFFECT, EntryKind, PostingState
from voluncity.fund.governance.models import Fund

K = EntryKind


def faults(*, limit: int = 20) -> list[str]:
    """Name what is wrong with the books of funds: `check-books` asks."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    for guard in missing_guards("books_entry"):
        yield f"基金账目：数据库缺少保护 {guard}"
    yield from _without_their_other_half()
    yield from _in_wrong_places()
    yield from _wrong_balances()
    yield from _given_back_too_much()
    yield from _wrong_postings()


def _without_their_other_half() -> Iterator[str]:
    of_funds = Q(debit__key__startswith="fen:fund:") | Q(credit__key__startswith="fen:fund:")
    known = Entry.objects.values("transfer_id")
    for pk in Transfer.objects.filter(of_funds).exclude(pk__in=known).values_list("pk", flat=True):
        yield f"基金账目：转账 {pk} 没有说明用途"


def _in_wrong_places() -> Iterator[str]:
    every = Entry.objects.select_related(
        "transfer__debit", "transfer__credit", "fund", "purpose", "serves", "resolution"
    )
    for entry in every.order_by("pk").iterator(chunk_size=1000):
        debit, credit = rules.places(entry.kind, entry.fund, entry.purpose, entry.award)
        wanted = (debit.key, credit.key)[:: entry.sign]
        transfer = entry.transfer
        if (transfer.debit.key, transfer.credit.key) != wanted:
            yield f"基金账目 {entry.pk} 的账户与用途不符"
        parts = (entry.purpose, entry.serves, entry.resolution)
        if any(one is not None and one.fund_id != entry.fund_id for one in parts):
            yield f"基金账目 {entry.pk} 用了另一个基金的资料"


def _wrong_balances() -> Iterator[str]:
    for fund in Fund.objects.order_by("pk"):
        sums: Counter[int | None] = Counter()
        rows = Entry.objects.filter(fund=fund).order_by().values_list("purpose", "kind")
        for purpose, kind, total in rows.annotate(total=Sum(F("transfer__amount") * F("sign"))):
            sums[purpose] += EFFECT[K(kind)] * total
        held: Counter[int | None] = Counter()
        for key, balance in ledger.balances(rules.holder(fund)).items():
            held[rules.read(key)[0]] += balance
        if +sums != +held or any(total < 0 for total in sums.values()):
            yield f"基金 {fund.pk} 的余额与账目合计不符"


def _given_back_too_much() -> Iterator[str]:
    sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    rows: Any = Entry.objects.filter(kind__in=[K.GIFT, K.REFUND]).order_by()
    for fund, source, kind, total in rows.values_list("fund", "transfer__source", "kind").annotate(
        total=Sum(F("transfer__amount") * F("sign"))
    ):
        sums[fund, source][kind] += total
    for (fund, source), total in sorted(sums.items()):
        if total[K.REFUND] > total[K.GIFT]:
            yield f"基金 {fund}：{source} 退还的比捐赠的多"


def _wrong_postings() -> Iterator[str]:
    booked = Posting.objects.filter(state=PostingState.BOOKED)
    same = Q(entry__transfer__amount=F("amount_fen"), entry__kind=F("kind"))
    same &= Q(entry__fund=F("fund")) & (
        Q(entry__purpose=F("purpose")) | Q(entry__purpose=None, purpose=None)
    )
    for pk in booked.exclude(pk__in=booked.filter(same).values("pk")).values_list("pk", flat=True):
        yield f"基金手工账目 {pk} 与入账的不符"
