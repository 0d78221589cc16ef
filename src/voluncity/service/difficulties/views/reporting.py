"""Reporters: report in one screen, see what others were answered, follow one's own."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.service.difficulties import actions, queries
from voluncity.service.difficulties.forms import ReportForm
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE, HINTS = 20, 5
UNPROCESSABLE = 422
P = Permission


@needs(P.ACTIVITY_EDIT, P.PROJECT_EDIT)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a difficulty."""
    user = user_of(request)
    organizations = queries.own_organizations(user)
    is_sent = request.method == "POST"
    form = ReportForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        organizations=organizations,
        kinds=queries.kinds(),
        projects=queries.own_projects(organizations),
        initial={"key": str(uuid4())},
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            difficulty = actions.report_difficulty(
                organization=form.chosen(), project=form.cleaned_data["project"],
                report=form.report(), by=user, at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(
                request,
                f"已上报，由{difficulty.answering}在 {difficulty.due_on:%m月%d日}前答复。",
            )
            return redirect("difficulties:detail", difficulty.pk)
    kind = str(form["kind"].value() or "")
    context = {
        "form": form,
        "may": bool(organizations),
        "hints": queries.common_answers(kind)[:HINTS] if kind else [],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "difficulties/report.html", context, status=status)


@needs(P.ACTIVITY_EDIT, P.PROJECT_EDIT)
@require_GET
def hints(request: HttpRequest) -> HttpResponse:
    """Show what others with this kind of difficulty were answered."""
    kind = request.GET.get("kind", "")[:24]
    found = queries.common_answers(kind)[:HINTS] if kind else []
    return render(request, "difficulties/parts/hints.html", {"hints": found})


@needs(P.ACTIVITY_EDIT, P.PROJECT_EDIT)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List what one or one's organizations reported."""
    user = user_of(request)
    page = LongPaginator(queries.mine(user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "sees_list": has(user, P.DIFFICULTY_SEE),
    }
    return render(request, "difficulties/mine.html", context)
