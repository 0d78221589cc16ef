"""What a volunteer tells about themself and may change at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.journal.actions import record
from voluncity.city.people import queries, rules
from voluncity.city.people.models import FreeTime, User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput

Word = TypeVar("Word", Skill, Category)


@transaction.atomic
def set_profile(*, volunteer_id: int, profile: rules.Profile, by: User, at: datetime) -> Volunteer:
    """Write region, skills, intentions and free times anew.

    :raises BadInput: when something chosen does not exist.
    """
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    region = chosen_region(profile.region_id, on=local_date(at), now=volunteer.region_id)
    volunteer.region, volunteer.is_party_member = region, profile.is_party_member
    volunteer.save(update_fields=["region", "is_party_member"])
    write_offers(volunteer, profile)
    record("people.set_profile", volunteer, by=by, at=at, region=region.pk)
    return volunteer


def chosen_region(region_id: int, *, on: date, now: int | None = None) -> Region:
    """Return the region somebody lives in, as deep as the city's tree goes.

    A region that was closed since may stay with who lives there (`now`).

    :raises BadInput: when it is not in this city, or not deep enough.
    """
    if region_id == now:
        return Region.objects.get(pk=region_id)
    region = queries.home_region(region_id, on=on)
    if region is None:
        raise BadInput("这个区划不在本市或已经停用，请重新选择。", field="region")
    if regions.children(region.pk, on=on).exists():
        raise BadInput("请继续选到社区（村）。", field="region")
    return region


def write_offers(volunteer: Volunteer, offers: rules.Applicant | rules.Profile) -> None:
    """Write skills, intentions and free times.

    :raises BadInput: when something chosen does not exist.
    """
    volunteer.skills.set(_existing(Skill, offers.skill_ids, "skills"))
    volunteer.intentions.set(_existing(Category, offers.category_ids, "intentions"))
    wanted = rules.checked_free_times(offers.free_times)
    volunteer.free_times.all().delete()
    FreeTime.objects.bulk_create(
        FreeTime(volunteer=volunteer, weekday=day, part=part) for day, part in sorted(wanted)
    )


def _existing(model: type[Word], ids: Iterable[int], field: str) -> list[Word]:
    wanted = set(ids)
    found = list(model._default_manager.filter(pk__in=wanted))  # noqa: SLF001 -- Django's documented API
    if len(found) != len(wanted):
        raise BadInput("有的选项已经停用，请重新勾选。", field=field)
    return found
