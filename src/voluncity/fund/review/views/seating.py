"""The office and one application: its experts with hints, their scores, somebody else instead."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.people.asking import user_of
from voluncity.fund.calls.models import Application
from voluncity.fund.review import actions, queries
from voluncity.fund.review.forms import AssignForm, WordsForm
from voluncity.fund.review.models import Place, Review
from voluncity.fund.review.queries.hints import WORDS
from voluncity.fund.review.rules import criteria_of, points_text
from voluncity.fund.review.states import SEATED, ReviewState
from voluncity.fund.review.views.common import UNPROCESSABLE, P, fetch_reviewed
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in


@needs(P.GRANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_application(request: HttpRequest, review_pk: int, pk: int) -> HttpResponse:
    """Show the experts of an application and their scores; give it to one more."""
    review, application = fetch_reviewed(request, review_pk, pk)
    if request.method != "POST":
        return _page(request, review, application)
    form = _form(review, application, request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.assign(
                review=review, application=application, expert=form.expert_chosen(),
                despite=form.cleaned_data["despite"], by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已指定，专家会收到通知。")
            return redirect("review:desk_application", review_pk, pk)
    return _page(request, review, application, form=form)


def _form(review: Review, application: Application, *sent: Any) -> AssignForm:
    there = set(
        review.places.filter(application=application)
        .exclude(state="released")
        .values_list("expert_id", flat=True)
    )
    experts = [one for one in queries.candidates(review.call) if one.pk not in there]
    found = queries.hints([application], experts)
    seated = review.places.filter(state__in=SEATED).values_list("expert_id", flat=True)
    return AssignForm(
        *sent, experts=experts, loads=Counter(seated),
        hints={one.pk: found.get((application.pk, one.pk), []) for one in experts},
    )  # fmt: skip


def _page(
    request: HttpRequest,
    review: Review,
    application: Application,
    *,
    form: AssignForm | None = None,
    releasing: tuple[int, WordsForm] | None = None,
) -> HttpResponse:
    on = local_date(now())
    [standing] = queries.standings(review, on=on, only=[application.pk])
    titles = {
        one.key: one.title for one in criteria_of(review.criteria.content)
    } if review.criteria else {}  # fmt: skip
    near = queries.hints([application], [seat.place.expert for seat in standing.seats])
    experts = {one.pk for one in queries.candidates(review.call)}
    seats = [
        {
            "seat": seat,
            "points": points_text(seat.opinion.total) if seat.opinion else "",
            "marks": [
                (titles.get(mark.key, ""), mark) for mark in seat.opinion.marks.all()
            ] if seat.opinion else [],
            "hints": [WORDS.get(code, "") for code in seat.place.hints],
            # What the records connect by now, other than what was weighed when they were asked.
            "newer": [
                one.words
                for one in near.get((application.pk, seat.place.expert_id), [])
                if one.code not in seat.place.hints
            ],
            "is_gone": seat.place.expert_id not in experts,
            "form": releasing[1]
            if releasing and releasing[0] == seat.place.pk
            else _release_form(seat.place.pk),
        }
        for seat in standing.seats
    ]  # fmt: skip
    is_open = review.state == ReviewState.OPEN and standing.is_in_review
    context: dict[str, Any] = {
        "review": review,
        "application": application,
        "standing": standing,
        "seats": seats,
        "is_open": is_open,
        "form": form or (_form(review, application) if is_open else None),
        "was_refused": form is not None,
        "may_decide": review.state == ReviewState.CLOSED
        and standing.is_in_review
        and standing.decision is None,
    }
    status = UNPROCESSABLE if form is not None or releasing is not None else 200
    return render(request, "review/desk_application.html", context, status=status)


def _release_form(pk: int, *sent: Any) -> WordsForm:
    return WordsForm(
        *sent, label="更换的原因", hint="已经写的评分不再计入。", auto_id=f"release{pk}_%s"
    )


@needs(P.GRANT_REVIEW)
@never_cache
@require_POST
def desk_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an application back from an expert."""
    places = Place.objects.select_related("review__call__fund", "application__organization")
    place: Place = access.fetch(request.user, P.GRANT_REVIEW, places, at=now(), pk=pk)
    review, application = fetch_reviewed(request, place.review_id, place.application_id)
    form = _release_form(pk, request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.release(
                place=place, words=form.cleaned_data["words"], by=user_of(request), at=now()
            )
            messages.success(request, "已更换，可以另请一位专家。")
            return redirect("review:desk_application", place.review_id, place.application_id)
    return _page(request, review, application, releasing=(pk, form))
