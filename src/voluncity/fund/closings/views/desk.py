"""The office: the list of closings, one of them, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.forms import (
    AnswerForm,
    AppointForm,
    NothingForm,
    ReturnForm,
    SettleForm,
    WordsForm,
    remarks_in,
)
from voluncity.fund.closings.models import Closing, Objection
from voluncity.fund.closings.registers import CLOSINGS, filters_of
from voluncity.fund.closings.rules import LONG_MOST
from voluncity.fund.closings.rules.money import Row
from voluncity.fund.closings.states import ClosingState, Level, ScorerState, Side
from voluncity.fund.closings.tasks import make_archive
from voluncity.fund.closings.views.common import (
    ON_A_PAGE,
    UNPROCESSABLE,
    closing_of,
    fetch_read,
    fetch_run,
    find_closing,
)
from voluncity.fund.closings.views.own import draw_own_list
from voluncity.fund.closings.views.scoring import SCORING, draw_mine
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in
from voluncity.web.sent import handle_in, new_handle, seen_in

P, C = Permission, ClosingState
Act = Callable[[Closing, forms.Form, dict[str, Any], HttpRequest], object]


@needs(P.GRANT_APPLY, P.FUND_SEE, P.APPLICATION_JUDGE)
@never_cache
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the closings; an organization sees its own, an expert what they are asked for."""
    if not has(request.user, P.FUND_SEE):
        own = has(request.user, P.GRANT_APPLY)
        return draw_own_list(request) if own else draw_mine(request)
    me, at = user_of(request), now()
    today = local_date(at)
    scope = scope_of(me, P.FUND_SEE)
    filters = filters_of(query_in(request), at=at)
    found = queries.closings(scope, filters, at=at)
    numbers = queries.counts(scope, at=at)
    states = [(queries.LATE, "逾期未提交"), *C.choices]
    context = {
        "filters": filters,
        **listed(request, CLOSINGS, found),
        "states": [(value, label, numbers.get(value, 0)) for value, label in states],
        "levels": Level.choices,
        "counties": regions.counties(on=today),
        "unsettled": list(queries.unsettled(scope)[:ON_A_PAGE]),
        "mine": queries.to_score(me.pk).count() if any(has(me, p) for p in SCORING) else 0,
        "may_run": has(me, P.FUNDING_EDIT),
    }
    return render(request, "closings/desk_list.html", context)


@dataclass(frozen=True)
class Step:
    """Something that the office may do with a closing."""

    verb: str
    form: Callable[..., forms.Form]  # (data or nothing, closing=, user=)
    act: Act
    done: str


def _words(label: str, hint: str, most: int = 500) -> Callable[..., forms.Form]:
    def make(*sent: Any, closing: Closing, user: User, **options: Any) -> forms.Form:
        del closing, user
        return WordsForm(*sent, label=label, hint=hint, most=most, **options)

    return make


def _plain(form: type[forms.Form]) -> Callable[..., forms.Form]:
    def make(*sent: Any, closing: Closing, user: User, **options: Any) -> forms.Form:
        del closing, user
        return form(*sent, **options)

    return make


def _appoint_form(*sent: Any, closing: Closing, user: User, **options: Any) -> forms.Form:
    taken = closing.scorers.values("user")
    people = queries.may_score(closing.funding).exclude(pk=user.pk).exclude(pk__in=taken)
    return AppointForm(*sent, people=people, **options)


def _settle_form(*sent: Any, closing: Closing, user: User, **options: Any) -> forms.Form:
    del user
    return SettleForm(*sent, fund=closing.funding.fund, **options)


def _send_back(
    closing: Closing, form: forms.Form, by: dict[str, Any], request: HttpRequest
) -> object:
    return actions.send_back(
        closing=closing, submission_id=_read(request), remarks=remarks_in(request.POST.items()),
        words=form.cleaned_data["words"], **by,
    )  # fmt: skip


def _read(request: HttpRequest) -> int:
    return number_in(request.POST.get("submission")) or 0


def _answer(closing: Closing, form: forms.Form, by: dict[str, Any], _: HttpRequest) -> object:
    said = form.cleaned_data
    return actions.answer_objection(
        closing=closing, is_right=said["outcome"] == "change", points=said["points"],
        words=said["words"], **by,
    )  # fmt: skip


STEPS = {
    one.verb: one
    for one in (
        Step(
            "accept", _plain(NothingForm),
            lambda closing, _form, by, request: actions.accept(
                closing=closing, submission_id=_read(request), **by
            ),
            "报告已通过，请安排评估。",
        ),
        Step("send-back", _plain(ReturnForm), _send_back, "已退回修改，受资助方会收到通知。"),
        Step(
            "reopen", _words("退回的原因", "项目退回执行中，做完以后重新结项。"),
            lambda closing, form, by, request: actions.reopen(
                closing=closing, words=form.cleaned_data["words"], seen=seen_in(request), **by
            ),
            "项目已退回执行。",
        ),
        Step(
            "appoint", _appoint_form,
            lambda closing, form, by, _request: actions.appoint(
                closing=closing, user_id=form.cleaned_data["user"].pk, **by
            ),
            "已请这位同志评估。",
        ),
        Step(
            "dismiss", _plain(NothingForm),
            lambda closing, _form, by, request: actions.dismiss(
                closing=closing, scorer_id=number_in(request.POST.get("scorer")) or 0, **by
            ),
            "已从评估名单里去掉。",
        ),
        Step(
            "publish",
            _words("理由", "写明评价的依据，受资助方和公众看得到。", LONG_MOST),
            lambda closing, form, by, request: actions.publish(
                closing=closing, words=form.cleaned_data["words"], seen=seen_in(request), **by
            ),
            "评估结果已公布。",
        ),
        Step("answer", _plain(AnswerForm), _answer, "异议已答复。"),
        Step(
            "close", _settle_form,
            lambda closing, form, by, request: actions.close(
                closing=closing, resolution=form.cleaned_data["resolution"],
                words=form.cleaned_data["words"], seen=seen_in(request), **by,
            ),
            "已结项，档案正在生成。",
        ),
        Step(
            "addend", _words("补充说明", "结项的内容不再改动，说明附在后面。", LONG_MOST),
            lambda closing, form, by, request: actions.add_addendum(
                closing=closing, words=form.cleaned_data["words"], handle=handle_in(request), **by
            ),
            "补充说明已登记，档案会重新生成。",
        ),
        Step(
            "archive", _plain(NothingForm),
            lambda closing, _form, by, _request: actions.ask_again(closing=closing, **by),
            "档案正在重新生成。",
        ),
    )
}  # fmt: skip


@needs(P.FUND_SEE)
@never_cache
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one closing: report beside the records, visits, evaluation, money, archive."""
    return _page(request, fetch_read(request, pk))


def _page(
    request: HttpRequest, funding: Funding, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    closing, at = find_closing(funding), now()
    sent = bound or {}
    context: dict[str, Any] = {
        "funding": funding,
        "closing": closing,
        "balance": queries.balance(funding),
        "settlement": queries.settlement_of(funding),
        "is_office": may(request.user, P.FUNDING_EDIT, Funding.objects.all(), pk=funding.pk),
        "is_ended": funding.state in (FundingState.TERMINATED, FundingState.CANCELLED),
        "settling": sent.get("settle") or SettleForm(fund=funding.fund, auto_id="settle_%s"),
    }
    if closing is not None:
        context |= _closing_context(request, closing, sent, at)
    status = UNPROCESSABLE if sent else 200
    return render(request, "closings/desk_detail.html", context, status=status)


def _closing_context(
    request: HttpRequest, closing: Closing, sent: dict[str, forms.Form], at: datetime
) -> dict[str, Any]:
    user = user_of(request)
    shown = {
        verb.replace("-", "_"): sent.get(verb)
        or one.form(closing=closing, user=user, auto_id=f"{verb}_%s")
        for verb, one in STEPS.items()
    }
    return _judged_context(closing, user, at) | {
        "forms": shown,
        "problems": [(verb, form) for verb, form in sent.items() if verb != "settle"],
        "submission": closing.current,
        "handed_in": queries.handed_in(closing),
        "rows": rows_of(closing),
        "percent": queries.facts(closing.funding, at=at).most_percent,
        "files": queries.files_of(closing.current),
        "late_days": closing.days_late(at),
        "open_reports": list(queries.open_reports(closing.funding)),
        "addenda": list(queries.addenda(closing)),
        "archive": queries.archive_of(closing, Side.OFFICE),
        "newest_archive": queries.newest_archive(closing, Side.OFFICE),
        "moves": queries.moves(closing, Side.OFFICE),
        "typed": remarks_in(request.POST.items()),
        "handle": request.POST.get("handle") or new_handle(),
    }


def _judged_context(closing: Closing, user: User, at: datetime) -> dict[str, Any]:
    """Return visits, scores and the result, as far as this person may see them."""
    scorers, visits = list(queries.scorers(closing)), list(queries.visits(closing))
    mine = next((one for one in scorers if one.user_id == user.pk), None)
    return {
        "visits": visits,
        "scorers": scorers,
        "mine": mine,
        # Who is asked to evaluate sees what others gave when they have given their own.
        "is_blind": mine is not None
        and mine.state == ScorerState.ASKED
        and closing.state == C.ACCEPTED,
        "visits_of_mine": {
            one.pk for one in visits for went in one.visitors.all() if went.user_id == user.pk
        },
        "unready": actions.unready(closing, at=at) if closing.state == C.ACCEPTED else [],
        "results": list(closing.results.select_related("made_by").order_by("number")),
        "objection": Objection.objects.filter(closing=closing).first(),
        "pending": actions.pending(closing, at=at) if closing.state == C.EVALUATED else "",
        "scored": sum(one.state == ScorerState.SCORED for one in scorers),
        "wanted": queries.scorers_wanted(at=at),
    }


def rows_of(closing: Closing) -> list[Row]:
    """Return the accounts as the newest submission froze them, or as they are now."""
    if closing.current is None:
        return queries.accounts(closing.funding)
    return [Row(**row) for row in closing.current.content["rows"]]


@needs(P.FUNDING_EDIT)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one step as the office."""
    funding = fetch_run(request, pk)
    if verb == "settle":
        return _settle(request, funding)
    one = STEPS.get(verb)
    if one is None:
        raise NotFound("没有这一步，请回到结项页面。")
    closing = closing_of(funding)
    me = user_of(request)
    form = one.form(request.POST, closing=closing, user=me, auto_id=f"{verb}_%s")
    if form.is_valid():
        with refusals_in(form):
            one.act(closing, form, {"by": me, "at": now()}, request)
    if form.errors:
        return _page(request, fetch_run(request, pk), bound={verb: form})
    _enqueue(closing)
    messages.success(request, one.done)
    return redirect("closings:desk_detail", pk)


def _enqueue(closing: Closing) -> None:
    """Let a worker make the archives that nobody has begun."""
    for side in Side.values:
        newest = queries.newest_archive(closing, side)
        if newest is not None and newest.state == "waiting" and not newest.turn:
            make_archive.enqueue(newest.pk)


def _settle(request: HttpRequest, funding: Funding) -> HttpResponse:
    form = SettleForm(request.POST, fund=funding.fund, auto_id="settle_%s")
    if form.is_valid():
        with refusals_in(form):
            actions.settle(
                funding=funding, resolution=form.cleaned_data["resolution"],
                words=form.cleaned_data["words"], by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "资金已结清。")
            return redirect("closings:desk_detail", funding.pk)
    return _page(request, fetch_run(request, funding.pk), bound={"settle": form})
