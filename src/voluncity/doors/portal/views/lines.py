"""The desk of the 26 lines: what is done in each, and who leads it; and an organization's hours."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import needs, public
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import PUBLIC
from voluncity.city.people.asking import user_of
from voluncity.doors.portal.forms import LineForm
from voluncity.doors.portal.queries import lines as queries
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects import actions as projects
from voluncity.service.projects import queries as project_queries
from voluncity.service.projects.models import Line
from voluncity.web.forms import refusals_in

UNPROCESSABLE = 422


@needs(Permission.PROJECT_REVIEW)
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """List the lines that the person supervises, with what is done in each."""
    rows = queries.rows_for(user_of(request))
    context = {
        "led": [row for row in rows if row.is_led],
        "others": [row for row in rows if not row.is_led],
        "at": queries.counted_at(),
        "may_set": has(user_of(request), Permission.POLICY_EDIT),
    }
    return render(request, "portal/lines.html", context)


@needs(Permission.PROJECT_REVIEW)
@require_safe
def line(request: HttpRequest, number: int) -> HttpResponse:
    """Show what is done in one line, by whom, and who leads it."""
    user = user_of(request)
    return _page(request, queries.line_of(user, number), None)


@needs(Permission.POLICY_EDIT)
@require_POST
def change_line(request: HttpRequest, number: int) -> HttpResponse:
    """Name a line and who leads it from today on: the city's office alone."""
    user = user_of(request)
    found = queries.line_of(user, number)
    form = LineForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            projects.change_line(
                line_id=found.pk,
                name=form.cleaned_data["name"],
                unit_ids=form.cleaned_data["units"],
                by=user,
                at=now(),
            )
    if form.errors:
        return _page(request, found, form)
    messages.success(request, "已保存，从今天起由新的牵头单位负责。")
    return redirect("portal:line", number)


@needs(Permission.POLICY_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_line(request: HttpRequest) -> HttpResponse:
    """Add a line: the city's office alone."""
    form = LineForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = projects.add_line(
                name=form.cleaned_data["name"],
                unit_ids=form.cleaned_data["units"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "已新增，新项目可以选择这个类别了。")
            return redirect("portal:line", made.number)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "portal/line_new.html", {"form": form}, status=status)


@needs(Permission.POLICY_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def end_line(request: HttpRequest, number: int) -> HttpResponse:
    """End a line, after what follows was shown: the city's office alone."""
    user = user_of(request)
    found = queries.line_of(user, number)
    if request.method == "POST":
        projects.end_line(line_id=found.pk, by=user, at=now())
        messages.success(request, "已停用，以前的项目和时长都保留。")
        return redirect("portal:line", number)
    context = {"line": found, "row": queries.row_of(user, found)}
    return render(request, "portal/line_end.html", context)


def _page(request: HttpRequest, found: Line, sent: LineForm | None) -> HttpResponse:
    user = user_of(request)
    form = sent
    if sent is None and found.until is None and has(user, Permission.POLICY_EDIT):
        units = [row.organization_id for row in found.units]  # type: ignore[attr-defined]
        form = LineForm(initial={"name": found.name, "units": units})
    context = {
        "line": found,
        "row": queries.row_of(user, found),
        "leaders": project_queries.leaders(found),
        "organizations": queries.by_organization(user, found),
        "form": form,
        "at": queries.counted_at(),
    }
    return render(request, "portal/line.html", context, status=UNPROCESSABLE if sent else 200)


@public
@require_safe
def of_organization(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an organization's hours and what it does next: a page, or a part of its own one."""
    organization = Organization.objects.filter(pk=pk, state__in=PUBLIC).first()
    if organization is None:
        raise NotFound("没有找到这个组织，请从组织列表重新查找。")
    context = {
        "organization": organization,
        "own": queries.of_organization(organization, at=now()),
    }
    part = "#own" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"portal/of_organization.html{part}", context)
