"""About whom somebody may ask: themself, and a child whose guardian they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.kernel.refusals import NotFound


@dataclass(frozen=True)
class Subject:
    """The person whose data are asked for: an account, a record as a volunteer, or both."""

    user: User | None
    volunteer: Volunteer | None
    is_ward: bool = False
    # A guardian of a child of 14 or more reads; whoever holds the record decides.
    may_close: bool = True

    @property
    def name(self) -> str:
        """Return how the page calls the person."""
        return str(self.volunteer or self.user)


def wards(user: User) -> QuerySet[Guardian]:
    """Return the children in whose name the person may ask (未成年人网络保护条例第三十四条)."""
    return (
        Guardian.objects.filter(user=user, withdrawn_at=None, volunteer__closed_at=None)
        .select_related("volunteer__user", "volunteer__region")
        .order_by("pk")
    )


def subject(user: User, *, ward_id: int | None) -> Subject:
    """Return the person themself, or the child that is asked for.

    :raises NotFound: when it is nobody's child of theirs.
    """
    if ward_id is None:
        return Subject(user, user.volunteer_or_none)
    guardian = wards(user).filter(volunteer=ward_id).first()
    if guardian is None:
        raise NotFound("没有找到这位被监护人，请从“隐私中心”重新选择。")
    child = guardian.volunteer
    return Subject(child.user, child, is_ward=True, may_close=guardian.is_holder)
