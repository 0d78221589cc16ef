"""Who is insured in the demo city: the city's policy, a team's own, a yearly list, two claims."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Role
from voluncity.city.people import actions as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.actions import Outcome
from voluncity.honor.insurance.rules import PolicyPlan, Report
from voluncity.honor.insurance.states import Covers, PolicyKind
from voluncity.kernel.clock import local_date
from voluncity.service.projects.models import Activity

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

STARS = 4
LISTED = 12  # people who are put on the list by hand where nobody has so many stars yet


def _plan(today: date, **fields: Any) -> PolicyPlan:
    given: dict[str, Any] = {
        "insurer": "晋安财产保险", "name": "志愿服务活动意外险", "number": "",
        "kind": PolicyKind.SINGLE, "covers": Covers.JOINING, "region_id": regions.city().pk,
        "organization_id": None, "accident": "600000", "medical": "100000", "liability": "",
        "least_age": 8, "most_age": None, "from_on": date(today.year - 1, 1, 1),
        "until_on": date(today.year + 1, 12, 31), "report_hours": 48, "papers_days": 30,
        "phone": "0351-0000955", "note": "含往返途中；猝死 10 万元。",
    }  # fmt: skip
    return PolicyPlan(**(given | fields))


def register_policies(cast: Cast, *, at: datetime) -> None:
    """Register what the city and one team have insured, before anybody serves."""
    today, team = local_date(at), cast.teams["bluesky"]
    actions.add_policy(plan=_plan(today, number=f"JA{today.year}000186"), by=cast.office, at=at)
    actions.add_policy(
        plan=_plan(
            today, number=f"JA{today.year}000732", name="救援队员意外险", kind=PolicyKind.YEARLY,
            covers=Covers.MEMBERS, organization_id=team.pk, accident="1000000", least_age=18,
            from_on=today, until_on=today + timedelta(days=110),
        ),
        by=cast.office, at=at,
    )  # fmt: skip


def cover(activity: Activity, *, by: User, at: datetime) -> None:
    """Choose the city's policy for a dangerous activity, as its leader does before it opens."""
    if queries.is_risky(activity):
        policy = queries.attachable(activity).order_by("pk")[0]
        actions.attach_policy(activity_id=activity.pk, policy_id=policy.pk, by=by, at=at)


def insure_people(cast: Cast, *, at: datetime) -> None:
    """Take a yearly list from the rule to the number; let two people report what happened."""
    actions.freeze_rosters(at=at)
    _insure_stars(cast, at=at - timedelta(days=30))
    _report(cast, at=at)
    actions.remind_ending(at=at)


def _insure_stars(cast: Cast, *, at: datetime) -> None:
    today, city = local_date(at), regions.city()
    has_stars = bool(queries.candidates(city, stars_least=STARS))
    plan = _plan(
        today, name=f"四星及以上志愿者保险（{today.year}）", kind=PolicyKind.YEARLY,
        covers=Covers.LISTED, from_on=today, until_on=today + timedelta(days=364),
    )  # fmt: skip
    enrollment = actions.start_enrollment(
        plan=plan, stars_least=STARS if has_stars else 1, by=cast.office, at=at
    )
    listed = set(enrollment.people.values_list("volunteer", flat=True))
    for volunteer in [one for one in cast.volunteers if one.pk not in listed][:LISTED]:
        actions.add_person(
            enrollment_id=enrollment.pk, volunteer=volunteer, reason="年度优秀志愿者",
            by=cast.office, at=at,
        )  # fmt: skip
    second = _colleague(at)
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=second, at=at)
    for number, row in enumerate(enrollment.people.select_related("volunteer").order_by("pk")):
        by = row.volunteer.user or second
        actions.answer_enrollment(insured_id=row.pk, agrees=number % 6 != 5, by=by, at=at)  # noqa: PLR2004
    actions.send_enrollment(enrollment_id=enrollment.pk, by=cast.office, at=at)
    actions.cover_enrollment(
        enrollment_id=enrollment.pk, number=f"JA{today.year}005210", by=cast.office,
        at=at + timedelta(days=5),
    )  # fmt: skip


def _colleague(at: datetime) -> User:
    """Return a second person of the city's office, who confirms what the first drew up."""
    user = people.create_account(handle="city-office-2", display_name="李建平", at=at)
    access.give_role(user=user, role=Role.CITY_OFFICE, region=regions.city(), by=None, at=at)
    return user


def _report(cast: Cast, *, at: datetime) -> None:
    first, second = cast.volunteers[2], cast.volunteers[4]
    paid = _accident(first, "文明引导时被电动车剐倒，膝盖擦伤", days=20, at=at)
    paid = actions.hand_in_claim(
        claim=paid, said=Outcome("PA-2201", "860.50"), by=cast.office, at=at - timedelta(days=15)
    )
    actions.settle_claim(
        claim=paid, said=Outcome(amount="812"), by=cast.office, at=at - timedelta(days=4)
    )
    _accident(second, "入户探访时下楼扭伤脚踝，在社区医院拍片", days=2, at=at)


def _accident(volunteer: Volunteer, story: str, *, days: int, at: datetime) -> Any:
    when = at - timedelta(days=days)
    said = Report(when - timedelta(hours=3), "桥东街社区", story)
    user = volunteer.user
    assert user is not None  # noqa: S101 -- the demo's volunteers sign in
    claim = actions.report_claim(volunteer=volunteer, said=said, by=user, at=when)
    if claim.policy_id is None:
        policy = queries.policies_for_claim(claim)[0]
        claim = actions.assign_policy(
            claim=claim, policy_id=policy.pk, by=policy.made_by, at=when + timedelta(hours=4)
        )
    return claim
