"""The office: the board of projects, one project, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.fund.governance import queries as governance
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.forms import (
    ConfirmForm,
    MilestoneForm,
    NothingForm,
    TerminateForm,
    WordsForm,
)
from voluncity.fund.grants.models import Change, Funding, Milestone
from voluncity.fund.grants.registers import FUNDINGS, filters_of
from voluncity.fund.grants.states import (
    AGREE_FLOW,
    FUNDING_FLOW,
    AgreeStep,
    ChangeState,
    FundingKind,
    FundingState,
    MilestoneState,
    Waits,
)
from voluncity.fund.grants.views.common import (
    ON_A_PAGE,
    UNPROCESSABLE,
    difference_of,
    fetch_change,
    fetch_edited,
    fetch_seen,
    hub,
    may_edit,
)
from voluncity.fund.grants.views.own import draw_own_list
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import seen_in

P, S = Permission, FundingState
CHANGES_ON_TOP = 5
Act = Callable[[Funding, Any, int, User, datetime], Any]


@needs(P.GRANT_APPLY, P.FUNDING_EDIT, P.FUND_SEE)
@never_cache
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the funded projects, those that wait longest first; an organization sees its own."""
    if not has(request.user, P.FUND_SEE):
        return draw_own_list(request)
    me, at = user_of(request), now()
    today = local_date(at)
    scope = scope_of(me, P.FUND_SEE)
    filters = filters_of(query_in(request), at=at)
    numbers = queries.counts(scope)
    context = {
        "filters": filters,
        **listed(request, FUNDINGS, queries.fundings(scope, filters)),
        "states": [(state, state.label, numbers.get(state, 0)) for state in S],
        "kinds": FundingKind.choices,
        "waits": [(one, one.label) for one in Waits if one != Waits.NOBODY],
        "funds": governance.funds(scope),
        "counties": regions.counties(on=today),
        "changes": _aged(queries.changes_waiting(scope)[:CHANGES_ON_TOP], today=today),
        "changes_count": queries.changes_waiting(scope).count(),
        "may_apply": has(me, P.GRANT_APPLY),
        "edited": governance.funds(scope_of(me, P.FUNDING_EDIT)).filter(ended_on=None)
        if has(me, P.FUNDING_EDIT)
        else [],
    }
    return render(request, "grants/desk_list.html", context)


def _aged(changes: Iterable[Change], *, today: date) -> list[tuple[Change, int]]:
    """Return change requests with the days since they were asked for."""
    return [(one, (today - local_date(one.asked_at)).days) for one in changes]


@needs(P.FUND_SEE)
@never_cache
@require_GET
def desk_changes(request: HttpRequest) -> HttpResponse:
    """List the change requests: what waits longest first, of those that are answered the newest."""
    scope = scope_of(request.user, P.FUND_SEE)
    wanted = request.GET.get("state", "")
    state = ChangeState(wanted) if wanted in ChangeState.values else ChangeState.ASKED
    page = LongPaginator(queries.changes(scope, state), ON_A_PAGE).get_page(request.GET.get("page"))
    numbers = queries.change_counts(scope)
    context = {
        "page": page,
        "rows": _aged(page, today=local_date(now())),
        "state": state,
        "states": [(one, one.label, numbers.get(one, 0)) for one in ChangeState],
    }
    return render(request, "grants/desk_changes.html", context)


@needs(P.FUNDING_EDIT, P.FUND_SEE)
@never_cache
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project, and what the office may do with it."""
    return _page(request, fetch_seen(request, pk))


def _confirm(funding: Funding, form: Any, seen: int, by: User, at: datetime) -> Any:
    return actions.sign_agreement(funding=funding, seen=seen, by=by, at=at, **form.cleaned_data)


def _worded(action: Callable[..., Any]) -> Act:
    def act(funding: Funding, form: Any, seen: int, by: User, at: datetime) -> Any:
        return action(funding=funding, words=form.cleaned_data["words"], seen=seen, by=by, at=at)

    return act


def _agree(funding: Funding, form: Any, seen: int, by: User, at: datetime) -> Any:
    del form
    return actions.agree_plan(funding=funding, seen=seen, by=by, at=at)


def _terminate(funding: Funding, form: Any, seen: int, by: User, at: datetime) -> Any:
    return actions.terminate(
        funding=funding, resolution=form.cleaned_data["resolution"],
        words=form.cleaned_data["words"], seen=seen, by=by, at=at,
    )  # fmt: skip


def _check(funding: Funding, form: Any, seen: int, by: User, at: datetime) -> Any:
    return actions.check_milestone(funding=funding, seen=seen, by=by, at=at, **form.cleaned_data)


@dataclass(frozen=True)
class OfficeStep:
    """One thing that the office may do: when, what it asks for, what is said afterwards."""

    verb: str
    flow_verb: str
    label: str
    done: str
    act: Act
    asks: str = ""  # the label of the words that it asks for
    hint: str = ""
    tone: str = ""

    def form(self, funding: Funding, *sent: Any) -> forms.Form:
        """Return the form of the step."""
        if self.verb == "confirm":
            return ConfirmForm(sent[0] if sent else None, auto_id="confirm_%s")
        if self.verb == "accept-milestone":
            return MilestoneForm(*sent, planned=_planned(funding), auto_id="milestone_%s")
        if self.verb == "terminate":
            return TerminateForm(*sent, fund=funding.fund, auto_id="terminate_%s")
        if self.asks:
            return WordsForm(*sent, label=self.asks, hint=self.hint, auto_id=f"{self.verb}_%s")
        return NothingForm(*sent)

    def is_possible(self, funding: Funding) -> bool:
        """Return whether the tables have this step from where the project stands."""
        if self.verb == "accept-milestone":
            is_alone = funding.organization_id is None and funding.state == S.RUNNING
            return is_alone and _planned(funding).exists()
        if self.flow_verb in {step.verb for step in FUNDING_FLOW.steps}:
            return funding.state in FUNDING_FLOW.sources(self.flow_verb)
        return funding.state == S.AGREEING and funding.step in AGREE_FLOW.sources(self.flow_verb)


def _planned(funding: Funding) -> QuerySet[Milestone]:
    found: QuerySet[Milestone] = funding.milestones.filter(state=MilestoneState.PLANNED)
    return found


STEPS = (
    OfficeStep("agree-plan", "agree_plan", "同意里程碑，生成协议",
               "协议已生成，请受资助方签字。", _agree),
    OfficeStep("confirm", "sign_agreement", "确认双方已签字",
               "协议已签署，项目进入执行。", _confirm),
    OfficeStep("return-scan", "return_scan", "退回签字件", "签字件已退回。",
               _worded(actions.return_scan), "退回的原因"),
    OfficeStep("return-plan", "return_plan", "退回里程碑", "里程碑已退回，原协议稿作废。",
               _worded(actions.return_plan), "退回的原因",
               "已生成、还没有签署的协议稿同时作废。"),
    OfficeStep("accept-milestone", "", "验收里程碑", "里程碑已验收。", _check),
    OfficeStep("suspend", "suspend", "暂停执行", "项目已暂停，暂停期间不拨付。",
               _worded(actions.suspend), "暂停的原因", "受资助方能看到。暂停期间不拨付。"),
    OfficeStep("resume", "resume", "恢复执行", "项目已恢复执行。", _worded(actions.resume),
               "恢复的说明", "受资助方能看到。"),
    OfficeStep("terminate", "terminate", "终止资助", "资助已终止。", _terminate, "终止的原因",
               tone="danger"),
    OfficeStep("cancel", "cancel", "取消资助", "资助已取消，预留资金已退回。",
               _worded(actions.cancel), "取消的原因", "还没有签署才能取消，预留的资金退回基金。",
               tone="danger"),
)  # fmt: skip
_BY_VERB = {one.verb: one for one in STEPS}


def _page(
    request: HttpRequest, funding: Funding, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    sent, is_office = bound or {}, may_edit(request, funding)
    possible = [one for one in STEPS if is_office and one.is_possible(funding)]
    # What is mostly done next stands open; the rest is folded away.
    first = {"agree-plan", "confirm", "resume"}
    shown = {one.verb for one in possible}
    steps = [(one, sent.get(one.verb) or one.form(funding), one.verb in first) for one in possible]
    context: dict[str, Any] = hub(request, funding, "desk", now()) | {
        "steps": steps,
        "is_office": is_office,
        # Of a step that is not there any more: why it was not done.
        "gone": [
            str(sentence)
            for verb, form in sent.items()
            if verb not in shown
            for found in form.errors.values()
            for sentence in found
        ],
        "acts_for_party": is_office and funding.organization_id is None,
        "scan": queries.waiting_scan(funding) if funding.step == AgreeStep.SENT else None,
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "grants/desk_detail.html", context, status=status)


@needs(P.FUNDING_EDIT)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with a project."""
    one = _BY_VERB.get(verb)
    if one is None:
        raise NotFound("没有这一步，请回到资助项目页面。")
    funding = fetch_edited(request, pk)
    form = one.form(funding, request.POST)
    if form.is_valid():
        with refusals_in(form):
            one.act(funding, form, seen_in(request), user_of(request), now())
    if form.errors:
        return _page(request, fetch_edited(request, pk), bound={verb: form})
    messages.success(request, one.done)
    return redirect("grants:desk_detail", pk)


@needs(P.FUND_SEE)
@never_cache
@require_GET
def desk_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a change request beside what holds."""
    return _change_page(request, fetch_change(request, P.FUND_SEE, pk))


@needs(P.FUNDING_EDIT)
@never_cache
@require_POST
def desk_change_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a change, or say no."""
    change = fetch_change(request, P.FUNDING_EDIT, pk)
    is_yes = request.POST.get("outcome") == "approve"
    form = _change_form(request.POST, is_yes=is_yes)
    if form.is_valid():
        action = actions.approve_change if is_yes else actions.decline_change
        with refusals_in(form):
            action(
                change=change, words=form.cleaned_data["words"], seen=seen_in(request),
                by=user_of(request), at=now(),
            )  # fmt: skip
    if form.errors:
        fresh = fetch_change(request, P.FUNDING_EDIT, change.pk)
        return _change_page(request, fresh, **{"yes" if is_yes else "no": form})
    messages.success(
        request, "已同意变更，项目按新的内容执行。" if is_yes else "已答复，项目按原内容执行。"
    )
    return redirect("grants:desk_change", change.pk)


def _change_form(*sent: Any, is_yes: bool) -> WordsForm:
    label = "办理意见" if is_yes else "不同意的原因"
    return WordsForm(*sent, label=label, required=not is_yes, auto_id=f"yes{is_yes}_%s")


def _change_page(
    request: HttpRequest,
    change: Change,
    *,
    yes: WordsForm | None = None,
    no: WordsForm | None = None,
) -> HttpResponse:
    context = {
        "change": change,
        "funding": change.funding,
        "differences": difference_of(change),
        "whose": "desk",
        "may_decide": change.state == ChangeState.ASKED and may_edit(request, change.funding),
        "days": (local_date(now()) - local_date(change.asked_at)).days,
        "yes": yes or _change_form(is_yes=True),
        "no": no or _change_form(is_yes=False),
    }
    status = UNPROCESSABLE if yes or no else 200
    return render(request, "grants/change.html", context, status=status)
