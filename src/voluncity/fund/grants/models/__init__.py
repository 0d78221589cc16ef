"""Funded projects, their money and milestones, agreements and changes."""

from voluncity.fund.grants.models.agreements import Agreement, Scan, Template
from voluncity.fund.grants.models.changes import Change
from voluncity.fund.grants.models.fundings import (
    Counter,
    Funding,
    FundingLine,
    FundingQuerySet,
    FundingSource,
    Milestone,
    Move,
    OfFunding,
    Pause,
)

__all__ = [
    "Agreement",
    "Change",
    "Counter",
    "Funding",
    "FundingLine",
    "FundingQuerySet",
    "FundingSource",
    "Milestone",
    "Move",
    "OfFunding",
    "Pause",
    "Scan",
    "Template",
]
