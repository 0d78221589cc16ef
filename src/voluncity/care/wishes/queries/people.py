"""Who may claim, who is told, and what somebody has wished and claimed."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, Q, QuerySet, When

from voluncity.care.wishes.models import Claim, Look, Wish
from voluncity.care.wishes.states import HELD, ClaimState
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import grants_of, people_with
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people import queries as people
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import NotFound
from voluncity.service.hours.models import Suspension
from voluncity.service.hours.states import Right

_ONE = ("kind", "region", "theme", "photo", "user")
LEADING = {Role.ORG_ADMIN, Role.TEAM_LEADER}


def why_not(wish: Wish, volunteer: Volunteer, *, today: date) -> str:
    """Return why a volunteer may not claim a wish; empty when nothing is in the way."""
    if volunteer.closed_at is not None or volunteer.identity_state != IdentityState.VERIFIED:
        return "认领前要先完成实名认证，请到“我的”里提交。"
    if not people.guardian_ok(volunteer, on=today):
        return "未成年人认领心愿需要监护人同意，请先到“家庭”里办理。"
    if _is_suspended(volunteer, today=today):
        return "经核查认定，您的补记时长资格暂停期间不能认领心愿。"
    return _own_part(wish, volunteer)


def _own_part(wish: Wish, volunteer: Volunteer) -> str:
    me = volunteer.user_id
    if me in {wish.user_id, wish.posted_by_id}:
        return "这是您自己提交的心愿，请等别人来认领。"
    if me == wish.reviewed_by_id:
        return "这个心愿是您审核的，请由别的志愿者认领。"
    if wish.user_id is not None and _are_family(wish.user_id, volunteer):
        return "家里人的心愿不算志愿服务，请等别的志愿者来认领。"
    return ""


def _are_family(user_id: int, volunteer: Volunteer) -> bool:
    live = Guardian.objects.filter(withdrawn_at=None)
    either = Q(volunteer=volunteer, user=user_id)
    if volunteer.user_id is not None:
        either |= Q(volunteer__user=user_id, user=volunteer.user_id)
    return live.filter(either).exists()


def _is_suspended(volunteer: Volunteer, *, today: date) -> bool:
    return Suspension.objects.filter(
        user=volunteer.user_id, right=Right.ENTER, lifted_at=None,
        since__lte=today, until__gte=today,
    ).exists()  # fmt: skip


def claimant(wish: Wish) -> Volunteer | None:
    """Return who is at it, or made it come true."""
    claim = current_claim(wish)
    return claim.volunteer if claim is not None else None


def current_claim(wish: Wish) -> Claim | None:
    """Return the claim that lives or came true."""
    held = wish.claims.filter(state__in=[ClaimState.LIVE, ClaimState.COMPLETED])
    return held.select_related("volunteer", "organization", "done_photo").first()


def wisher_record(wish: Wish) -> Volunteer | None:
    """Return the wisher's record as a volunteer, if there is one."""
    return Volunteer.objects.filter(user=wish.user_id).first() if wish.user_id else None


def own_wishes(user: User) -> QuerySet[Wish]:
    """Return what somebody has wished, newest first."""
    return Wish.objects.filter(user=user).select_related(*_ONE).order_by("-pk")


def own_wish(user: User, pk: int) -> Wish:
    """Return one of somebody's wishes.

    :raises NotFound: when it is somebody else's.
    """
    wish = own_wishes(user).filter(pk=pk).first()
    if wish is None:
        raise NotFound("没有找到这个心愿，请回到“我的心愿”看看。")
    return wish


def own_claims(user: User) -> QuerySet[Claim]:
    """Return what somebody has claimed: what is still to be done first, then the newest."""
    volunteer = user.volunteer_or_none
    found = claims_of(volunteer) if volunteer is not None else Claim.objects.none()
    return found.order_by(Case(When(state=ClaimState.LIVE, then=0), default=1), "-pk")


def claims_of(volunteer: Volunteer) -> QuerySet[Claim]:
    """Return what a volunteer has claimed, also in records merged into theirs."""
    found = Claim.objects.filter(volunteer__in=people.records_of(volunteer))
    return found.select_related("wish__kind", "wish__region")


def held_wish(user: User, pk: int) -> Wish:
    """Return a wish that somebody has claimed and is at.

    :raises NotFound: when the claim is somebody else's, or has ended.
    """
    held = Wish.objects.filter(pk=pk, claimed_by=user).select_related(*_ONE)
    wish: Wish | None = held.first()
    if wish is None:
        raise NotFound("没有找到这个认领，它可能已经放回或结束。请回到“我认领的”看看。")
    return wish


def is_held_by(wish: Wish, user: User) -> bool:
    """Return whether somebody is at a wish now."""
    return wish.state in HELD and wish.claimed_by_id == user.pk


def looks_at(wish: Wish) -> QuerySet[Look]:
    """Return who saw whom to meet, newest first."""
    return wish.looks.filter(of_claimant=False).select_related("by")


def led_organizations(user: User) -> list[Organization]:
    """Return the active organizations for which somebody may claim as their leader."""
    ids = [grant.organization_id for grant in grants_of(user) if grant.role in LEADING]
    found = Organization.objects.filter(pk__in=[one for one in ids if one])
    return list(found.filter(state=OrgState.ACTIVE).order_by("name", "pk"))


def nearest_desk(region: Region) -> list[int]:
    """Return who reviews in a region: those whose own region is the deepest around it."""
    held = list(
        people_with(
            Permission.WISH_REVIEW, organization_path="", region_path=region.path
        ).select_related("region")
    )
    deepest = max((len(one.region.path) for one in held if one.region), default=0)
    return sorted({g.user_id for g in held if g.region and len(g.region.path) == deepest})


def offices(region: Region) -> list[int]:
    """Return the offices of county and city, who hear what is overdue."""
    held = people_with(Permission.WISH_REVIEW, organization_path="", region_path=region.path)
    wanted = {Role.CITY_OFFICE, Role.COUNTY_OFFICE}
    return sorted({grant.user_id for grant in held if grant.role in wanted})
