"""A guardian and the wards: children whose record the guardian's account may see and use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from voluncity.city.access import personal
from voluncity.city.ledger import queries as ledger
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.city.people.queries.volunteers import adult_age, is_adult, phone_of, records_of
from voluncity.city.policy import queries as policy
from voluncity.kernel.identity import age_on
from voluncity.kernel.refusals import NotAllowed, NotFound


def youngest_child(*, on: date) -> int:
    """Return from which age a guardian may register a child from the own account."""
    return policy.number("people.youngest_child_years", on=on)


def _live() -> QuerySet[Guardian]:
    rows = Guardian.objects.filter(withdrawn_at=None, volunteer__closed_at=None)
    return rows.select_related("volunteer__region").order_by("volunteer__born_on", "pk")


def wards(user: User, *, on: date) -> list[Guardian]:
    """Return the children of a guardian, the oldest first; who is of age is none any more."""
    return _minors(_live().filter(user=user), on)


def ward(user: User, volunteer_id: int, *, on: date) -> Guardian:
    """Return one child of a guardian.

    :raises NotFound: when it is somebody else's child, of age, or the consent was withdrawn.
    """
    found = _minors(_live().filter(user=user, volunteer=volunteer_id), on)
    if not found:
        raise NotFound("没有找到这个孩子，或者孩子已经成年。请回到“家庭”查看。")
    return found[0]


def records_for(user: User, *, on: date) -> list[int]:
    """Return the records of which somebody sees everything: the own ones, and their children's."""
    own = user.volunteer_or_none
    whose = [own.pk] if own is not None else []
    whose += [one.volunteer_id for one in wards(user, on=on)]
    return [pk for one in whose for pk in records_of(one)]


def record_for(user: User, volunteer_id: int | None, *, on: date) -> Volunteer:
    """Return one's own record, or that of a child one looks after.

    :raises NotAllowed: when nobody is named and one is no volunteer.
    :raises NotFound: when it is somebody else's child, of age, or the consent was withdrawn.
    """
    own: Volunteer | None = user.volunteer_or_none
    if volunteer_id is not None and (own is None or own.pk != volunteer_id):
        return ward(user, volunteer_id, on=on).volunteer
    if own is None:
        raise NotAllowed("请先登记为志愿者。", code="people.no_volunteer")
    return own


def unlinked_wards(user: User, *, on: date) -> list[Guardian]:
    """Return minors with whom this account's phone was given as the guardian's."""
    if user.phone_index is None:
        return []
    return _minors(_live().filter(user=None, phone_index=user.phone_index), on)


def _minors(rows: Iterable[Guardian], on: date) -> list[Guardian]:
    adult = adult_age(on=on)
    return [row for row in rows if age_on(row.volunteer.born_on, on) < adult]


def total_minutes(volunteer_ids: Iterable[int]) -> dict[int, int]:
    """Return the service time of each, in minutes."""
    holders = {f"volunteer:{pk}": pk for pk in volunteer_ids}
    found = ledger.balances_of(list(holders), unit="minutes")
    return {pk: found.get(holder, 0) for holder, pk in holders.items()}


def guardian_accounts(volunteer_ids: Iterable[int], *, on: date) -> dict[int, list[int]]:
    """Return the accounts of the guardians of those who are minors, by the minor's id."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = _live().filter(volunteer__in=set(volunteer_ids), user__isnull=False)
    for row in _minors(rows, on):
        if row.user_id is not None:
            found[row.volunteer_id].append(row.user_id)
    return dict(found)


def guardian_phone(guardian: Guardian) -> str:
    """Return the guardian's plain phone number; show it masked."""
    return personal.unseal(guardian.phone_cipher, bound_to=f"volunteer:{guardian.volunteer.number}")


def contact_phone(volunteer: Volunteer, *, on: date) -> str:
    """Return where to call or write: the own phone, else a minor's guardian's."""
    phone = phone_of(volunteer)
    if phone or is_adult(volunteer.born_on, on=on):
        return phone
    rows = volunteer.guardians.filter(withdrawn_at=None).order_by("-consented_at")
    guardian = rows.select_related("volunteer").first()
    return guardian_phone(guardian) if guardian else ""
