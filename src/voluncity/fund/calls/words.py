"""Words that models and pages share."""

from __future__ import annotations

from datetime import datetime, timedelta

from voluncity.kernel.clock import CITY_TZ


def minute_text(ends_at: datetime) -> str:
    """Return the last minute that counts before an instant: 2026年12月31日 17:00."""
    last = (ends_at - timedelta(minutes=1)).astimezone(CITY_TZ)
    return f"{last:%Y年%m月%d日 %H:%M}"
