"""Work that waits: the desks of the demo city are not empty."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from voluncity.city.orgs import actions as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OrgPlan
from voluncity.city.regions.models import Region
from voluncity.doors.portal.demo import lists, teams
from voluncity.doors.portal.demo.service import project_plan
from voluncity.service.projects import actions as projects

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast


def leave_work(cast: Cast, spec: dict[str, Any], *, today: date, at: datetime) -> None:
    """Leave an application, a project and two requests to join for those who decide."""
    applicant = cast.volunteers[5].user
    assert applicant is not None  # noqa: S101 -- everybody here registered by phone
    wanted = spec["organization"]
    orgs.apply_organization(
        plan=teams.proven(
            OrgPlan(
                kind=wanted["kind"],
                name=wanted["name"],
                parent_id=Organization.objects.get(key=wanted["parent"]).pk,
                region_id=Region.objects.get(code=wanted["region"]).pk,
                contact_name=applicant.display_name,
                contact_phone="19903510351",
                intro=wanted["intro"],
            ),
            number=Organization.objects.count(),
        ),
        paper=teams.certificate(wanted["kind"], wanted["name"]),
        by=applicant,
        at=at - timedelta(days=3),
    )
    team = cast.teams[spec["project"]["team"]]
    author = team.applied_by or cast.office
    project = projects.create_project(
        organization_id=team.pk,
        plan=project_plan(spec["project"], today=today),
        by=author,
        at=at - timedelta(days=2),
    )
    projects.submit(project_id=project.pk, by=author, at=at - timedelta(days=2))
    team = cast.teams["qiaodong"]
    strangers = [v for v in cast.volunteers if not v.memberships.filter(organization=team).exists()]
    for number, volunteer in enumerate(strangers[:2]):
        orgs.ask_to_join(
            organization_id=team.pk,
            volunteer=volunteer,
            message=("我住在附近，周末有空。", "退休了，想为邻居做点事。")[number],
            by=volunteer.user or cast.office,
            at=at - timedelta(days=number),
        )
    lists.leave_list(cast.office, at=at - timedelta(hours=3))
