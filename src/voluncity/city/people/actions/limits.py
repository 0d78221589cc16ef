"""Count tries so that guessing is slow. The rows must outlive a refusal: never in a transaction
that the refusal rolls back."""

from __future__ import annotations

from datetime import datetime, timedelta

from voluncity.city.access import personal
from voluncity.city.people.models import LoginTry
from voluncity.city.people.rules import Limit
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import TooMany

KEPT = timedelta(days=2)
_ROUND_UP = timedelta(seconds=59)


def key_of(plain: str) -> str:
    """Return what stands for an address or account name; the name itself is not kept."""
    return personal.index(plain, purpose="limit")


def use(limit: Limit, *, key: str, at: datetime) -> LoginTry:
    """Count one try; delete the row returned if it was a right one.

    The try is written before it is counted, so tries at the same moment count each other.

    :raises TooMany: when the limit is reached; that try is not counted.
    """
    scope = f"{limit.name}:{key}"
    mine = LoginTry.objects.create(scope=scope, at=at)
    used = LoginTry.objects.filter(scope=scope, at__gt=at - limit.within).count()
    if used > limit.most:
        mine.delete()
        raise TooMany(_sentence(limit, scope, at), code=f"people.too_many.{limit.name}")
    return mine


def _sentence(limit: Limit, scope: str, at: datetime) -> str:
    """Say when it opens again: as soon as the oldest try that still counts is old enough."""
    tries = LoginTry.objects.filter(scope=scope, at__gt=at - limit.within).order_by("-at")
    oldest = min(tries.values_list("at", flat=True)[: limit.most], default=at)
    opens = (oldest + limit.within + _ROUND_UP).astimezone(CITY_TZ)
    return limit.sentence.replace("{until}", f"{opens:%H:%M}")


def forgive(limit: Limit, *, key: str) -> None:
    """Forget the tries of somebody who proved to be the right one."""
    LoginTry.objects.filter(scope=f"{limit.name}:{key}").delete()


def forget_tries(*, at: datetime) -> None:
    """Delete tries that no limit looks at any more."""
    LoginTry.objects.filter(at__lt=at - KEPT).delete()
