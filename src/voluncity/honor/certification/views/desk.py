"""The desk: batches from their start to publicity, and the candidates in them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.honor.certification import actions, queries, tasks
from voluncity.honor.certification.actions.batches import PARTS
from voluncity.honor.certification.forms import BatchForm, DecisionForm
from voluncity.honor.certification.models import Batch, Candidate
from voluncity.honor.certification.states import (
    BATCH_TONES,
    CANDIDATE_FLOW,
    CANDIDATE_TONES,
    NAMES,
    BatchState,
    CandidateState,
    grade_name,
)
from voluncity.honor.certification.views.common import (
    WORDS_MOST,
    batch_of,
    paged,
    regions_of,
    status_of,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, half_width_digits, number_in
from voluncity.web.forms import refusals_in

P = Permission
MOST_CHOSEN = 500


@needs(P.CERTIFICATION_EDIT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the batches of one's area."""
    scope = scope_of(user_of(request), P.CERTIFICATION_EDIT)
    page = paged(request, queries.batches(scope))
    context = {
        "page": page,
        "rows": [(one, BATCH_TONES[BatchState(one.state)]) for one in page],
        "doubted": queries.doubted(scope),
        "may_set": has(user_of(request), P.POLICY_EDIT),
    }
    return render(request, "certification/desk_list.html", context)


@needs(P.CERTIFICATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Start a batch."""
    today = local_date(now())
    last_month = today.replace(day=1) - timedelta(days=1)
    form = BatchForm(
        request.POST if request.method == "POST" else None,
        regions=regions_of(request),
        initial={"until": last_month, "title": f"{today.year}年第一批星级志愿者认定"},
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            batch = actions.start_batch(plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            tasks.count_batch.enqueue(batch.pk)
            messages.success(request, "已启动，正在按标准核对每个人，完成后请审核。")
            return redirect("certification:desk_batch", batch.pk)
    context = {"form": form, "ladders": queries.in_force(today)}
    return render(request, "certification/desk_new.html", context, status=status_of(form))


@needs(P.CERTIFICATION_EDIT)
@require_GET
def desk_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the candidates of a batch with their numbers, or how far counting is."""
    batch = batch_of(request, pk)
    if batch.state == BatchState.COUNTING:
        context = {"batch": batch, "parts": PARTS}
        return render(request, "certification/desk_counting.html", context)
    if request.htmx:  # type: ignore[attr-defined]  # the page of before waits for the numbers
        return HttpResponse(headers={"HX-Refresh": "true"})
    asked = request.GET
    filters = queries.Filters(
        state=asked.get("state", ""),
        grade=asked.get("grade", ""),
        words=half_width_digits(clean(asked.get("q", "")[:WORDS_MOST])),
        is_nominated=asked.get("nominated") == "1",
    )
    page = paged(request, queries.candidates(batch, filters))
    counted, names = queries.states_of(batch), NAMES[batch.kind]
    graded = queries.graded(
        batch, [CandidateState.WAITING, CandidateState.ACCEPTED, CandidateState.CERTIFIED]
    )
    context = {
        "batch": batch,
        "tone": BATCH_TONES[BatchState(batch.state)],
        "page": page,
        "rows": [_row(batch, one) for one in page],
        "filters": filters,
        "states": [
            (state.value, state.label, counted[state])
            for state in CandidateState
            if counted.get(state)
        ],
        "grades": [(str(n), names[n - 1], graded.get(n, 0)) for n in range(len(names), 0, -1)],
        "is_open": batch.state == BatchState.OPEN,
        "waiting": counted.get(CandidateState.WAITING, 0),
        "accepted": counted.get(CandidateState.ACCEPTED, 0),
        "nominated": batch.candidates.exclude(nominated_at=None).count(),
        "pack": batch.packs.order_by("-pk").first(),
        "honors": queries.graded_honors(batch),
    }
    return render(request, "certification/desk_batch.html", context)


def _row(batch: Batch, one: Candidate) -> dict[str, object]:
    one.batch, state = batch, CandidateState(one.state)  # its ladder is read once
    return {
        "one": one,
        "name": grade_name(batch.kind, one.grade),
        "tone": CANDIDATE_TONES[state],
        "missing": queries.lacks(one) if state == CandidateState.SHORT or one.nominated_at else "",
        "can_choose": bool({s.verb for s in CANDIDATE_FLOW.verbs(state)} & {"accept", "reject"}),
    }


@needs(P.CERTIFICATION_EDIT)
@require_POST
def desk_bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or reject the chosen ones, or accept all whom the rule gives the grade."""
    batch_of(request, pk)
    sent = request.POST
    if sent.get("verb") == "accept_all":
        grade = _grade(sent.get("grade", ""))
        done = actions.accept_all(batch_id=pk, grade=grade, by=user_of(request), at=now())
    else:
        done = actions.decide(
            batch_id=pk,
            candidate_ids=_chosen(sent.getlist("candidate")),
            verb=sent.get("verb", ""),
            reason=sent.get("reason", ""),
            by=user_of(request),
            at=now(),
        )
    messages.success(request, f"已审核 {done} 人。")
    page, look = reverse("certification:desk_batch", args=[pk]), request.GET.urlencode()
    return redirect(f"{page}?{look}" if look else page)


def _grade(sent: str) -> int | None:
    """Return the grade that the list was narrowed to; none for all of them."""
    grade = number_in(sent)
    if sent and grade is None:
        raise BadInput("没有这个等次，请从名单上方选择。", field="grade")
    return grade


def _chosen(sent: list[str]) -> list[int]:
    if len(sent) > MOST_CHOSEN:
        raise BadInput(f"一次最多选 {MOST_CHOSEN} 人，请分几次审核。")
    return [pk for pk in map(number_in, sent) if pk is not None]


@needs(P.CERTIFICATION_EDIT)
@require_http_methods(["GET", "POST"])
def desk_candidate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one candidate with every number, and let somebody decide."""
    one: Candidate = access.fetch(
        user_of(request),
        P.CERTIFICATION_EDIT,
        Candidate.objects.select_related(
            "batch__region", "batch__ladder__category", "volunteer__region", "nominated_from",
            "nominated_by", "decided_by",
        ).prefetch_related("batch__ladder__grades"),
        at=now(),
        pk=pk,
    )  # fmt: skip
    state = CandidateState(one.state)
    verbs = {step.verb for step in CANDIDATE_FLOW.verbs(state)}
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        initial={"verb": "accept", "reason": one.reason},
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.decide(
                batch_id=one.batch_id,
                candidate_ids=[pk],
                **form.cleaned_data,
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "审核意见已保存。")
            return redirect("certification:desk_batch", one.batch_id)
    next_name, next_missing = queries.what_next(one)
    context = {
        "one": one,
        "batch": one.batch,
        "tone": CANDIDATE_TONES[state],
        "reasons": queries.explained(one),
        "by_rule": grade_name(one.batch.kind, one.by_rule),
        "next_name": next_name,
        "next_missing": next_missing,
        "form": form,
        "may_decide": one.batch.state == BatchState.OPEN and bool(verbs & {"accept", "reject"}),
        "may_open": has(user_of(request), P.VOLUNTEER_SEE),
    }
    return render(request, "certification/desk_candidate.html", context, status=status_of(form))


@needs(P.CERTIFICATION_EDIT)
@require_POST
def desk_recount(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a batch anew."""
    batch_of(request, pk)
    actions.recount(batch_id=pk, by=user_of(request), at=now())
    tasks.count_batch.enqueue(pk)
    messages.success(request, "正在按最新记录重新计算，已经审核和推荐的保留。")
    return redirect("certification:desk_batch", pk)


@needs(P.CERTIFICATION_EDIT)
@require_POST
def desk_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch to the public."""
    batch_of(request, pk)
    actions.show_batch(batch_id=pk, by=user_of(request), at=now())
    messages.success(request, "已开始公示，公示结束没有异议就认定；针对个人的异议只影响这个人。")
    return redirect("certification:desk_batch", pk)


@needs(P.CERTIFICATION_EDIT)
@require_POST
def desk_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a batch up."""
    batch_of(request, pk)
    actions.cancel_batch(batch_id=pk, by=user_of(request), at=now())
    messages.success(request, "这个批次已取消。")
    return redirect("certification:desk_list")
