"""Everything that is kept about a person, gathered from all slices (PIPL art. 45)."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.city.people.models import Volunteer
from voluncity.city.privacy.queries.looks import looks_at
from voluncity.kernel.own_data import Section


def copy_of(volunteer: Volunteer) -> list[Section]:
    """Return one section after the other, as the settings name them, and who looked at last."""
    found: list[Section] = []
    for path in settings.VOLUNCITY_OWN_DATA.values():
        found += import_string(path)(volunteer)
    return [*found, _looks(volunteer)]


def _looks(volunteer: Volunteer) -> Section:
    rows = tuple(
        (look.at.isoformat(), look.what, look.who, look.reason) for look in looks_at(volunteer)
    )
    return Section("looks", "谁看过我的信息", ("时间", "内容", "谁", "原因"), rows)
