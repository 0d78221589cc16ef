"""The desk: the list of words, bans and their appeals."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.voice.comments import actions, queries
from voluncity.voice.comments.forms import WordForm, WordsForm
from voluncity.voice.comments.models import Ban, Word
from voluncity.voice.comments.states import WordKind
from voluncity.voice.comments.views.common import UNPROCESSABLE
from voluncity.web.forms import refusals_in

ON_A_PAGE = 30
P = Permission


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_words(request: HttpRequest) -> HttpResponse:
    """List the words; add one."""
    form = WordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_word(by=user_of(request), at=now(), **form.cleaned_data)
        if not form.errors:
            messages.success(request, "已添加，从现在起生效。")
            return redirect("comments:desk_words")
    live = Word.objects.filter(ended_at=None)
    context = {
        "form": form,
        "lists": [(label, live.filter(kind=kind)) for kind, label in WordKind.choices],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "comments/desk_words.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_POST
def end_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for a word no more."""
    actions.end_word(word_id=pk, by=user_of(request), at=now())
    messages.success(request, "已停用。")
    return redirect("comments:desk_words")


@needs(P.COMMENT_MODERATE)
@never_cache
@require_GET
def desk_bans(request: HttpRequest) -> HttpResponse:
    """List the bans within reach, appeals first."""
    return _bans(request)


def _bans(request: HttpRequest, pk: int = 0, form: WordsForm | None = None) -> HttpResponse:
    found = queries.desk_bans(scope_of(request.user, P.COMMENT_MODERATE))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    at, me = now(), user_of(request)
    context = {
        "page": page,
        "now": at,
        "rows": [
            (
                one,
                one.ended_at is None and one.until_at > at,
                one.appealed_at and not one.answered_at and not one.ended_at
                and me.pk not in {one.banned_by_id, one.user_id},
                form if form is not None and one.pk == pk else WordsForm(label="答复"),
            )
            for one in page
        ],
    }  # fmt: skip
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "comments/desk_bans.html", context, status=status)


@needs(P.COMMENT_MODERATE)
@never_cache
@require_POST
def answer_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a ban after an appeal, or let it stand."""
    found: Ban = access.fetch(
        request.user, P.COMMENT_MODERATE, Ban.objects.select_related("comment"), at=now(), pk=pk
    )
    form = WordsForm(request.POST, label="答复")
    if form.is_valid():
        with refusals_in(form):
            actions.answer_appeal(
                ban=found, is_lifted="lift" in request.POST, by=user_of(request), at=now(),
                **form.cleaned_data,
            )  # fmt: skip
    if form.errors:
        return _bans(request, pk, form)
    messages.success(request, "已答复，本人会收到消息。")
    return redirect("comments:desk_bans")
