"""What a station must say."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from voluncity.city.stations.models import StationKind
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits

NAME_MOST, ADDRESS_MOST, HOURS_MOST, OFFERS_MOST = 60, 120, 80, 500
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
    opening_hours: str
    phone: str = ""
    offers: str = ""
    lat: float | None = None
    lng: float | None = None
    is_main: bool = False


def checked(plan: StationPlan) -> StationPlan:
    """Return the plan as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    if plan.kind not in StationKind.values:
        raise BadInput("请选择服务站类型。", field="kind")
    point(plan.lat, plan.lng)
    return replace(
        plan,
        name=_words(plan.name, NAME_MOST, "name", "名称"),
        address=_words(plan.address, ADDRESS_MOST, "address", "地址"),
        opening_hours=_words(plan.opening_hours, HOURS_MOST, "opening_hours", "开放时间"),
        phone=phone(plan.phone),
        offers=clean(
            plan.offers, max_length=OFFERS_MOST, field="offers", multiline=True, label="服务内容"
        ),
    )


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
