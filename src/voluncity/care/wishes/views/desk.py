"""The desk: wishes of one's area, for whom one posts, and what is decided about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.care.wishes import actions, queries, rules
from voluncity.care.wishes.forms import DecisionForm, NothingForm, RejectForm, WordsForm
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.registers import WISHES, filters_of
from voluncity.care.wishes.rules import Contact
from voluncity.care.wishes.states import TONES, WISH_FLOW, WishState
from voluncity.care.wishes.views.common import UNPROCESSABLE, moves_of
from voluncity.care.wishes.views.own import wish_form
from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.web.forms import refusals_in

P, S = Permission, WishState
PERIODS = ((90, "近三个月"), (365, "近一年"), (30, "近一个月"))


@needs(P.WISH_REVIEW)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the wishes within reach, what lives first."""
    at, scope = now(), scope_of(request.user, P.WISH_REVIEW)
    today = local_date(at)
    filters = filters_of(query_in(request), at=at)
    found = queries.desk_wishes(scope, filters, today=today)
    context = {
        **listed(request, WISHES, found),
        "filters": filters,
        "kinds": queries.kinds(),
        "counties": regions.counties(on=today),
        "states": WishState.choices,
        "tasks": queries.task_counts(scope, today=today),
        "may_post": has(request.user, P.WISH_POST),
        "may_set": has(request.user, P.POLICY_EDIT),
    }
    return render(request, "wishes/desk_list.html", context)


@needs(P.WISH_REVIEW)
@require_GET
def desk_figures(request: HttpRequest) -> HttpResponse:
    """Show how many wishes there were and how long they took; each number opens its records."""
    today, chosen = local_date(now()), request.GET.get("days", "")
    days = next((one for one, _ in PERIODS if str(one) == chosen), PERIODS[0][0])
    since = today - timedelta(days=days)
    total, tables = queries.statistics(
        scope_of(request.user, P.WISH_REVIEW), since=since, today=today
    )
    context = {
        "total": total,
        "tables": [
            (title, [*rows, total] if rows else [])
            for title, rows in (("按类型", tables["kind"]), ("按区县", tables["county"]))
        ],
        "periods": PERIODS,
        "days": days,
        "since": since.isoformat(),
    }
    return render(request, "wishes/desk_figures.html", context)


@needs(P.WISH_POST)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Write down a wish for somebody without an account."""
    me, at = user_of(request), now()
    form = wish_form(request, at=at, initial={}, is_desk=True)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            asked = form.asked()
            scope = scope_of(me, P.WISH_POST)
            if not any(asked.region.path.startswith(path) for path in scope.regions):
                raise BadInput("只能代您管理范围内的居民登记。", field="region")
            wish = actions.post_wish(asked=asked, user=None, by=me, at=at)
        if not form.errors:
            messages.success(request, "心愿已登记，请审核后公开。")
            return redirect("wishes:desk_detail", wish.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "wishes/desk_new.html", {"form": form}, status=status)


@needs(P.WISH_REVIEW)
@never_cache
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one wish with what may be done about it."""
    return _page(request, _fetch(request, pk))


# -- What is done ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handling:
    """One thing that may be done at the desk, and when."""

    verb: str
    label: str
    form: Callable[..., forms.Form]
    act: Callable[[Wish, forms.Form, User, datetime], object]
    done: str
    is_possible: Callable[[Wish], bool]


def _words(label: str, hint: str = "") -> Callable[..., forms.Form]:
    return lambda *sent, wish, today: WordsForm(*sent, label=label, hint=hint)


def _decision(*sent: Any, wish: Wish, today: date) -> forms.Form:
    return DecisionForm(*sent, wish=wish, today=today)


def _nothing(*sent: Any, wish: Wish, today: date) -> forms.Form:
    del wish, today
    return NothingForm(*sent)


def _reject(*sent: Any, wish: Wish, today: date) -> forms.Form:
    del wish, today
    return RejectForm(*sent)


def _in_flow(verb: str) -> Callable[[Wish], bool]:
    return lambda wish: wish.state in WISH_FLOW.sources(verb)


def _decided(act: Callable[..., object]) -> Callable[[Wish, forms.Form, User, datetime], object]:
    def done(wish: Wish, form: forms.Form, by: User, at: datetime) -> object:
        assert isinstance(form, DecisionForm)  # noqa: S101 -- as the table says
        return act(wish=wish, decision=form.decision(), by=by, at=at)

    return done


def _with_words(act: Callable[..., object]) -> Callable[[Wish, forms.Form, User, datetime], object]:
    return lambda wish, form, by, at: act(wish=wish, by=by, at=at, **form.cleaned_data)


def _has_open_complaint(wish: Wish) -> bool:
    return bool(wish.complaints.filter(settled_at=None).exists())


def _is_asked_back(wish: Wish) -> bool:
    return bool(wish.reversals.filter(is_granted=None).exists())


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "approve", "通过并公开", _decision, _decided(actions.approve_wish),
            "已公开，志愿者可以认领了。", _in_flow("approve"),
        ),
        Handling(
            "reject", "不予发布", _reject, _with_words(actions.reject_wish),
            "已登记，许愿人会看到原因。", _in_flow("reject"),
        ),
        Handling(
            "settle", "答复举报", _words("处理结果"), _with_words(actions.settle_complaints),
            "已答复。", _has_open_complaint,
        ),
        Handling(
            "complete", "代为确认实现",
            _words("代为确认的原因", "如“老人不会用手机，已打电话核实”。"),
            _with_words(actions.complete_wish), "已确认，时长入账。", _in_flow("complete"),
        ),
        Handling(
            "deny", "还没有实现", _words("还差什么"), _with_words(actions.deny_wish),
            "已请志愿者再看看。", _in_flow("deny"),
        ),
        Handling(
            "grant", "同意撤销确认", _nothing,
            lambda wish, _form, by, at: actions.decide_reversal(
                wish=wish, is_granted=True, by=by, at=at
            ),
            "已撤销，时长冲回。", _is_asked_back,
        ),
        Handling(
            "keep", "维持确认", _nothing,
            lambda wish, _form, by, at: actions.decide_reversal(
                wish=wish, is_granted=False, by=by, at=at
            ),
            "已维持。", _is_asked_back,
        ),
        Handling(
            "amend", "修改公开内容", _decision, _decided(actions.amend_wish),
            "已修改。", _in_flow("amend"),
        ),
        Handling(
            "release", "让认领人放回", _words("放回的原因"), _with_words(actions.release_claim),
            "已放回，别的志愿者可以认领了。", _in_flow("release"),
        ),
        Handling(
            "remove", "下架", _words("下架的原因", "许愿人看得到。"),
            _with_words(actions.remove_wish), "已下架。", _in_flow("remove"),
        ),
        Handling(
            "withdraw", "代居民撤回", _words("撤回的原因"), _with_words(actions.withdraw_wish),
            "已撤回。", lambda wish: wish.user_id is None and _in_flow("withdraw")(wish),
        ),
        Handling(
            "ask_revoke", "提出撤销确认", _words("撤销的原因", "由另一位工作人员决定。"),
            _with_words(actions.ask_reversal), "已提出，等另一位工作人员决定。",
            lambda wish: wish.state == S.COMPLETED and not _is_asked_back(wish),
        ),
        Handling(
            "hide", "不公开感谢的话", _nothing,
            lambda wish, _form, by, at: actions.hide_thanks(wish=wish, by=by, at=at),
            "感谢的话不再公开。",
            lambda wish: wish.is_thanks_public and wish.thanks_hidden_at is None,
        ),
    )
}  # fmt: skip


@needs(P.WISH_REVIEW)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a wish; a form with errors is drawn again."""
    me, wish = user_of(request), _fetch(request, pk)
    if verb == "contact":
        seen = actions.see_contact(wish=wish, by=me, at=now(), is_office=True)
        return _page(request, wish, contact=seen)
    handling = HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到心愿页面。")
    form = handling.form(request.POST, wish=wish, today=local_date(now()))
    if form.is_valid():
        with refusals_in(form):
            handling.act(wish, form, me, now())
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("wishes:desk_detail", pk)


def _page(
    request: HttpRequest,
    wish: Wish,
    *,
    bound: dict[str, forms.Form] | None = None,
    contact: Contact | None = None,
) -> HttpResponse:
    sent, today = bound or {}, local_date(now())
    context = {
        "wish": wish,
        "tone": TONES.get(WishState(wish.state), "neutral"),
        "today": today,
        "steps": [
            (one, sent.get(one.verb) or one.form(wish=wish, today=today))
            for one in HANDLINGS.values()
            if one.verb in sent or one.is_possible(wish)
        ],
        "claim": queries.current_claim(wish),
        "contact": contact,
        "complaints": wish.complaints.select_related("by").order_by("-pk"),
        "reversal": wish.reversals.select_related("asked_by").filter(is_granted=None).first(),
        "looks": wish.looks.select_related("by"),
        "moves": moves_of(wish, is_office=True),
        "advice": rules.advice(wish.reject_reason),
        "first": next(iter(sent), ""),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "wishes/desk_detail.html", context, status=status)


def _fetch(request: HttpRequest, pk: int) -> Wish:
    found: Wish = access.fetch(request.user, P.WISH_REVIEW, queries.detailed(), at=now(), pk=pk)
    return found
