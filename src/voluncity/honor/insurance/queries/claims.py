"""Claims: a person's own, and those within reach of an office."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from voluncity.city.access import personal
from voluncity.city.access.scopes import Scope
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.insurance.models import Claim, ClaimMove, Policy
from voluncity.honor.insurance.queries.activities import prefixes
from voluncity.honor.insurance.queries.covered import covers_of
from voluncity.honor.insurance.states import CLAIM_FLOW, PolicyState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects.models import Activity
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

_WITH = ("volunteer__region", "policy", "activity", "organization", "reported_by")
_LABELS = {step.verb: step.label for step in CLAIM_FLOW.steps} | {
    "report": "报案",
    "add_file": "补充材料",
    "remove_file": "撤下材料",
}


def own_claims(volunteer: Volunteer) -> QuerySet[Claim]:
    """Return a person's own claims, the newest first."""
    return _newest(people.records_of(volunteer))


def own_claim(user: User, claim_id: int, *, on: date) -> Claim:
    """Return one of somebody's own claims, or of the children whose guardian they are.

    :raises NotFound: when it is somebody else's, or there is none.
    """
    found = _newest(people.records_for(user, on=on)).filter(pk=claim_id).first()
    if found is None:
        raise NotFound("没有找到这项理赔，请回到“我的保险”。")
    return found


def _newest(records: Collection[int]) -> QuerySet[Claim]:
    mine = Claim.objects.filter(volunteer__in=records)
    return mine.select_related(*_WITH).order_by("-reported_at", "-pk")


def claims(scope: Scope) -> QuerySet[Claim]:
    """Return the claims within reach, those that are open first, the oldest of them first."""
    found = Claim.objects.in_scope(scope).select_related(*_WITH)
    return found.order_by("ended_at", "reported_at", "pk")


def story_of(claim: Claim) -> str:
    """Return what happened; show it only to the person and to who works on it."""
    return personal.unseal(claim.story_cipher, bound_to=f"insurance-claim:{claim.handle}")


def moves_of(claim: Claim) -> list[tuple[str, ClaimMove]]:
    """Return the steps of a claim with their names."""
    return [(_LABELS[move.verb], move) for move in claim.moves.select_related("by")]


def claim_activities(volunteer: Volunteer) -> QuerySet[Activity]:
    """Return the activities in which an accident may have happened to somebody."""
    mine = Signup.objects.filter(
        volunteer__in=people.records_of(volunteer), state=SignupState.PLACED
    )
    held = Activity.objects.filter(shifts__signups__in=mine).distinct()
    return held.order_by("-starts_at", "-pk")


def policies_for_claim(claim: Claim) -> QuerySet[Policy]:
    """Return the policies that held when it happened: those that cover the person first of all."""
    on = local_date(claim.happened_at)
    ids = [one.policy.pk for one in covers_of(claim.volunteer, on=on)]
    cover = getattr(claim.activity, "cover", None) if claim.activity else None
    if cover is not None:
        ids.append(cover.policy_id)
    region = claim.volunteer.region.path
    near = Q(organization=None, region__path__in=prefixes(region))
    # What was cancelled since stays a choice: it was in force on the day.
    held = Policy.objects.filter(from_on__lte=on, until_on__gte=on)
    return held.filter(Q(pk__in=ids) | near).exclude(state=PolicyState.DRAFT).order_by("pk")
