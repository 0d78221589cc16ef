"""Read reviews: one's own only, hints at who is close to whom, and how far everybody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.orgs.models import Membership
from voluncity.city.people.models import Guardian, User
from voluncity.honor.awards.models import Judge, Nomination, Review, Selection
from voluncity.honor.awards.queries.nominees import speakers
from voluncity.honor.awards.states import NominationState, ReviewState, SelectionState
from voluncity.kernel.refusals import NotFound

COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容")


@dataclass(frozen=True)
class Hint:
    """Why an expert may be close to a nominee; some forbid the review, others ask to think."""

    words: str
    is_blocking: bool


def hints(user: User, nomination: Nomination, *, on: date) -> list[Hint]:
    """Return what connects an expert with a nominee, as far as the records know."""
    found: list[Hint] = []
    if user.pk in {*speakers(nomination, on=on), nomination.made_by_id} or _is_family(
        user, nomination
    ):
        found.append(Hint("这是您本人、您的家人或您推荐的对象", is_blocking=True))
    theirs = _organizations_of(user)
    if nomination.organization_id in theirs:
        found.append(Hint("由您所在的单位推荐", is_blocking=True))
    if theirs & _organizations_around(nomination):
        found.append(Hint("您和推荐对象在同一个组织", is_blocking=True))
    if nomination.volunteer is not None and (
        _family_name(nomination.volunteer.name) == _family_name(user.display_name)
    ):
        found.append(Hint("您和推荐对象同姓，请确认没有亲属关系", is_blocking=False))
    return found


def _is_family(user: User, nomination: Nomination) -> bool:
    if nomination.volunteer is None:
        return False
    live = Guardian.objects.filter(withdrawn_at=None)
    near = Q(volunteer=nomination.volunteer, user=user)
    if nomination.volunteer.user_id is not None:
        near |= Q(volunteer__user=user, user=nomination.volunteer.user_id)
    return live.filter(near).exists()


def _organizations_of(user: User) -> set[int]:
    held = Grant.objects.filter(user=user, revoked_at=None, organization__isnull=False)
    joined = Membership.objects.filter(volunteer__user=user, left_at=None)
    return {
        *held.values_list("organization_id", flat=True),
        *joined.values_list("organization_id", flat=True),
    }


def _organizations_around(nomination: Nomination) -> set[int]:
    organization = nomination.nominee_organization
    if nomination.project is not None:
        organization = nomination.project.organization
    if organization is not None:
        return {int(part) for part in organization.path.split("/") if part}
    if nomination.volunteer is None:
        return set()
    joined = Membership.objects.filter(volunteer=nomination.volunteer, left_at=None)
    return set(joined.values_list("organization_id", flat=True))


def _family_name(name: str) -> str:
    return name[:2] if name.startswith(COMPOUND) else name[:1]


def my_reviews(user: User) -> QuerySet[Review]:
    """Return what an expert has to review, or has reviewed, in selections that run."""
    return (
        Review.objects.filter(
            judge__user=user, judge__removed_at=None,
            nomination__state=NominationState.ADMITTED,
            judge__selection__state=SelectionState.PUBLISHED,
        )
        .select_related(
            "judge__selection", "nomination__category__selection", "nomination__volunteer",
            "nomination__nominee_organization", "nomination__project", "nomination__community",
        )
        .order_by("judge__selection", "nomination__category__position", "nomination__number")
    )  # fmt: skip


def own_review(user: User, pk: int) -> Review:
    """Return one of an expert's own reviews.

    :raises NotFound: when it is somebody else's.
    """
    found = my_reviews(user).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这份评审，或者它不是分给您的。")
    return found


@dataclass(frozen=True)
class JudgeProgress:
    """How far one expert is; nothing of what they think."""

    judge: Judge
    open: int
    submitted: int
    recused: int


def progress_of(selection: Selection) -> list[JudgeProgress]:
    """Return how far the experts of a selection are."""
    live = Q(reviews__nomination__state=NominationState.ADMITTED)
    counted = (
        selection.judges.filter(removed_at=None)
        .select_related("user")
        .annotate(
            **{
                f"n_{state}": Count("reviews", filter=live & Q(reviews__state=state))
                for state in ReviewState.values
            }
        )
    )
    return [JudgeProgress(one, one.n_open, one.n_submitted, one.n_recused) for one in counted]
