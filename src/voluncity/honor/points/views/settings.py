"""The office writes the rules by which points are earned, and tries them before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.catalog.models import Category
from voluncity.city.people.asking import user_of
from voluncity.honor.points import actions, queries
from voluncity.honor.points.forms import RulesForm
from voluncity.honor.points.models import RuleSet
from voluncity.honor.points.rules import Book
from voluncity.honor.points.views.common import UNPROCESSABLE
from voluncity.honor.points.views.own import shown_book
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in

TRIED_MINUTES = (60, 90, 8 * 60)


@needs(Permission.POINTS_SEE)
@require_GET
def desk_rules(request: HttpRequest) -> HttpResponse:
    """List the rules that hold, those to come and those of before."""
    sets = list(RuleSet.objects.prefetch_related("rates").select_related("set_by"))
    today = local_date(now())
    current = queries.book_today(today)
    context = {
        "sets": [
            {"set": one, "shown": shown_book(queries.book_of(one)), "state": _state(one, current)}
            for one in sets
        ],
        "may_edit": has(request.user, Permission.POINTS_EDIT),
    }
    return render(request, "points/desk_rules.html", context)


def _state(one: RuleSet, current: Book | None) -> str:
    if current is not None and one.pk == current.pk:
        return "now"
    return "past" if current is not None and one.valid_from < current.valid_from else "coming"


@needs(Permission.POINTS_EDIT)
@require_http_methods(["GET", "POST"])
def desk_rules_new(request: HttpRequest) -> HttpResponse:
    """Write rules from a day on; `preview` shows what they would give and keeps nothing."""
    categories, today = list(Category.objects.all()), local_date(now())
    current = queries.book_today(today)
    if request.method == "POST":
        form = RulesForm(request.POST, categories=categories)
    else:
        form = RulesForm(initial=RulesForm.said(current), categories=categories)
    preview: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        book = form.book()
        if "preview" in request.POST:
            preview = _preview(book, current, categories)
        else:
            with refusals_in(form):
                actions.set_rules(
                    book=book, basis=form.cleaned_data["basis"], by=user_of(request), at=now()
                )
            if not form.errors:
                messages.success(request, f"已保存，从 {book.valid_from} 起执行。")
                return redirect("points:desk_rules")
    context = {"form": form, "preview": preview, "current": current, "tried": TRIED_MINUTES}
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "points/desk_rules_new.html", context, status=status)


def _preview(book: Book, current: Book | None, categories: list[Category]) -> list[dict[str, Any]]:
    """Return for each kind of service what some lengths would give, now and then."""
    return [
        {
            "name": one.name,
            "cells": [
                (_worth(current, one, minutes), _worth(book, one, minutes))
                for minutes in TRIED_MINUTES
            ],
        }
        for one in categories
    ]


def _worth(book: Book | None, category: Category, minutes: int) -> int:
    if book is None:
        return 0
    points = book.worth_of_hours(minutes, category=category.pk, is_proven=True)
    return min(points, book.day_most) if book.day_most else points
