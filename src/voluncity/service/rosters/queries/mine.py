"""What a volunteer sees: plans to take part in, one's turns, turns that others offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from voluncity.city.people.models import FreeTime, Volunteer
from voluncity.kernel.clock import local_date, weekday_name
from voluncity.kernel.refusals import NotFound
from voluncity.service.rosters.models import Offer, Plan, Slot, Swap, Turn, Wish
from voluncity.service.rosters.queries.dates import held_days, live_slots
from voluncity.service.rosters.states import OfferState, PlanState, SwapState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import HOLDING, SignupState

_SHOWN = 40
_AROUND = timedelta(days=14)
_SWAPS_SHOWN = 20
_BOTH = (
    "own__volunteer", "own__shift__roster_turn__post__plan__project",
    "other__volunteer", "other__shift__roster_turn__post",
)  # fmt: skip
_NOON, _EVENING = 12, 17


@dataclass(frozen=True)
class MyTurn:
    """One of one's turns to come, and whether one looks for a substitute."""

    signup: Signup
    turn: Turn
    offer: Offer | None


def my_turns(volunteer: Volunteer, *, at: datetime) -> list[MyTurn]:
    """Return one's turns of rosters that are to come."""
    mine = Signup.objects.filter(
        volunteer=volunteer, state=SignupState.PLACED, shift__ends_at__gt=at,
        shift__roster_turn__isnull=False,
    ).select_related("shift__roster_turn__post", "shift__activity")  # fmt: skip
    signups = list(mine.order_by("shift__starts_at", "pk")[:_SHOWN])
    offers = {
        one.signup_id: one
        for one in Offer.objects.filter(
            signup__in=signups, state=OfferState.OPEN, signup__signed_up_at__lte=F("offered_at")
        )
    }
    return [MyTurn(signup, signup.shift.roster_turn, offers.get(signup.pk)) for signup in signups]


def my_turn(volunteer: Volunteer, signup_id: int) -> Signup:
    """Return one's own place in a roster.

    :raises NotFound: when it is none, or somebody else's.
    """
    found = Signup.objects.filter(
        pk=signup_id, volunteer=volunteer, shift__roster_turn__isnull=False
    ).select_related("shift__activity", "shift__roster_turn__post")
    signup: Signup | None = found.first()
    if signup is None:
        raise NotFound("没有找到这一班，请到“我的排班”里看看。")
    return signup


def plans_to_join(volunteer: Volunteer) -> list[tuple[Plan, Wish | None]]:
    """Return the plans that look for people, those with one's own wish first."""
    own = {wish.plan_id: wish for wish in volunteer.roster_wishes.filter(left_at=None)}
    found = Plan.objects.filter(state=PlanState.ACTIVE).select_related("project__organization")
    mine = found.filter(pk__in=own).order_by("-pk")
    others = found.exclude(pk__in=own).order_by("-pk")[:_SHOWN]
    return [(plan, own.get(plan.pk)) for plan in (*mine, *others)]


def offers_for(volunteer: Volunteer, *, at: datetime) -> QuerySet[Offer]:
    """Return turns that others look for a substitute for, in the plans one takes part in."""
    found = Offer.objects.filter(
        state=OfferState.OPEN, signup__state=SignupState.PLACED, turn__shift__starts_at__gt=at,
        turn__post__plan__wishes__volunteer=volunteer,
        turn__post__plan__wishes__left_at=None,
        signup__signed_up_at__lte=F("offered_at"),
    ).exclude(signup__volunteer=volunteer)  # fmt: skip
    return found.select_related("turn__post__plan", "turn__slot", "turn__shift").order_by(
        "turn__shift__starts_at", "pk"
    )[:_SHOWN]


def own_offer(volunteer: Volunteer, offer_id: int) -> Offer:
    """Return an offer of one's own.

    :raises NotFound: when it is somebody else's.
    """
    offer: Offer | None = Offer.objects.filter(pk=offer_id, signup__volunteer=volunteer).first()
    if offer is None:
        raise NotFound("没有找到这个换班请求。")
    return offer


def offer_to_take(volunteer: Volunteer, offer_id: int) -> Offer:
    """Return an offer for the people of its plan.

    :raises NotFound: when the person takes no part in the plan.
    """
    found = Offer.objects.filter(
        pk=offer_id, turn__post__plan__wishes__volunteer=volunteer,
        turn__post__plan__wishes__left_at=None,
    )  # fmt: skip
    found = found.select_related("turn__post__plan__project", "turn__slot", "turn__shift", "signup")
    offer: Offer | None = found.first()
    if offer is None:
        raise NotFound("没有找到这个换班请求，或您没有参加这个排班。")
    return offer


def turns_to_swap(signup: Signup, *, at: datetime) -> list[MyTurn]:
    """Return turns of others in the same plan that are nearest in time to one's own."""
    plan_id, start = signup.shift.roster_turn.post.plan_id, signup.shift.starts_at
    around = (max(at, start - _AROUND), start + _AROUND)
    held = Signup.objects.filter(
        state=SignupState.PLACED, shift__roster_turn__post__plan=plan_id,
        shift__starts_at__range=around, volunteer__user__isnull=False, attendance=None,
    ).exclude(volunteer=signup.volunteer_id).exclude(shift=signup.shift_id)  # fmt: skip
    mine = Signup.objects.filter(volunteer=signup.volunteer_id, state__in=HOLDING)
    held = held.exclude(shift__in=mine.values("shift"))
    rows = held.select_related("shift__roster_turn__post", "volunteer")
    later = rows.filter(shift__starts_at__gte=start).order_by("shift__starts_at", "pk")
    earlier = rows.filter(shift__starts_at__lt=start).order_by("-shift__starts_at", "pk")
    near = [*earlier[:_SWAPS_SHOWN], *later[:_SWAPS_SHOWN]]
    near.sort(key=lambda one: abs(one.shift.starts_at - start))
    return [MyTurn(one, one.shift.roster_turn, None) for one in near[:_SWAPS_SHOWN]]


def swaps_of(volunteer: Volunteer, *, at: datetime) -> tuple[list[Swap], list[Swap]]:
    """Return the open swaps that one is asked for, and those that one asked for."""
    found = Swap.objects.filter(
        state=SwapState.OPEN, own__state=SignupState.PLACED, other__state=SignupState.PLACED,
        own__shift__starts_at__gt=at, other__shift__starts_at__gt=at,
        own__signed_up_at__lte=F("asked_at"), other__signed_up_at__lte=F("asked_at"),
    ).select_related(*_BOTH).order_by("pk")  # fmt: skip
    asked = list(found.filter(other__volunteer=volunteer)[:_SHOWN])
    return asked, list(found.filter(own__volunteer=volunteer)[:_SHOWN])


def own_swap(volunteer: Volunteer, swap_id: int) -> Swap:
    """Return a swap in which one takes part.

    :raises NotFound: when it is about others.
    """
    either = Q(own__volunteer=volunteer) | Q(other__volunteer=volunteer)
    found = Swap.objects.filter(either, pk=swap_id).select_related(*_BOTH)
    swap: Swap | None = found.first()
    if swap is None:
        raise NotFound("没有找到这个换班请求。")
    return swap


def active_plan(plan_id: int) -> Plan:
    """Return a plan in which people take part.

    :raises NotFound: when there is none, or it is not used.
    """
    found = Plan.objects.select_related("project__organization")
    plan: Plan | None = found.filter(pk=plan_id, state=PlanState.ACTIVE).first()
    if plan is None:
        raise NotFound("没有找到这个排班方案，或它已经停用。")
    return plan


@dataclass(frozen=True)
class TimeRow:
    """One time of the form, with a box for each weekday on which it may be held."""

    slot: Slot
    boxes: list[tuple[str, str]]


def time_rows(plan: Plan, *, at: datetime) -> list[TimeRow]:
    """Return the times with the weekdays on which they are held in the coming ten weeks."""
    slots = live_slots(plan)
    first = local_date(at)
    held = held_days(slots, first, first + timedelta(weeks=10))
    weekdays = {pk: sorted({day.weekday() for day in days}) for pk, days in held.items()}
    return [
        TimeRow(slot, [(f"{slot.pk}-{day}", weekday_name(day)) for day in weekdays[slot.pk]])
        for slot in slots
    ]


def likely_times(volunteer: Volunteer, rows: list[TimeRow]) -> list[str]:
    """Return the boxes that are ticked at first: when the person said to be free, else all."""
    free = set(FreeTime.objects.filter(volunteer=volunteer).values_list("weekday", "part"))
    boxes = [
        (value, (int(value.split("-")[1]), _part(row.slot)))
        for row in rows
        for value, _ in row.boxes
    ]
    fitting = [value for value, time in boxes if time in free]
    return fitting or [value for value, (day, _) in boxes if day < 5]  # noqa: PLR2004 -- Saturday


def _part(slot: Slot) -> str:
    if slot.begins.hour < _NOON:
        return "morning"
    return "afternoon" if slot.begins.hour < _EVENING else "evening"
