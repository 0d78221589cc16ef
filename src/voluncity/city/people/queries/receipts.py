"""What the desk sees and hands over when it registers somebody."""

from __future__ import annotations

from voluncity.city.access import personal
from voluncity.city.people import rules
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import DayPart
from voluncity.kernel.clock import weekday_name


def registered_with(identity: rules.Identity) -> Volunteer | None:
    """Return who is registered with these papers, wherever; show no more than the reach allows."""
    index = personal.index(identity.index_text, purpose="id")
    found: Volunteer | None = (
        Volunteer.objects.select_related("region").filter(id_index=index).first()
    )
    return found


def free_time_words(volunteer: Volunteer) -> list[str]:
    """Return the free times in words: 周六上午."""
    rows = volunteer.free_times.order_by("weekday", "pk").values_list("weekday", "part")
    return [f"{weekday_name(day)}{DayPart(part).label}" for day, part in rows]
