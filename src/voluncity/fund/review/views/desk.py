"""The office: reviews of calls, their arrangement, how far everybody is, the meeting pack."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.fund.review import actions, queries
from voluncity.fund.review.forms import EndForm, ReviewForm, WordsForm
from voluncity.fund.review.models import Review
from voluncity.fund.review.queries import papers
from voluncity.fund.review.rules.criteria import USUAL, criteria_of, criteria_text
from voluncity.fund.review.states import REVIEW_FLOW, ReviewState
from voluncity.fund.review.views.common import (
    ON_A_PAGE,
    UNPROCESSABLE,
    P,
    attach,
    fetch_call,
    fetch_review,
)
from voluncity.fund.review.views.experts import draw_tasks
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.kernel.document import TYPE as DOCX
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import seen_in

_USUAL_DAYS, _USUAL_EXPERTS = 10, 3
STEPS = ("draw", "remind", "postpone", "close", "reopen")
_LABELS = {"open": "启动评审", "draw": "抽取专家", "remind": "提醒专家"} | {
    step.verb: step.label for step in REVIEW_FLOW.steps
}


@needs(P.GRANT_REVIEW, P.APPLICATION_JUDGE)
@never_cache
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the reviews within reach and the calls that wait for one; experts see their tasks."""
    if not has(request.user, P.GRANT_REVIEW):
        return draw_tasks(request)
    scope = scope_of(user_of(request), P.GRANT_REVIEW)
    context = {
        "page": LongPaginator(queries.reviews(scope), ON_A_PAGE).get_page(request.GET.get("page")),
        "calls": list(queries.calls_to_review(scope)),
        "held_up": queries.held_up(scope).count(),
        "may_judge": has(request.user, P.APPLICATION_JUDGE),
    }
    return render(request, "review/desk_list.html", context)


@needs(P.GRANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the review of a call."""
    call, at = fetch_call(request, pk), now()
    due = (at + timedelta(days=_USUAL_DAYS)).astimezone(CITY_TZ)
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        initial={
            "criteria": criteria_text(USUAL), "experts_each": _USUAL_EXPERTS,
            "due_at": due.replace(hour=18, minute=0, second=0, microsecond=0),
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            review = actions.open_review(call=call, plan=form.plan(), by=user_of(request), at=at)
            messages.success(request, "评审已启动，接下来分配专家。")
            return redirect("review:desk_review", review.pk)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "call": call, "review": None}
    return render(request, "review/desk_form.html", context, status=status)


@needs(P.GRANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Arrange a review anew while nobody has scored."""
    review = fetch_review(request, pk)
    criteria = criteria_of(review.criteria.content if review.criteria else [])
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        initial={
            "criteria": criteria_text(criteria), "experts_each": review.experts_each,
            "due_at": review.due_at.astimezone(CITY_TZ),
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.change_review(
                review=review, plan=form.plan(), seen=seen_in(request), by=user_of(request),
                at=now(),
            )  # fmt: skip
            messages.success(request, "评审安排已修改。")
            return redirect("review:desk_review", pk)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "call": review.call, "review": review}
    return render(request, "review/desk_form.html", context, status=status)


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a review is: experts, scores that were handed in, places, decisions."""
    return _page(request, fetch_review(request, pk))


def _page(
    request: HttpRequest, review: Review, *, verb: str = "", form: WordsForm | None = None
) -> HttpResponse:
    at = now()
    found = queries.standings(review, on=local_date(at))
    forms = {one: _form(one) for one in ("postpone", "close", "reopen")}
    if form is not None:
        forms[verb] = form
    context: dict[str, Any] = {
        "review": review,
        "criteria": criteria_of(review.criteria.content if review.criteria else []),
        "standings": found,
        "in_review": sum(one.is_in_review for one in found),
        "missing": sum(one.missing for one in found if one.is_in_review),
        "lacking": sum(one.lacks > 0 for one in found if one.is_in_review),
        "ties": sorted({one.ranked.place or 0 for one in found if one.ranked.is_tied}),
        "is_open": review.state == ReviewState.OPEN,
        "is_late": at >= review.due_at,
        "forms": forms,
        "form": form,
        "moves": [
            (_LABELS.get(one.verb, one.verb), one) for one in review.moves.select_related("by")
        ],
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "review/desk_review.html", context, status=status)


def _form(verb: str, *sent: Any) -> WordsForm:
    mark = f"{verb}_%s"
    if verb == "postpone":
        return EndForm(*sent, label="推迟的原因", auto_id=mark)
    if verb == "reopen":
        return EndForm(*sent, label="恢复评分的原因", auto_id=mark)
    hint = "评分没有收齐就结束的，请写明原因。" if verb == "close" else ""
    return WordsForm(*sent, label="说明", hint=hint, is_wanted=False, auto_id=mark)


@needs(P.GRANT_REVIEW)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Draw experts, remind them, give more time, end scoring or take it up again."""
    if verb not in STEPS:
        raise NotFound("没有这一步，请回到评审页面。")
    review, at = fetch_review(request, pk), now()
    form = _form(verb, request.POST)
    if form.is_valid():
        with refusals_in(form):
            messages.success(request, _take(request, review, verb, form, at))
            return redirect("review:desk_review", pk)
    return _page(request, fetch_review(request, pk), verb=verb, form=form)


def _take(request: HttpRequest, review: Review, verb: str, form: WordsForm, at: datetime) -> str:
    """Take a step and return what is said about it."""
    by = user_of(request)
    if verb == "draw":
        drawn = actions.draw_experts(review=review, by=by, at=at)
        short = sum(drawn.short.values())
        more = f"还有 {short} 份没有合适的专家，请手工指定或增加专家。" if short else ""
        return f"抽取了 {len(drawn.pairs)} 份评审任务。{more}"
    if verb == "remind":
        return f"已提醒 {actions.remind(review=review, by=by, at=at)} 位专家。"
    said: dict[str, Any] = {
        "review": review, "words": form.cleaned_data["words"], "seen": seen_in(request),
        "by": by, "at": at,
    }  # fmt: skip
    if verb == "close":
        actions.close_review(**said)
        return "评分已结束，可以导出会议材料、登记会议决定。"
    due_at = form.cleaned_data["due_at"]
    if verb == "postpone":
        actions.postpone(**said, due_at=due_at)
        return "评分期限已推迟。"
    actions.reopen_review(**said, due_at=due_at)
    return "已恢复评分。"


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_pack(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Hand over the papers of the meeting: applications ranked, sums, remarks, budgets."""
    review = fetch_review(request, pk)
    found = queries.standings(review, on=local_date(now()))
    papers.read_lines(found)
    name = f"review-{review.pk}"
    if kind == "docx":
        return attach(papers.pack_docx(review, found), DOCX, f"{name}.docx")
    if kind == "pdf":
        return attach(papers.pack_pdf(review, found), "application/pdf", f"{name}.pdf")
    raise NotFound("没有这种格式，请回到评审页面。")
