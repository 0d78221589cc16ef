"""The desk: courses with their rules and questions, figures, who has not learned yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.teaching import actions, queries
from voluncity.service.teaching.forms import CourseForm, QuestionForm, RuleForm
from voluncity.service.teaching.queries.figures import total
from voluncity.service.teaching.registers import DUTIES
from voluncity.service.teaching.views.desk import me
from voluncity.service.training import queries as training
from voluncity.service.training.models import Course
from voluncity.web.forms import refusals_in

P = Permission
ON_A_PAGE = 30
UNPROCESSABLE = 422
YEARS_SHOWN = 5


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_courses(request: HttpRequest) -> HttpResponse:
    """List the courses, and add one."""
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            course = actions.add_course(**form.cleaned_data, by=me(request), at=now())
            messages.success(request, f"已新增课程“{course}”。")
            return redirect("teaching:desk_course", course.pk)
    context = {"courses": training.courses(), "form": form}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "teaching/desk_courses.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_course(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a course asks for; a rule or a question is added here."""
    course, at = _course(pk), now()
    asks_question = request.method == "POST" and "text" in request.POST
    rule_form = RuleForm(
        request.POST if request.method == "POST" and not asks_question else None,
        initial={"valid_from": local_date(at)},
    )
    question_form = QuestionForm(request.POST if asks_question else None)
    form = question_form if asks_question else rule_form
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            if asks_question:
                actions.add_question(
                    course_id=pk, text=question_form.cleaned_data["text"],
                    options=question_form.options(),
                    right=int(question_form.cleaned_data["right"]), by=me(request), at=at,
                )  # fmt: skip
            else:
                actions.set_rule(course_id=pk, plan=rule_form.plan(), by=me(request), at=at)
            messages.success(request, "已保存。")
            return redirect("teaching:desk_course", pk)
    context = {
        "course": course,
        "rules": course.rules.all()[:ON_A_PAGE],
        "rule": queries.rule_of(pk, on=local_date(at)),
        "questions": queries.questions_of(pk),
        "rule_form": rule_form,
        "question_form": question_form,
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "teaching/desk_course.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_POST
def desk_retire(request: HttpRequest, pk: int, question_pk: int) -> HttpResponse:
    """Ask a question no more."""
    if not queries.questions_of(_course(pk).pk).filter(pk=question_pk).exists():
        raise NotFound("没有找到这道题，请刷新页面。")
    actions.retire_question(question_id=question_pk, by=me(request), at=now())
    messages.success(request, "这道题已停用。")
    return redirect("teaching:desk_course", pk)


def _course(pk: int) -> Course:
    course: Course | None = Course.objects.filter(pk=pk).first()
    if course is None:
        raise NotFound("没有找到这门课程，请从列表里选择。")
    return course


@needs(P.TRAINING_RECORD)
@require_GET
def desk_figures(request: HttpRequest) -> HttpResponse:
    """Show how many sessions were held and how many came, by month and by organization."""
    at = now()
    scope, this_year = scope_of(me(request), P.TRAINING_RECORD), local_date(at).year
    years = [this_year - back for back in range(YEARS_SHOWN)]
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), this_year)
    months = queries.figures(scope, year=year, at=at)
    context = {
        "year": year,
        "years": years,
        "months": months,
        "total": total(months),
        "organizations": queries.figures_by_organization(scope, year=year, at=at)[:200],
        "duties": queries.duties_by_organization(scope, at=at)[:200],
        # Whose names these are is the roster's matter; everybody else sees the figures only.
        "may_see_people": has(me(request), P.VOLUNTEER_SEE),
    }
    return render(request, "teaching/desk_figures.html", context)


@needs(P.VOLUNTEER_SEE)
@require_GET
def desk_duty(request: HttpRequest) -> HttpResponse:
    """List the new volunteers who have not learned yet."""
    at = now()
    found = DUTIES.found(scope_of(me(request), P.VOLUNTEER_SEE), query_in(request), at)
    context = {
        **listed(request, DUTIES, found),
        "q": request.GET.get("q", "")[:60],
    }
    return render(request, "teaching/desk_duty.html", context)
