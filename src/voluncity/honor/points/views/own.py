"""What people see of their points and do with them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from io import SEEK_END, StringIO
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import public, signed_in, volunteer_only
from voluncity.city.catalog.models import Category
from voluncity.city.people import queries as people
from voluncity.city.people.actions import limits
from voluncity.city.people.asking import user_of
from voluncity.city.people.rules import Limit
from voluncity.city.policy.queries import number
from voluncity.honor.points import actions, queries
from voluncity.honor.points.forms import GiveForm
from voluncity.honor.points.rules import Book
from voluncity.honor.points.states import DEEDS
from voluncity.honor.points.views.common import UNPROCESSABLE, drawn, volunteer_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.workbook import harmless
from voluncity.web.forms import refusals_in

PER_PAGE = 30
SHOWN = ("", "in", "out", "held")
SOON = timedelta(days=60)
# Number and name must fit: who tries many of them is looking for people.
TRIES = Limit("points_gift", 10, timedelta(hours=1), "填错的次数太多，请 {until} 后再试。")


@volunteer_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show balance, what expires soon, and what came and went."""
    pk, at = volunteer_of(request).pk, now()
    context = _statement(request, pk, at) | {"gifts": queries.gifts_on_their_way(pk, at=at)}
    return render(request, "points/mine.html", context)


@signed_in
@never_cache
@require_GET
def of_ward(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a guardian the child's points; they are given away by nobody but the child."""
    at = now()
    child = people.ward(user_of(request), pk, on=local_date(at)).volunteer
    context = _statement(request, pk, at) | {"child": child}
    return render(request, "points/mine.html", context)


def _statement(request: HttpRequest, pk: int, at: datetime) -> dict[str, Any]:
    today = local_date(at)
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWN else ""
    rows: Any = queries.held(pk) if show == "held" else queries.moves(pk, show=show)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "balance": queries.balance(pk),
        "owed": queries.owed(pk),
        "debts": queries.open_debts(pk) if show == "held" else [],
        "soon": queries.expiring(pk, until=today + SOON),
        "has_rules": queries.book_today(today) is not None,
        "show": show,
        "page": page,
        "lots": list(page.object_list) if show == "held" else [],
        "lines": [] if show == "held" else drawn(queries.lines(page.object_list), is_desk=False),
    }


@volunteer_only
@require_GET
def mine_csv(request: HttpRequest) -> HttpResponse:
    """Hand over one's statement as a table."""
    out = StringIO("\ufeff")  # by which Excel knows UTF-8
    out.seek(0, SEEK_END)
    csv.writer(out).writerows(map(harmless, row) for row in _table(volunteer_of(request).pk))
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    named = content_disposition_header(as_attachment=True, filename="我的积分.csv")
    answer["Content-Disposition"] = str(named)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _table(volunteer_id: int) -> Iterator[Sequence[str]]:
    yield ("时间", "得到", "用出", "事由", "说明")
    rows = queries.moves(volunteer_id)
    for line in queries.lines(rows):
        came, went = (str(line.points), "") if line.sign > 0 else ("", str(line.points))
        yield (f"{localtime(line.at):%Y-%m-%d %H:%M}", came, went, line.title, line.hint)


@volunteer_only
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Give points to another volunteer or to the pool."""
    volunteer, at = volunteer_of(request), now()
    today = local_date(at)
    form = GiveForm(request.POST) if request.method == "POST" else GiveForm()
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            _give(request, form, at)
        if not form.errors:
            minutes = number("points.gift_minutes", on=today)
            messages.success(request, f"已送出，{minutes} 分钟内可以撤回，之后送达。")
            return redirect("points:mine")
    context = {
        "form": form,
        "balance": queries.balance(volunteer.pk),
        "minutes": number("points.gift_minutes", on=today),
        "most": number("points.gift_day_most", on=today),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "points/give.html", context, status=status)


def _give(request: HttpRequest, form: GiveForm, at: datetime) -> None:
    said, volunteer = form.cleaned_data, volunteer_of(request)
    receiver = None
    if said["to"] == GiveForm.PERSON:
        used = limits.use(TRIES, key=str(volunteer.pk), at=at)
        receiver = actions.find_receiver(volunteer_number=said["number"], name=said["name"])
        used.delete()
    actions.give(
        giver=volunteer, receiver_id=receiver, amount=said["amount"], key=said["key"],
        by=user_of(request), at=at,
    )  # fmt: skip


@volunteer_only
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a gift back while it is on its way."""
    actions.revoke_gift(gift_id=pk, giver=volunteer_of(request), by=user_of(request), at=now())
    messages.success(request, "已撤回，积分回到您的账户，有效期不变。")
    return redirect("points:mine")


@public
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Show how points are earned, and what the pool did."""
    today = local_date(now())
    coming = [book for book in queries.books() if book.valid_from > today]
    context = {
        "book": _shown(queries.book_today(today)),
        "coming": [_shown(book) for book in coming],
        "pool": queries.pool(),
        "minutes": number("points.gift_minutes", on=today),
    }
    return render(request, "points/rules.html", context)


def _shown(book: Book | None) -> dict[str, Any] | None:
    return shown_book(book) if book else None


def shown_book(book: Book) -> dict[str, Any]:
    """Return rules with the names of what they speak of."""
    names = Category.objects.in_bulk(list(book.hours))
    return {
        "book": book,
        "hours": [(names[pk].name, points) for pk, points in sorted(book.hours.items())],
        "deeds": [(deed.label, points) for deed in DEEDS if (points := book.worth_of(deed))],
    }
