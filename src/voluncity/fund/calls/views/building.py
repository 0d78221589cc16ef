"""The office: build the form of a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.fund.calls import actions
from voluncity.fund.calls.forms import DraftForm, QuestionForm, SectionForm
from voluncity.fund.calls.models import FormVersion
from voluncity.fund.calls.rules.checking import ABOUT_SECTION, BUDGET_SECTION
from voluncity.fund.calls.states import CallState, FormState, QuestionKind
from voluncity.fund.calls.views.common import UNPROCESSABLE, fetch_form
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.web.forms import refusals_in
from voluncity.web.sent import seen_in

P = Permission
NEW = "new"


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version of a form with everything that may be changed in it."""
    form = fetch_form(request, pk)
    spec = form.spec
    context: dict[str, Any] = {
        "form": form,
        "call": form.call,
        "spec": spec,
        "fixed_before": ABOUT_SECTION,
        "fixed_after": BUDGET_SECTION,
        "is_draft": form.state == FormState.DRAFT,
        "may_publish": form.state == FormState.DRAFT and form.call.state == CallState.OPEN,
        "adding": SectionForm(),
    }
    return render(request, "calls/desk_form.html", context)


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a form as the organizations fill it in."""
    form = fetch_form(request, pk)
    context = {
        "form": form,
        "call": form.call,
        "sections": [
            (
                one,
                DraftForm(one.questions, {}),
                [q for q in one.questions if q.kind == QuestionKind.FILE],
            )
            for one in (ABOUT_SECTION, *form.spec.sections)
        ],
        "line_kinds": form.call.line_kinds.all(),
    }
    return render(request, "calls/desk_preview.html", context)


@needs(P.GRANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """Add a section (“new”) or change the words of one."""
    version = fetch_form(request, pk)
    key = "" if section == NEW else section
    known = version.spec.section(key) if key else None
    initial = {"title": known.title, "hint": known.hint} if known else None
    form = SectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.put_section(
                form=version, section=form.section(key), seen=seen_in(request),
                by=user_of(request), at=now(),
            )  # fmt: skip
            return redirect("calls:desk_form", pk)
    return _edit_page(request, version, form, title="栏目" if known else "新的一栏")


@needs(P.GRANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_question(request: HttpRequest, pk: int, section: str, question: str) -> HttpResponse:
    """Add a question to a section (“new”) or change one."""
    version = fetch_form(request, pk)
    key = "" if question == NEW else question
    known = version.spec.question(key) if key else None
    version.spec.section(section)
    initial = QuestionForm.kept(known) if known else None
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.put_question(
                form=version, section=section, question=form.question(key),
                seen=seen_in(request), by=user_of(request), at=now(),
            )  # fmt: skip
            return redirect("calls:desk_form", pk)
    return _edit_page(request, version, form, title="题目" if known else "新的题目")


def _edit_page(
    request: HttpRequest, version: FormVersion, form: forms.Form, *, title: str
) -> HttpResponse:
    context = {"version": version, "call": version.call, "form": form, "page_name": title}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "calls/desk_part.html", context, status=status)


@needs(P.GRANT_REVIEW)
@never_cache
@require_POST
def desk_form_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Move or remove a part, use a new version, or throw it away."""
    form = fetch_form(request, pk)
    said: dict[str, Any] = {
        "form": form, "seen": seen_in(request), "by": user_of(request), "at": now(),
    }  # fmt: skip
    key = request.POST.get("key", "")[:20]
    try:
        _STEPS.get(verb, _no_step)(said, key)
    except Refusal as refusal:
        if verb not in _STEPS:
            raise
        messages.warning(request, refusal.sentence)
        return redirect("calls:desk_form", pk)
    if verb in {"publish", "drop"}:
        messages.success(request, "新的一版已启用。" if verb == "publish" else "这一版已删除。")
        return redirect("calls:desk_call", form.call_id)
    return redirect("calls:desk_form", pk)


def _no_step(_said: dict[str, Any], _key: str) -> None:
    raise NotFound("没有这一步，请回到申报表页面。")


_STEPS: dict[str, Callable[[dict[str, Any], str], object]] = {
    "up": lambda said, key: actions.move_up(key=key, **said),
    "remove": lambda said, key: actions.take_out(key=key, **said),
    "publish": lambda said, _key: actions.publish_form(**said),
    "drop": lambda said, _key: actions.drop_form(**said),
}
