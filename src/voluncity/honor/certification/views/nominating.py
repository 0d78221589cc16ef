"""For organizations, lead units, counties and communities: whom they nominate."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.honor.certification import actions, queries, rules
from voluncity.honor.certification.actions import Nomination
from voluncity.honor.certification.forms import NominationForm
from voluncity.honor.certification.models import Candidate
from voluncity.honor.certification.views.common import paged, status_of
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in


@needs(Permission.AWARD_NOMINATE)
@require_GET
def nominations(request: HttpRequest) -> HttpResponse:
    """Show where one may nominate somebody now, and what became of one's nominations."""
    mine = Candidate.objects.filter(nominated_by=request.user.pk).select_related(
        "batch", "volunteer"
    )
    context = {
        "batches": queries.open_for(scope_of(user_of(request), Permission.AWARD_NOMINATE)),
        "page": paged(request, mine.order_by("-nominated_at", "-pk")),
    }
    return render(request, "certification/nominations.html", context)


@needs(Permission.AWARD_NOMINATE)
@require_http_methods(["GET", "POST"])
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """Nominate somebody for a batch that is open."""
    scope = scope_of(user_of(request), Permission.AWARD_NOMINATE)
    batch = queries.open_for(scope).filter(pk=pk).first()
    if batch is None:
        raise NotFound("这个批次现在不能推荐，请回到推荐页查看。")
    rungs = rules.within(queries.rule_for(batch.ladder), batch.region.level)
    form = NominationForm(
        request.POST if request.method == "POST" else None,
        kind=batch.kind,
        grades=[rung.grade for rung in rungs],
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.nominate(
                batch_id=pk,
                nomination=Nomination(**form.cleaned_data, scope=scope),
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "已推荐，文明办审核后会通知您。")
            return redirect("certification:nominations")
    context = {"form": form, "batch": batch}
    return render(request, "certification/nominate.html", context, status=status_of(form))
