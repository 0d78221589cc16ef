"""What can be done with points."""

from voluncity.honor.points.actions.adjusting import (
    ask_adjustment,
    decide_adjustment,
    withdraw_adjustment,
)
from voluncity.honor.points.actions.earning import settle
from voluncity.honor.points.actions.expiring import announce_expiry, expire_points
from voluncity.honor.points.actions.giving import deliver_gifts, find_receiver, give, revoke_gift
from voluncity.honor.points.actions.leaving import lapse_points
from voluncity.honor.points.actions.merging import join_records, part_records
from voluncity.honor.points.actions.rulebook import set_rules
from voluncity.honor.points.actions.spending import give_back, spend

__all__ = [
    "announce_expiry",
    "ask_adjustment",
    "decide_adjustment",
    "deliver_gifts",
    "expire_points",
    "find_receiver",
    "give",
    "give_back",
    "join_records",
    "lapse_points",
    "part_records",
    "revoke_gift",
    "set_rules",
    "settle",
    "spend",
    "withdraw_adjustment",
]
