"""Policies, lists, covers and claims for tests; insured on any day of 2026 to 2030."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from voluncity.city.files import actions as files
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import check_paper
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.insurance import actions
from voluncity.honor.insurance.models import (
    ActivityCover,
    Claim,
    Enrollment,
    Insured,
    Policy,
    RiskMark,
    RiskyCategory,
)
from voluncity.honor.insurance.rules import PolicyPlan, Report
from voluncity.honor.insurance.states import Answer, Covers, PolicyKind, PolicyState
from voluncity.honor.recognition.models import StarAward
from voluncity.service.projects.models import Activity
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.make_projects import make_activity, make_category, make_project

FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)
_count = itertools.count(1)


def make_plan(region: Region, **fields: Any) -> PolicyPlan:
    """Return what an office types about a policy for the participants of activities."""
    given: dict[str, Any] = {
        "insurer": "平安保险", "name": "志愿者意外伤害保险", "number": f"PA{next(_count):08d}",
        "kind": PolicyKind.SINGLE, "covers": Covers.JOINING, "region_id": region.pk,
        "organization_id": None, "accident": "200000", "medical": "20000",
        "liability": "", "least_age": None, "most_age": None, "from_on": FIRST, "until_on": LAST,
        "report_hours": 48, "papers_days": 30, "phone": "95511", "note": "",
    }  # fmt: skip
    return PolicyPlan(**(given | fields))


def make_policy(region: Region, *, by: User | None = None, **fields: Any) -> Policy:
    """Return a policy in force."""
    columns: dict[str, Any] = {
        "insurer": "平安保险", "name": "志愿者意外伤害保险", "number": f"PB{next(_count):08d}",
        "kind": PolicyKind.SINGLE, "covers": Covers.JOINING, "region": region,
        "accident_fen": 20_000_000, "medical_fen": 2_000_000, "from_on": FIRST, "until_on": LAST,
        "phone": "95511", "state": PolicyState.ACTIVE, "made_at": NOON,
    }  # fmt: skip
    return Policy.objects.create(made_by=by or make_user("保险经办"), **(columns | fields))


def make_risky(key: str = "rescue", name: str = "应急救援") -> RiskyCategory:
    """Return the dangerous category with this key."""
    category = make_category(key, name, "siren")
    risk, _ = RiskyCategory.objects.get_or_create(
        category=category, ended_at=None, defaults={"basis": "可能危及人身安全"}
    )
    return risk


def make_risky_activity(organization: Organization | None = None, **fields: Any) -> Activity:
    """Return a draft activity of a dangerous category in March 2030."""
    given: dict[str, Any] = {"state": "draft", "name": "山火隐患排查"} | fields
    project = make_project(
        "应急救援", organization=organization or make_organization(),
        category=make_risky().category, min_age=18,
    )  # fmt: skip
    return make_activity(project=project, **given)


def make_cover(activity: Activity, policy: Policy, *, by: User | None = None) -> ActivityCover:
    """Return the cover of an activity."""
    return ActivityCover.objects.create(
        activity=activity, policy=policy, attached_at=NOON, attached_by=by or make_user("领队")
    )


def make_stars(volunteer: Volunteer, stars: int = 4) -> StarAward:
    """Return the star that a volunteer has."""
    return StarAward.objects.create(
        volunteer=volunteer, stars=stars, needed_minutes=60, minutes=60, awarded_at=NOON
    )


def make_enrollment(
    region: Region, *volunteers: Volunteer, by: User | None = None, at: datetime = NOON
) -> Enrollment:
    """Return a list that was just drawn up, with these people of four stars."""
    policy = make_policy(
        region, by=by, number="", state=PolicyState.DRAFT, kind=PolicyKind.YEARLY,
        covers=Covers.LISTED, name="四星志愿者保险",
    )  # fmt: skip
    enrollment = Enrollment.objects.create(
        policy=policy, region=region, started_at=at, started_by=policy.made_by
    )
    for volunteer in volunteers:
        Insured.objects.create(
            policy=policy, enrollment=enrollment, volunteer=volunteer, stars=4,
            answer=Answer.ASKED, listed_at=at,
        )  # fmt: skip
    return enrollment


def make_covered(enrollment: Enrollment, *, at: datetime = NOON) -> Enrollment:
    """Take a list to its end: confirmed, agreed by everybody, sent, covered."""
    who = make_user("复核")
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=who, at=at)
    for row in enrollment.people.filter(is_left_out=False):
        actions.answer_enrollment(insured_id=row.pk, agrees=True, by=who, at=at)
    actions.send_enrollment(enrollment_id=enrollment.pk, by=who, at=at)
    number = f"PC{next(_count):08d}"
    return actions.cover_enrollment(enrollment_id=enrollment.pk, number=number, by=who, at=at)


def make_insurance_claim(
    volunteer: Volunteer, *, by: User, at: datetime = NOON, **said: Any
) -> Claim:
    """Return an accident that was reported an hour after it happened."""
    given: dict[str, Any] = {
        "happened_at": at - timedelta(hours=1), "place": "汾河公园",
        "story": "巡河时滑倒，左手腕骨折",
    }  # fmt: skip
    return actions.report_claim(volunteer=volunteer, said=Report(**(given | said)), by=by, at=at)


def make_world_insurance(
    county: Region, organization: Organization, volunteer: Volunteer, *, by: User, at: datetime
) -> dict[str, Any]:
    """Return one of everything for a half of the world."""
    policy = make_policy(county, name=f"{county.name}意外险")
    policy.paper = _stored(by, at)
    policy.save(update_fields=["paper"])
    make_cover(make_risky_activity(organization), policy)
    enrollment = make_enrollment(county, volunteer, at=at)
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=make_user("复核"), at=at)
    claim = make_insurance_claim(volunteer, by=by, at=at)
    Claim.objects.filter(pk=claim.pk).update(organization=organization)
    paper = claim.files.create(file=_stored(by, at), label="病历", added_at=at, added_by=by)
    risk = RiskyCategory.objects.filter(ended_at=None).first() or make_risky()
    return {
        "policy": policy.pk, "enrollment": enrollment.pk, "insurance_claim": claim.pk,
        "claim_paper": paper.pk, "insured": enrollment.people.get().pk, "risk": risk.pk,
    }  # fmt: skip


def _stored(by: User, at: datetime) -> StoredFile:
    return files.store(check_paper(make_paper()), subject="insurance:0", by=by, at=at)


def make_mark(activity: Activity, *, is_risky: bool = True) -> RiskMark:
    """Return the word about an activity."""
    return RiskMark.objects.create(
        activity=activity, is_risky=is_risky, reason="登高作业", set_at=NOON, set_by=make_user()
    )
