"""The desk: applications, decisions, proposals, badges."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.queries import scope_of
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.service.events import papers
from voluncity.service.events.actions import applying, badges, deciding, placing
from voluncity.service.events.forms.desk import (
    AssignForm,
    DecisionForm,
    EnterForm,
    InterviewForm,
    ReasonForm,
)
from voluncity.service.events.models import Application, Assignment, Badge, Event
from voluncity.service.events.queries import desk, proposals, public
from voluncity.service.events.registers import APPLICATIONS, filters_of
from voluncity.service.events.states import (
    APPLICATION_FLOW,
    IN_PLAY,
    LIVE_EVENTS,
    TONES,
    ApplicationState,
)
from voluncity.service.events.views.asking import (
    EDIT,
    application_in_reach,
    event_in_reach,
    me,
    status_of,
)
from voluncity.service.signups import queries as signups
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

A = ApplicationState
PAGE = 40
_COME = {"True": "yes", "False": "no"}


@needs(EDIT)
@require_GET
def desk_applications(request: HttpRequest) -> HttpResponse:
    """List applications, with filters that are kept and exported."""
    scope, query = scope_of(me(request), EDIT), query_in(request)
    filters = filters_of(query)
    shown = listed(request, APPLICATIONS, APPLICATIONS.found(scope, query, now()), size=PAGE)
    events = Event.objects.in_scope(scope)
    event: Event | None = events.filter(pk=filters.event_id).first() if filters.event_id else None
    context = {
        **shown,
        "lines": list(zip(shown["page"], shown["rows"], strict=True)),
        "filters": filters,
        "event": event,
        "events": list(events.order_by("-starts_on", "-pk")[:100]),
        "states": A.choices,
        "tasks": desk.task_counts(scope, event.pk) if event else [],
        "teams": list(event.groups.order_by("pk")) if event else [],
        "form": DecisionForm(),
    }
    return render(request, "events/desk_applications.html", context)


@needs(EDIT)
@require_POST
def desk_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide about all who were ticked; whoever is refused stops nobody."""
    event = event_in_reach(request, pk)
    form = DecisionForm(request.POST)
    chosen = [number_in(text) or 0 for text in request.POST.getlist("chosen")]
    if form.is_valid():
        with refusals_in(form):
            outcome = deciding.decide_many(
                event_id=event.pk, application_ids=chosen, decision=form.decision(),
                by=me(request), at=now(),
            )  # fmt: skip
            _say(request, outcome)
            return redirect(f"{reverse('events:desk_applications')}?event={pk}")
    for sentence in [str(one[0]) for one in form.errors.values()]:
        messages.error(request, sentence)
    return redirect(f"{reverse('events:desk_applications')}?event={pk}")


def _say(request: HttpRequest, outcome: deciding.Outcome) -> None:
    if outcome.done:
        messages.success(request, f"已办理 {outcome.done} 人。")
    if outcome.refused:
        first = outcome.refused[0][1]
        messages.warning(request, f"有 {len(outcome.refused)} 人没有办成：{first}")


@needs(EDIT)
@require_GET
def desk_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one application with everything that may be done about it."""
    return _page(request, application_in_reach(request, pk))


def _page(request: HttpRequest, application: Application, **more: Any) -> HttpResponse:
    event = application.event
    is_live = event.state in LIVE_EVENTS
    steps = APPLICATION_FLOW.verbs(application.state) if is_live else ()
    verbs = {step.verb: step.label for step in steps}
    context = {
        "application": application,
        "event": event,
        "tone": TONES.get(application.state, "neutral"),
        "diet": public.diet_of(application),
        "held": desk.held_by(application),
        "badges": application.badges.order_by("-pk"),
        "has_badge": application.badges.filter(revoked_at=None).exists(),
        "verbs": [(verb, verbs[verb]) for verb in deciding.DECISIONS if verb in verbs],
        "may_leave": application.state in IN_PLAY,
        "form": DecisionForm(),
        "interview_form": InterviewForm(
            initial={
                "has_come": _COME.get(str(application.has_come), ""),
                "score": application.score, "remark": application.remark,
            }
        ),
        "assign_form": AssignForm(rows=desk.days_to_assign(event, at=now())),
        "reason_form": ReasonForm(),
        **more,
    }  # fmt: skip
    bound = any(getattr(form, "errors", None) for form in more.values())
    return render(request, "events/desk_application.html", context, status=422 if bound else 200)


@needs(EDIT)
@require_POST
def desk_application_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about an application; a form with errors is drawn again."""
    handlers = {
        "decide": _decide, "interview": _interview, "assign": _assign, "withdraw": _withdraw,
        "badge": _badge,
    }  # fmt: skip
    if verb not in handlers:
        raise NotFound("没有这一步，请回到报名页面。")
    again = handlers[verb](request, application_in_reach(request, pk))
    return again or redirect("events:desk_application", pk)


def _decide(request: HttpRequest, application: Application) -> HttpResponse | None:
    form = DecisionForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            deciding.decide(
                application_id=application.pk, decision=form.decision(), by=me(request), at=now()
            )
            messages.success(request, "已办理，会发消息告诉本人。")
            return None
    return _page(request, application, form=form)


def _interview(request: HttpRequest, application: Application) -> HttpResponse | None:
    form = InterviewForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_in(form):
            deciding.note_interview(
                application_id=application.pk, has_come=said["has_come"] == "yes",
                score=said["score"], remark=said["remark"], by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已登记。")
            return None
    return _page(request, application, interview_form=form)


def _assign(request: HttpRequest, application: Application) -> HttpResponse | None:
    rows = desk.days_to_assign(application.event, at=now())
    form = AssignForm(request.POST, rows=rows)
    if form.is_valid():
        with refusals_in(form):
            day_id = int(form.cleaned_data["day"])
            row = next(row for row in rows if row.pk == day_id)
            has_begun = row.shift is not None and row.shift.starts_at <= now()
            placing.assign(
                application_id=application.pk, day_id=day_id, by=me(request), at=now(),
                is_desk=has_begun,
            )  # fmt: skip
            messages.success(request, "已安排。")
            return None
    return _page(request, application, assign_form=form)


def _withdraw(request: HttpRequest, application: Application) -> HttpResponse | None:
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            applying.withdraw(
                application_id=application.pk, reason=form.cleaned_data["reason"],
                by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已退出，岗位已空出。")
            return None
    return _page(request, application, reason_form=form)


def _badge(request: HttpRequest, application: Application) -> HttpResponse | None:
    badges.issue_badge(application_id=application.pk, by=me(request), at=now())
    messages.success(request, "已制证，可以打印。")
    return None


def _assignment(request: HttpRequest, pk: int, application_id: int) -> Assignment:
    application = application_in_reach(request, application_id)
    found: Assignment | None = application.assignments.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这项安排，请刷新页面。")
    return found


@needs(EDIT)
@require_POST
def desk_release(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Take somebody off a post."""
    row = _assignment(request, assignment, pk)
    reason = request.POST.get("reason", "")[:200] or "组织者调整岗位"
    placing.release(assignment_id=row.pk, reason=reason, by=me(request), at=now())
    messages.success(request, "已取消这项安排，岗位空出来了。")
    return redirect("events:desk_application", pk)


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter somebody who called, or who has no account."""
    event = event_in_reach(request, pk)
    form = EnterForm(request.POST or None, request.FILES or None, event=event)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        with refusals_in(form):
            made = applying.apply_for(
                event_id=pk, volunteer=signups.volunteer_with_number(said["number"]),
                wish=form.wish(), risks_read=said["risks_read"], by=me(request), at=now(),
                is_desk=True,
            )  # fmt: skip
            messages.success(request, f"已为 {made.volunteer.name} 登记报名。")
            return redirect("events:desk_application", made.pk)
    context = {"event": event, "form": form, "title": "代为登记报名"}
    return render(request, "events/desk_small.html", context, status=status_of(form))


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who would work where, and who would not and why; then do it."""
    event = event_in_reach(request, pk)
    if request.method == "POST":
        done, refused = placing.carry_out(
            event_id=pk, digest=request.POST.get("digest", ""), by=me(request), at=now()
        )
        messages.success(request, f"已安排 {done} 个岗位。")
        for sentence in refused[:5]:
            messages.warning(request, sentence)
        return redirect("events:desk_proposal", pk)
    shown = proposals.proposal(event, at=now())
    context = {
        "event": event, "shown": shown, "portion": placing.PORTION,
        "liked": sum(line.is_liked for line in shown.lines),
    }  # fmt: skip
    return render(request, "events/desk_proposal.html", context)


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_badges(request: HttpRequest, pk: int) -> HttpResponse:
    """List the badges that hold; make those that are missing."""
    event = event_in_reach(request, pk)
    if request.method == "POST":
        made = badges.issue_badges(event_id=pk, by=me(request), at=now())
        messages.success(request, f"新制 {len(made)} 张证件。" if made else "没有要制的证件。")
        return redirect("events:desk_badges", pk)
    live = _live(event)
    without = event.applications.filter(state=A.CONFIRMED).filter(~desk.live_badge()).count()
    page = LongPaginator(live, PAGE).get_page(request.GET.get("page"))
    context = {
        "event": event, "page": page, "count": live.count(), "without": without,
        "sheets": list(papers.sheets(live.count())),
    }  # fmt: skip
    return render(request, "events/desk_badges.html", context)


def _live(event: Event) -> Any:
    found = Badge.objects.filter(event=event, revoked_at=None)
    return found.select_related(
        "application__volunteer", "application__photo", "application__event"
    ).order_by("number")


@needs(EDIT)
@require_GET
def desk_badges_paper(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """Return badges as PDF: a portion of all that hold, or the one asked for."""
    event = event_in_reach(request, pk)
    if size not in papers.SHEETS:
        raise NotFound("没有这种纸张。")
    found = _live(event)
    if one := number_in(request.GET.get("badge")):
        found = found.filter(pk=one)
    shown = papers.portion(found, number_in(request.GET.get("part")) or 0)
    paper = papers.badges_pdf(event, list(shown), size=size)
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="badges-{event.pk}-{size}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_reissue(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a badge anew; the old one holds no more."""
    found = Badge.objects.select_related("application__volunteer", "event")
    badge = cast(Badge, access.fetch(request.user, EDIT, found, at=now(), pk=pk))
    form = ReasonForm(request.POST or None, initial={"reason": "遗失"})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = badges.reissue_badge(
                badge_id=pk, reason=form.cleaned_data["reason"], by=me(request), at=now()
            )
            messages.success(request, f"新证 {made.shown_number} 已制好，旧证已作废。")
            return redirect("events:desk_application", made.application_id)
    context = {
        "event": badge.event, "form": form, "button": "作废旧证，重新制证",
        "title": f"补办证件：{badge.application.volunteer.name}（{badge.shown_number}）",
    }  # fmt: skip
    return render(request, "events/desk_small.html", context, status=status_of(form))
