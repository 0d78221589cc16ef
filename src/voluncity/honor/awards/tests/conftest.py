"""What most tests of selections begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.awards.models import Category, Nomination, Review, Selection
from voluncity.testing.make_awards import (
    REVIEWED,
    VOTED,
    category_of,
    make_admitted,
    make_judge,
    make_members,
    make_nominator,
    make_score,
    make_selection,
)
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_region, make_volunteer


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@dataclass
class Call:
    """A selection, whoever puts forward, and people who can be put forward."""

    selection: Selection
    category: Category
    organization: Organization
    nominator: User
    members: list[Volunteer]

    def admit(self, number: int = 0, *, at: datetime = NOON) -> Nomination:
        """Let one of the members take part."""
        return make_admitted(self.category, self.members[number], by=self.nominator, at=at)

    def voter(self, name: str = "周宁") -> Volunteer:
        """Return somebody who may vote."""
        return make_volunteer(name, region=self.organization.region)

    def scored(self, *points: int) -> list[Nomination]:
        """Let so many take part, each with these points of one expert."""
        nominees = [self.admit(number) for number in range(len(points))]
        judge = make_judge(self.selection, at=NOON)
        for nominee, given in zip(nominees, points, strict=True):
            review = Review.objects.get(judge=judge, nomination=nominee)
            make_score(review, given, at=NOON + REVIEWED)
        return nominees


@pytest.fixture
def call() -> Call:
    """A selection of the county in its first day."""
    region = make_region("青年路社区")
    organization = make_organization("青年路志愿服务队", region=region)
    county = region.parent.parent if region.parent else None
    assert county is not None
    selection = make_selection(county)
    return Call(
        selection, category_of(selection), organization, make_nominator(organization),
        make_members(organization),
    )  # fmt: skip


VOTING = NOON + VOTED
