"""The desk: standing plans, their posts, times, exceptions and people."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import number_in
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES
from voluncity.service.rosters.actions import generating, plans, post_lists
from voluncity.service.rosters.forms.desk import (
    PairForm,
    PlanForm,
    PostForm,
    SlotForm,
    SpecialForm,
    WeeksForm,
)
from voluncity.service.rosters.forms.lists import PostListForm
from voluncity.service.rosters.models import Pair, Plan, Post, Slot
from voluncity.service.rosters.queries import dates, desk
from voluncity.service.rosters.queries.stations import possible_stations as of_organization
from voluncity.service.rosters.rules.recurrence import rule_words
from voluncity.service.rosters.states import PLAN_FLOW
from voluncity.web.forms import refusals_in

PAGE = 30
UNPROCESSABLE = 422
EDIT = Permission.ACTIVITY_EDIT


def me(request: HttpRequest) -> User:
    """Return who asks."""
    return user_of(request)


def plan_in_reach(request: HttpRequest, pk: int) -> Plan:
    """Return the plan if the person plans its activities.

    :raises NotFound: when it is somebody else's.
    """
    found = Plan.objects.select_related("project__organization__region", "region", "leader")
    return cast(Plan, access.fetch(request.user, EDIT, found, at=now(), pk=pk))


@needs(EDIT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the plans of one's area."""
    page = Paginator(desk.plans_for(me(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "rosters/desk_list.html", {"page": page})


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Begin a plan of a project that recruits."""
    mine = Project.objects.in_scope(scope_of(me(request), EDIT)).filter(state__in=RECRUITING_STATES)
    mine = mine.select_related("organization__region").order_by("-pk")
    chosen = mine.filter(pk=number_in(request.POST.get("project") or request.GET.get("project")))
    project = chosen.first()
    form = PlanForm(
        request.POST if "save" in request.POST else None,
        projects=mine,
        leaders=projects.possible_leaders(project.organization) if project else [],
        stations=of_organization(project.organization if project else None),
        today=local_date(now()),
        initial={"project": project, "region": project.organization.region if project else None},
    )
    if "save" in request.POST and form.is_valid():
        with refusals_in(form):
            plan = plans.create_plan(
                project_id=form.cleaned_data["project"].pk, facts=form.facts(), by=me(request),
                at=now(),
            )  # fmt: skip
            messages.success(request, "方案已保存为草稿。接着填写岗位和班次时间。")
            return redirect("rosters:desk_plan", pk=plan.pk)
    context = {"form": form, "project": project, "choices": list(mine[:200])}
    return render(request, "rosters/desk_form.html", context, status=_status(form))


def _status(form: Any) -> int:
    return UNPROCESSABLE if form.errors else 200


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, leader and numbers of a plan."""
    plan = plan_in_reach(request, pk)
    form = PlanForm(
        request.POST or None, projects=Project.objects.none(),
        leaders=projects.possible_leaders(plan.project.organization),
        stations=of_organization(plan.project.organization), today=local_date(now()), plan=plan,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            plans.change_plan(plan_id=pk, facts=form.facts(), by=me(request), at=now())
            messages.success(request, "已保存。")
            return redirect("rosters:desk_plan", pk=pk)
    context = {"form": form, "project": plan.project, "plan": plan}
    return render(request, "rosters/desk_form.html", context, status=_status(form))


@needs(EDIT)
@require_GET
def desk_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a plan: what it holds, how the coming weeks stand, what to do next."""
    plan = plan_in_reach(request, pk)
    run = desk.open_run(plan)
    context = {
        "plan": plan,
        "slots": [(slot, rule_words(slot.rule, slot.days)) for slot in dates.live_slots(plan)],
        "posts": len(dates.live_posts(plan)),
        "people": desk.people_of(plan).count(),
        "coverage": desk.coverage(plan, at=now()),
        "verbs": [step.verb for step in PLAN_FLOW.verbs(plan.state)],
        "run": run,
        "runs": desk.last_runs(plan),
        "weeks_form": WeeksForm(),
    }
    return render(request, "rosters/desk_plan.html", context)


@needs(EDIT)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Begin to use a plan, stop using it, or make its shifts."""
    plan_in_reach(request, pk)
    if verb == "generate":
        made = generating.generate(plan_id=pk, by=me(request), at=now())
        kept = f"；{made.kept} 班已有人或已开始，保持不变" if made.kept else ""
        messages.success(
            request,
            f"新增 {made.made} 班，调整 {made.changed} 班，撤下 {made.removed} 班{kept}。",
        )
    elif verb in ("start", "end"):
        plans.step_plan(plan_id=pk, verb=verb, by=me(request), at=now())
        done = "已启用，志愿者可以填写排班意愿了。" if verb == "start" else "已停用。"
        messages.success(request, done)
    return redirect("rosters:desk_plan", pk=pk)


# -- Posts -------------------------------------------------------------------------------------


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_posts(request: HttpRequest, pk: int) -> HttpResponse:
    """List the posts; add one; write how many people are needed where."""
    plan = plan_in_reach(request, pk)
    form = PostForm(request.POST if "save" in request.POST else None)
    if "needs" in request.POST:
        return _write_needs(request, plan)
    if "save" in request.POST and form.is_valid():
        with refusals_in(form):
            plans.save_post(plan_id=pk, facts=form.facts(), by=me(request), at=now())
            messages.success(request, f"已添加岗位“{form.cleaned_data['name']}”。")
            return redirect("rosters:desk_posts", pk=pk)
    return _posts_page(request, plan, form, PostListForm())


def _posts_page(
    request: HttpRequest, plan: Plan, form: PostForm, list_form: PostListForm
) -> HttpResponse:
    slots, needs_ = dates.live_slots(plan), dates.needs_of(plan)
    # A form may have 2,000 fields; many posts at many times are more.
    page = Paginator(dates.live_posts(plan), PAGE).get_page(request.GET.get("page"))
    rows = [(post, [(slot, needs_.get((post.pk, slot.pk), "")) for slot in slots]) for post in page]
    context = {
        "plan": plan, "slots": slots, "rows": rows, "page": page, "form": form,
        "list_form": list_form, "sheet": desk.post_map(plan),
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors or list_form.errors else 200
    return render(request, "rosters/desk_posts.html", context, status=status)


def _write_needs(request: HttpRequest, plan: Plan) -> HttpResponse:
    given: dict[tuple[int, int], int | None] = {}
    for name, value in request.POST.items():
        kind, _, rest = name.partition("-")
        post, _, slot = rest.partition("-")
        if kind == "need":
            text = str(value).strip()
            given[number_in(post) or 0, number_in(slot) or 0] = _places(text) if text else None
    plans.set_needs(plan_id=plan.pk, needs=given, by=me(request), at=now())
    messages.success(request, "岗位人数已保存，下次生成班次时生效。")
    url = reverse("rosters:desk_posts", args=[plan.pk])
    return redirect(f"{url}?page={number_in(request.GET.get('page')) or 1}")


def _places(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1  # noqa: PLR2004


@needs(EDIT)
@require_POST
def desk_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Read posts from a table file."""
    plan = plan_in_reach(request, pk)
    form = PostListForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            rows = post_lists.read_posts(*form.upload())
            new, known = plans.save_posts(plan_id=pk, rows=rows, by=me(request), at=now())
            messages.success(request, f"已导入：新增 {new} 个岗位，更新 {known} 个。")
            return redirect("rosters:desk_posts", pk=pk)
    return _posts_page(request, plan, PostForm(), form)


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a post, or use it no longer."""
    found = Post.objects.select_related("plan__region")
    post = cast(Post, access.fetch(request.user, EDIT, found, at=now(), pk=pk))
    if "retire" in request.POST:
        plans.retire_post(post_id=pk, by=me(request), at=now())
        messages.success(request, f"岗位“{post.name}”已停用，没人报名的班次在下次生成时撤下。")
        return redirect("rosters:desk_posts", pk=post.plan_id)
    form = PostForm(request.POST or None, post=post)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            plans.save_post(
                plan_id=post.plan_id, facts=form.facts(), post_id=pk, by=me(request), at=now()
            )
            messages.success(request, "已保存。")
            return redirect("rosters:desk_posts", pk=post.plan_id)
    sheet = desk.post_map(post.plan, own=pk)
    context = {"form": form, "plan": post.plan, "post": post, "sheet": sheet}
    return render(request, "rosters/desk_post.html", context, status=_status(form))


# -- Times -------------------------------------------------------------------------------------


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_slot_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a time that repeats."""
    plan = plan_in_reach(request, pk)
    form = SlotForm(request.POST or None, initial={"since": local_date(now())})
    return _slot_page(request, plan, None, form)


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_slot(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a time, its exceptions, or hold it no longer."""
    found = Slot.objects.select_related("plan")
    slot = cast(Slot, access.fetch(request.user, EDIT, found, at=now(), pk=pk))
    if "retire" in request.POST:
        plans.retire_slot(slot_id=pk, by=me(request), at=now())
        messages.success(request, f"“{slot.name}”已停用，没人报名的班次在下次生成时撤下。")
        return redirect("rosters:desk_plan", pk=slot.plan_id)
    if "special" in request.POST:
        return _special(request, slot)
    return _slot_page(request, slot.plan, slot, SlotForm(request.POST or None, slot=slot))


def _slot_page(request: HttpRequest, plan: Plan, slot: Slot | None, form: SlotForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            plans.save_slot(
                plan_id=plan.pk, facts=form.facts(), slot_id=slot.pk if slot else None,
                by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "班次时间已保存，点“生成班次”后生效。")
            return redirect("rosters:desk_plan", pk=plan.pk)
    return _slot_drawn(request, plan, slot, form, SpecialForm())


def _slot_drawn(
    request: HttpRequest, plan: Plan, slot: Slot | None, form: SlotForm, special: SpecialForm
) -> HttpResponse:
    context = {"form": form, "plan": plan, "slot": slot, "special_form": special}
    status = UNPROCESSABLE if form.errors or special.errors else 200
    return render(request, "rosters/desk_slot.html", context, status=status)


def _special(request: HttpRequest, slot: Slot) -> HttpResponse:
    form = SpecialForm(request.POST)
    forget = request.POST["special"] == "forget"
    form.fields["is_on"].required = not forget
    if not form.is_valid():
        return _slot_drawn(request, slot.plan, slot, SlotForm(slot=slot), form)
    is_on = None if forget else form.cleaned_data["is_on"] == "on"
    plans.set_special(
        slot_id=slot.pk, day=form.cleaned_data["day"], is_on=is_on, by=me(request), at=now()
    )
    messages.success(request, "例外日期已保存，下次生成班次时生效。")
    return redirect("rosters:desk_slot", pk=slot.pk)


# -- People ------------------------------------------------------------------------------------


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who takes part, and who is not put beside whom."""
    plan = plan_in_reach(request, pk)
    form = PairForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            plans.keep_apart(plan_id=pk, **form.cleaned_data, by=me(request), at=now())
            messages.success(request, "已记下，自动排班不会把两人排在同一岗位。")
            return redirect("rosters:desk_people", pk=pk)
    page = Paginator(desk.people_of(plan), PAGE).get_page(request.GET.get("page"))
    turns = desk.turns_of_people(plan, [wish.volunteer_id for wish in page], at=now())
    context = {
        "plan": plan,
        "page": page,
        "rows": [(wish, turns.get(wish.volunteer_id, 0)) for wish in page],
        "pairs": plan.pairs.select_related("one", "other"),
        "form": form,
    }
    return render(request, "rosters/desk_people.html", context, status=_status(form))


@needs(EDIT)
@require_POST
def desk_pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Let two people be put together again."""
    found = Pair.objects.all()
    pair = cast(Pair, access.fetch(request.user, EDIT, found, at=now(), pk=pk))
    plans.forget_pair(pair_id=pk, by=me(request), at=now())
    return redirect("rosters:desk_people", pk=pair.plan_id)
