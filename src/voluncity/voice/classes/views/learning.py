"""Learn: the clock of a chapter, its end, the test, one's own classes."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import signed_in
from voluncity.city.people.asking import user_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.voice.classes import actions, queries
from voluncity.voice.classes.forms import TestForm
from voluncity.voice.classes.models import Attempt
from voluncity.voice.classes.views.common import UNPROCESSABLE
from voluncity.voice.classes.views.public import clock_context
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20


def _position(request: HttpRequest) -> int:
    return number_in(request.POST.get("position")) or 0


@signed_in
@require_POST
def clock(request: HttpRequest, pk: int, chapter_pk: int) -> HttpResponse:
    """Give a sign of life from a chapter that is open."""
    page = actions.page_of(queries.live_of(pk), chapter_pk)
    reading = actions.beat(page=page, position=_position(request), by=user_of(request), at=now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("classes:chapter", pk, chapter_pk)
    context = {"page": page, "micro_class_pk": pk, **clock_context(page, reading)}
    return render(request, "classes/clock.html", context)


@signed_in
@require_POST
def finish(request: HttpRequest, pk: int, chapter_pk: int) -> HttpResponse:
    """Say that a chapter was read, and go on with the next one."""
    me, at = user_of(request), now()
    revision = queries.live_of(pk)
    page = actions.page_of(revision, chapter_pk)
    actions.finish_chapter(page=page, by=me, at=at)
    pages = queries.pages_of(revision)
    standing = queries.standing(me, revision, pages, at=at)
    if standing.is_read:
        messages.success(request, "全部学完了！")
        return redirect("classes:show", pk)
    place = next(number for number, one in enumerate(pages) if one.pk == page.pk)
    rest = [one for one in (*pages[place + 1 :], *pages[:place]) if not standing.is_done(one)]
    messages.success(request, "这一章学完了。")
    return redirect("classes:chapter", pk, rest[0].chapter_id)


@signed_in
@require_POST
def start_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the questions of a test."""
    actions.start_test(revision=queries.live_of(pk), by=user_of(request), at=now())
    return redirect("classes:test", pk)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the questions that were drawn, or say what is missing until then."""
    me, at = user_of(request), now()
    revision = queries.live_of(pk)
    attempt = queries.open_attempt(me, revision, on=local_date(at))
    if attempt is None:
        return _before_test(request, pk)
    form = TestForm(
        request.POST if request.method == "POST" else None,
        questions=actions.questions_of(attempt),
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.hand_in(attempt=attempt, answers=form.answers(), by=me, at=at)
        if not form.errors:
            return redirect("classes:result", attempt.pk)
    status = UNPROCESSABLE if form.errors else 200
    context = {"revision": revision, "form": form, "attempt": attempt}
    return render(request, "classes/test.html", context, status=status)


def _before_test(request: HttpRequest, pk: int) -> HttpResponse:
    me, at = user_of(request), now()
    revision = queries.live_of(pk)
    standing = queries.standing(me, revision, queries.pages_of(revision), at=at)
    context = {
        "revision": revision,
        "standing": standing,
        "left": max(0, revision.tries - standing.attempts_today),
        "why_not": queries.why_not(me, revision, at=at),
        "questions": min(revision.draws, revision.questions.count()),
    }
    return render(request, "classes/before_test.html", context)


@signed_in
@never_cache
@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a test went, with the right answers and why they are right."""
    found = Attempt.objects.select_related("revision", "record")
    attempt = found.filter(pk=pk, user=user_of(request), finished_at__isnull=False).first()
    if attempt is None:
        raise NotFound("没有找到这次测验，请从微课里进入。")
    said = attempt.answers or {}
    rows = [
        (
            one,
            [
                (option, place in one.right, place in said.get(str(one.pk), []))
                for place, option in enumerate(one.options)
            ],
            set(one.right) == set(said.get(str(one.pk), [])),
        )
        for one in actions.questions_of(attempt)
    ]
    is_live = queries.live().filter(micro_class=attempt.micro_class_id).exists()
    context = {"attempt": attempt, "rows": rows, "is_live": is_live}
    return render(request, "classes/result.html", context)


@signed_in
@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List the classes that one has begun."""
    me = user_of(request)
    page = Paginator(queries.progress_of(me), ON_A_PAGE).get_page(request.GET.get("page"))
    revisions = {
        one.micro_class_id: one
        for one in queries.live().filter(micro_class__in=[row.micro_class_id for row in page])
    }
    best = queries.attempts_of(me)
    context = {
        "page": page,
        "rows": [
            (row, revisions.get(row.micro_class_id), best.get(row.micro_class_id)) for row in page
        ],
    }
    return render(request, "classes/mine.html", context)
