"""Row D6: a dangerous activity is covered before it opens; its roster reaches the insurer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.files import queries as files
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.people.queries import id_number_of
from voluncity.city.regions.models import Level, Region
from voluncity.city.registers.models import Export
from voluncity.honor.insurance import actions
from voluncity.honor.insurance.models import Policy
from voluncity.service.projects.models import Activity
from voluncity.service.signups import actions as signups
from voluncity.testing.make_insurance import make_risky_activity
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.make_projects import MORNING, make_shift
from voluncity.testing.pages import as_, markup
from voluncity.testing.sheets import sheet_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("D6")]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@dataclass(frozen=True)
class Cast:
    """A team that goes where it is dangerous, its leader, and the city's office."""

    team: Organization
    city: Region
    leader: User
    office: User


@pytest.fixture
def cast() -> Cast:
    community = make_region()
    city = Region.objects.get(level=Level.CITY)
    team = make_organization("蓝天救援队", region=community)
    leader, office = make_user("李强"), make_user("赵文清")
    give(leader, Role.ORG_ADMIN, team)
    give(office, Role.CITY_OFFICE, city)
    return Cast(team, city, leader, office)


def test_from_the_refusal_to_the_list_for_the_insurer(cast: Cast) -> None:
    activity = make_risky_activity(cast.team)
    _open_with_cover(cast, activity)
    shift = make_shift(activity=activity, capacity=9)
    volunteer = make_volunteer("陈晓红", region=cast.team.region)
    signups.sign_up(
        shift_id=shift.pk, volunteer_id=volunteer.pk, by=user_of(volunteer), at=now(),
        risks_read=True,
    )  # fmt: skip
    actions.freeze_rosters(at=MORNING + timedelta(minutes=1))
    page = reverse("insurance:desk_activity", args=[activity.pk])
    assert "陈晓红" in markup(as_(cast.leader).get(page))

    # The insurer gets the roster with full numbers; who took it out and why is kept and shown.
    _export(cast.office, activity.pk)
    export = Export.objects.get()
    assert export.file is not None
    with files.opened(export.file) as stream:
        rows = sheet_of(stream.read())
    assert [row for row in rows if id_number_of(volunteer) in row]
    entry = Entry.objects.get(verb="registers.export")
    assert (entry.actor_id, entry.data["full"], entry.data["rows"]) == (cast.office.pk, True, 1)
    looks = markup(as_(user_of(volunteer)).get(reverse("privacy:looks")))
    assert "办理保险" in looks


def _open_with_cover(cast: Cast, activity: Activity) -> None:
    """Be refused, let the office register the policy, choose it, and open."""
    opening = reverse("projects:desk_activity_open", args=[activity.pk])
    assert "必须先有保险" in markup(as_(cast.leader).post(opening))
    page = reverse("insurance:desk_activity", args=[activity.pk])
    assert "请把保单交文明办登记" in markup(as_(cast.leader).get(page))
    sent = {
        "insurer": "平安保险", "name": "救援意外险", "number": "PA-2030-1", "kind": "single",
        "covers": "joining", "region": cast.city.pk, "organization": "蓝天救援队",
        "accident": "600000", "medical": "100000", "liability": "", "least_age": "18",
        "most_age": "", "from_on": "2030-01-01", "until_on": "2030-12-31", "report_hours": "48",
        "papers_days": "30", "phone": "95511", "note": "",
    }  # fmt: skip
    assert as_(cast.office).post(reverse("insurance:desk_new"), sent).status_code == 302
    assert "救援意外险" in markup(as_(cast.leader).get(page))
    as_(cast.leader).post(page, {"verb": "attach", "policy": Policy.objects.get().pk})
    assert as_(cast.leader).post(opening).status_code == 302


def _export(office: User, activity_id: int) -> None:
    page = reverse("registers:export", args=["insured"])
    columns = ["name", "id_type", "id_number", "phone"]
    answer = as_(office).post(
        f"{page}?activity={activity_id}",
        {"columns": columns, "reason": "insurance", "words": "报保险公司承保", "is_full": "on"},
    )
    assert answer.status_code == 302, markup(answer)
