"""The desk: classes within reach with their figures, one class, and its way to the public."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.kernel.text import number_in
from voluncity.voice.classes import actions, queries
from voluncity.voice.classes.forms import NothingForm, WordsForm
from voluncity.voice.classes.models import MicroClass, Revision
from voluncity.voice.classes.registers import CLASSES, STATES, asked_for
from voluncity.voice.classes.states import RevisionState, Theme
from voluncity.voice.classes.views.common import UNPROCESSABLE, draft_of, fetch
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 30
P, S = Permission, RevisionState


@needs(P.CLASS_EDIT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the classes within reach with how many learn from them."""
    scope = scope_of(request.user, P.CLASS_EDIT)
    asked = asked_for(query_in(request))
    found = queries.desk_classes(scope, **asked)
    context = {
        **listed(request, CLASSES, found),
        "asked": asked,
        "states": STATES,
        "themes": Theme.choices,
        "waiting": queries.waiting(scope).count(),
    }
    return render(request, "classes/desk_list.html", context)


@needs(P.CLASS_EDIT)
@never_cache
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one class with its draft, its figures, and what may be done."""
    return _page(request, fetch(request, pk))


@needs(P.CLASS_EDIT)
@never_cache
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything that a draft says on one page, as who reviews it reads it."""
    revision = draft_of(fetch(request, pk))
    context = {
        "revision": revision,
        "pages": queries.pages_of(revision),
        "questions": _with_options(revision),
    }
    return render(request, "classes/desk_preview.html", context)


@needs(P.CLASS_EDIT)
@never_cache
@require_GET
def learners(request: HttpRequest, pk: int) -> HttpResponse:
    """List who learns a class, with masked names: the records behind its figures."""
    micro_class = fetch(request, pk)
    chapter = micro_class.chapters.filter(pk=number_in(request.GET.get("chapter")) or 0).first()
    asked = queries.Learned(
        what=request.GET.get("what", ""),
        chapter_id=chapter.pk if chapter else None,
        is_chapter_done=request.GET.get("done") == "1",
    )
    found = queries.learners(micro_class, asked)
    shown = queries.newest([micro_class]).get(pk)
    context = {
        "page": LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "micro_class": micro_class,
        "title": shown.title if shown else "",
        "asked": asked,
        "named": chapter.pages.order_by("-pk").first() if chapter else None,
        "whats": (("", "开始学的"), ("finished", "学完的"), ("passed", "通过测验的")),
    }
    return render(request, "classes/desk_learners.html", context)


def _with_options(revision: Revision) -> list[tuple[Any, list[tuple[str, bool]]]]:
    return [
        (one, [(option, place in one.right) for place, option in enumerate(one.options)])
        for one in revision.questions.all()
    ]


# -- What is done ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """A class with its two wordings, as the desk sees them."""

    micro_class: MicroClass
    draft: Revision | None
    public: Revision | None
    me: User

    @property
    def is_second(self) -> bool:
        """Return whether somebody else has written what waits."""
        draft = self.draft
        return draft is not None and self.me.pk not in {
            draft.written_by_id, draft.submitted_by_id,
        }  # fmt: skip


@dataclass(frozen=True)
class Handling:
    """One thing that may be done at the desk, and when."""

    verb: str
    label: str
    form: Callable[..., forms.Form]
    act: Callable[[Standing, forms.Form, datetime], object]
    done: str
    is_possible: Callable[[Standing], bool]


def _of_draft(act: Callable[..., object]) -> Callable[[Standing, forms.Form, datetime], object]:
    return lambda one, form, at: act(revision=one.draft, by=one.me, at=at, **form.cleaned_data)


def _of_class(act: Callable[..., object]) -> Callable[[Standing, forms.Form, datetime], object]:
    return lambda one, form, at: act(
        micro_class=one.micro_class, by=one.me, at=at, **form.cleaned_data
    )


def _words(label: str, hint: str = "") -> Callable[..., forms.Form]:
    return lambda *sent: WordsForm(*sent, label=label, hint=hint)


def _draft_is(state: str) -> Callable[[Standing], bool]:
    return lambda one: one.draft is not None and one.draft.state == state


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "submit", "提交审核", NothingForm, _of_draft(actions.submit),
            "已提交，由另一位同事审核。", _draft_is(S.DRAFT),
        ),
        Handling(
            "publish", "通过并发布", NothingForm, _of_draft(actions.publish), "已发布。",
            lambda one: _draft_is(S.SUBMITTED)(one) and one.is_second,
        ),
        Handling(
            "send_back", "退回修改", _words("审核意见", "提交的人看得到。"),
            _of_draft(actions.send_back), "已退回。",
            lambda one: _draft_is(S.SUBMITTED)(one) and one.is_second,
        ),
        Handling(
            "take_back", "撤回修改", NothingForm, _of_draft(actions.take_back),
            "已撤回，可以继续改。",
            lambda one: _draft_is(S.SUBMITTED)(one) and not one.is_second,
        ),
        Handling(
            "correct", "修改这门微课", NothingForm, _of_class(actions.begin_correction),
            "已复制成新的一版，改好后提交审核；学员的进度会保留。",
            lambda one: one.public is not None and one.draft is None,
        ),
        Handling(
            "withdraw", "撤下", _words("撤下原因"), _of_class(actions.withdraw), "已撤下。",
            lambda one: one.public is not None and one.micro_class.withdrawn_at is None,
        ),
        Handling(
            "restore", "重新公开", NothingForm, _of_class(actions.restore), "已重新公开。",
            lambda one: one.micro_class.withdrawn_at is not None,
        ),
    )
}  # fmt: skip


def _standing(request: HttpRequest, micro_class: MicroClass) -> Standing:
    return Standing(
        micro_class, queries.open_revision(micro_class),
        queries.published_revision(micro_class), user_of(request),
    )  # fmt: skip


@needs(P.CLASS_EDIT)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with a class; a form with errors is drawn again."""
    micro_class, handling = fetch(request, pk), HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到微课页面。")
    standing = _standing(request, micro_class)
    if verb not in {"correct", "withdraw", "restore"}:
        draft_of(micro_class)
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            _refuse_unseen(request, standing)
            handling.act(standing, form, now())
    if form.errors:
        return _page(request, fetch(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("classes:desk_detail", pk)


def _refuse_unseen(request: HttpRequest, standing: Standing) -> None:
    """Let nobody decide about a draft that was changed after they opened the page.

    :raises WrongState: when it was.
    """
    now_is = str(standing.draft.edition) if standing.draft else ""
    if request.POST.get("seen", now_is) != now_is:
        raise WrongState("这一版刚刚有了变化，请看过最新的内容再办理。", code="classes.not_seen")


def _page(
    request: HttpRequest, micro_class: MicroClass, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    standing, sent = _standing(request, micro_class), bound or {}
    draft, shown = standing.draft, standing.draft or standing.public
    context: dict[str, Any] = {
        "micro_class": micro_class,
        "draft": draft,
        "public": standing.public,
        "shown": shown,
        "pages": queries.pages_of(shown) if shown else [],
        "questions": shown.questions.count() if shown else 0,
        "missing": actions.missing(draft) if draft and draft.state == S.DRAFT else [],
        "chapters": queries.chapter_figures(standing.public) if standing.public else [],
        "figures": queries.figures([micro_class.pk]).get(micro_class.pk),
        "steps": [
            (one, sent.get(one.verb) or one.form())
            for one in HANDLINGS.values()
            if one.verb in sent or one.is_possible(standing)
        ],
        "revisions": micro_class.revisions.select_related("reviewed_by", "written_by"),
    }
    status = UNPROCESSABLE if bound else 200
    return render(request, "classes/desk_detail.html", context, status=status)
