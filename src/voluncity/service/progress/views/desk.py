"""Progress against the plan: the list, the lines, one project, its sessions, its aims, papers."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel import workbook
from voluncity.kernel.clock import local_date
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.money import yuan_text
from voluncity.service.progress import actions, papers, queries, rules
from voluncity.service.progress.forms import AimForm
from voluncity.service.progress.models import Aim, Summary
from voluncity.service.progress.registers import PROGRESS, filters_form
from voluncity.service.progress.states import STANDING_TONES
from voluncity.service.progress.views.around import (
    has_reach,
    me,
    project_for,
    readable_project,
    status_of,
)
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import OVER_STATES, PUBLIC_STATES, ProjectState
from voluncity.web.forms import refusals_in

P = Permission
MOST_ON_PAPER = 1_000
SESSIONS_ON_A_PAGE = 100


@needs(P.PROJECT_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the projects within reach with their progress, what is behind first."""
    scope = scope_of(request.user, P.PROJECT_SEE)
    form = filters_form(scope, query_in(request))
    filters = form.filters()
    context = {
        "form": form,
        "filters": filters,
        **listed(request, PROGRESS, queries.listed(scope, filters)),
        "tasks": queries.task_counts(scope),
        "at": queries.counted_at(),
        "may_review": has(request.user, P.PROJECT_REVIEW),
    }
    return render(request, "progress/desk_list.html", context, status=status_of(form))


@needs(P.PROJECT_REVIEW)
@require_GET
def desk_lines(request: HttpRequest) -> HttpResponse:
    """Show the lines: planned, running, behind, finished, and the year's plans against them."""
    year = _year(request)
    rows = queries.lines_of(me(request), year=year)
    context = {"rows": rows, "year": year, "at": queries.counted_at()}
    return render(request, "progress/desk_lines.html", context)


def _year(request: HttpRequest) -> int:
    """Return the year that is asked for; this one where none or a wrong one is."""
    asked = request.GET.get("year", "")
    today = local_date(now())
    is_year = asked.isascii() and asked.isdecimal() and len(asked) == len("2026")
    year = int(asked) if is_year else today.year
    return year if rules.FIRST_YEAR <= year <= rules.LAST_YEAR else today.year


@needs(P.PROJECT_SEE)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one project against its plan."""
    return _page(request, readable_project(request, pk), None)


@needs(P.PROJECT_EDIT)
@require_POST
def desk_aim(request: HttpRequest, pk: int) -> HttpResponse:
    """Set how many people a project wants to serve, and how much it may spend."""
    project = project_for(request, P.PROJECT_EDIT, pk)
    form = AimForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        with refusals_in(form):
            actions.set_aim(
                project_id=pk, people_served=values["people_served"],
                funding_fen=values["funding"], by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "目标已保存。")
            return redirect("progress:desk_detail", pk)
    return _page(request, project, form)


@needs(P.PROJECT_SEE)
@require_GET
def desk_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the records behind the figures: each session with its people and hours."""
    project = readable_project(request, pk)
    at = now()
    context = {
        "project": project,
        "sessions": Paginator(queries.sessions_of(project, at=at), SESSIONS_ON_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "figures": queries.figures_of([pk], at=at)[pk],
        "is_own": has_reach(request, P.PROJECT_SEE, project),
        "may_see_hours": has_reach(request, P.HOURS_SEE, project),
    }
    return render(request, "progress/desk_sessions.html", context)


@needs(P.PROJECT_EDIT)
@require_POST
def next_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next stage of a project that is over."""
    project_for(request, P.PROJECT_EDIT, pk)
    made = actions.plan_next_stage(project_id=pk, by=me(request), at=now())
    messages.success(request, "已按原计划编制下一期，请核对后提交审核。")
    return redirect("projects:desk_edit", pk=made.pk)


@needs(P.PROJECT_SEE)
@require_GET
def plan_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the plan of one project."""
    project = readable_project(request, pk)
    return _pdf(papers.plan_paper([project], title=project.name, at=now()), "plan.pdf")


@needs(P.PROJECT_SEE)
@require_GET
def plans_paper(request: HttpRequest) -> HttpResponse:
    """Print the plans of the filtered projects as one table."""
    title, rows = _filtered(request)
    return _pdf(papers.plan_paper(rows, title=title, at=now()), "plans.pdf")


@needs(P.PROJECT_SEE)
@require_GET
def plans_sheet(request: HttpRequest) -> HttpResponse:
    """Write the plans of the filtered projects as a workbook."""
    _, rows = _filtered(request)
    out = BytesIO()
    workbook.write_sheet(
        out, name="项目编排表", columns=papers.COLUMNS, rows=[papers.cells(one) for one in rows]
    )
    response = HttpResponse(out.getvalue(), content_type=workbook.TYPE)
    response["Content-Disposition"] = 'attachment; filename="plans.xlsx"'
    return response


def _filtered(request: HttpRequest) -> tuple[str, list[Project]]:
    scope = scope_of(request.user, P.PROJECT_SEE)
    form = filters_form(scope, query_in(request))
    rows = queries.for_papers(scope, form.filters(), most=MOST_ON_PAPER)
    said = [value for label, value in form.said() if label != "需要处理的"]
    return " · ".join(said) or "全部项目", rows


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _page(request: HttpRequest, project: Project, form: AimForm | None) -> HttpResponse:
    at = now()
    today = local_date(at)
    figures = queries.figures_of([project.pk], at=at)[project.pk]
    limits = queries.limits_on(today)
    stands = rules.standing(
        state=project.state, starts_on=project.starts_on, ends_on=project.ends_on,
        planned=project.sessions_planned, sessions=figures.sessions, today=today, limits=limits,
    )  # fmt: skip
    aim = Aim.objects.filter(project=project).first()
    is_own, may_edit = (has_reach(request, one, project) for one in (P.PROJECT_SEE, P.PROJECT_EDIT))
    chain = queries.chain_of(project, at=at, is_public=not is_own)  # partners see no drafts
    due_at = rules.summary_due_at(project.ends_on, limits)
    context = {
        "project": project, "figures": figures, "aim": aim, "limits": limits,
        "standing": stands, "tone": STANDING_TONES[stands],
        "elapsed": rules.elapsed_percent(project.starts_on, project.ends_on, today),
        "done": rules.done_percent(figures.sessions, project.sessions_planned),
        "chain": chain, "total": queries.total_of(chain),
        "partners": queries.partners_of(project),
        "summary": Summary.objects.filter(project=project).first() if is_own else None,
        "article": queries.article_of(project) if is_own else None,
        "due_at": due_at if rules.owes_summary(project.state) else None,
        "is_late": rules.owes_summary(project.state) and due_at <= at,
        "is_own": is_own, "may_edit": may_edit,
        "may_aim": may_edit and project.state not in OVER_STATES,
        "may_go_on": may_edit and project.state in OVER_STATES,
        "may_write_article": may_edit and project.state == ProjectState.CLOSED,
        "is_public": project.state in PUBLIC_STATES,
        "form": form or AimForm(aim=aim),
        "proven_text": hours_text(figures.proven_minutes),
        "entered_text": hours_text(figures.entered_minutes),
        "spent": yuan_text(figures.spent_fen),
        "spent_text": f"{yuan_text(figures.spent_fen)} / {yuan_text(aim.funding_fen or 0)}"
        if aim
        else "",
    }  # fmt: skip
    return render(request, "progress/desk_detail.html", context, status=status_of(form))
