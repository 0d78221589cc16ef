"""Patrol findings for tests, with the kinds they are of."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from voluncity.city.files.rules import Checked, check_image
from voluncity.city.people.models import User, Volunteer
from voluncity.service.patrols import actions
from voluncity.service.patrols.models import Problem, ProblemKind
from voluncity.service.patrols.rules import Report
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import NOON, user_of

_numbers = count(1)


def make_kinds() -> None:
    """Load the kinds of problems, once for a test."""
    if not ProblemKind.objects.exists():
        actions.load_kinds()


def make_photo() -> Checked:
    """Return a checked photo."""
    return check_image(make_upload())


def make_report(**said: Any) -> Report:
    """Return what a phone sends: rubbish in one's own community."""
    usual: dict[str, Any] = {
        "kind_key": "garbage", "place": "", "photo": make_photo(),
        "nonce": f"nonce-{next(_numbers):08d}",
    }  # fmt: skip
    return Report(**(usual | said))


def make_problem(volunteer: Volunteer, *, at: datetime = NOON, **said: Any) -> Problem:
    """Report a problem."""
    make_kinds()
    return actions.report_problem(
        report=make_report(**said), volunteer=volunteer, by=user_of(volunteer), at=at
    )


def make_solved(problem: Problem, *, by: User, at: datetime = NOON) -> Problem:
    """Let the unit of a problem accept and solve it."""
    actions.accept_problem(problem=problem, by=by, at=at)
    return actions.solve_problem(
        problem=problem, words="已清理干净", photo=make_photo(), by=by, at=at
    )
