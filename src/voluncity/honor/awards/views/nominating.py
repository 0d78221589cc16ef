"""The desk: put forward, write, check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.honor.awards import actions, queries, rules
from voluncity.honor.awards.forms import (
    NominateForm,
    NothingForm,
    PersonForm,
    RemarksForm,
)
from voluncity.honor.awards.models import Category, Nomination
from voluncity.honor.awards.states import (
    EDITABLE,
    NOMINATION_FLOW,
    NominationState,
    NomineeKind,
    SelectionState,
)
from voluncity.honor.awards.views.common import (
    UNPROCESSABLE,
    file_answer,
    moves_of,
    paper_of,
    papers_of,
)
from voluncity.honor.awards.views.desk import seen
from voluncity.honor.awards.views.own import add_paper, save_story, story_form
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.picking import draw_offers

P = Permission
N = NominationState


@needs(P.AWARD_NOMINATE)
@require_http_methods(["GET", "POST"])
def desk_nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody within reach forward."""
    category = _category(request, pk)
    user = user_of(request)
    kind = PersonForm if category.kind == NomineeKind.VOLUNTEER else NominateForm
    made: dict[str, Any] = {
        "nominees": queries.nominees_for(user, category),
        "url": reverse("awards:desk_pick", args=[pk]),
    }
    form: Any = (
        kind(request.POST, request.FILES, **made) if request.method == "POST" else kind(**made)
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            nomination = actions.nominate(
                category=category, nominee=form.nominee_said(), said=form.story_said(),
                photo=form.cleaned_data["photo"], by=user, at=now(),
            )  # fmt: skip
            add_paper(nomination, form, user)
        if not form.errors:
            messages.success(request, "草稿已保存，核对以后请提交。")
            return redirect("awards:desk_nomination", nomination.pk)
    context = {"form": form, "category": category, "selection": category.selection}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/desk_write.html", context, status=status)


@needs(P.AWARD_NOMINATE)
@never_cache
@require_safe
def desk_pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Suggest organizations, projects or communities while one types; never people."""
    category = _category(request, pk)
    words = request.GET.get(request.GET.get("field", ""), "")
    found = queries.nominees_for(user_of(request), category)
    if category.kind == NomineeKind.VOLUNTEER:
        found = found.none()
    return HttpResponse(draw_offers(found, words))


@needs(P.AWARD_NOMINATE)
@require_http_methods(["GET", "POST"])
def desk_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the story of a nominee anew."""
    nomination = _own(request, pk)
    form = story_form(request, nomination)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            save_story(nomination, form, user_of(request))
        if not form.errors:
            messages.success(request, "已保存，核对以后请提交。")
            return redirect("awards:desk_nomination", pk)
    context = {
        "form": form, "category": nomination.category, "nomination": nomination,
        "selection": nomination.category.selection,
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/desk_write.html", context, status=status)


@needs(P.AWARD_EDIT, P.AWARD_NOMINATE)
@never_cache
@require_GET
def desk_nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one nomination, what the records say of the nominee, and what may be done."""
    return _page(request, _fetch(request, pk))


Act = Callable[[Nomination, Any, User], object]
_STEPS: dict[str, tuple[str, Callable[..., Any], Act, str, bool]] = {
    "submit": (
        "提交", NothingForm,
        lambda one, _form, by: actions.submit_nomination(nomination=one, by=by, at=now()),
        "已提交。推荐对象会收到消息，同意后由主办单位审核。", False,
    ),
    "admit": (
        "通过，入围", NothingForm,
        lambda one, _form, by: actions.admit_nomination(nomination=one, by=by, at=now()),
        "已入围。", True,
    ),
    "send_back": (
        "退回修改", lambda *sent: RemarksForm(*sent, label="退回的意见"),
        lambda one, form, by: actions.send_back_nomination(
            nomination=one, by=by, at=now(), **form.cleaned_data
        ),
        "已退回，推荐人会看到意见。", True,
    ),
    "refuse": (
        "不予通过", lambda *sent: RemarksForm(*sent, label="不予通过的原因"),
        lambda one, form, by: actions.refuse_nomination(
            nomination=one, by=by, at=now(), **form.cleaned_data
        ),
        "已登记，推荐人会看到原因。", True,
    ),
    "withdraw": (
        "撤回推荐", lambda *sent: RemarksForm(*sent, label="撤回的原因", wanted=False),
        lambda one, form, by: actions.withdraw_nomination(
            nomination=one, words=form.cleaned_data["remarks"], by=by, at=now()
        ),
        "已撤回。", False,
    ),
}  # fmt: skip


@needs(P.AWARD_EDIT, P.AWARD_NOMINATE)
@require_POST
def desk_nomination_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a nomination; a form with errors is drawn again."""
    nomination = _fetch(request, pk)
    if verb not in _possible(request, nomination):
        raise NotFound("没有这一步，请回到推荐页面。")
    _, make, act, done, _ = _STEPS[verb]
    form = make(request.POST)
    if form.is_valid():
        with refusals_in(form):
            act(nomination, form, user_of(request))
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, done)
    return redirect("awards:desk_nomination", pk)


@needs(P.AWARD_EDIT, P.AWARD_NOMINATE)
@require_safe
def desk_file(request: HttpRequest, pk: int, paper_pk: int) -> FileResponse:
    """Hand one of the papers beside a story out."""
    return file_answer(paper_of(_fetch(request, pk), paper_pk))


def _page(
    request: HttpRequest, nomination: Nomination, *, bound: dict[str, Any] | None = None
) -> HttpResponse:
    sent, today = bound or {}, local_date(now())
    is_office = _is_office(request, nomination)
    possible = _possible(request, nomination)
    waits = nomination.state in rules.WAITS_FOR
    facts = nomination.facts if nomination.state == N.ADMITTED else None
    context = {
        "nomination": nomination,
        "category": nomination.category,
        "selection": nomination.category.selection,
        "papers": papers_of(nomination),
        "facts": facts if facts is not None else queries.facts_of(nomination, on=today),
        "is_frozen": facts is not None,
        "missing": rules.missing(nomination) if nomination.state in EDITABLE else [],
        "handlings": [
            (verb, label, sent.get(verb) or make())
            for verb, (label, make, _, _, _) in _STEPS.items()
            if verb in possible or verb in sent
        ],
        "may_write": "submit" in possible,
        "waits_for": rules.WAITS_FOR.get(N(nomination.state)) if waits else "",
        "waits_days": rules.waits_days(nomination, now()),
        "is_office": is_office,
        "moves": moves_of(nomination, with_names=True),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "awards/desk_nomination.html", context, status=status)


def _possible(request: HttpRequest, nomination: Nomination) -> set[str]:
    """Return what somebody may do: the office checks, whoever put forward writes and hands in."""
    if nomination.category.selection.state != SelectionState.PUBLISHED:
        return set()
    steps = {step.verb for step in NOMINATION_FLOW.verbs(nomination.state)} & set(_STEPS)
    found: set[str] = set()
    if _is_office(request, nomination):
        found |= {verb for verb in steps if _STEPS[verb][4]}
    if _is_nominators(request, nomination):
        found |= {verb for verb in steps if not _STEPS[verb][4]}
    return found


def _is_office(request: HttpRequest, nomination: Nomination) -> bool:
    reach = scope_of(request.user, P.AWARD_EDIT).regions
    area = nomination.category.selection.region.path
    return any(area.startswith(path) for path in reach)


def _is_nominators(request: HttpRequest, nomination: Nomination) -> bool:
    own = Nomination.objects.put_forward_in(scope_of(request.user, P.AWARD_NOMINATE))
    return bool(own.filter(pk=nomination.pk).exists())


def _own(request: HttpRequest, pk: int) -> Nomination:
    """Return a nomination that was put forward from within one's own reach.

    :raises NotFound: when it was by others.
    """
    own = Nomination.objects.put_forward_in(scope_of(request.user, P.AWARD_NOMINATE))
    found: Nomination | None = queries.detailed().filter(pk__in=own.filter(pk=pk)).first()
    if found is None or found.state not in EDITABLE:
        raise NotFound("没有找到这份推荐，或者材料已经提交。")
    return found


def _fetch(request: HttpRequest, pk: int) -> Nomination:
    """Return a nomination of one's own reach, or of a selection that one runs.

    :raises NotFound: when it is neither.
    """
    own = Nomination.objects.put_forward_in(scope_of(request.user, P.AWARD_NOMINATE))
    found: Nomination | None = queries.detailed().filter(pk__in=own.filter(pk=pk)).first()
    if found is not None:
        return found
    handed_in = queries.detailed().exclude(state=N.DRAFT)
    office: Nomination = access.fetch(request.user, P.AWARD_EDIT, handed_in, at=now(), pk=pk)
    return office


def _category(request: HttpRequest, pk: int) -> Category:
    found = Category.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个评选类别，请回到评选列表看看。")
    found.selection = seen(request, found.selection_id)
    return found  # type: ignore[no-any-return]  # the scoped manager is untyped
