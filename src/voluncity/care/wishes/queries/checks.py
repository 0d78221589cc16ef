"""Prove wishes: one claimant each, and minutes exactly once for what came true."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Count, Q

from voluncity.care.wishes import rules
from voluncity.care.wishes.models import Claim, Wish
from voluncity.care.wishes.states import HELD, REACHED, ClaimState, WishState
from voluncity.city.journal.models import Entry
from voluncity.city.ledger.models import Transfer
from voluncity.service.hours.rules import account_key


def faults(*, limit: int = 20) -> list[str]:
    """Name the wishes, claims and transfers that do not agree (at most `limit`)."""
    found = (fault for check in CHECKS for fault in check())
    return list(islice(found, limit))


def _wrong_claims() -> Iterator[str]:
    """Compare the state of each wish with the claims on it."""
    live = Count("claims", filter=Q(claims__state=ClaimState.LIVE))
    done = Count("claims", filter=Q(claims__state=ClaimState.COMPLETED))
    counted = Wish.objects.annotate(live=live, done=done)
    wrong = (
        counted.filter(Q(state__in=HELD) & ~Q(live=1))
        | counted.filter(~Q(state__in=HELD) & Q(live__gt=0))
        | counted.filter(Q(state__in=REACHED) & ~Q(done=1))
        | counted.filter(~Q(state__in=REACHED) & Q(done__gt=0))
    )
    for pk, state, number in wrong.order_by("pk").values_list("pk", "state", "live"):
        yield f"wishes: wish {pk} is {state} with {number} live claims"


def _wrong_minutes() -> Iterator[str]:
    """Compare each wish that came true with the transfer of its minutes."""
    reached = Wish.objects.filter(state__in=REACHED).select_related(
        "transfer__debit", "transfer__credit", "transfer__reversed_by"
    )
    claims = Claim.objects.filter(state=ClaimState.COMPLETED)
    volunteers = dict(claims.values_list("wish", "volunteer"))
    for wish in reached.order_by("pk").iterator(chunk_size=500):
        moved = wish.transfer
        ends = (rules.ISSUE_KEY, account_key(volunteers.get(wish.pk, 0), rules.TRUST))
        if moved is None or (moved.debit.key, moved.credit.key) != ends:
            yield f"wishes: wish {wish.pk} has no transfer to its claimant"
        elif (moved.amount, moved.key) != (wish.worth_minutes, wish.source):
            yield f"wishes: wish {wish.pk} says {wish.worth_minutes} minutes, transfer {moved.pk}"
        elif hasattr(moved, "reversed_by") != (wish.state == WishState.REVOKED):
            yield f"wishes: wish {wish.pk} is {wish.state}, its transfer says otherwise"


def _stray_transfers() -> Iterator[str]:
    """Find minutes that were issued without a wish, or are not told in the journal."""
    issued = Transfer.objects.filter(debit__key=rules.ISSUE_KEY)
    for pk, key in issued.filter(wish=None).order_by("pk").values_list("pk", "key"):
        yield f"wishes: transfer {pk} ({key}) issues minutes without a wish"
    told = Entry.objects.filter(verb="wishes.credit", subject_type="volunteer").count()
    if told != (number := issued.count()):
        yield f"wishes: {number} transfers, the journal tells of {told}"


CHECKS = (_wrong_claims, _wrong_minutes, _stray_transfers)
