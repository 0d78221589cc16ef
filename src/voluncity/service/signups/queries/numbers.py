"""Find a volunteer by the number on the card, as somebody typed it."""

from __future__ import annotations

import re

from voluncity.city.people.models import Volunteer
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits


def volunteer_with_number(number: str) -> Volunteer:
    """Return the volunteer with this number.

    :raises BadInput: when there is none.
    """
    digits = re.sub(r"\s", "", half_width_digits(number))
    rows = Volunteer.objects.filter(number=digits, closed_at=None)
    found: Volunteer | None = rows.first() if digits else None
    if found is None:
        raise BadInput("没有这个编号的志愿者，请核对志愿者证上的编号。", field="number")
    return found
