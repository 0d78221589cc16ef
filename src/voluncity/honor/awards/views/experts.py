"""The desk: experts who review, and how far they are; nothing of what they think."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, roles_with
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.honor.awards import actions, queries
from voluncity.honor.awards.forms import JudgeForm
from voluncity.honor.awards.models import Judge, Selection
from voluncity.honor.awards.states import SelectionState
from voluncity.honor.awards.views.common import UNPROCESSABLE
from voluncity.honor.awards.views.desk import fetch
from voluncity.web.forms import refusals_in

P = Permission
S = SelectionState


@needs(P.AWARD_EDIT)
@require_http_methods(["GET", "POST"])
def desk_judges(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite experts, and see how far they are."""
    selection = fetch(request, pk)
    form = JudgeForm(
        request.POST if request.method == "POST" else None, experts=_experts(selection)
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_judge(
                selection=selection, user=form.cleaned_data["user"], by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "已邀请，专家会收到消息。")
            return redirect("awards:desk_judges", pk)
    return _judges_page(request, selection, form)


def _judges_page(request: HttpRequest, selection: Selection, form: Any) -> HttpResponse:
    context = {
        "selection": selection,
        "form": form,
        "progress": queries.progress_of(selection),
        "gone": selection.judges.exclude(removed_at=None).select_related("user"),
        "criteria": selection.criteria.all(),
        "is_open": selection.state == S.PUBLISHED,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/desk_judges.html", context, status=status)


def _experts(selection: Selection) -> QuerySet[User]:
    """Return the experts of the area who are not invited yet; those of the city judge anywhere."""
    roles = [str(role) for role in roles_with(P.AWARD_JUDGE)]
    held = Grant.objects.filter(role__in=roles, revoked_at=None, user__is_active=True)
    codes = [code for code in selection.region.path.split("/") if code]
    near = Q(region__path__startswith=selection.region.path) | Q(region__code__in=codes)
    invited = selection.judges.filter(removed_at=None).values("user")
    found = User.objects.filter(pk__in=held.filter(near).values("user")).exclude(pk__in=invited)
    return found.order_by("display_name", "pk")


@needs(P.AWARD_EDIT)
@require_POST
def desk_remove_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an expert go."""
    judge: Judge = access.fetch(
        request.user, P.AWARD_EDIT, Judge.objects.select_related("selection__region"),
        at=now(), pk=pk,
    )  # fmt: skip
    reason = request.POST.get("reason", "")
    actions.remove_judge(judge=judge, reason=reason, by=user_of(request), at=now())
    messages.success(request, "专家已退出，评分不再计入。")
    return redirect("awards:desk_judges", judge.selection_id)
