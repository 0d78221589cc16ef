"""The desk: sessions held, who takes part, how they came through, and the paper lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups import queries as signups
from voluncity.service.teaching import actions, queries
from voluncity.service.teaching.forms import (
    HostForm,
    ListForm,
    MaterialForm,
    NumberForm,
    ReasonForm,
    ResultForm,
    SessionForm,
)
from voluncity.service.teaching.models import Session
from voluncity.service.teaching.states import TONES, OutcomeState
from voluncity.service.teaching.views.public import handed_out
from voluncity.web.forms import refusals_in

P = Permission
ON_A_PAGE = 30
UNPROCESSABLE = 422


def me(request: HttpRequest) -> User:
    """Return who is signed in."""
    return user_of(request)


@needs(P.TRAINING_RECORD)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the sessions within reach: those to come, or those that were."""
    at = now()
    tab = "past" if request.GET.get("tab") == "past" else "coming"
    found = queries.desk_sessions(me(request), tab, at=at)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    shifts = Shift.objects.filter(activity__in=[one.activity_id for one in page])
    firsts = {one.activity_id: one for one in shifts.order_by("-starts_at")}
    context = {
        "tab": tab,
        "page": page,
        "rows": [(one, firsts.get(one.activity_id)) for one in page],
        "may_open": has(me(request), P.TRAINING_EDIT),
        "may_rule": has(me(request), P.POLICY_EDIT),
    }
    return render(request, "teaching/desk_list.html", context)


@needs(P.TRAINING_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Choose who holds the session, then write it."""
    reach = Organization.objects.in_scope(scope_of(me(request), P.TRAINING_EDIT))
    active = reach.filter(state=OrgState.ACTIVE)
    if (chosen := number_in(request.GET.get("organization"))) is not None:
        organization = active.filter(pk=chosen).first()
        if organization is None:
            raise NotFound("没有找到这个组织，或者它不在您的管理范围内。")
        return _written(request, organization)
    if request.method == "GET" and len(only := active[:2]) == 1:
        return redirect(f"{request.path}?organization={only[0].pk}")
    form = HostForm(request.POST or None, organizations=active)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{request.path}?organization={form.cleaned_data['organization'].pk}")
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "teaching/desk_host.html", {"form": form}, status=status)


@needs(P.TRAINING_EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a session anew."""
    session = _fetch(request, P.TRAINING_EDIT, pk)
    return _written(request, session.activity.project.organization, session)


def _written(
    request: HttpRequest, organization: Organization, session: Session | None = None
) -> HttpResponse:
    leaders = projects.possible_leaders(organization)
    form = SessionForm(request.POST or None, leaders=leaders, session=session)
    if request.method == "POST" and form.is_valid():
        at, by = now(), me(request)
        with refusals_in(form):
            plan = form.plan(at=at, session=session)
            if session is None:
                saved = actions.open_session(
                    organization_id=organization.pk, plan=plan, by=by, at=at
                )
            else:
                saved = actions.change_session(session_id=session.pk, plan=plan, by=by, at=at)
            messages.success(request, "已保存。" if session else "培训班已开放报名。")
            return redirect("teaching:desk_detail", saved.pk)
    context = {
        "form": form, "organization": organization, "session": session,
        "is_wrong": request.method == "POST",
    }  # fmt: skip
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "teaching/desk_form.html", context, status=status)


@needs(P.TRAINING_RECORD)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a session with who takes part and how they came through."""
    return detail(request, _fetch(request, P.TRAINING_RECORD, pk))


def detail(
    request: HttpRequest, session: Session, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Draw the page of a session; `more` brings a form with its mistakes, or a report."""
    at, user = now(), me(request)
    shifts = list(Shift.objects.filter(activity=session.activity_id).order_by("starts_at"))
    counts = signups.counts(shifts)
    is_live = session.activity.state == ActivityState.OPEN
    outcomes = [(one, TONES[OutcomeState(one.state)]) for one in queries.outcomes(session)]
    context: dict[str, Any] = {
        "session": session,
        "activity": session.activity,
        "organization": session.activity.project.organization,
        "shifts": [(one, counts[one.pk]) for one in shifts],
        "people": queries.enrolled(session),
        "outcomes": outcomes,
        "rule": queries.rule_of(session.course_id, on=local_date(session.activity.ends_at)),
        "materials": session.materials.filter(removed_at=None).select_related("file"),
        "is_over": at >= session.activity.ends_at,
        "is_live": is_live,
        "may_edit": may(user, P.TRAINING_EDIT, Session.objects.all(), pk=session.pk),
        "waits": any(one.state == OutcomeState.TEST for one, _ in outcomes),
        "material_form": MaterialForm(),
        "list_form": ListForm(),
        "number_form": NumberForm(),
        "reason_form": ReasonForm(),
        "lines": None,
    }
    return render(request, "teaching/desk_detail.html", context | more, status=status)


@needs(P.TRAINING_RECORD)
@require_POST
def desk_enroll(request: HttpRequest, pk: int) -> HttpResponse:
    """Enroll somebody by the volunteer number."""
    session, form = _fetch(request, P.TRAINING_RECORD, pk), NumberForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            volunteer = actions.enroll_by_number(
                session_id=pk, number=form.cleaned_data["number"], by=me(request), at=now()
            )
            messages.success(
                request, f"已为{mask_name(volunteer.name)}（{volunteer.number}）报名。"
            )
            return redirect("teaching:desk_detail", pk)
    return detail(request, session, number_form=form, status=UNPROCESSABLE)


@needs(P.TRAINING_RECORD)
@require_POST
def desk_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle now what the worker would settle later; again for late uploads."""
    session = _fetch(request, P.TRAINING_RECORD, pk)
    changed = actions.settle_session(session_id=session.pk, by=me(request), at=now())
    messages.success(request, f"已结业：新登记 {len(changed)} 人的学习结果。")
    return redirect("teaching:desk_detail", pk)


@needs(P.TRAINING_EDIT)
@require_POST
def desk_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a session off."""
    session, form = _fetch(request, P.TRAINING_EDIT, pk), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.cancel_session(
                session_id=pk, reason=form.cleaned_data["reason"], by=me(request), at=now()
            )
    if form.errors:
        return detail(request, session, reason_form=form, status=UNPROCESSABLE)
    messages.success(request, "培训班已取消，已通知报名的人。")
    return redirect("teaching:desk_detail", pk)


@needs(P.TRAINING_EDIT)
@require_POST
def desk_add_material(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a file for those who take part."""
    session, form = _fetch(request, P.TRAINING_EDIT, pk), MaterialForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.add_material(
                session_id=pk, title=form.cleaned_data["title"],
                checked=form.cleaned_data["file"], by=me(request), at=now(),
            )  # fmt: skip
    if form.errors:
        return detail(request, session, material_form=form, status=UNPROCESSABLE)
    messages.success(request, "资料已上传，报上名的人可以下载。")
    return redirect("teaching:desk_detail", pk)


@needs(P.TRAINING_EDIT)
@require_safe
def desk_material(request: HttpRequest, pk: int, material_pk: int) -> FileResponse:
    """Hand a file to who holds the session."""
    _fetch(request, P.TRAINING_EDIT, pk)
    return handed_out(queries.material_of(pk, material_pk))


@needs(P.TRAINING_EDIT)
@require_POST
def desk_remove_material(request: HttpRequest, pk: int, material_pk: int) -> HttpResponse:
    """Show a file no more."""
    _fetch(request, P.TRAINING_EDIT, pk)
    actions.remove_material(session_id=pk, material_id=material_pk, by=me(request), at=now())
    messages.success(request, "资料已移除。")
    return redirect("teaching:desk_detail", pk)


@needs(P.TRAINING_RECORD)
@require_POST
def desk_take_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an attendance list from paper, and show what came of each row."""
    session, form = _fetch(request, P.TRAINING_RECORD, pk), ListForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            name, content = form.cleaned_data["file"]
            lines = actions.take_attendance(
                session_id=pk, rows=actions.read_attendance(name, content),
                by=me(request), at=now(),
            )  # fmt: skip
            good = sum(not one.problem for one in lines)
            return detail(request, session, lines=lines, good=good)
    return detail(request, session, list_form=form, status=UNPROCESSABLE)


@needs(P.TRAINING_RECORD)
@require_http_methods(["GET", "POST"])
def desk_result(request: HttpRequest, pk: int, outcome_pk: int) -> HttpResponse:
    """Write down the result of a test on paper."""
    session = _fetch(request, P.TRAINING_RECORD, pk)
    outcome = session.outcomes.select_related("volunteer").filter(pk=outcome_pk).first()
    if outcome is None:
        raise NotFound("没有找到这条培训结果，请刷新页面。")
    form = ResultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.enter_result(
                outcome_id=outcome_pk, percent=form.cleaned_data["percent"],
                by=me(request), at=now(),
            )  # fmt: skip
            messages.success(
                request, "已登记，测验通过。" if made.is_passed else "已登记，没有通过。"
            )
            return redirect("teaching:desk_detail", pk)
    context = {"session": session, "outcome": outcome, "form": form}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "teaching/desk_result.html", context, status=status)


def _fetch(request: HttpRequest, permission: Permission, pk: int) -> Session:
    found = Session.objects.select_related(
        "activity__project__organization", "activity__leader", "course"
    )
    session: Session = access.fetch(me(request), permission, found, at=now(), pk=pk)
    return session
