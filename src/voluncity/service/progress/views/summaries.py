"""The summary of a project: write it, hand it in, look at it from above."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.kernel.clock import local_date
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.money import yuan_text
from voluncity.service.progress import actions, queries, rules
from voluncity.service.progress.actions.steps import Unseen
from voluncity.service.progress.forms import PaperForm, PhotosForm, RemarksForm, SummaryForm
from voluncity.service.progress.models import Summary
from voluncity.service.progress.states import TONES, WRITABLE_SUMMARY
from voluncity.service.progress.views.around import (
    CONFLICT,
    UNPROCESSABLE,
    has_reach,
    mark_read,
    me,
    project_for,
)
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES, ProjectState
from voluncity.web.forms import refusals_in

P = Permission
_SAID = {"submit": "总结已提交，等待审核。", "accept": "总结已通过，项目结项。"}


@needs(P.PROJECT_SEE)
@require_GET
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the summary, or the form in which it is written."""
    return _page(request, project_for(request, P.PROJECT_SEE, pk))


@needs(P.PROJECT_EDIT)
@require_POST
def write_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the summary; hand it in as well if asked."""
    project = project_for(request, P.PROJECT_EDIT, pk)
    form = SummaryForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.write_summary(project_id=pk, text=form.text(), by=me(request), at=now())
            if "submit" not in request.POST:
                messages.success(request, "总结草稿已保存。")
                return redirect("progress:summary", pk)
            actions.submit_summary(project_id=pk, by=me(request), at=now())
            messages.success(request, _SAID["submit"])
            return redirect("progress:summary", pk)
    return _page(request, project, form=form)


@needs(P.PROJECT_EDIT)
@require_POST
def summary_photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the summary's photos out of the archives."""
    project = project_for(request, P.PROJECT_EDIT, pk)
    form = PhotosForm(request.POST, photos=queries.photos_of(project))
    if form.is_valid():
        with refusals_in(form):
            actions.choose_photos(
                project_id=pk, photo_ids=form.cleaned_data["photos"], by=me(request), at=now()
            )
            messages.success(request, "照片已选好。")
            return redirect("progress:summary", pk)
    return _page(request, project, photos_form=form)


@needs(P.PROJECT_EDIT)
@require_POST
def summary_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a paper to the summary."""
    project = project_for(request, P.PROJECT_EDIT, pk)
    form = PaperForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.add_paper(
                project_id=pk, paper=form.cleaned_data["paper"],
                caption=form.cleaned_data["caption"], by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "附件已添加。")
            return redirect("progress:summary", pk)
    return _page(request, project, paper_form=form)


@needs(P.PROJECT_EDIT)
@require_POST
def remove_paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """Take a paper off the summary."""
    project_for(request, P.PROJECT_EDIT, pk)
    actions.remove_paper(project_id=pk, paper_id=paper_pk, by=me(request), at=now())
    messages.success(request, "附件已删除。")
    return redirect("progress:summary", pk)


@needs(P.PROJECT_REVIEW)
@require_POST
def accept_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the summary and close the project."""
    project = project_for(request, P.PROJECT_REVIEW, pk)
    try:
        actions.accept_summary(project_id=pk, by=me(request), at=now(), seen=mark_read(request))
    except Unseen as refusal:
        return _page(request, project, unseen=refusal.sentence)
    messages.success(request, _SAID["accept"])
    return redirect("progress:summary", pk)


@needs(P.PROJECT_REVIEW)
@require_POST
def send_back_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the summary back with remarks."""
    project = project_for(request, P.PROJECT_REVIEW, pk)
    form = RemarksForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            try:
                actions.send_back_summary(
                    project_id=pk, remarks=form.cleaned_data["remarks"], by=me(request), at=now(),
                    seen=mark_read(request),
                )  # fmt: skip
            except Unseen as refusal:
                return _page(request, project, unseen=refusal.sentence, remarks_form=form)
            messages.success(request, "总结已退回，对方会收到您的意见。")
            return redirect("progress:summary", pk)
    return _page(request, project, remarks_form=form)


def _page(
    request: HttpRequest, project: Project, *, unseen: str = "", **sent: forms.Form
) -> HttpResponse:
    at, user = now(), me(request)
    written = Summary.objects.filter(project=project).first()
    may_write = (
        project.state in RECRUITING_STATES
        and (written is None or written.state in WRITABLE_SUMMARY)
        and has_reach(request, P.PROJECT_EDIT, project)
    )
    frozen = rules.figures_from(written.figures) if written else None
    live = queries.figures_of([project.pk], at=at)[project.pk]
    limits = queries.limits_on(local_date(at))
    is_kept = written is not None and written.state not in WRITABLE_SUMMARY
    pictures = list(written.pictures.select_related("photo__small")) if written else []
    figures = frozen if frozen is not None and is_kept else live
    context: dict[str, Any] = {
        "project": project,
        "summary": written,
        "tone": TONES.get(written.state, "neutral") if written else "neutral",
        "parts": _parts(written),
        "figures": figures,
        "figures_proven": hours_text(figures.proven_minutes),
        "figures_entered": hours_text(figures.entered_minutes),
        "figures_spent": yuan_text(figures.spent_fen),
        "is_kept": is_kept,
        "has_moved": is_kept and queries.edition_of(project.pk) != getattr(written, "edition", ""),
        "live": live,
        "may_write": may_write,
        "may_review": project.state == ProjectState.SUMMARIZED
        and projects.may_review(project, user)
        and not projects.is_own(project, user)
        and (written is None or user.pk not in {written.submitted_by_id, written.written_by_id}),
        "form": SummaryForm(summary=written),
        "remarks_form": RemarksForm(),
        "paper_form": PaperForm(),
        "photos": queries.photos_of(project) if may_write else [],
        "taken": {one.photo_id for one in pictures},
        "pictures": [one.photo for one in pictures],
        "papers": list(written.papers.select_related("file")) if written else [],
        "moves": list(written.moves.select_related("by")) if written else [],
        "due_at": rules.summary_due_at(project.ends_on, limits),
        "at": at,
        "seen": rules.mark(written.submitted_at) if written else "",
        "unseen": unseen,
    } | sent
    is_wrong = any(form.errors for form in sent.values())
    status = CONFLICT if unseen else UNPROCESSABLE if is_wrong else 200
    return render(request, "progress/summary.html", context, status=status)


def _parts(written: Summary | None) -> list[tuple[str, str]]:
    if written is None:
        return []
    found = [(label, getattr(written, name)) for name, label, _ in rules.SUMMARY_PARTS]
    return [(label, words) for label, words in found if words]
