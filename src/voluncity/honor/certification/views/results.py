"""The desk after publicity: honors, doubts, the press text and the certificates as one file."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import (
    require_GET,
    require_POST,
    require_safe,
)

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.files import queries as files
from voluncity.city.journal.actions import record
from voluncity.city.people.asking import user_of
from voluncity.honor.certification import actions, queries, rules, tasks
from voluncity.honor.certification.forms import ReasonForm
from voluncity.honor.certification.models import Honor, Pack
from voluncity.honor.certification.states import Doubt, PackState
from voluncity.honor.certification.views.common import WORDS_MOST, batch_of, paged, status_of
from voluncity.honor.certification.views.own import printed
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean, half_width_digits
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in

P = Permission


@needs(P.CERTIFICATION_EDIT)
@require_GET
def desk_honors(request: HttpRequest) -> HttpResponse:
    """List what was certified, or what waits for a second look."""
    scope = scope_of(user_of(request), P.CERTIFICATION_EDIT)
    words = half_width_digits(clean(request.GET.get("q", "")[:WORDS_MOST]))
    is_doubt = request.GET.get("doubt") == "1"
    context = {
        "page": paged(request, queries.desk_honors(scope, words=words, doubt=is_doubt)),
        "q": words,
        "is_doubt": is_doubt,
        "doubted": queries.doubted(scope),
    }
    return render(request, "certification/desk_honors.html", context)


def _honor(request: HttpRequest, pk: int) -> Honor:
    found: Honor = access.fetch(
        user_of(request),
        P.CERTIFICATION_EDIT,
        Honor.objects.select_related(
            "volunteer__region", "batch__region", "batch__ladder", "revoked_by", "kept_by",
            "candidate",
        ).prefetch_related("batch__ladder__grades"),
        at=now(),
        pk=pk,
    )  # fmt: skip
    return found


@needs(P.CERTIFICATION_EDIT)
@require_GET
def desk_honor(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one honor with its frozen facts beside the numbers of today."""
    return _shown(request, _honor(request, pk), ReasonForm())


def _shown(request: HttpRequest, honor: Honor, form: ReasonForm) -> HttpResponse:
    today = local_date(now())
    values = queries.values_now(honor, on=today)
    rule = queries.rule_for(honor.batch.ladder)
    context = {
        "honor": honor,
        "facts": honor.facts,
        "told": queries.facts_told(honor),
        "reasons": rules.explained(rule, honor.grade, values),
        "form": form,
        "is_doubted": honor.doubt != Doubt.NONE,
        "is_live": honor.revoked_at is None,
        "today": today,
        "may_open": has(user_of(request), P.VOLUNTEER_SEE),
    }
    return render(request, "certification/desk_honor.html", context, status=status_of(form))


Act = Callable[..., Honor]


def _decide(request: HttpRequest, pk: int, act: Act, done: str) -> HttpResponse:
    honor = _honor(request, pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            act(honor_id=pk, **form.cleaned_data, by=user_of(request), at=now())
    if form.errors:
        return _shown(request, honor, form)
    messages.success(request, done)
    return redirect("certification:desk_honor", pk)


@needs(P.CERTIFICATION_EDIT)
@require_POST
def desk_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an honor back."""
    return _decide(request, pk, actions.revoke, "已撤销，本人会收到通知，核验页立即显示。")


@needs(P.CERTIFICATION_EDIT)
@require_POST
def desk_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a doubted honor stand."""
    return _decide(request, pk, actions.keep, "已保留，理由一起留存。")


@needs(P.CERTIFICATION_EDIT)
@require_safe
@cache_control(private=True, no_store=True)
def desk_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print one certificate; who took it is journaled."""
    honor = _honor(request, pk)
    record("certification.print", honor, by=user_of(request), at=now())
    return printed(honor)


@needs(P.CERTIFICATION_EDIT)
@require_safe
def desk_press(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the press text out as plain text."""
    batch = batch_of(request, pk)
    if not queries.live_honors(batch).exists():
        raise NotFound("认定以后才有新闻稿。")
    answer = HttpResponse(queries.press_text(batch), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="press-{batch.pk}.txt"'
    return answer


@needs(P.CERTIFICATION_EDIT)
@require_POST
def desk_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for all certificates as one file."""
    batch_of(request, pk)
    pack = actions.ask_pack(batch_id=pk, by=user_of(request), at=now())
    tasks.make_pack.enqueue(pack.pk)
    messages.success(request, "正在打包，完成后在这里下载。")
    return redirect("certification:desk_batch", pk)


@needs(P.CERTIFICATION_EDIT)
@require_GET
def desk_pack_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a pack is, as a part of the batch's page."""
    batch = batch_of(request, pk)
    context = {"batch": batch, "pack": batch.packs.order_by("-pk").first()}
    return render(request, "certification/pack.html", context)


@needs(P.CERTIFICATION_EDIT)
@require_safe
def desk_pack_file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand the newest pack of a batch over; who took it is journaled."""
    batch = batch_of(request, pk)
    ready = Pack.objects.select_related("file").filter(batch=batch, state=PackState.READY)
    pack = ready.order_by("-pk").first()
    if pack is None or pack.file is None:
        raise NotFound("还没有打包好的证书，或者已经过期，请重新打包。")
    record("certification.take_pack", pack, by=user_of(request), at=now(), batch=batch.pk)
    return hand_over(
        files.opened(pack.file),
        content_type=pack.file.content_type,
        filename=pack.file.original_name,
        is_attachment=True,
    )
