"""What a station must say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from voluncity.city.stations.rules.opening import Week, parse_week
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits

NAME_MOST, ADDRESS_MOST, HOURS_MOST, OFFERS_MOST = 60, 120, 80, 500
REASON_MOST, CAPTION_MOST, COUNT_MOST = 200, 40, 9999
# A box around the country: a point outside it is a slip of the pen, mostly swapped numbers.
SOUTH, NORTH, WEST, EAST = 3.0, 54.0, 73.0, 136.0


@dataclass(frozen=True)
class StationPlan:
    """What somebody says about a station."""

    name: str
    kind: str
    organization_id: int
    region_id: int
    address: str
    # Seven texts, from Monday on: “8:30-12:00，14:00-17:30”, “同上”, or empty for a closed day.
    week: tuple[str, ...]
    opening_hours: str = ""
    closed_on_holidays: bool = False
    phone: str = ""
    services: tuple[str, ...] = ()
    offers: str = ""
    equipment: Mapping[str, int] = field(default_factory=dict)
    lat: float | None = None
    lng: float | None = None
    is_main: bool = False


def checked(plan: StationPlan) -> StationPlan:
    """Return the plan as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    point(plan.lat, plan.lng)
    for key, count in plan.equipment.items():
        if not 0 <= count <= COUNT_MOST:
            raise BadInput(f"数量应在 0 到 {COUNT_MOST} 之间。", field=f"has_{key}")
    return replace(
        plan,
        name=_words(plan.name, NAME_MOST, "name", "名称"),
        address=_words(plan.address, ADDRESS_MOST, "address", "地址"),
        opening_hours=clean(
            plan.opening_hours, max_length=HOURS_MOST, field="opening_hours", label="开放时间说明"
        ),
        phone=phone(plan.phone),
        offers=clean(
            plan.offers, max_length=OFFERS_MOST, field="offers", multiline=True, label="其他服务"
        ),
    )


def hours(plan: StationPlan) -> Week:
    """Return the weekly opening hours of a plan.

    :raises BadInput: at the day that is wrong.
    """
    return parse_week(plan.week)


def reason(value: str) -> str:
    """Return the reason of a decision; there must be one.

    :raises BadInput: when there is none, or it is too long.
    """
    return _words(value, REASON_MOST, "reason", "原因")


def caption(value: str) -> str:
    """Return what a photo shows, for those who cannot see it.

    :raises BadInput: when nothing is said, or too much.
    """
    return _words(value, CAPTION_MOST, "caption", "照片说明")


def phone(value: str) -> str:
    """Return a number that people may call: a mobile, a landline with its area code, 12345."""
    number = re.sub(r"[\s()（）—－–-]+", "-", half_width_digits(clean(value))).strip("-")
    if number and not re.fullmatch(r"[0-9]{3,12}(-[0-9]{3,8}){0,2}", number):
        raise BadInput("电话请填写手机号，或“0351-1234567”这样的座机号。", field="phone")
    if len(number) > 20:  # noqa: PLR2004 -- the length of the column
        raise BadInput("电话号码太长，请核对。", field="phone")
    return number


def point(lat: float | None, lng: float | None) -> None:
    """Refuse half a point, or one outside the country.

    :raises BadInput: at the coordinate that is wrong.
    """
    if (lat is None) != (lng is None):
        missing = "lat" if lat is None else "lng"
        raise BadInput("经度和纬度请一起填写，或者都不填。", field=missing)
    if lat is None or lng is None:
        return
    if not (math.isfinite(lat) and SOUTH <= lat <= NORTH):
        raise BadInput(f"纬度应在 {SOUTH:g} 到 {NORTH:g} 之间，请核对是否与经度填反。", field="lat")
    if not (math.isfinite(lng) and WEST <= lng <= EAST):
        raise BadInput(f"经度应在 {WEST:g} 到 {EAST:g} 之间，请核对是否与纬度填反。", field="lng")


def _words(value: str, most: int, field: str, label: str) -> str:
    words = clean(value, max_length=most, field=field, label=label)
    if not words:
        raise BadInput(f"请填写{label}。", field=field)
    return words
