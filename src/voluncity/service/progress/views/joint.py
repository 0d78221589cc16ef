"""Cooperation: the organizer invites and grants, the unit answers, reads and arranges."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.service.progress import actions, queries
from voluncity.service.progress.forms import ArrangeForm, InviteForm, ReasonForm
from voluncity.service.progress.models import Cooperation, JointActivity
from voluncity.service.progress.states import LIVE_COOPERATION, TONES, CooperationState
from voluncity.service.progress.views.around import (
    UNPROCESSABLE,
    has_reach,
    me,
    project_for,
    status_of,
)
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.states import OVER_STATES, ActivityState
from voluncity.web.forms import refusals_in
from voluncity.web.picking import draw_offers

P = Permission


# -- The organizer -----------------------------------------------------------------------------


@needs(P.PROJECT_SEE)
@require_GET
def units(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which units cooperate in a project."""
    return _units_page(request, project_for(request, P.PROJECT_SEE, pk), None)


@needs(P.PROJECT_EDIT)
@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a unit to cooperate in a project."""
    project = project_for(request, P.PROJECT_EDIT, pk)
    form = InviteForm(request.POST, organizations=_possible_units())
    if form.is_valid():
        values = form.cleaned_data
        with refusals_in(form):
            actions.invite_unit(
                project_id=pk, organization_id=values["organization"].pk, role=values["role"],
                task=values["task"], may_arrange=values["may_arrange"], by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "邀请已发出，对方答复后会告诉您。")
            return redirect("progress:units", pk)
    return _units_page(request, project, form)


@needs(P.PROJECT_EDIT)
@never_cache
@require_safe
def pick_unit(request: HttpRequest) -> HttpResponse:
    """Suggest units to invite."""
    words = request.GET.get(request.GET.get("field", ""), "")
    return HttpResponse(draw_offers(_possible_units(), words))


@needs(P.PROJECT_EDIT)
@require_POST
def change_unit(request: HttpRequest, pk: int, unit_pk: int, verb: str) -> HttpResponse:
    """Grant the arranging of activities, take it back, or end the cooperation."""
    project = project_for(request, P.PROJECT_EDIT, pk)
    found = project.cooperations.filter(pk=unit_pk).first()
    if found is None or verb not in {"grant", "revoke", "end"}:
        raise NotFound("没有找到这项合作。")
    if verb == "end":
        form = ReasonForm(request.POST, auto_id=f"id_{unit_pk}_%s")
        if not form.is_valid():
            return _units_page(request, project, None, ending=(unit_pk, form))
        actions.end_cooperation(
            cooperation_id=unit_pk, reason=form.cleaned_data["reason"], by=me(request), at=now()
        )
        messages.success(request, "合作已结束。")
    else:
        actions.grant_arranging(
            cooperation_id=unit_pk, may_arrange=verb == "grant", by=me(request), at=now()
        )
        messages.success(request, "已授权安排活动。" if verb == "grant" else "已收回授权。")
    return redirect("progress:units", pk)


def _possible_units() -> QuerySet[Organization]:
    """Return the units that may be invited: all that work; their names are public."""
    return Organization.objects.filter(state=OrgState.ACTIVE)


def _units_page(
    request: HttpRequest, project: Project, form: InviteForm | None,
    *, ending: tuple[int, ReasonForm] | None = None,
) -> HttpResponse:  # fmt: skip
    may_edit = has_reach(request, P.PROJECT_EDIT, project)
    rows = [
        {
            "one": one,
            "tone": TONES.get(one.state, "good"),
            "is_live": one.state in LIVE_COOPERATION,
            "form": ending[1]
            if ending and ending[0] == one.pk
            else ReasonForm(auto_id=f"id_{one.pk}_%s"),
            "is_open": ending is not None and ending[0] == one.pk,
        }
        for one in queries.cooperations_of(project)
    ]
    context = {
        "project": project,
        "rows": rows,
        "form": form or InviteForm(organizations=_possible_units()),
        "may_edit": may_edit,
        "may_invite": may_edit and project.state not in OVER_STATES,
    }
    status = UNPROCESSABLE if ending else status_of(form)
    return render(request, "progress/units.html", context, status=status)


# -- The cooperating unit ----------------------------------------------------------------------


@needs(P.PROJECT_SEE)
@require_GET
def joint_list(request: HttpRequest) -> HttpResponse:
    """List the invitations and cooperations of the units that one looks after."""
    rows = list(queries.my_cooperations(request.user, P.PROJECT_SEE)[:200])
    context = {
        "waiting": [one for one in rows if one.state == CooperationState.INVITED],
        "live": [one for one in rows if one.state == CooperationState.ACCEPTED],
        "past": [one for one in rows if one.state not in LIVE_COOPERATION],
    }
    return render(request, "progress/joint_list.html", context)


@needs(P.PROJECT_SEE)
@require_GET
def joint(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a shared project to the cooperating unit: its plan, activities and figures."""
    return _joint_page(request, _theirs(request, P.PROJECT_SEE, pk))


@needs(P.PROJECT_EDIT)
@require_POST
def joint_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept or decline an invitation, or leave a cooperation with a reason."""
    found = _theirs(request, P.PROJECT_EDIT, pk)
    if verb not in {"accept", "decline", "end"}:
        raise NotFound("没有这个步骤。")
    if verb == "end":
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _joint_page(request, found, form)
        actions.end_cooperation(
            cooperation_id=pk, reason=form.cleaned_data["reason"], by=me(request), at=now()
        )
        messages.success(request, "已退出合作，对方会收到通知。")
        return redirect("progress:joint_list")
    actions.answer_invitation(cooperation_id=pk, verb=verb, by=me(request), at=now())
    messages.success(request, "已接受邀请。" if verb == "accept" else "已谢绝邀请。")
    return redirect("progress:joint", pk)


@needs(P.ACTIVITY_EDIT)
@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Arrange an activity of the shared project under the unit's own name."""
    found = _theirs(request, P.ACTIVITY_EDIT, pk)
    if found.state != CooperationState.ACCEPTED:
        raise NotFound("没有找到这项合作，或者它已经结束。")
    project = found.project
    form = ArrangeForm(
        request.POST or None,
        leaders=projects.possible_leaders(project.organization),
        today=local_date(now()),
        initial={"region": found.organization.region},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.arrange_activity(
                cooperation_id=pk, plan=form.plan(), shifts=form.shifts(), by=me(request), at=now()
            )
            messages.success(request, "活动已安排，由主办单位核对后开放报名。")
            return redirect("progress:joint", pk)
    context = {"cooperation": found, "project": project, "form": form}
    return render(request, "progress/arrange.html", context, status=status_of(form))


@needs(P.ACTIVITY_EDIT)
@require_http_methods(["GET", "POST"])
def change_arranged(request: HttpRequest, pk: int, activity_pk: int) -> HttpResponse:
    """Change an activity that the unit arranged, until the organizer opens it."""
    found = _theirs(request, P.ACTIVITY_EDIT, pk)
    activity, shift = _arranged(found, activity_pk)
    form = ArrangeForm(
        request.POST or None,
        leaders=projects.possible_leaders(found.project.organization),
        today=local_date(now()),
        initial=ArrangeForm.known(activity, shift),
    )
    if request.method == "POST" and form.is_valid():
        plan = form.plan()
        if (plan.region_id, plan.address) == (activity.region_id, activity.address):
            plan = replace(plan, lat=activity.lat, lng=activity.lng)
        with refusals_in(form):
            actions.change_arranged(
                cooperation_id=pk, activity_id=activity_pk, plan=plan,
                shifts=form.shifts(shift.pk), by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "活动已修改，由主办单位核对后开放报名。")
            return redirect("progress:joint", pk)
    context = {"cooperation": found, "project": found.project, "form": form, "activity": activity}
    return render(request, "progress/arrange.html", context, status=status_of(form))


def _arranged(found: Cooperation, activity_pk: int) -> tuple[Activity, Shift]:
    """Return a draft that the unit arranged, with its one shift.

    :raises NotFound: when it is not the unit's, or not a draft any more.
    :raises WrongState: when the organizer has made several shifts of it.
    """
    joint = found.activities.filter(
        activity=activity_pk, activity__state=ActivityState.DRAFT
    ).select_related("activity__region")
    first = joint.first()
    if first is None or found.state != CooperationState.ACCEPTED:
        raise NotFound("没有找到可以修改的活动；已经开放报名的，修改请联系主办单位。")
    shifts = list(first.activity.shifts.all())
    if len(shifts) != 1:
        raise WrongState("主办单位已经重新安排了班次，修改请联系他们。", code="progress.shifts")
    return first.activity, shifts[0]


@needs(P.ACTIVITY_EDIT)
@require_POST
def drop(request: HttpRequest, pk: int, activity_pk: int) -> HttpResponse:
    """Call off an activity that the unit arranged and that was never opened."""
    _theirs(request, P.ACTIVITY_EDIT, pk)
    actions.drop_activity(cooperation_id=pk, activity_id=activity_pk, by=me(request), at=now())
    messages.success(request, "活动已撤回。")
    return redirect("progress:joint", pk)


def _theirs(request: HttpRequest, permission: Permission, pk: int) -> Cooperation:
    rows = Cooperation.objects.select_related(
        "project__organization__region", "project__line", "project__category",
        "organization__region",
    )  # fmt: skip
    found: Cooperation = access.fetch(request.user, permission, rows, at=now(), pk=pk)
    return found


def _joint_page(
    request: HttpRequest, found: Cooperation, form: ReasonForm | None = None
) -> HttpResponse:
    at, project = now(), found.project
    is_live = found.state == CooperationState.ACCEPTED
    own = may(request.user, P.PROJECT_EDIT, Cooperation.objects.all(), pk=found.pk)
    arranged = JointActivity.objects.filter(cooperation=found).values_list("activity_id", flat=True)
    context = {
        "cooperation": found,
        "project": project,
        "tone": TONES.get(found.state, "good"),
        "is_live": is_live,
        "figures": queries.figures_of([project.pk], at=at)[project.pk] if is_live else None,
        "activities": list(projects.activities_for_desk(project)) if is_live else [],
        "arranged": set(arranged),
        "own_part": queries.own_part(found, at=at) if is_live else None,
        "at": at,
        "may_answer": own and found.state == CooperationState.INVITED,
        "may_leave": own and is_live,
        "may_arrange": is_live
        and found.may_arrange
        and project.state not in OVER_STATES
        and may(request.user, P.ACTIVITY_EDIT, Cooperation.objects.all(), pk=found.pk),
        "form": form or ReasonForm(),
    }
    return render(request, "progress/joint.html", context, status=status_of(form))
