"""What concerns oneself: say yes or no, put oneself forward, take a certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
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

from voluncity.city.access.marks import signed_in, volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.honor.awards import actions, queries, rules
from voluncity.honor.awards.forms import ConsentForm, NothingForm, RemarksForm, StoryForm
from voluncity.honor.awards.models import Category, Nomination
from voluncity.honor.awards.states import (
    EDITABLE,
    NOMINATION_FLOW,
    NominationState,
    NomineeKind,
    SelectionState,
)
from voluncity.honor.awards.views.common import UNPROCESSABLE, certificate_answer, moves_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

N = NominationState


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List what concerns oneself, one's children, and what one wrote."""
    user, today = user_of(request), local_date(now())
    found = queries.mine(user, on=today)
    context = {
        "nominations": [one for one in found if one.state != N.ASKED],
        "asked": [one for one in found if one.state == N.ASKED],
        "selections": [(one, one.phase(today)) for one in queries.public_selections()],
    }
    return render(request, "awards/mine.html", context)


@signed_in
@never_cache
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one nomination to whom it concerns, with what they may say."""
    return _page(request, _fetch(request, pk))


@signed_in
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Say yes, no, take it back, hide it, or hand it in."""
    nomination = _fetch(request, pk)
    handling = _STEPS.get(verb)
    if handling is None or verb not in _possible(user_of(request), nomination):
        raise NotFound("没有这一步，请回到评选页面。")
    make, act, done = handling
    form = make(request.POST)
    if form.is_valid():
        with refusals_in(form):
            act(nomination, form, user_of(request))
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, done)
    return redirect("awards:own", pk)


Act = Callable[[Nomination, Any, User], object]


def _consent(nomination: Nomination, form: Any, by: User) -> object:
    return actions.consent(nomination=nomination, by=by, at=now(), **form.cleaned_data)


def _decline(nomination: Nomination, form: Any, by: User) -> object:
    words = form.cleaned_data["remarks"]
    return actions.decline(nomination=nomination, words=words, by=by, at=now())


def _withdraw(nomination: Nomination, form: Any, by: User) -> object:
    words = form.cleaned_data["remarks"]
    return actions.withdraw_nomination(nomination=nomination, words=words, by=by, at=now())


def _hide(nomination: Nomination, _form: Any, by: User) -> object:
    return actions.hide_story(nomination=nomination, by=by, at=now())


def _submit(nomination: Nomination, _form: Any, by: User) -> object:
    return actions.submit_nomination(nomination=nomination, by=by, at=now())


def _remarks(label: str) -> Callable[..., RemarksForm]:
    return lambda *sent: RemarksForm(*sent, label=label, wanted=False)


_STEPS: dict[str, tuple[Callable[..., Any], Act, str]] = {
    "consent": (ConsentForm, _consent, "已同意参评，正在等主办单位审核。"),
    "decline": (_remarks("不同意的原因"), _decline, "已告诉推荐人，材料不会公开。"),
    "submit": (NothingForm, _submit, "已提交，正在等主办单位审核。"),
    "withdraw": (_remarks("撤回的原因"), _withdraw, "已撤回，材料不再公开。"),
    "hide": (NothingForm, _hide, "事迹、照片和全名不再公开。"),
}


def _possible(user: User, nomination: Nomination) -> set[str]:
    """Return what somebody may do now about what concerns them."""
    may_speak = queries.speaks_for(user, nomination, on=local_date(now()))
    state = nomination.state
    found = {step.verb for step in NOMINATION_FLOW.verbs(state)} & {"withdraw"}
    if may_speak:
        found |= {step.verb for step in NOMINATION_FLOW.verbs(state)} & {"consent", "decline"}
    if nomination.category.selection.state != SelectionState.PUBLISHED:
        found -= {"withdraw", "consent", "decline"}
    if nomination.is_self and nomination.made_by_id == user.pk and state in EDITABLE:
        found.add("submit")
    if state == N.ASKED:
        found -= {"withdraw"}
    if may_speak and nomination.is_open and "withdraw" not in found:
        found.add("hide")
    return found


def _page(
    request: HttpRequest, nomination: Nomination, *, bound: dict[str, Any] | None = None
) -> HttpResponse:
    sent, user = bound or {}, user_of(request)
    possible = _possible(user, nomination)
    forms = {
        verb: sent.get(verb) or make()
        for verb, (make, _, _) in _STEPS.items()
        if verb in possible or verb in sent
    }
    if "consent" in forms and "consent" not in sent:
        forms["consent"] = ConsentForm(initial={"version": nomination.version, "is_named": False})
    award = getattr(nomination, "award", None)
    context = {
        "nomination": nomination,
        "selection": nomination.category.selection,
        "category": nomination.category,
        "forms": forms,
        "is_minor": nomination.volunteer is not None and nomination.volunteer.user_id != user.pk,
        "missing": rules.missing(nomination) if "submit" in forms else [],
        "may_write": "submit" in possible,
        "award": award,
        "is_person": nomination.kind == NomineeKind.VOLUNTEER,
        "moves": moves_of(nomination, with_names=False),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "awards/own.html", context, status=status)


@volunteer_only
@require_http_methods(["GET", "POST"])
def self_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put oneself forward."""
    category = Category.objects.filter(pk=pk).select_related("selection__region").first()
    if category is None or category.selection.state != SelectionState.PUBLISHED:
        raise NotFound("没有找到这个评选类别，请回到评选列表看看。")
    form = StoryForm(request.POST, request.FILES) if request.method == "POST" else StoryForm()
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            nomination = actions.nominate_self(
                category=category, said=form.story_said(), photo=form.cleaned_data["photo"],
                by=user_of(request), at=now(),
            )  # fmt: skip
            add_paper(nomination, form, user_of(request))
        if not form.errors:
            messages.success(request, "草稿已保存，核对以后请提交。")
            return redirect("awards:own", nomination.pk)
    context = {"form": form, "category": category, "selection": category.selection}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/write.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write one's own story anew."""
    nomination = _fetch(request, pk)
    if not (nomination.is_self and nomination.made_by_id == user_of(request).pk):
        raise NotFound("没有找到这份材料，或者它由推荐单位填写。")
    form = story_form(request, nomination)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            save_story(nomination, form, user_of(request))
        if not form.errors:
            messages.success(request, "已保存，核对以后请提交。")
            return redirect("awards:own", pk)
    context = {
        "form": form, "category": nomination.category, "nomination": nomination,
        "selection": nomination.category.selection,
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/write.html", context, status=status)


def story_form(request: HttpRequest, nomination: Nomination) -> StoryForm:
    """Return the form of a story that is written anew."""
    if request.method == "POST":
        return StoryForm(request.POST, request.FILES)
    names = ("headline", "summary", "story")
    return StoryForm(initial={name: getattr(nomination, name) for name in names})


def save_story(nomination: Nomination, form: StoryForm, by: User) -> None:
    """Write a story anew, with the photo and the paper that came along."""
    actions.write_story(
        nomination=nomination, said=form.story_said(), photo=form.cleaned_data["photo"], by=by,
        at=now(),
    )  # fmt: skip
    add_paper(nomination, form, by)


def add_paper(nomination: Nomination, form: StoryForm, by: User) -> None:
    """Lay the paper beside the story that came along, if one did."""
    paper = form.cleaned_data["paper"]
    if paper is not None:
        actions.add_paper(nomination=nomination, paper=paper, by=by, at=now())


@signed_in
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the certificate of an award out to whom it was given."""
    nomination = _fetch(request, pk)
    award = getattr(nomination, "award", None)
    if award is None or not award.is_effective:
        raise NotFound("还没有荣誉证书，公示结束后可以下载。")
    if not queries.speaks_for(user_of(request), nomination, on=local_date(now())):
        raise NotFound("证书由获得者本人下载。")
    return certificate_answer(award)


def _fetch(request: HttpRequest, pk: int) -> Nomination:
    user, today = user_of(request), local_date(now())
    found: Nomination | None = queries.detailed().filter(pk=pk).select_related("award").first()
    if found is None or not _concerns(user, found, today):
        raise NotFound("没有找到这份推荐，请回到“我的评选”看看。")
    return found


def _concerns(user: User, nomination: Nomination, today: Any) -> bool:
    if nomination.is_self:
        return nomination.made_by_id == user.pk
    if nomination.state == N.DRAFT:
        return False
    return queries.speaks_for(user, nomination, on=today)
