"""Activities on the desk: plan, change, open, copy, cancel."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.orgs.models import Organization
from voluncity.city.people.asking import user_of
from voluncity.kernel.clock import local_date
from voluncity.service.projects import actions, queries
from voluncity.service.projects.forms import (
    ActivityForm,
    CopyForm,
    ReasonForm,
    refusals_in_activity,
)
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.states import ACTIVITY_FLOW
from voluncity.web.forms import refusals_in

UNPROCESSABLE = 422
WEEK = 7


@needs(Permission.ACTIVITY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_activity_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan an activity of a project."""
    user = user_of(request)
    projects = Project.objects.select_related("organization__region")
    project = access.fetch(user, Permission.ACTIVITY_EDIT, projects, at=now(), pk=pk)
    form = _form(request, project.organization, None)
    if _is_sent(request) and form.is_valid():
        with refusals_in_activity(form):
            activity = actions.create_activity(
                project_id=pk, plan=form.plan(), shifts=form.shifts.plans(), by=user, at=now()
            )
            messages.success(request, "活动已保存为草稿。核对无误后，请点“开放报名”。")
            return redirect("projects:desk_activity", pk=activity.pk)
    return _form_page(request, form, project, None)


@needs(Permission.PROJECT_SEE)
@require_GET
def desk_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one activity with its shifts and what can be done next."""
    activity = access.fetch(
        request.user, Permission.PROJECT_SEE, _whole_activities(), at=now(), pk=pk
    )
    return _detail_page(request, activity, ReasonForm())


@needs(Permission.ACTIVITY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an activity: words, place, shifts."""
    user = user_of(request)
    activity = _mine(request, pk)
    form = _form(request, activity.project.organization, activity)
    if _is_sent(request) and form.is_valid():
        with refusals_in_activity(form):
            actions.change_activity(
                activity_id=pk, plan=form.plan(), shifts=form.shifts.plans(), by=user, at=now()
            )
            messages.success(request, "已保存。时间或地点有变化时，已报名的志愿者会收到通知。")
            return redirect("projects:desk_activity", pk=pk)
    return _form_page(request, form, activity.project, activity)


@needs(Permission.ACTIVITY_EDIT)
@require_POST
def desk_activity_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Let people sign up."""
    _mine(request, pk)
    actions.open_activity(activity_id=pk, by=user_of(request), at=now())
    messages.success(request, "已开放报名，居民现在可以在“找活动”里看到。")
    return redirect("projects:desk_activity", pk=pk)


@needs(Permission.ACTIVITY_EDIT)
@require_POST
def desk_activity_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the same activity for the next week, or from a day on several times."""
    activity = _mine(request, pk)
    if "first_on" in request.POST:
        return _copy_series(request, activity)
    copy = actions.copy_activity(activity_id=pk, days=WEEK, by=user_of(request), at=now())
    messages.success(request, "已复制到下一周，请核对后开放报名。")
    return redirect("projects:desk_activity", pk=copy.pk)


def _copy_series(request: HttpRequest, activity: Activity) -> HttpResponse:
    form = CopyForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            made = actions.copy_series(
                activity_id=activity.pk, by=user_of(request), at=now(), **form.cleaned_data
            )
            messages.success(request, f"已照样安排 {len(made)} 场，都是草稿，请核对后开放报名。")
            return redirect("projects:desk_detail", pk=activity.project_id)
    return _detail_page(request, activity, ReasonForm(), copying=form)


@needs(Permission.ACTIVITY_EDIT)
@require_POST
def desk_activity_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the activity off, with a reason that everybody is told."""
    activity = _mine(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, activity, form)
    actions.cancel_activity(
        activity_id=pk, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
    )
    messages.success(request, "活动已取消，报名的志愿者会收到通知。")
    return redirect("projects:desk_activity", pk=pk)


def _mine(request: HttpRequest, pk: int) -> Activity:
    found: Activity = access.fetch(
        request.user, Permission.ACTIVITY_EDIT, _whole_activities(), at=now(), pk=pk
    )
    return found


def _whole_activities() -> QuerySet[Activity]:
    return Activity.objects.select_related(
        "project__organization__region", "region", "leader", "joint__cooperation__organization"
    )


def _is_sent(request: HttpRequest) -> bool:
    """Return whether the form was sent to be saved, not to get one more row."""
    return request.method == "POST" and "save" in request.POST


def _form(
    request: HttpRequest, organization: Organization, activity: Activity | None
) -> ActivityForm:
    return ActivityForm(
        request.POST if request.method == "POST" else None,
        leaders=queries.possible_leaders(organization),
        stations=queries.stations_near(organization),
        today=local_date(now()),
        activity=activity,
        initial=None if activity else {"region": organization.region},
    )


def _form_page(
    request: HttpRequest, form: ActivityForm, project: Project, activity: Activity | None
) -> HttpResponse:
    is_wrong = _is_sent(request)
    context = {"form": form, "project": project, "activity": activity, "is_wrong": is_wrong}
    status = UNPROCESSABLE if is_wrong else 200
    return render(request, "projects/desk_activity_form.html", context, status=status)


def _detail_page(
    request: HttpRequest, activity: Activity, form: ReasonForm, *, copying: CopyForm | None = None
) -> HttpResponse:
    user = user_of(request)

    def has(permission: Permission) -> bool:
        return may(user, permission, Activity.objects.all(), pk=activity.pk)

    may_edit, may_record = has(Permission.ACTIVITY_EDIT), has(Permission.ATTENDANCE_RECORD)
    context = {
        "activity": activity,
        "project": activity.project,
        "shifts": list(activity.shifts.all()),
        "verbs": [step.verb for step in ACTIVITY_FLOW.verbs(activity.state)] if may_edit else [],
        "may_edit": may_edit,
        "may_record": may_record,
        "may_see_roster": may_record or has(Permission.SIGNUP_SEE),
        "is_over": activity.ends_at <= now(),
        "form": form,
        "copying": copying or CopyForm(),
    }
    status = UNPROCESSABLE if form.is_bound or copying else 200
    return render(request, "projects/desk_activity.html", context, status=status)
