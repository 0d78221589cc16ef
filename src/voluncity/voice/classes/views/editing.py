"""The desk: write a class, its chapters with pictures, videos and papers, and its questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.files.forms import PhotoField
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.voice.classes import actions
from voluncity.voice.classes.forms import (
    ChangeClassForm,
    CoverForm,
    NewClassForm,
    PageForm,
    PieceForm,
    QuestionForm,
    Seen,
)
from voluncity.voice.classes.models import Page, Revision
from voluncity.voice.classes.states import PieceKind, RevisionState
from voluncity.voice.classes.views.common import UNPROCESSABLE, draft_of, fetch, page_of
from voluncity.web.forms import refusals_in

P = Permission


@needs(P.CLASS_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a class."""
    form = NewClassForm(
        request.POST if request.method == "POST" else None,
        scope=scope_of(request.user, P.CLASS_EDIT),
        url=f"{reverse('orgs:pick')}?may={P.CLASS_EDIT}&state=active",
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = actions.start_class(
                organization=form.cleaned_data["organization"], plan=form.plan(),
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已建立，请添加章节。")
            return redirect("classes:desk_detail", made.micro_class_id)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "title": "新建微课", "back": reverse("classes:desk_list")}
    return render(request, "classes/desk_form.html", context, status=status)


@needs(P.CLASS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a draft says about the class as a whole."""
    revision = draft_of(fetch(request, pk))
    form = ChangeClassForm(request.POST if request.method == "POST" else None, revision=revision)
    if revision.number == 1:
        form.fields["correction"].widget = forms.HiddenInput()
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_class(
                revision=revision, plan=form.plan(), seen=form.cleaned_data["seen"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已保存。")
            return redirect("classes:desk_detail", pk)
    return _form(request, form, pk, "课程信息")


def _form(request: HttpRequest, form: forms.Form, pk: int, title: str) -> HttpResponse:
    context = {
        "form": form, "title": title, "back": reverse("classes:desk_detail", args=[pk]),
        "is_upload": form.is_multipart(),
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "classes/desk_form.html", context, status=status)


@needs(P.CLASS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def cover(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft a cover."""
    revision = draft_of(fetch(request, pk))
    form = CoverForm(
        request.POST if request.method == "POST" else None, request.FILES or None,
        initial={"seen": revision.edition},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        with refusals_in(form):
            actions.set_cover(
                revision=revision, title=sent["title"], checked=sent["cover"], seen=sent["seen"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "封面已保存。")
            return redirect("classes:desk_detail", pk)
    return _form(request, form, pk, "封面")


# -- Chapters ------------------------------------------------------------------------------------


@needs(P.CLASS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def new_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a chapter."""
    return _page(request, pk, draft_of(fetch(request, pk)), None)


@needs(P.CLASS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int, page_pk: int) -> HttpResponse:
    """Change a chapter."""
    revision = draft_of(fetch(request, pk))
    return _page(request, pk, revision, page_of(revision, page_pk))


def _page(request: HttpRequest, pk: int, revision: Revision, known: Page | None) -> HttpResponse:
    initial: dict[str, object] = {"seen": revision.edition}
    if known is not None:
        names = ("title", "body", "minutes", "least_seconds")
        initial |= {name: getattr(known, name) for name in names}
    form = PageForm(
        request.POST if request.method == "POST" else None, initial=initial,
        pictures_url=reverse("classes:desk_pictures", args=[pk]),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        me, at, seen = user_of(request), now(), form.cleaned_data["seen"]
        with refusals_in(form):
            if known is None:
                known = actions.add_page(
                    revision=revision, plan=form.plan(), seen=seen, by=me, at=at
                )
            else:
                actions.change_page(page=known, plan=form.plan(), seen=seen, by=me, at=at)
        if not form.errors:
            messages.success(request, "这一章已保存。")
            return redirect("classes:desk_page", pk, known.pk)
    return _chapter(request, pk, revision, known, form=form)


def _chapter(
    request: HttpRequest,
    pk: int,
    revision: Revision,
    known: Page | None,
    *,
    form: PageForm,
    piece_form: PieceForm | None = None,
) -> HttpResponse:
    context = {
        "revision": revision,
        "page": known,
        "form": form,
        "piece_form": piece_form or PieceForm(initial={"seen": revision.edition}),
        "pieces": known.pieces.exclude(kind=PieceKind.PICTURE) if known else [],
        "micro_class_pk": pk,
    }
    wrong = form.errors or (piece_form is not None and piece_form.errors)
    return render(
        request, "classes/desk_page.html", context, status=UNPROCESSABLE if wrong else 200
    )


@needs(P.CLASS_EDIT)
@require_POST
def attach(request: HttpRequest, pk: int, page_pk: int) -> HttpResponse:
    """Add a video or a paper to a chapter."""
    revision = draft_of(fetch(request, pk))
    known = page_of(revision, page_pk)
    form = PieceForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data
        with refusals_in(form):
            actions.attach(
                page=known, title=sent["title"], upload=sent["file"], seen=sent["seen"],
                by=user_of(request), at=now(),
            )  # fmt: skip
    if form.errors:
        names = ("title", "body", "minutes", "least_seconds")
        blank = PageForm(
            initial={name: getattr(known, name) for name in names} | {"seen": revision.edition},
            pictures_url=reverse("classes:desk_pictures", args=[pk]),
        )
        return _chapter(request, pk, revision, known, form=blank, piece_form=form)
    messages.success(request, "已添加。")
    return redirect("classes:desk_page", pk, page_pk)


def _seen(request: HttpRequest) -> int:
    """Return which edition the page showed.

    :raises Refusal: when it says none.
    """
    form = Seen(request.POST)
    if not form.is_valid():
        raise Refusal("页面打开得太久了，请刷新后再试。", code="classes.stale")
    seen: int = form.cleaned_data["seen"]
    return seen


@needs(P.CLASS_EDIT)
@require_POST
def detach(request: HttpRequest, pk: int, page_pk: int, piece_pk: int) -> HttpResponse:
    """Take a video or a paper off a chapter."""
    known = page_of(draft_of(fetch(request, pk)), page_pk)
    actions.detach(
        page=known, piece_id=piece_pk, seen=_seen(request), by=user_of(request), at=now()
    )
    messages.success(request, "已移除。")
    return redirect("classes:desk_page", pk, page_pk)


@needs(P.CLASS_EDIT)
@require_POST
def turn_page(request: HttpRequest, pk: int, page_pk: int, verb: str) -> HttpResponse:
    """Move a chapter up or down, or leave it out."""
    known = page_of(draft_of(fetch(request, pk)), page_pk)
    said: dict[str, Any] = {
        "page": known, "seen": _seen(request), "by": user_of(request), "at": now(),
    }  # fmt: skip
    if verb == "remove":
        actions.remove_page(**said)
    elif verb in {"up", "down"}:
        actions.move_page(**said, is_up=verb == "up")
    else:
        raise NotFound("没有这一步，请回到微课页面。")
    return redirect("classes:desk_detail", pk)


class _PictureForm(forms.Form):
    file = PhotoField(label="图片")
    alt = forms.CharField(label="图片说明", required=False)


@needs(P.CLASS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def pictures(request: HttpRequest, pk: int) -> JsonResponse:
    """Offer the pictures of a class to its editor, and take a new one (`web.richtext`)."""
    micro_class = fetch(request, pk)
    if request.method == "GET":
        found = micro_class.pieces.filter(kind=PieceKind.PICTURE)
        return JsonResponse({"pictures": [_picture(one.pk, one.title) for one in found]})
    form = _PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = actions.add_picture(
                micro_class=micro_class, title=form.cleaned_data["alt"],
                checked=form.cleaned_data["file"], by=user_of(request), at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            return JsonResponse({"said": refusal.sentence}, status=UNPROCESSABLE)
        return JsonResponse(_picture(made.pk, made.title))
    said = next(iter(form.errors.values()))[0]
    return JsonResponse({"said": said}, status=UNPROCESSABLE)


def _picture(pk: int, alt: str) -> dict[str, str]:
    return {"src": reverse("classes:picture", args=[pk]), "alt": alt}


# -- Questions -----------------------------------------------------------------------------------


@needs(P.CLASS_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """List the questions of a draft; add one."""
    revision = draft_of(fetch(request, pk))
    form = QuestionForm(
        request.POST if request.method == "POST" else None, initial={"seen": revision.edition}
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_question(
                revision=revision, plan=form.plan(), seen=form.cleaned_data["seen"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "题目已添加。")
            return redirect("classes:desk_questions", pk)
    context = {
        "revision": revision,
        "form": form,
        "micro_class_pk": pk,
        "is_draft": revision.state == RevisionState.DRAFT,
        "questions": [
            (one, [(option, place in one.right) for place, option in enumerate(one.options)])
            for one in revision.questions.all()
        ],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "classes/desk_questions.html", context, status=status)


@needs(P.CLASS_EDIT)
@require_POST
def remove_question(request: HttpRequest, pk: int, question_pk: int) -> HttpResponse:
    """Leave a question out of a draft."""
    actions.remove_question(
        revision=draft_of(fetch(request, pk)), question_id=question_pk, seen=_seen(request),
        by=user_of(request), at=now(),
    )  # fmt: skip
    messages.success(request, "已移除。")
    return redirect("classes:desk_questions", pk)
