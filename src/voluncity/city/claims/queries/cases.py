"""Claims and requests to correct: one's own, those that wait, and their photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.claims.models import Claim, DataCorrection
from voluncity.city.claims.states import ClaimState, CorrectionState
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.rules import Identity
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date

_AT_ONCE = 500


def record_with(identity: Identity, *, name: str = "") -> Volunteer | None:
    """Return the living record of whoever has these papers, and this name where one is said.

    Papers of a record that was merged lead to the one in which it goes on: it bears one name of
    the two, and either is right.
    """
    index = personal.index(identity.index_text, purpose="id")
    bearer = Volunteer.objects.filter(id_index=index).values_list("pk", "name").first()
    if bearer is None:
        return None
    living = Volunteer.objects.filter(pk=people.living_record(bearer[0]), closed_at=None)
    volunteer: Volunteer | None = living.select_related("region").first()
    if volunteer is None or (name and name not in (bearer[1], volunteer.name)):
        return None
    return volunteer


def claims_of(user: User) -> QuerySet[Claim]:
    """Return what somebody has claimed, newest first."""
    return Claim.objects.filter(claimant=user).order_by("-asked_at", "-pk")


def corrections_of(volunteer: Volunteer) -> QuerySet[DataCorrection]:
    """Return a volunteer's requests, newest first."""
    return DataCorrection.objects.filter(volunteer=volunteer).order_by("-asked_at", "-pk")


def open_claims(viewer: Person) -> QuerySet[Claim]:
    """Return the claims within the viewer's reach that wait, oldest first."""
    reach = Claim.objects.in_scope(scope_of(viewer, Permission.CLAIM_REVIEW))
    waiting = reach.filter(state=ClaimState.ASKED)
    return waiting.select_related("region", "volunteer", "claimant").order_by("asked_at", "pk")


def open_corrections(viewer: Person) -> QuerySet[DataCorrection]:
    """Return the requests within the viewer's reach that wait, oldest first."""
    reach = DataCorrection.objects.in_scope(scope_of(viewer, Permission.CLAIM_REVIEW))
    waiting = reach.filter(state=CorrectionState.ASKED)
    return waiting.select_related("volunteer__region").order_by("asked_at", "pk")


def number_given(case: Claim | DataCorrection) -> str:
    """Return the plain identity number that somebody gave; show it masked unless journaled."""
    return personal.unseal(case.id_cipher, bound_to=case.subject)


def identity_wanted(wanted: DataCorrection) -> Identity:
    """Return who the papers say a volunteer is."""
    return Identity(wanted.id_type, number_given(wanted), wanted.born_on, wanted.sex)


def photos_of(case: Claim | DataCorrection) -> QuerySet[StoredFile]:
    """Return the photos of a case, oldest first."""
    return files.of(case.subject)


def case_with_photo(viewer: Person, stored: StoredFile) -> Claim | DataCorrection | None:
    """Return the case within the viewer's reach to which a photo belongs."""
    kind, _, key = stored.subject.partition(":")
    reach = scope_of(viewer, Permission.CLAIM_REVIEW)
    if kind == "claim":
        return Claim.objects.in_scope(reach).filter(key=key).first()
    if kind == "correction":
        return DataCorrection.objects.in_scope(reach).filter(key=key).first()
    return None


@dataclass(frozen=True)
class Due:
    """By which day a case is to be decided, and whether that day is over."""

    on: date
    is_over: bool


def dues(cases: Iterable[Claim | DataCorrection], *, at: datetime) -> dict[str, Due]:
    """Return key → by when it is to be decided, by the days that the city allows now."""
    today, workdays = local_date(at), policy.number("claims.decide_workdays", on=local_date(at))
    calendar = publicity.calendar()
    found = {}
    for case in cases:
        day = calendar.add_workdays(local_date(case.asked_at), workdays)
        found[case.key] = Due(day, is_over=case.state == ClaimState.ASKED and day < today)
    return found


def evidence_days(at: datetime) -> int:
    """Return for how many days photos are kept after a decision."""
    return policy.number("claims.evidence_days", on=local_date(at))


def evidence_before(instant: datetime) -> list[StoredFile]:
    """Return photos of cases that were decided before an instant, some hundred at a time."""
    gone: list[StoredFile] = []
    for kind, model in (("claim", Claim), ("correction", DataCorrection)):
        old = StoredFile.objects.filter(subject__startswith=f"{kind}:", uploaded_at__lt=instant)
        subjects = {stored.subject: stored for stored in old.order_by("pk")[:_AT_ONCE]}
        keys = [subject.partition(":")[2] for subject in subjects]
        decided = model._default_manager.filter(key__in=keys, decided_at__lt=instant)  # noqa: SLF001 -- Django's documented API
        done = {f"{kind}:{key}" for key in decided.values_list("key", flat=True)}
        gone += StoredFile.objects.filter(subject__in=done).order_by("pk")
    return gone
