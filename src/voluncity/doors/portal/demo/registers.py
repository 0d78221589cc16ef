"""Filters that the offices of the demo city use often."""

from __future__ import annotations

from collections.abc import Mapping

from voluncity.city.people.models import User
from voluncity.city.registers import actions
from voluncity.city.registers.rules import filters_in

_OFTEN = {
    "等待实名": "state=pending",
    "未成年人": "age=minor&col=name&col=number&col=age&col=region&col=state",
    "六十岁以上": "age_from=60&order=old",
}


def keep_filters(staff: Mapping[str, User]) -> None:
    """Give both offices the filters that they would keep."""
    for handle in ("demo-city-office", "demo-county-office"):
        for name, query in _OFTEN.items():
            actions.save_filter(
                list_key="volunteers", name=name, query=filters_in(query), by=staff[handle]
            )
