"""The desk: months and their candidates, picks, stories; the boards as lists."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.city.registers.rules import Register
from voluncity.honor.leaderboards import actions, queries, rules
from voluncity.honor.leaderboards.forms import MonthForm, PickForm, StoryForm
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.honor.leaderboards.registers import PEOPLE, TEAMS, filters_of
from voluncity.honor.leaderboards.states import CandidateState, MonthState
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P = Permission
PER_PAGE = 30
UNPROCESSABLE = 422
MONTHS_BACK = 12
TOLD = (CandidateState.ASKED, CandidateState.AGREED, CandidateState.NAMED)


@needs(P.RANKING_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the months, and begin another one."""
    scope = scope_of(request.user, P.RANKING_EDIT)
    form = MonthForm(request.POST or None, months=queries.last_months(localdate(), MONTHS_BACK))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            started = actions.start_month(
                month=form.cleaned_data["month"], by=user_of(request), at=now()
            )
            messages.success(request, "已按规则列出候选人，请选人并写明理由。")
            return redirect("leaderboards:desk_month", started.pk)
    page = Paginator(queries.months(scope), PER_PAGE).get_page(request.GET.get("page"))
    tallies = queries.tallies([one.pk for one in page], scope)
    context = {
        "page": page,
        "rows": [(one, tallies.get(one.pk, {})) for one in page],
        "form": form,
        "rule": queries.star_rule(localdate()),
        "may_rule": has(request.user, P.POLICY_EDIT),
        "lists": _lists(request),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "leaderboards/desk_list.html", context, status=status)


def _lists(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the boards as lists that somebody may open."""
    return [(one.title, one.page) for one in (PEOPLE, TEAMS) if has(request.user, one.permission)]


@needs(P.RANKING_EDIT)
@require_GET
def desk_month(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the candidates of a month within reach."""
    month = _month(request, pk)
    scope = scope_of(request.user, P.RANKING_EDIT)
    context = {
        "month": month,
        "candidates": queries.candidates(month, scope),
        "is_open": month.state == MonthState.OPEN,
        "may_decide": _decides(request, month),
    }
    return render(request, "leaderboards/desk_month.html", context)


@needs(P.RANKING_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_candidate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one candidate; pick with a reason, or write the story."""
    candidate = _candidate(request, pk)
    is_told = candidate.state in TOLD
    form = _form(request, candidate, is_told=is_told)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            if isinstance(form, StoryForm):
                actions.tell_story(
                    candidate_id=pk, **form.cleaned_data, by=user_of(request), at=now()
                )
                messages.success(request, "事迹已保存。")
            else:
                actions.pick(candidate_id=pk, **form.cleaned_data, by=user_of(request), at=now())
                messages.success(request, "已选为月度之星，正在征求本人意见。")
            return redirect("leaderboards:desk_candidate", pk)
    context = {
        "candidate": candidate,
        "month": candidate.month,
        "form": form,
        "is_open": candidate.month.state == MonthState.OPEN,
        "is_told": is_told,
        "may_drop": candidate.state in {CandidateState.ASKED, CandidateState.AGREED},
        "sees_person": has(request.user, P.VOLUNTEER_SEE),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "leaderboards/desk_candidate.html", context, status=status)


def _form(request: HttpRequest, candidate: Candidate, *, is_told: bool) -> PickForm | StoryForm:
    sent = request.POST if request.method == "POST" else None
    if is_told:
        return StoryForm(sent, initial={"title": candidate.story_title, "story": candidate.story})
    return PickForm(sent)


@needs(P.RANKING_EDIT)
@require_POST
def desk_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a pick back."""
    candidate = _candidate(request, pk)
    actions.drop(candidate_id=pk, by=user_of(request), at=now())
    messages.success(request, "已取消选择，名额空出来了。")
    return redirect("leaderboards:desk_month", candidate.month_id)


@needs(P.RANKING_EDIT)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Count the candidates of a month anew, show the stars, or give the month up."""
    month = _whole(request, pk)
    step = {
        "recount": (actions.recount_month, "已按今天的规则重新列出候选人。"),
        "show": (actions.show_month, "已开始公示，结束没有异议就公布。"),
        "cancel": (actions.cancel_month, "这个月的评定已取消。"),
    }.get(verb)
    if step is None:
        raise NotFound("没有这项操作，请返回评定页面。")
    step[0](month_id=month.pk, by=user_of(request), at=now())
    messages.success(request, step[1])
    return redirect("leaderboards:desk_month", pk)


def _month(request: HttpRequest, pk: int) -> StarMonth:
    """Return a month with candidates within reach; others are not there."""
    scope = scope_of(request.user, P.RANKING_EDIT)
    found = queries.months(scope).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个月的评定，请返回列表。")
    return found


def _whole(request: HttpRequest, pk: int) -> StarMonth:
    """Return a month to the office that answers for the whole of it."""
    found: StarMonth = access.fetch(
        request.user,
        P.RANKING_EDIT,
        StarMonth.objects.select_related("region"),
        at=now(),
        pk=pk,
    )
    return found


def _decides(request: HttpRequest, month: StarMonth) -> bool:
    scope = scope_of(request.user, P.RANKING_EDIT)
    return StarMonth.objects.in_scope(scope).filter(pk=month.pk).exists()


def _candidate(request: HttpRequest, pk: int) -> Candidate:
    found: Candidate = access.fetch(
        request.user,
        P.RANKING_EDIT,
        Candidate.objects.select_related("volunteer", "county", "month", "picked_by", "photo"),
        at=now(),
        pk=pk,
    )
    return found


@needs(PEOPLE.permission)
@require_GET
def desk_people(request: HttpRequest) -> HttpResponse:
    """Show a board of people as a list that can be exported."""
    return _list(request, PEOPLE)


@needs(TEAMS.permission)
@require_GET
def desk_teams(request: HttpRequest) -> HttpResponse:
    """Show a board of organizations as a list that can be exported."""
    return _list(request, TEAMS)


def _list(request: HttpRequest, register: Register) -> HttpResponse:
    at, today = now(), localdate()
    scope = scope_of(request.user, register.permission)
    found = register.found(scope, query_in(request), at)
    this_month = rules.month_of(today)
    context = {
        "register": register,
        **listed(request, register, found),
        "filters": filters_of(query_in(request), at=at),
        "counties": regions.counties(on=today),
        "periods": [
            ("all", rules.period_text(rules.ALL_TIME)),
            *((str(today.year - back), f"{today.year - back}年") for back in range(3)),
            *(
                (one, rules.period_text(one))
                for one in (rules.month_before(this_month, back) for back in range(13))
            ),
        ],
        "lists": _lists(request),
    }
    return render(request, "leaderboards/desk_board.html", context)
