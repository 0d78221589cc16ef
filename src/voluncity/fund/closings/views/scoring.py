"""Those who evaluate: what they are asked for, and their points."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.forms import ScoreForm, WordsForm
from voluncity.fund.closings.models import Scorer
from voluncity.fund.closings.rules.money import Row
from voluncity.fund.closings.states import ClosingState, ScorerState
from voluncity.fund.closings.views.common import ON_A_PAGE, UNPROCESSABLE
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

P = Permission
SCORING = (P.FUNDING_EDIT, P.APPLICATION_JUDGE)


@needs(*SCORING)
@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List what one is asked to evaluate."""
    return draw_mine(request)


def draw_mine(request: HttpRequest) -> HttpResponse:
    """Draw what one is asked to evaluate, open ones first."""
    found = queries.scored_by(user_of(request).pk)
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "closings/mine.html", {"page": page})


def _fetch(request: HttpRequest, pk: int) -> Scorer:
    """Return one's own place among those who evaluate.

    :raises NotFound: when it is somebody else's.
    """
    found: Scorer | None = (
        Scorer.objects.select_related("standard", "user")
        .filter(pk=pk, user=user_of(request))
        .first()
    )
    if found is None:
        raise NotFound("没有请您评估这个项目，请回到列表。")
    return found


@needs(*SCORING)
@never_cache
@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the closing and give points, or step back."""
    place, at = _fetch(request, pk), now()
    closing = queries.detailed().get(pk=place.closing_id)
    is_recusing = request.method == "POST" and request.POST.get("do") == "recuse"
    sent = (request.POST,) if request.method == "POST" else ()
    form = ScoreForm(*(() if is_recusing else sent), place=place)
    recusing = _recuse_form(*(sent if is_recusing else ()))
    active: forms.Form = recusing if is_recusing else form
    if active.is_bound and active.is_valid():
        by = {"closing": closing, "by": user_of(request), "at": at}
        with refusals_in(active):
            if is_recusing:
                actions.recuse(words=active.cleaned_data["words"], **by)
            else:
                actions.score(points=form.points(), words=form.cleaned_data["words"], **by)
            messages.success(request, "已回避。" if is_recusing else "评分已提交。")
            return redirect("closings:score", pk)
        place = _fetch(request, pk)
    # Who stepped back because of ties reads nothing of it any more.
    submission = None if place.state == ScorerState.RECUSED else closing.current
    context = {
        "place": place,
        "closing": closing,
        "funding": closing.funding,
        "form": form,
        "recusing": recusing,
        "is_open": place.state == ScorerState.ASKED and closing.state == ClosingState.ACCEPTED,
        "submission": submission,
        "rows": [Row(**row) for row in submission.content["rows"]] if submission else [],
        "files": queries.files_of(submission),
        "visits": list(queries.visits(closing)) if submission else [],
        "marks": list(place.marks.select_related("item")),
    }
    status = UNPROCESSABLE if active.errors else 200
    return render(request, "closings/score.html", context, status=status)


def _recuse_form(*sent: object) -> WordsForm:
    return WordsForm(
        *sent, label="回避的原因", hint="例如：近亲属在受资助方任职。", auto_id="recuse_%s"
    )
