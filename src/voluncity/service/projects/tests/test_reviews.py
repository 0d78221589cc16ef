"""Who may decide on a project, and that only one of two does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.service.projects import actions, queries
from voluncity.service.projects.actions import steps
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import PROJECT_FLOW, ProjectState
from voluncity.service.projects.tests.cast import Cast
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.make_projects import make_project


@pytest.fixture
def project(cast: Cast) -> Project:
    return make_project(
        organization=cast.team,
        state=ProjectState.SUBMITTED,
        created_by=cast.admin,
        submitted_at=NOON,
        submitted_by=cast.admin,
    )


def test_the_organization_above_and_the_office_review(cast: Cast, project: Project) -> None:
    assert list(queries.waiting_for_review(cast.reviewer)) == [project]
    assert list(queries.waiting_for_review(cast.office)) == [project]
    assert list(queries.waiting_for_review(cast.admin)) == []
    assert list(queries.waiting_for_review(cast.stranger)) == []


@pytest.mark.parametrize("who", ["admin", "leader", "stranger"])
def test_nobody_else_decides(cast: Cast, project: Project, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.approve(project_id=project.pk, by=getattr(cast, who), at=NOON)
    project.refresh_from_db()
    assert project.state == ProjectState.SUBMITTED


def test_a_lead_unit_does_not_review_its_own_projects(cast: Cast) -> None:
    own = make_project(organization=cast.parent, state=ProjectState.SUBMITTED)
    with pytest.raises(NotAllowed) as caught:
        actions.approve(project_id=own.pk, by=cast.reviewer, at=NOON)
    assert caught.value.code == "projects.not_reviewer"
    actions.approve(project_id=own.pk, by=cast.office, at=NOON)
    own.refresh_from_db()
    assert own.state == ProjectState.APPROVED


@pytest.mark.parametrize("part", ["created_by", "submitted_by"])
def test_nobody_reviews_what_they_wrote_or_submitted(
    cast: Cast, project: Project, part: str
) -> None:
    both = make_user("郑丽")
    give(both, Role.ORG_ADMIN, cast.team)
    give(both, Role.LEAD_UNIT, cast.parent)
    setattr(project, part, both)
    project.save(update_fields=[part])
    with pytest.raises(NotAllowed) as caught:
        actions.send_back(project_id=project.pk, reason="请补充", by=both, at=NOON)
    assert caught.value.code == "projects.own_review"
    assert [step.verb for step in queries.steps_for(project, both)] == ["cancel"]
    assert list(queries.waiting_for_review(both)) == []


@pytest.mark.parametrize(
    ("who", "verbs"),
    [
        ("admin", ["cancel"]),
        ("reviewer", ["send_back", "approve", "cancel"]),
        ("office", ["send_back", "approve"]),
        ("leader", []),
        ("stranger", []),
    ],
)
def test_buttons_follow_from_flow_and_permission(
    cast: Cast, project: Project, who: str, verbs: list[str]
) -> None:
    assert [s.verb for s in queries.steps_for(project, getattr(cast, who))] == verbs


def _approve_after_somebody_sent_it_back(project: Project, cast: Cast) -> None:
    """Let one reviewer read the project before, and decide after, another one."""
    seen_by_first = steps.project_of(project.pk)
    actions.send_back(project_id=project.pk, reason="请补充", by=cast.office, at=NOON)
    steps.step_project(
        seen_by_first, "approve", by=cast.reviewer, at=NOON, reviewed_by=cast.reviewer
    )


def test_of_two_reviewers_only_the_first_decides(cast: Cast, project: Project) -> None:
    with pytest.raises(WrongState, match="刚刚有人处理过"):
        _approve_after_somebody_sent_it_back(project, cast)
    project.refresh_from_db()
    assert (project.state, project.reviewed_by) == (ProjectState.SENT_BACK, cast.office)
    assert Entry.objects.filter(verb="projects.approve").count() == 0


def test_saboteur_who_reads_then_writes_lets_both_decide(
    cast: Cast, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unguarded(
        row: Project, verb: str, *, by: User, at: datetime, **changes: Any
    ) -> Project:  # what the guard is for: no state in the WHERE
        row.state = PROJECT_FLOW.after(verb, row.state)
        Project.objects.filter(pk=row.pk).update(state=row.state, **changes)
        return row

    monkeypatch.setattr(steps, "step_project", unguarded)
    _approve_after_somebody_sent_it_back(project, cast)
    project.refresh_from_db()
    assert project.state == ProjectState.APPROVED  # the second one won over the first
