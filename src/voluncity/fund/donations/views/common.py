"""What the pages share: who asks, how far they reach, a card of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.people.models import User
from voluncity.fund.donations.forms import WordsForm

UNPROCESSABLE = 422
ON_A_PAGE = 30
P = Permission
SEES_APPEALS = (P.APPEAL_EDIT, P.FUND_SEE)
SEES_GIFTS = (P.GIFT_RECORD, P.GIFT_CHECK, P.FUND_SEE)


@dataclass(frozen=True)
class Handling:
    """One thing that may be done about a row, by whom."""

    verb: str
    label: str
    form: Callable[..., forms.Form]
    act: Callable[[Any, dict[str, Any], User, datetime], object]
    done: str
    permissions: tuple[Permission, ...]


def words(label: str, hint: str = "") -> Callable[..., forms.Form]:
    """Return a form that asks for words."""
    return lambda *sent: WordsForm(*sent, label=label, hint=hint)


def held(
    user: User, rows: ScopedQuerySet, pk: int, wanted: Iterable[Permission]
) -> set[Permission]:
    """Return which of the permissions reach a row."""
    return {one for one in wanted if may(user, one, rows, pk=pk)}
