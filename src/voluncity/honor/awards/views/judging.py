"""Experts: what is to be reviewed, one nominee, stepping back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.honor.awards import actions, queries
from voluncity.honor.awards.forms import ReasonForm, ScoreForm
from voluncity.honor.awards.models import Review
from voluncity.honor.awards.rules import points_text
from voluncity.honor.awards.states import ReviewState
from voluncity.honor.awards.views.common import UNPROCESSABLE, file_answer, paper_of, papers_of
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in

P = Permission


@needs(P.AWARD_JUDGE)
@require_GET
def desk_reviews(request: HttpRequest) -> HttpResponse:
    """List what one has to review, and what one has reviewed."""
    found = list(queries.my_reviews(user_of(request)))
    context = {
        "rows": [(one, _needs_again(one), _own_points(one)) for one in found],
        "open": sum(one.state == ReviewState.OPEN or _needs_again(one) for one in found),
        "today": local_date(now()),
    }
    return render(request, "awards/desk_reviews.html", context)


def _needs_again(review: Review) -> bool:
    """Return whether a story has changed since it was scored: the score does not count."""
    return review.state == ReviewState.SUBMITTED and review.version != review.nomination.version


def _own_points(review: Review) -> str:
    return points_text(review.points) if review.points is not None else ""


@needs(P.AWARD_JUDGE)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one nominee's story and score it; nobody else's score is shown."""
    review = queries.own_review(user_of(request), pk)
    form = _score_form(request, review)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.score(review=review, said=form.scores(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "评分已提交，评审截止前可以修改。")
            return redirect("awards:desk_reviews")
    return _page(request, review, form, ReasonForm(label="回避的原因"))


def _score_form(request: HttpRequest, review: Review) -> ScoreForm:
    nomination = review.nomination
    criteria = list(nomination.category.selection.criteria.all())
    given: dict[str, Any] = {f"points_{one.criterion_id}": one.points for one in review.parts.all()}
    return ScoreForm(
        request.POST if request.method == "POST" else None, criteria=criteria,
        version=nomination.version, initial={**given, "comment": review.comment},
    )  # fmt: skip


@needs(P.AWARD_JUDGE)
@require_POST
def desk_recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Step back from a nominee."""
    review = queries.own_review(user_of(request), pk)
    form = ReasonForm(request.POST, label="回避的原因")
    if form.is_valid():
        with refusals_in(form):
            actions.recuse(
                review=review, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
            )
    if form.errors:
        criteria = list(review.nomination.category.selection.criteria.all())
        empty = ScoreForm(criteria=criteria, version=review.nomination.version)
        return _page(request, review, empty, form)
    messages.success(request, "已回避，这个对象不用您评分。")
    return redirect("awards:desk_reviews")


@needs(P.AWARD_JUDGE)
@require_safe
def desk_review_file(request: HttpRequest, pk: int, paper_pk: int) -> FileResponse:
    """Hand one of the papers beside a story out to its expert."""
    review = queries.own_review(user_of(request), pk)
    return file_answer(paper_of(review.nomination, paper_pk))


def _page(
    request: HttpRequest, review: Review, form: ScoreForm, reason: ReasonForm
) -> HttpResponse:
    nomination = queries.detailed().get(pk=review.nomination_id)
    hints = queries.hints(user_of(request), nomination, on=local_date(now()))
    context = {
        "review": review,
        "nomination": nomination,
        "category": nomination.category,
        "selection": nomination.category.selection,
        "papers": papers_of(nomination),
        "facts": nomination.facts,
        "form": form,
        "reason_form": reason,
        "hints": hints,
        "is_blocked": any(one.is_blocking for one in hints),
        "is_recused": review.state == ReviewState.RECUSED,
        "needs_again": _needs_again(review),
    }
    status = UNPROCESSABLE if form.errors or reason.errors else 200
    return render(request, "awards/desk_review.html", context, status=status)
