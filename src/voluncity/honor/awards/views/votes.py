"""The desk: how many votes, what is unusual, what is set aside; never who voted for whom."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.honor.awards import actions, queries
from voluncity.honor.awards.forms import ReasonForm
from voluncity.honor.awards.models import Selection, SetAside
from voluncity.honor.awards.queries.voting import names_of, turnout
from voluncity.honor.awards.states import Phase, SelectionState, SetAsideState
from voluncity.honor.awards.views.common import UNPROCESSABLE
from voluncity.honor.awards.views.desk import fetch
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P = Permission


@needs(P.AWARD_EDIT)
@require_GET
def desk_votes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show counts and unusual groups of ballots."""
    return _page(request, fetch(request, pk))


@needs(P.AWARD_EDIT)
@require_POST
def desk_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to set a group of ballots aside."""
    selection = fetch(request, pk)
    form = ReasonForm(request.POST)
    kind, key = request.POST.get("kind", "")[:10], request.POST.get("key", "")[:64]
    if form.is_valid():
        with refusals_in(form):
            actions.ask_set_aside(
                selection=selection, kind=kind, key=key, reason=form.cleaned_data["reason"],
                by=user_of(request), at=now(),
            )  # fmt: skip
    if form.errors:
        return _page(request, selection, refused=(kind, key, form))
    messages.success(request, "已提出，等另一位工作人员决定。")
    return redirect("awards:desk_votes", pk)


@needs(P.AWARD_EDIT)
@require_POST
def desk_decide_ballots(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Decide what another officer proposed."""
    proposal: SetAside = access.fetch(
        request.user, P.AWARD_EDIT, SetAside.objects.select_related("selection__region"),
        at=now(), pk=pk,
    )  # fmt: skip
    if verb not in {"grant", "deny"}:
        raise NotFound("没有这一步，请回到投票页面。")
    is_granted = verb == "grant"
    actions.decide_set_aside(
        proposal=proposal, is_granted=is_granted, by=user_of(request), at=now()
    )
    messages.success(request, "已剔除，不再计票。" if is_granted else "已登记，照常计票。")
    return redirect("awards:desk_votes", proposal.selection_id)


def _page(
    request: HttpRequest,
    selection: Selection,
    *,
    refused: tuple[str, str, ReasonForm] | None = None,
) -> HttpResponse:
    today = local_date(now())
    sees = _sees_counts(selection, today)
    counts = queries.tally(selection) if sees else {}
    nominees = queries.open_nominees(selection)
    names = {one.pk: one.name for group in nominees.values() for one in group}
    kind, key, form = refused or ("", "", None)
    context: dict[str, Any] = {
        "selection": selection,
        "phase": selection.phase(today),
        "sees": sees,
        "rows": [
            (category, turnout(category), _counted(nominees.get(category.pk, []), counts))
            for category in queries.categories_of(selection)
        ],
        "anomalies": [
            (one, names_of(one, names), form if (one.kind, one.key) == (kind, key) else None)
            for one in queries.anomalies(selection, on=today)
        ],
        "proposals": list(selection.set_asides.select_related("asked_by", "decided_by")),
        "form": ReasonForm(),
        "refused": form,
        "may_ask": selection.state in {SelectionState.PUBLISHED, SelectionState.COUNTED},
        "asked": SetAsideState.ASKED,
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "awards/desk_votes.html", context, status=status)


def _sees_counts(selection: Selection, today: Any) -> bool:
    """Return whether the office sees counts: hidden ones are hidden from it, too, to the end."""
    if selection.state != SelectionState.PUBLISHED or selection.is_live:
        return True
    return selection.phase(today) in {Phase.CLOSING, Phase.DECIDING}


def _counted(nominees: list[Any], counts: dict[int, int]) -> list[tuple[Any, int]]:
    rows = [(one, counts.get(one.pk, 0)) for one in nominees]
    return sorted(rows, key=lambda row: (-row[1], row[0].number or 0))
