"""The desk: events, their groups, posts and days; making public, calling off, ending."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.queries import has, scope_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.service.events.actions import closing, deciding, events, layout
from voluncity.service.events.forms.desk import (
    BriefingForm,
    DayForm,
    EventForm,
    GroupForm,
    PostForm,
    ReasonForm,
    ThanksForm,
)
from voluncity.service.events.models import Event, Group, Post, PostDay
from voluncity.service.events.queries import desk, public
from voluncity.service.events.states import EVENT_FLOW, LIVE_EVENTS, ApplicationState
from voluncity.service.events.views.asking import (
    DAY,
    EDIT,
    event_in_reach,
    me,
    status_of,
)
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES
from voluncity.web.forms import refusals_in

PAGE = 30


@needs(EDIT, DAY)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the events of one's area; who only leads on the day goes on to the day itself."""
    words, when = request.GET.get("q", "")[:40].strip(), request.GET.get("when", "")
    may_edit = has(me(request), EDIT)
    scope = scope_of(me(request), EDIT if may_edit else DAY)
    found = desk.events_in(scope, words=words, when=when, at=now())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "when": when, "may_edit": may_edit}
    return render(request, "events/desk_list.html", context)


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Begin an event of a project that recruits."""
    mine = Project.objects.in_scope(scope_of(me(request), EDIT)).filter(state__in=RECRUITING_STATES)
    mine = mine.select_related("organization__region").order_by("-pk")
    chosen = request.POST.get("project") or request.GET.get("project")
    project = mine.filter(pk=number_in(chosen)).first()
    form = EventForm(
        request.POST if "save" in request.POST else None,
        projects=mine,
        leaders=projects.possible_leaders(project.organization) if project else [],
        today=local_date(now()),
        initial={
            "project": project, "region": project.organization.region if project else None,
            "risk_notice": project.risk_notice if project else "",
        },
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            event = events.create_event(
                project_id=form.cleaned_data["project"].pk, plan=form.plan(), by=me(request),
                at=now(),
            )  # fmt: skip
            messages.success(request, "已保存为草稿。接着添加组别、岗位和每天的人数。")
            return redirect("events:desk_event", event.pk)
    context = {"form": form, "project": project, "choices": list(mine[:200])}
    return render(request, "events/desk_form.html", context, status=status_of(form))


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an event says about itself."""
    event = event_in_reach(request, pk)
    form = EventForm(
        request.POST or None, projects=Project.objects.none(),
        leaders=projects.possible_leaders(event.project.organization), today=local_date(now()),
        event=event,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            events.change_event(event_id=pk, plan=form.plan(), by=me(request), at=now())
            messages.success(request, "已保存。")
            return redirect("events:desk_event", pk)
    context = {"form": form, "project": event.project, "event": event}
    return render(request, "events/desk_form.html", context, status=status_of(form))


@needs(EDIT)
@require_GET
def desk_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an event: progress of each post and day, what waits, what to do next."""
    return _page(request, event_in_reach(request, pk))


def _page(request: HttpRequest, event: Event, **more: Any) -> HttpResponse:
    lines = desk.progress(event)
    cells = [cell for line in lines for post in line.posts for cell in post.cells if cell]
    context = {
        "event": event,
        "lines": lines,
        "states": desk.state_counts(event),
        "tasks": desk.task_counts(scope_of(me(request), EDIT), event.pk),
        "wanted_text": f"共需 {sum(cell.wanted for cell in cells)} 人次",
        "placed": sum(cell.placed for cell in cells),
        "verbs": [step.verb for step in EVENT_FLOW.verbs(event.state)],
        "window": public.window(event, at=now()),
        "is_over": event.ends_on < local_date(now()),
        "reason_form": ReasonForm(),
        "thanks_form": ThanksForm(),
        **more,
    }
    bound = any(getattr(form, "errors", None) for form in more.values())
    return render(request, "events/desk_event.html", context, status=422 if bound else 200)


@needs(EDIT)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Make an event public, call it off, or end it."""
    event = event_in_reach(request, pk)
    if verb == "open":
        events.open_event(event_id=pk, by=me(request), at=now())
        messages.success(request, "已公布，居民现在可以报名。岗位的班次已经排好，只按名单安排。")
        return redirect("events:desk_event", pk)
    if verb == "cancel":
        return _cancel(request, event)
    if verb == "close":
        return _close(request, event)
    raise NotFound("没有这一步，请回到赛会页面。")


def _cancel(request: HttpRequest, event: Event) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            events.cancel_event(
                event_id=event.pk, reason=form.cleaned_data["reason"], by=me(request), at=now()
            )
            messages.success(request, "赛会已取消，会告诉每一位报名的人。")
            return redirect("events:desk_event", event.pk)
    return _page(request, event, reason_form=form)


def _close(request: HttpRequest, event: Event) -> HttpResponse:
    form = ThanksForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            closing.close_event(
                event_id=event.pk, thanks=form.cleaned_data["thanks"], by=me(request), at=now()
            )
            messages.success(request, "赛会已结束，致谢已发出。时长继续按平常的步骤确认。")
            return redirect("events:desk_event", event.pk)
    return _page(request, event, thanks_form=form)


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_group_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a group."""
    return _group(request, event_in_reach(request, pk), None)


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a group, or take an empty one away."""
    found = Group.objects.select_related("event__project__organization__region")
    group = cast(Group, access.fetch(request.user, EDIT, found, at=now(), pk=pk))
    if "remove" in request.POST:
        layout.remove_group(group_id=pk, by=me(request), at=now())
        messages.success(request, "已删除。")
        return redirect("events:desk_event", group.event_id)
    return _group(request, group.event, group)


def _group(request: HttpRequest, event: Event, group: Group | None) -> HttpResponse:
    leaders = projects.possible_leaders(event.project.organization)
    form = GroupForm(request.POST or None, leaders=leaders, group=group)
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        leader = said.pop("leader")
        with refusals_in(form):
            layout.save_group(
                event_id=event.pk, group_id=group.pk if group else None, by=me(request),
                at=now(), leader_id=leader.pk if leader else None, **said,
            )  # fmt: skip
            messages.success(request, "已保存。")
            return redirect("events:desk_event", event.pk)
    context = {
        "event": event, "form": form, "title": group.name if group else "添加组别",
        "may_remove": group is not None,
    }  # fmt: skip
    return render(request, "events/desk_small.html", context, status=status_of(form))


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_post_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a post to a group."""
    found = Group.objects.select_related("event__project__organization")
    group = cast(Group, access.fetch(request.user, EDIT, found, at=now(), pk=pk))
    form = PostForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            post = layout.save_post(group_id=pk, plan=form.plan(), by=me(request), at=now())
            messages.success(request, "已保存。接着填每天的时间和人数。")
            return redirect("events:desk_post", post.pk)
    context = {"event": group.event, "form": form, "title": f"{group.name}：添加岗位"}
    return render(request, "events/desk_small.html", context, status=status_of(form))


def _post(request: HttpRequest, pk: int) -> Post:
    found = Post.objects.select_related("group__event__project__organization", "activity")
    return cast(Post, access.fetch(request.user, EDIT, found, at=now(), pk=pk))


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a post, or take one away that is not public."""
    post = _post(request, pk)
    if "remove" in request.POST:
        layout.remove_post(post_id=pk, by=me(request), at=now())
        messages.success(request, "已删除。")
        return redirect("events:desk_event", post.group.event_id)
    form = PostForm(request.POST or None, post=post)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            layout.save_post(
                group_id=post.group_id, post_id=pk, plan=form.plan(), by=me(request), at=now()
            )
            messages.success(request, "已保存。")
            return redirect("events:desk_post", pk)
    return _post_page(request, post, form=form)


def _post_page(request: HttpRequest, post: Post, **more: Any) -> HttpResponse:
    event = post.group.event
    rows = list(post.days.select_related("shift").order_by("day"))
    taken = {row.day for row in rows}
    free = next((day for day in event.days if day not in taken), event.starts_on)
    like = rows[-1] if rows else None
    context: dict[str, Any] = {
        "event": event, "post": post, "rows": rows,
        "form": more.pop("form", None) or PostForm(post=post),
        "day_form": more.pop("day_form", None)
        or DayForm(
            event=event,
            row=PostDay(day=free, begins=like.begins, ends=like.ends, wanted=like.wanted)
            if like else None,
        ),
        "is_live": event.state in LIVE_EVENTS,
    }  # fmt: skip
    bound = context["form"].errors or context["day_form"].errors
    return render(request, "events/desk_post.html", context, status=422 if bound else 200)


@needs(EDIT)
@require_POST
def desk_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how many people a post wants on a day."""
    post = _post(request, pk)
    form = DayForm(request.POST, event=post.group.event)
    if form.is_valid():
        with refusals_in(form):
            layout.save_day(post_id=pk, plan=form.plan(), by=me(request), at=now())
            messages.success(request, "已保存。")
            return redirect("events:desk_post", pk)
    return _post_page(request, post, day_form=form)


@needs(EDIT)
@require_POST
def desk_day_remove(request: HttpRequest, pk: int, day: int) -> HttpResponse:
    """Take a day of a post away."""
    post = _post(request, pk)
    if not post.days.filter(pk=day).exists():
        raise NotFound("没有找到这一天，请刷新页面。")
    layout.remove_day(day_id=day, by=me(request), at=now())
    messages.success(request, "已删除。")
    return redirect("events:desk_post", pk)


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what people must know; see who has read it and who came."""
    event = event_in_reach(request, pk)
    form = BriefingForm(request.POST or None, request.FILES or None, event=event)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            events.set_briefing(event_id=pk, by=me(request), at=now(), **form.cleaned_data)
            messages.success(request, "已保存，参加的人会收到消息。")
            return redirect("events:desk_briefing", pk)
    found = event.applications.filter(state=ApplicationState.CONFIRMED).select_related("volunteer")
    people = list(found.order_by("volunteer__name", "pk"))
    context = {
        "event": event, "form": form, "people": people,
        "read": sum(1 for one in people if one.briefing_read_at),
    }  # fmt: skip
    return render(request, "events/desk_briefing.html", context, status=status_of(form))


@needs(EDIT)
@require_POST
def desk_briefed(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down who came to the briefing."""
    event_in_reach(request, pk)
    came = [number_in(text) or 0 for text in request.POST.getlist("came")]
    people = deciding.note_briefed(event_id=pk, application_ids=came, by=me(request), at=now())
    messages.success(request, f"已记下 {people} 人参加了培训会。")
    return redirect("events:desk_briefing", pk)
