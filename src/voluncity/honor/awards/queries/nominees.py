"""Who can be put forward, who speaks for a nominee, and whether they reach what is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import ROLES, Permission, Role
from voluncity.city.access.queries import grants_of, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Membership, Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.regions.models import Level, Region
from voluncity.honor.awards.models import Award, Category, Nomination
from voluncity.honor.awards.states import AwardState, NomineeKind
from voluncity.honor.recognition import queries as recognition
from voluncity.kernel.minutes import hours_text
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.integrity.models import Case
from voluncity.service.integrity.states import RUNNING, About, CaseState
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import PUBLIC_STATES

K = NomineeKind
# What is rated as an organization that serves; offices and merchants are none.
SERVING = (
    Kind.FEDERATION, Kind.UNIT, Kind.MODEL_UNIT, Kind.REGISTERED, Kind.FILED, Kind.INTERNAL,
)  # fmt: skip
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Fact:
    """One thing that is asked of a nominee, with what the records say."""

    label: str
    value: str
    needed: str
    is_met: bool

    def kept(self) -> dict[str, Any]:
        """Return it as it is frozen with a nomination."""
        return asdict(self)


def nominees_for(user: User, category: Category) -> QuerySet[Any]:
    """Return whom somebody may put forward in a category: within their own reach."""
    return _within(scope_of(user, Permission.AWARD_NOMINATE), category)


def grant_for(user: User, category: Category, nominee: Any) -> Grant | None:
    """Return the role within whose reach a nominee is: for its unit the nominee is put forward."""
    for grant in own_grants(user):
        scope = Scope(
            regions=(grant.region.path,) if grant.region else (),
            organizations=(grant.organization.path,) if grant.organization else (),
        )
        if _within(scope, category).filter(pk=nominee.pk).exists():
            return grant
    return None


def _within(scope: Scope, category: Category) -> QuerySet[Any]:
    area = category.selection.region.path
    if category.kind == K.VOLUNTEER:
        reach = Q(pk__in=[])
        for path in scope.regions:
            reach |= Q(region__path__startswith=path)
        for path in scope.organizations:
            theirs = Membership.objects.filter(organization__path__startswith=path, left_at=None)
            reach |= Q(pk__in=theirs.values("volunteer"))
        live = Volunteer.objects.filter(reach, closed_at=None, region__path__startswith=area)
        return live.filter(identity_state=IdentityState.VERIFIED)
    if category.kind == K.ORGANIZATION:
        return Organization.objects.in_scope(scope).filter(
            state=OrgState.ACTIVE, kind__in=SERVING, region__path__startswith=area
        )
    if category.kind == K.PROJECT:
        return Project.objects.in_scope(scope).filter(
            state__in=PUBLIC_STATES, organization__region__path__startswith=area
        )
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(path__startswith=path)
    for path in scope.organizations:
        below = Organization.objects.filter(path__startswith=path)
        reach |= Q(pk__in=below.values("region"))
    return Region.objects.filter(reach, level=Level.COMMUNITY, valid_to=None, path__startswith=area)


def own_grants(user: User) -> list[Grant]:
    """Return the roles by which somebody may put forward."""
    return [
        grant
        for grant in grants_of(user)
        if Permission.AWARD_NOMINATE in ROLES[Role(grant.role)].permissions
    ]


def nominators(nomination: Nomination) -> list[int]:
    """Return the accounts that look after a nomination: who wrote it, and the unit's admins."""
    found = {nomination.made_by_id}
    if nomination.organization is not None:
        found |= set(_admins(nomination.organization))
    return sorted(found)


def speakers(nomination: Nomination, *, on: date) -> list[int]:
    """Return the accounts that may say yes for a nominee.

    A volunteer says so alone, for a minor the guardians do; for an organization or a project its
    administrators; for a community those who work there, or in its town.
    """
    if nomination.volunteer is not None:
        return _of_volunteer(nomination.volunteer, on=on)
    if nomination.nominee_organization is not None:
        return _admins(nomination.nominee_organization)
    if nomination.project is not None:
        return _admins(nomination.project.organization)
    assert nomination.community is not None  # noqa: S101 -- a constraint: one of the four
    return _workers(nomination.community)


def speaks_for(user: User, nomination: Nomination, *, on: date) -> bool:
    """Return whether somebody may say yes for the nominee."""
    return user.pk in speakers(nomination, on=on)


def _of_volunteer(volunteer: Volunteer, *, on: date) -> list[int]:
    living = volunteer
    if volunteer.merged_into_id is not None:
        living = Volunteer.objects.get(pk=people.living_record(volunteer.pk))
    if not people.is_adult(living.born_on, on=on):
        return sorted(people.guardian_accounts([living.pk], on=on).get(living.pk, []))
    return [living.user_id] if living.user_id is not None else []


def _admins(organization: Organization) -> list[int]:
    ids = [int(part) for part in organization.path.split("/") if part]
    held = Grant.objects.filter(
        role=Role.ORG_ADMIN, organization__in=ids, revoked_at=None, user__is_active=True
    )
    return sorted(set(held.values_list("user_id", flat=True)))


def _workers(community: Region) -> list[int]:
    codes = [code for code in community.path.split("/") if code]
    held = Grant.objects.filter(
        role=Role.COMMUNITY_WORKER, region__code__in=codes, revoked_at=None, user__is_active=True,
        region__level__in=[Level.TOWN, Level.COMMUNITY],
    )  # fmt: skip
    return sorted(set(held.values_list("user_id", flat=True)))


# -- What is asked -----------------------------------------------------------------------------


def facts_of(nomination: Nomination, *, on: date) -> list[Fact]:
    """Return what a category asks beside what the records say today."""
    category = nomination.category
    facts = [_standing(nomination)]
    if category.least_minutes:
        minutes = _minutes(nomination)
        facts.append(
            Fact(
                "累计服务时长", hours_text(minutes), f"不少于 {hours_text(category.least_minutes)}",
                minutes >= category.least_minutes,
            )
        )  # fmt: skip
    if category.least_stars and category.kind in {K.VOLUNTEER, K.ORGANIZATION}:
        stars = _stars(nomination)
        facts.append(
            Fact("星级", f"{stars} 星", f"不低于 {category.least_stars} 星",
                 stars >= category.least_stars)
        )  # fmt: skip
    if category.kind != K.COMMUNITY:
        facts.append(_clean(nomination, on=on))
    if category.gap_years:
        facts.append(_not_awarded(nomination))
    return facts


def _standing(nomination: Nomination) -> Fact:
    label, needed = "状态", "正常"
    if nomination.volunteer is not None:
        volunteer = nomination.volunteer
        is_met = volunteer.closed_at is None and volunteer.identity_state == IdentityState.VERIFIED
        return Fact("实名状态", volunteer.get_identity_state_display(), "已实名", is_met)
    if nomination.nominee_organization is not None:
        state = nomination.nominee_organization.state
        value = nomination.nominee_organization.get_state_display()
        return Fact(label, value, needed, state == OrgState.ACTIVE)
    if nomination.project is not None:
        is_met = nomination.project.state in PUBLIC_STATES
        value = nomination.project.get_state_display()
        return Fact("项目状态", value, "已发布或已结项", is_met)
    community = nomination.community
    is_met = community is not None and community.valid_to is None
    return Fact("区划", "使用中" if is_met else "已停用", "使用中", is_met)


def _posted(nomination: Nomination) -> QuerySet[ServiceRecord]:
    found: QuerySet[ServiceRecord] = ServiceRecord.objects.filter(state=RecordState.POSTED)
    if nomination.nominee_organization is not None:
        path = nomination.nominee_organization.path
        below = Organization.objects.filter(path__startswith=path)
        return found.filter(organization__in=below.values("pk"))
    if nomination.project is not None:
        return found.filter(signup__shift__activity__project=nomination.project)
    assert nomination.community is not None  # noqa: S101 -- asked for those without an account
    there = Organization.objects.filter(region__path__startswith=nomination.community.path)
    return found.filter(organization__in=there.values("pk"))


def _minutes(nomination: Nomination) -> int:
    if nomination.volunteer is not None:
        return recognition.total_minutes(people.living_record(nomination.volunteer.pk))
    return _posted(nomination).aggregate(total=Sum("minutes"))["total"] or 0


def _stars(nomination: Nomination) -> int:
    if nomination.volunteer is not None:
        return recognition.stars_of(people.living_record(nomination.volunteer.pk))
    organization = nomination.nominee_organization
    return organization.stars if organization is not None else 0


def _clean(nomination: Nomination, *, on: date) -> Fact:
    years = nomination.category.clean_years
    bad = Q(state__in=RUNNING)
    if years:
        since = on - years * _YEAR
        bad |= Q(state=CaseState.CONFIRMED, decided_at__date__gte=since)
    number = Case.objects.filter(bad, _about(nomination)).count()
    needed = "没有正在办理的核查" + (f"，{years} 年内没有认定的问题" if years else "")
    return Fact("时长核查", f"{number} 件" if number else "没有", needed, not number)


def _about(nomination: Nomination) -> Q:
    if nomination.volunteer is not None:
        family = people.records_of(people.living_record(nomination.volunteer.pk))
        return Q(about=About.VOLUNTEER, volunteer__in=family)
    organization = nomination.nominee_organization
    if nomination.project is not None:
        organization = nomination.project.organization
    return Q(about=About.ORGANIZATION, organization=organization)


def _not_awarded(nomination: Nomination) -> Fact:
    category = nomination.category
    year, gap = category.selection.year, category.gap_years
    same = Award.objects.filter(
        state=AwardState.EFFECTIVE, year__lt=year, year__gte=year - gap,
        nomination__category__kind=category.kind, nomination__nominee_key__in=_keys(nomination),
    ).order_by("-year")  # fmt: skip
    last = same.values_list("year", flat=True).first()
    return Fact(
        "以往表彰", f"{last} 年获得" if last else "没有", f"近 {gap} 年没有获得同类表彰",
        last is None,
    )  # fmt: skip


def _keys(nomination: Nomination) -> Iterable[str]:
    if nomination.volunteer is None:
        return [nomination.nominee_key]
    family = people.records_of(people.living_record(nomination.volunteer.pk))
    return [f"volunteer:{pk}" for pk in family]
