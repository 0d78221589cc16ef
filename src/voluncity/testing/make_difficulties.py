"""Difficulties for tests, with the kinds they are of."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Any

from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import check_image
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.difficulties import actions
from voluncity.service.difficulties.models import Difficulty, Kind
from voluncity.service.difficulties.rules import Answer, Report
from voluncity.service.projects.models import Project
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_user

_numbers = count(1)


def make_kinds() -> None:
    """Load the kinds of difficulties, once for a test."""
    if not Kind.objects.exists():
        actions.load_kinds()


def make_leader(organization: Organization, name: str = "领队李强") -> User:
    """Return somebody who may report for an organization."""
    user = make_user(name)
    give(user, Role.TEAM_LEADER, organization)
    return user


def make_difficulty(
    organization: Organization,
    *,
    by: User | None = None,
    project: Project | None = None,
    at: datetime = NOON,
    **said: Any,
) -> Difficulty:
    """Report that a team has no money for the insurance."""
    make_kinds()
    usual: dict[str, Any] = {
        "kind_key": "funds", "text": "冬季活动的保险费没有着落",
        "key": f"form-{next(_numbers):08d}", "papers": (check_image(make_upload()),),
    }  # fmt: skip
    return actions.report_difficulty(
        organization=organization, project=project, report=Report(**(usual | said)),
        by=by or make_leader(organization), at=at,
    )  # fmt: skip


def make_answered(difficulty: Difficulty, *, by: User, at: datetime = NOON) -> Difficulty:
    """Let somebody answer it."""
    answer = Answer("由市级经费统一投保", "张主任", date(2030, 12, 31))
    return actions.answer_difficulty(difficulty=difficulty, answer=answer, by=by, at=at)
