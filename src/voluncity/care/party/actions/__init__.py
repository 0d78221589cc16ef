"""Pair units with communities; report, confirm, end."""

from voluncity.care.party.actions.pairings import end_pairing, pair
from voluncity.care.party.actions.reports import (
    decide_report,
    end_reports_of,
    leave,
    report,
)

__all__ = ["decide_report", "end_pairing", "end_reports_of", "leave", "pair", "report"]
