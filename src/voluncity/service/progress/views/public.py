"""What everybody may know about a project beside its plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.refusals import NotFound
from voluncity.service.progress import queries
from voluncity.service.progress.models import Aim
from voluncity.service.projects import queries as projects


@public
@require_safe
def of_project(request: HttpRequest, pk: int) -> HttpResponse:
    """Show progress, stages, partners and the article: a page, or a part of the project's own."""
    project = projects.public_projects().filter(pk=pk).first()
    if project is None:
        raise NotFound("没有找到这个项目，它可能还没有发布。请从“找活动”重新查找。")
    at = now()
    chain = queries.chain_of(project, at=at, is_public=True)
    figures = queries.figures_of([pk], at=at)[pk]
    context = {
        "project": project,
        "figures": figures,
        "minutes_text": hours_text(figures.minutes),
        "aim": Aim.objects.filter(project=project).first(),
        "chain": chain if len(chain) > 1 else [],
        "total": queries.total_of(chain),
        "partners": queries.partners_of(project),
        "article": queries.public_article_of(project),
    }
    part = "#more" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"progress/of_project.html{part}", context)
