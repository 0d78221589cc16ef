"""What of calls and applications stands against the end of a fund."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from voluncity.fund.calls.models import Application, Call
from voluncity.fund.calls.states import IN_HAND, CallState
from voluncity.fund.governance.models import Fund


def work_of_fund(*, fund: Fund, at: datetime) -> list[str]:
    """Say which calls are open and which applications are in hand, before a fund ends."""
    not_over = Q(ends_at__gt=at) | Q(extensions__ends_at__gt=at)
    calls = Call.objects.filter(not_over, fund=fund, state=CallState.OPEN).distinct().count()
    in_hand = Application.objects.filter(call__fund=fund, state__in=IN_HAND).count()
    found = [f"{calls} 个申报通知没有截止"] if calls else []
    return found + ([f"{in_hand} 项申报没有办结"] if in_hand else [])
