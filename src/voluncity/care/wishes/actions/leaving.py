"""Somebody closes the account: wishes are withdrawn, claims given back, addresses forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from voluncity.care.wishes.actions.steps import end_claim, step
from voluncity.care.wishes.actions.terms import forget_contact
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.states import ClaimState, WishState
from voluncity.kernel.masks import mask_name

S = WishState
LEFT = "账号已注销"


@transaction.atomic
def leave(*, user_id: int | None, volunteer_ids: Collection[int], at: datetime) -> None:
    """End what somebody has begun; what came true stays, without the person."""
    held = Wish.objects.filter(
        claims__volunteer__in=volunteer_ids, claims__state=ClaimState.LIVE, state=S.CLAIMED
    )
    for wish in held.order_by("pk"):
        step(wish, "lapse", by=None, at=at, words=LEFT, claimed_by=None)
        end_claim(wish, ClaimState.STOPPED, at=at)
    if user_id is None:
        return
    own = Wish.objects.filter(user=user_id)
    for wish in own.filter(state__in=[S.POSTED, S.OPEN, S.CLAIMED]).order_by("pk"):
        step(wish, "withdraw", by=None, at=at, words=LEFT, claimed_by=None)
        end_claim(wish, ClaimState.STOPPED, at=at)
    for wish in own.exclude(state=S.DONE).exclude(name_cipher="").order_by("pk"):
        forget_contact(wish, at=at)
    own.update(shown_name=mask_name("居民"), is_thanks_public=False)
