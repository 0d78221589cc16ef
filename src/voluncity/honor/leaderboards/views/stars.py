"""The volunteers of the month for everybody, and the invitation for the person."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import public, volunteer_only
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.files import queries as files
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.honor.leaderboards import actions, queries
from voluncity.honor.leaderboards.actions import Answer
from voluncity.honor.leaderboards.forms import AnswerForm
from voluncity.honor.leaderboards.models import Candidate
from voluncity.honor.leaderboards.states import RUNNING, CandidateState, MonthState
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in

PER_PAGE = 24
UNPROCESSABLE = 422
YES = "yes"


def _me(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer


@public
@require_safe
def stars(request: HttpRequest) -> HttpResponse:
    """Show the stars of the newest month, and all months before."""
    page = Paginator(queries.archive(), PER_PAGE).get_page(request.GET.get("page"))
    newest = page.object_list[0] if page.number == 1 and page.object_list else None
    viewer = getattr(request.user, "volunteer_or_none", None)
    context = {
        "page": page,
        "newest": newest,
        "stars": queries.stars_of_month(newest.month) if newest else [],
        "rule": queries.star_rule(localdate()),
        "mine": queries.owned(viewer) if viewer else [],
    }
    return render(request, "leaderboards/stars.html", context)


@public
@require_safe
def month(request: HttpRequest, month: str) -> HttpResponse:
    """Show the stars of one month."""
    found = queries.archive().filter(month=clean(month)).first()
    if found is None:
        raise NotFound("这个月还没有公布月度之星，请看看其他月份。")
    context = {"month": found, "stars": queries.stars_of_month(found.month)}
    return render(request, "leaderboards/month.html", context)


@public
@require_safe
def star(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one star with the story."""
    return render(request, "leaderboards/star.html", {"star": queries.star(pk)})


@public
@require_safe
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """Show the photo of a star: to everybody while it is shown, else to whom it concerns."""
    candidate = (
        Candidate.objects.filter(pk=pk, photo__isnull=False)
        .select_related("photo", "month", "volunteer")
        .first()
    )
    if candidate is None or candidate.photo is None or not _sees_photo(request, candidate):
        raise NotFound("没有找到这张照片。", code="files.missing")
    return hand_over(files.opened(candidate.photo), content_type=candidate.photo.content_type)


def _sees_photo(request: HttpRequest, candidate: Candidate) -> bool:
    is_named = candidate.state == CandidateState.NAMED and candidate.month.state == MonthState.NAMED
    if is_named and candidate.is_photo_agreed:
        return True
    if not request.user.is_authenticated:
        return False
    is_own = candidate.volunteer.user_id == request.user.pk
    found = Candidate.objects.all()
    return is_own or may(request.user, Permission.RANKING_EDIT, found, pk=candidate.pk)


@volunteer_only
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody who was picked, and take the answer."""
    candidate = queries.own(_me(request), pk)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and _answer(request, candidate, form):
        return redirect("leaderboards:invitation", pk)
    context = {"candidate": candidate, "form": form, "running": RUNNING}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "leaderboards/invitation.html", context, status=status)


def _answer(request: HttpRequest, candidate: Candidate, form: AnswerForm) -> bool:
    """Take a yes with what belongs to it, or a no, which needs nothing else."""
    is_agreed = request.POST.get("answer") == YES
    if not form.is_valid() and is_agreed:
        return False
    said = form.agreed() if is_agreed else Answer(is_agreed=False)
    with refusals_in(form):
        actions.answer(candidate_id=candidate.pk, said=said, by=user_of(request), at=now())
        words = "谢谢您！公示结束后就会公布。" if is_agreed else "已记下，不会公布您的名字。"
        messages.success(request, words)
        return True
    return False


@volunteer_only
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own page away."""
    queries.own(_me(request), pk)
    actions.hide(candidate_id=pk, by=user_of(request), at=now())
    messages.success(request, "已不再公开，照片也已删除；荣誉仍然有效。")
    return redirect("leaderboards:invitation", pk)


@volunteer_only
@require_POST
def show_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one's own page be seen again."""
    queries.own(_me(request), pk)
    actions.show_again(candidate_id=pk, by=user_of(request), at=now())
    messages.success(request, "已重新公开。")
    return redirect("leaderboards:invitation", pk)
