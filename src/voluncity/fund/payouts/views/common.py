"""What the pages share: who asks, how far they reach, a card of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from django import forms
from django.http import HttpRequest

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.asking import fetched
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts.forms import WordsForm
from voluncity.kernel.refusals import BadInput
from voluncity.web.sent import handle_in

UNPROCESSABLE, ON_A_PAGE = 422, 30
P = Permission
MAKES, CHECKS, SEES = P.PAYOUT_MAKE, P.PAYOUT_CHECK, P.FUND_SEE
WORKS = (MAKES, CHECKS)


def held(user: User, rows: Any, pk: int) -> set[Permission]:
    """Return which of the permissions to work on payments reach a row."""
    return {one for one in WORKS if may(user, one, rows, pk=pk)}


def funding_of(request: HttpRequest, pk: int, *permissions: Permission) -> Funding:
    """Return a project within reach.

    :raises NotFound: when it is not.
    """
    rows = Funding.objects.select_related("fund__region", "organization", "region", "serves")
    found: Funding = fetched(request, rows, pk, *permissions)
    return found


def new_mark() -> str:
    """Return a mark for the forms of a page, short enough for a number behind it."""
    return token_hex(14)


def mark_of(request: HttpRequest) -> str:
    """Return the mark with which a form is drawn: again the one that was sent, or a new one."""
    try:
        return handle_in(request)
    except BadInput:
        return new_mark()


@dataclass(frozen=True)
class Handling:
    """One thing that may be done about a row, by whom."""

    verb: str
    label: str
    form: Callable[..., forms.Form]
    act: Callable[[Any, dict[str, Any], User, datetime], object]
    done: str
    permissions: tuple[Permission, ...]
    tone: str = ""
    may_self: bool = True  # also by who asked for it


def words(label: str, hint: str = "", *, wanted: bool = True) -> Callable[..., forms.Form]:
    """Return a form that asks for words."""
    return lambda *sent, **more: WordsForm(*sent, label=label, hint=hint, wanted=wanted, **more)


def drawn(
    handlings: Iterable[Handling], *, possible: set[str], mine: set[Permission],
    is_own: bool, bound: dict[str, forms.Form],
) -> list[tuple[Handling, forms.Form]]:  # fmt: skip
    """Return the steps of a card with their forms; each form's ids are its own."""
    return [
        (one, bound.get(one.verb) or one.form(auto_id=f"{one.verb}_%s"))
        for one in handlings
        if one.verb in possible | set(bound)
        and mine & set(one.permissions)
        and (one.may_self or not is_own)
    ]
