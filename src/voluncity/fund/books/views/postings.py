"""The desk: movements by hand."""

from __future__ import annotations

from secrets import token_hex

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.files import queries as files
from voluncity.city.files.models import FileKind
from voluncity.city.people.asking import user_of
from voluncity.fund.books import actions
from voluncity.fund.books.forms import PostingForm, RemarkForm, UndoForm
from voluncity.fund.books.models import Posting
from voluncity.fund.books.states import PostingState
from voluncity.fund.books.views.common import fetch, fund_of, status_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in

P = Permission
HANDLE_MOST = 36


@needs(P.BUDGET_EDIT)
@require_http_methods(["GET", "POST"])
def desk_posting_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a movement down."""
    fund = fund_of(request, pk, edits=True)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PostingForm(*sent, fund=fund, initial={"on": local_date(now())})
    handle = _handle(request)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            posting = actions.propose(
                fund=fund, plan=form.plan(), proof=form.cleaned_data["proof"], handle=handle,
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已登记，等待另一位同事复核入账。")
            return redirect("books:desk_posting", posting.pk)
    context = {"form": form, "fund": fund, "handle": handle}
    return render(request, "books/desk_posting_form.html", context, status=status_of(form))


def _handle(request: HttpRequest) -> str:
    return request.POST.get("handle", "")[:HANDLE_MOST] or token_hex(16)


@needs(P.FUND_SEE)
@require_GET
def desk_posting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a movement by hand."""
    return _page(request, _posting(request, pk))


def _page(
    request: HttpRequest, posting: Posting, *, remark_form: RemarkForm | None = None,
    undo_form: UndoForm | None = None,
) -> HttpResponse:  # fmt: skip
    user = user_of(request)
    edits = has(user, P.BUDGET_EDIT)
    waits = edits and posting.state == PostingState.PROPOSED
    undoings = posting.undone_by.filter(state__in=[PostingState.PROPOSED, PostingState.BOOKED])
    undoing = undoings.first()
    context = {
        "posting": posting,
        "fund": posting.fund,
        "may_check": waits and posting.made_by_id != user.pk,
        "is_own": waits and posting.made_by_id == user.pk,
        "may_undo": edits and posting.state == PostingState.BOOKED and not posting.undoes_id
        and undoing is None,
        "undoing": undoing,
        "remark_form": remark_form or RemarkForm(),
        "undo_form": undo_form or UndoForm(initial={"on": local_date(now())}),
        "handle": _handle(request),
    }  # fmt: skip
    status = max(status_of(remark_form), status_of(undo_form))
    return render(request, "books/desk_posting.html", context, status=status)


@needs(P.BUDGET_EDIT)
@require_POST
def desk_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book what somebody else has written."""
    posting = _posting(request, pk, edits=True)
    actions.book(posting=posting, by=user_of(request), at=now())
    messages.success(request, "已复核入账。")
    return redirect("books:desk_posting", pk)


@needs(P.BUDGET_EDIT)
@require_POST
def desk_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Send back what somebody else has written."""
    posting = _posting(request, pk, edits=True)
    form = RemarkForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.reject(posting=posting, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已退回。")
            return redirect("books:desk_posting", pk)
    return _page(request, posting, remark_form=form)


@needs(P.BUDGET_EDIT)
@require_POST
def desk_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one has written oneself."""
    posting = _posting(request, pk, edits=True)
    actions.withdraw(posting=posting, by=user_of(request), at=now())
    messages.success(request, "已撤回。")
    return redirect("books:desk_fund", posting.fund_id)


@needs(P.BUDGET_EDIT)
@require_POST
def desk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to undo what was booked."""
    posting = _posting(request, pk, edits=True)
    form = UndoForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            opposite = actions.propose_undoing(
                posting=posting, **form.cleaned_data, handle=_handle(request),
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "冲正已登记，等待另一位同事复核。")
            return redirect("books:desk_posting", opposite.pk)
    return _page(request, posting, undo_form=form)


@needs(P.FUND_SEE)
@require_safe
def desk_proof(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the voucher of a movement.

    :raises NotFound: when there is none.
    """
    stored = _posting(request, pk).proof
    if stored is None:
        raise NotFound("这笔账目没有上传凭证。")
    is_document = stored.kind == FileKind.DOCUMENT
    return hand_over(
        files.opened(stored), content_type=stored.content_type, is_attachment=is_document,
        filename=stored.original_name if is_document else "proof.webp",
    )  # fmt: skip


def _posting(request: HttpRequest, pk: int, *, edits: bool = False) -> Posting:
    queryset = Posting.objects.select_related(
        "fund__region", "purpose", "made_by", "checked_by", "proof", "undoes__entry", "entry"
    )
    found: Posting = fetch(request, P.BUDGET_EDIT if edits else P.FUND_SEE, queryset, pk)
    return found
