"""The family: a guardian registers children and sees what they do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import signed_in
from voluncity.city.people import actions, papers, queries, rules
from voluncity.city.people.forms import ChildForm, ChildPapersForm, WardForm
from voluncity.city.people.models import Guardian, User
from voluncity.city.people.states import RejectReason
from voluncity.city.people.views import ways
from voluncity.city.people.views.me import CORRECTABLE
from voluncity.city.people.views.requests import me
from voluncity.city.people.views.ways import way_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in


@signed_in
@never_cache
@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """Show my children, and the minors with whom my phone was written down."""
    return _family(request)


def _family(
    request: HttpRequest, *, asked: int | None = None, form: WardForm | None = None
) -> HttpResponse:
    user, today = me(request), local_date(now())
    unlinked, wards = queries.unlinked_wards(user, on=today), queries.wards(user, on=today)
    minutes = queries.total_minutes([row.volunteer_id for row in wards])
    context: dict[str, Any] = {
        "wards": [(row, minutes[row.volunteer_id]) for row in wards],
        "unlinked": [(row, form if row.pk == asked else WardForm()) for row in unlinked],
        "youngest": queries.youngest_child(on=today),
    }
    status = 422 if form and form.errors else 200
    return render(request, "people/family.html", context, status=status)


@signed_in
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose guardian I am: my phone was written down, the child's name proves the rest."""
    if pk not in {row.pk for row in queries.unlinked_wards(me(request), on=local_date(now()))}:
        raise NotFound("没有找到这份登记，或者已经关联。请回到“家庭”查看。")
    form = WardForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.link_ward(
                guardian_id=pk, name=form.cleaned_data["name"], by=me(request), at=now()
            )
    if form.errors:
        return _family(request, asked=pk, form=form)
    messages.success(request, "已关联，现在可以查看孩子的报名和时长。")
    return redirect("people:family")


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("id_number")
def add_child(request: HttpRequest) -> HttpResponse:
    """Register a child; my account holds the record."""
    is_draft = "next_level" in request.POST
    form = ChildForm(
        request.POST if request.method == "POST" else None,
        initial={"guardian_name": _own_name(me(request))},
        today=local_date(now()),
        is_draft=is_draft,
    )
    if request.method == "POST" and not is_draft and form.is_valid():
        way = way_of(request)
        with refusals_in(form):
            child = actions.register_child(
                applicant=form.applicant(
                    channel=way.channel,
                    organization_id=way.organization_id,
                    poster_id=way.poster_id,
                ),
                by=me(request),
                at=now(),
            )
            messages.success(request, f"已为{child.name}登记，实名核对通过后就能报名。")
            answer = redirect("people:ward", child.pk)
            answer.delete_cookie(ways.COOKIE)
            return answer
    context = {"form": form, "youngest": queries.youngest_child(on=local_date(now()))}
    status = 422 if form.errors else 200
    return render(request, "people/family_add.html", context, status=status)


def _own_name(user: User) -> str:
    volunteer = user.volunteer_or_none
    return volunteer.name if volunteer else ""


def _fetched(request: HttpRequest, pk: int) -> Guardian:
    return queries.ward(me(request), pk, on=local_date(now()))


@signed_in
@never_cache
@require_safe
def ward(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one child: number, hours, real name, and what a guardian can do."""
    guardian = _fetched(request, pk)
    child = guardian.volunteer
    reason = child.identity_reason
    context = {
        "guardian": guardian,
        "child": child,
        "age": queries.age(child, local_date(now())),
        "minutes": queries.minutes_of(child.pk),
        "reason": RejectReason(reason).label if reason else "",
        "advice": rules.ADVICE[RejectReason(reason)] if reason else "",
        "may_correct": child.user_id is None and child.identity_state in CORRECTABLE,
    }
    return render(request, "people/ward.html", context)


@signed_in
@never_cache
@require_safe
def ward_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a child's card out as PDF, to cut out and carry."""
    child = _fetched(request, pk).volunteer
    answer = HttpResponse(papers.card_pdf(child), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="card-{child.number}.pdf"'
    return answer


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("id_number")
def ward_identity(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a child's papers that were sent back, and submit them again."""
    child = _fetched(request, pk).volunteer
    form = ChildPapersForm(
        request.POST if request.method == "POST" else None,
        initial={"name": child.name},
        today=local_date(now()),
    )
    if request.method == "POST" and form.is_valid() and form.identity is not None:
        with refusals_in(form):
            actions.correct_identity(
                volunteer_id=child.pk,
                name=form.cleaned_data["name"],
                identity=form.identity,
                by=me(request),
                at=now(),
            )
            messages.success(request, "已重新提交，结果会发到您的消息里。")
            return redirect("people:ward", pk)
    context = {"form": form, "child": child}
    status = 422 if form.errors else 200
    return render(request, "people/ward_identity.html", context, status=status)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ward_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what follows, then take my consent back."""
    guardian = _fetched(request, pk)
    if request.method == "POST":
        actions.withdraw_guardian(guardian_id=guardian.pk, by=me(request), at=now())
        messages.success(request, "已撤回同意，孩子还没有开始的报名会马上取消。")
        return redirect("people:family")
    context = {"guardian": guardian, "child": guardian.volunteer}
    return render(request, "people/ward_withdraw.html", context)
