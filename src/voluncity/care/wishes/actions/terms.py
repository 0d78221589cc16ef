"""What time does: remind, give back, expire, ask the office, forget addresses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models, transaction
from django.db.models import QuerySet

from voluncity.care.wishes.actions.steps import end_claim, live_claim, note, step
from voluncity.care.wishes.models import Claim, Wish
from voluncity.care.wishes.states import LIVE, ClaimState, WishState
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState

M = TypeVar("M", bound=models.Model)
S = WishState
PORTION = 500
REMIND_BEFORE = timedelta(days=1)


def keep_terms(*, at: datetime) -> None:
    """Do what is due, each wish in a transaction of its own; the next turn takes the rest."""
    today = local_date(at)
    limits = policy.numbers(
        {"wishes.grace_days", "wishes.confirm_days", "wishes.contact_days"}, on=today
    )
    live = Claim.objects.filter(state=ClaimState.LIVE, wish__state=S.CLAIMED)
    for claim in _portion(live.filter(reminded_at=None, promised_on__lte=today + REMIND_BEFORE)):
        _remind(claim, at=at)
    over = today - timedelta(days=limits["wishes.grace_days"])
    for claim in _portion(live.filter(promised_on__lt=over)):
        _lapse(claim, at=at)
    waiting = Wish.objects.filter(state__in=[S.POSTED, S.OPEN], wanted_on__lt=today)
    for wish in _portion(waiting):
        _expire(wish, at=at)
    for wish in _portion(
        Wish.objects.filter(state=S.POSTED, review_due_on__lt=today, nudged_at=None)
    ):
        _mark(wish, "nudged_at", "nudge", at=at)
    silent = at - timedelta(days=limits["wishes.confirm_days"])
    for wish in _portion(_silent(silent)):
        _mark(wish, "asked_office_at", "ask_office", at=at)
    _forget(before=at - timedelta(days=limits["wishes.contact_days"]), at=at)


def _portion(found: QuerySet[M]) -> list[M]:
    return list(found.order_by("pk")[:PORTION])


def _silent(before: datetime) -> QuerySet[Wish]:
    """Return wishes whose wisher says nothing; who has no account is never waited for."""
    done = Wish.objects.filter(state=S.DONE, asked_office_at=None)
    late = done.filter(claims__state=ClaimState.LIVE, claims__done_at__lt=before)
    return late | done.filter(user=None, claims__state=ClaimState.LIVE)


@transaction.atomic
def _remind(claim: Claim, *, at: datetime) -> None:
    same = Claim.objects.filter(pk=claim.pk, state=ClaimState.LIVE, reminded_at=None)
    if same.update(reminded_at=at):
        note(claim.wish, "remind", by=None, at=at)


@transaction.atomic
def _lapse(claim: Claim, *, at: datetime) -> None:
    wish = Wish.objects.get(pk=claim.wish_id)
    try:
        if live_claim(wish) != claim:
            return  # released, and claimed by somebody else
        step(wish, "lapse", by=None, at=at, claimed_by=None)
    except WrongState:
        return  # the claimant was faster
    end_claim(wish, ClaimState.LAPSED, at=at)


@transaction.atomic
def _expire(wish: Wish, *, at: datetime) -> None:
    try:
        step(wish, "expire", by=None, at=at)
    except WrongState:
        return  # somebody claimed or decided in this moment


@transaction.atomic
def _mark(wish: Wish, column: str, verb: str, *, at: datetime) -> None:
    same = Wish.objects.filter(pk=wish.pk, state=wish.state, **{column: None})
    if same.update(**{column: at}):
        note(wish, verb, by=None, at=at)


@transaction.atomic
def _forget(*, before: datetime, at: datetime) -> None:
    """Delete whom to meet of wishes that have ended (PIPL art. 19, 47)."""
    ended = Wish.objects.exclude(state__in=LIVE).filter(ended_at__lt=before)
    for wish in _portion(ended.exclude(name_cipher="")):
        forget_contact(wish, at=at)


def forget_contact(wish: Wish, *, at: datetime) -> None:
    """Delete whom to meet of a wish."""
    Wish.objects.filter(pk=wish.pk).update(name_cipher="", phone_cipher="", address_cipher="")
    note(wish, "forget", by=None, at=at)
