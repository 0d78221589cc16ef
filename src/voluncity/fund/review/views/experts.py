"""An expert: tasks, the declaration, the material, scores."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access.marks import needs
from voluncity.city.files import storage
from voluncity.city.people.asking import user_of
from voluncity.fund.calls import queries as calls
from voluncity.fund.calls.models import Attachment
from voluncity.fund.review import actions, queries
from voluncity.fund.review.forms import ScoreForm, WordsForm
from voluncity.fund.review.forms.scores import initial_of
from voluncity.fund.review.models import Opinion, Place
from voluncity.fund.review.rules import criteria_of, points_text
from voluncity.fund.review.states import PlaceState
from voluncity.fund.review.views.common import UNPROCESSABLE, P
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in
from voluncity.web.sent import seen_in


def draw_tasks(request: HttpRequest) -> HttpResponse:
    """Draw the tasks of whoever asks."""
    found = queries.tasks(user_of(request), at=now())
    context = {"tasks": found, "waiting": sum(one.tone == "warn" for one in found)}
    return render(request, "review/tasks.html", context)


@needs(P.APPLICATION_JUDGE)
@never_cache
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """List what an expert reads, what is to be done first."""
    return draw_tasks(request)


@needs(P.APPLICATION_JUDGE)
@never_cache
@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the declaration; then show the material and take scores."""
    place = queries.own_place(user_of(request), pk)
    if request.method == "POST":
        return _write(request, place)
    return _page(request, place)


def _page(
    request: HttpRequest,
    place: Place,
    *,
    form: ScoreForm | None = None,
    stepping_back: WordsForm | None = None,
) -> HttpResponse:
    opinion = queries.opinion_of(place)
    is_reading = place.state == PlaceState.READING
    context: dict[str, Any] = {
        "place": place,
        "opinion": opinion,
        "is_reading": is_reading,
        "is_open": queries.is_open(place, at=now()),
        "is_done": opinion is not None and opinion.submitted_at is not None,
        "total": points_text(opinion.total) if opinion else "",
        "void": queries.void_opinions(place).exists(),
        "stepping_back": stepping_back or _reason_form(),
        "was_refused": stepping_back is not None,
    }
    if is_reading:  # nothing of the material before
        context |= _material(place)
        # What was handed in is shown as it is kept, whatever came after it.
        kept = form is None or context["is_done"]
        context["form"] = _score_form(place, opinion) if kept else form
        context["refused"] = form if context["is_done"] else None
    status = UNPROCESSABLE if form is not None or stepping_back is not None else 200
    return render(request, "review/task.html", context, status=status)


def _material(place: Place) -> dict[str, Any]:
    submission = place.application.current
    if submission is None:
        raise NotFound("这份申报还没有提交过。")
    return {
        "submission": submission,
        "sections": calls.as_submitted(submission, place.application.form.spec.sections, {}),
        "lines": submission.lines.select_related("kind"),
    }


def _score_form(place: Place, opinion: Opinion | None, *sent: Any) -> ScoreForm:
    criteria = criteria_of(place.review.criteria.content if place.review.criteria else [])
    return ScoreForm(*sent, criteria=criteria, initial=initial_of(opinion))


def _reason_form(*sent: Any) -> WordsForm:
    return WordsForm(
        *sent, label="有什么利害关系", hint="例如亲属、同事、合作关系。基金办公室看得到。",
        auto_id="back_%s",
    )  # fmt: skip


def _write(request: HttpRequest, place: Place) -> HttpResponse:
    form = _score_form(place, None, request.POST)
    if form.is_valid():
        said: dict[str, Any] = {
            "place": place, "scores": form.scores(), "seen": seen_in(request),
            "by": user_of(request), "at": now(),
        }  # fmt: skip
        with refusals_in(form):
            if "submit" in request.POST:
                actions.submit_opinion(**said)
                messages.success(request, "评分已提交，谢谢您。")
                return redirect("review:tasks")
            actions.save_opinion(**said)
            messages.success(request, "草稿已保存，只有您自己看得到。")
            return redirect("review:task", place.pk)
    return _page(request, queries.own_place(user_of(request), place.pk), form=form)


@needs(P.APPLICATION_JUDGE)
@never_cache
@require_POST
def declare(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Declare that nothing connects one with the organization, or step back."""
    me = user_of(request)
    place = queries.own_place(me, pk)
    if verb == "none":
        actions.declare_none(place=place, by=me, at=now())
        messages.success(request, "声明已留存，可以阅读材料了。")
        return redirect("review:task", pk)
    if verb != "conflict":
        raise NotFound("没有这一步，请回到评审任务。")
    form = _reason_form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.declare_conflict(place=place, words=form.cleaned_data["words"], by=me, at=now())
            messages.success(request, "已回避，这份申报会另请专家。")
            return redirect("review:tasks")
    return _page(request, queries.own_place(me, pk), stepping_back=form)


@needs(P.APPLICATION_JUDGE)
@never_cache
@require_safe
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """Hand over a file of the material to the expert who declared."""
    place = queries.own_place(user_of(request), pk)
    current = place.application.current
    if place.state != PlaceState.READING or current is None:
        raise NotFound("请先声明有没有利害关系，再看材料。")
    handed_in = {one for found in current.content["files"].values() for one in found}
    found = Attachment.objects.filter(pk=file_pk, pk__in=handed_in).select_related("file").first()
    if found is None:
        raise NotFound("没有找到这个附件，请回到评审材料。")
    try:
        stream = storage.open_stored(found.file.key)
    except FileNotFoundError as error:
        raise NotFound("文件暂时取不到，请稍后再试。", code="files.missing") from error
    is_paper = found.file.content_type == "application/pdf"
    name = found.file.original_name if is_paper else f"{found.file.key}.webp"
    response: FileResponse = hand_over(
        stream, content_type=found.file.content_type, filename=name, is_attachment=is_paper
    )
    return response
