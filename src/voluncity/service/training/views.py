"""Trainings on the desk: what was recorded, and to record more."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.service.training import actions, queries
from voluncity.service.training.forms import RecordForm, RevokeForm
from voluncity.service.training.models import TrainingRecord
from voluncity.web.forms import refusals_in

PER_PAGE = 30
SOON = timedelta(days=30)
UNPROCESSABLE = 422


@needs(Permission.TRAINING_RECORD)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the courses and who has passed them."""
    courses = list(queries.courses())
    chosen = next((one for one in courses if one.key == request.GET.get("course")), None)
    records = queries.records_for_desk(user_of(request), course_id=chosen.pk if chosen else None)
    page = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (record, queries.valid_until(record.passed_on, record.course.valid_months))
        for record in page
    ]
    context = {
        "courses": courses,
        "chosen": chosen,
        "page": page,
        "rows": rows,
        "today": local_date(now()),
        "soon": local_date(now()) + SOON,
        "may_revoke": has(request.user, Permission.TRAINING_EDIT),
    }
    return render(request, "training/desk_list.html", context)


@needs(Permission.TRAINING_RECORD)
@require_http_methods(["GET", "POST"])
def desk_record(request: HttpRequest) -> HttpResponse:
    """Write down who has passed a course."""
    user = user_of(request)
    form = RecordForm(
        request.POST or None, organizations=_organizations(user), today=local_date(now())
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with refusals_in(form):
            records = actions.record_training(
                course_id=values["course"].pk,
                organization_id=values["organization"].pk,
                numbers=values["numbers"],
                passed_on=values["passed_on"],
                minutes=values["minutes"],
                by=user,
                at=now(),
            )
            messages.success(request, f"已登记 {len(records)} 人完成“{values['course']}”。")
            return redirect("training:desk_list")
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "training/desk_record.html", {"form": form}, status=status)


@needs(Permission.TRAINING_EDIT)
@require_http_methods(["GET", "POST"])
def desk_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a certificate void, with the reason that everybody who checks it reads."""
    user, at = user_of(request), now()
    record = access.fetch(user, Permission.TRAINING_EDIT, _with_all(), at=at, pk=pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.revoke_training(
                record_id=pk, reason=form.cleaned_data["reason"], by=user, at=at
            )
            messages.success(request, "证书已撤销，已通知本人。")
            return redirect("training:desk_list")
    status = UNPROCESSABLE if request.method == "POST" else 200
    context = {"form": form, "record": record}
    return render(request, "training/desk_revoke.html", context, status=status)


def _with_all() -> QuerySet[TrainingRecord]:
    return TrainingRecord.objects.select_related("course", "volunteer", "organization")


def _organizations(user: User) -> QuerySet[Organization]:
    reach = Organization.objects.in_scope(scope_of(user, Permission.TRAINING_RECORD))
    return reach.filter(state=OrgState.ACTIVE).order_by("name", "pk")
