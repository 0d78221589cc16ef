"""Funds, charters, people in charge, meetings and their resolutions."""

from voluncity.fund.governance.models.charters import Charter
from voluncity.fund.governance.models.funds import (
    Document,
    Fund,
    FundQuerySet,
    OfFund,
    Purpose,
)
from voluncity.fund.governance.models.meetings import Attendance, Item, Meeting, Resolution, Vote
from voluncity.fund.governance.models.seats import Seat

__all__ = [
    "Attendance",
    "Charter",
    "Document",
    "Fund",
    "FundQuerySet",
    "Item",
    "Meeting",
    "OfFund",
    "Purpose",
    "Resolution",
    "Seat",
    "Vote",
]
