"""The desk: meetings from the agenda to the resolutions."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.fund.governance import actions, queries, rules
from voluncity.fund.governance.forms import (
    DocumentForm,
    ItemForm,
    MeetingForm,
    MinutesForm,
    ReasonForm,
    RepealForm,
    presence_form,
    votes_form,
)
from voluncity.fund.governance.models import Item, Meeting, Resolution
from voluncity.fund.governance.states import MEETING_FLOW, Body, MeetingState, Share
from voluncity.fund.governance.views.common import fetch, fund_of, status_of
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in

P = Permission
M = MeetingState
HANDLE_MOST = 36


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_meeting_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a meeting."""
    fund = fund_of(request, pk, edits=True)
    form = MeetingForm(request.POST if request.method == "POST" else None)
    handle = request.POST.get("handle", "")[:HANDLE_MOST] or token_hex(16)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            meeting = actions.plan_meeting(
                fund=fund, plan=form.plan(), handle=handle, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "会议已登记，请添加议题和材料。")
            return redirect("governance:desk_meeting", meeting.pk)
    context = {"form": form, "fund": fund, "handle": handle}
    return render(request, "governance/desk_meeting_form.html", context, status=status_of(form))


@needs(P.FUND_EDIT)
@require_http_methods(["GET", "POST"])
def desk_meeting_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what, when or where."""
    meeting = _meeting(request, pk, edits=True)
    form = MeetingForm(
        request.POST if request.method == "POST" else None, initial=MeetingForm.said(meeting)
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_meeting(meeting=meeting, plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已修改。")
            return redirect("governance:desk_meeting", pk)
    context = {"form": form, "fund": meeting.fund, "meeting": meeting}
    return render(request, "governance/desk_meeting_form.html", context, status=status_of(form))


@needs(P.FUND_SEE)
@require_GET
def desk_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a meeting and what is to be done."""
    meeting = _meeting(request, pk)
    return _page(request, meeting)


def _page(request: HttpRequest, meeting: Meeting, **more: Any) -> HttpResponse:
    """Draw a meeting; a form with errors comes in `more` in place of the empty one."""
    edits = has(request.user, P.FUND_EDIT)
    agenda = queries.agenda(meeting)
    seats = queries.seats_on(meeting.fund, local_date(meeting.starts_at))
    shares, _ = queries.shares_on(meeting.fund, local_date(meeting.starts_at))
    leading = sum(seat.body == Body.LEADING for seat in seats)
    said: dict[str, Any] = {
        "fund": meeting.fund, "meeting": meeting, "edits": edits, "agenda": agenda,
        "attendance": meeting.attendance.select_related("seat"),
        "papers": meeting.papers.filter(withdrawn_at=None).select_related("file"),
        "quorum": Share(meeting.quorum or shares.quorum).label,
        "majority": Share(meeting.majority or shares.majority).label,
        "important": Share(meeting.important_majority or shares.important_majority).label,
        "leading": leading,
        "needed": rules.least(meeting.quorum or shares.quorum, leading),
        "is_planned": meeting.state == M.PLANNED, "is_held": meeting.state == M.HELD,
        "is_due": meeting.starts_at <= now(),
        "item_form": ItemForm(), "paper_form": DocumentForm(auto_id="id_paper_%s"),
        "presence_form": presence_form(seats=seats),
        "minutes_form": MinutesForm(), "cancel_form": ReasonForm(auto_id="id_cancel_%s"),
    }  # fmt: skip
    said |= more
    if meeting.state == M.HELD and edits:
        wrong = more.get("votes_form")
        voters = queries.voters(meeting)
        said["ballots"] = [
            (item, wrong if wrong and wrong.prefix == f"item{item.pk}" else
             votes_form(item=item, seats=voters))
            for item in agenda if item.is_vote
        ]  # fmt: skip
        said["is_voted"] = all(item.outcome for item in agenda)
    forms = [one for one in more.values() if one is not None]
    status = max((status_of(one) for one in forms), default=200)
    return render(request, "governance/desk_meeting.html", said, status=status)


@needs(P.FUND_EDIT)
@require_POST
def desk_item_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one point more on the agenda."""
    meeting = _meeting(request, pk, edits=True)
    MEETING_FLOW.after("change", meeting.state)  # else its form is not on the page
    form = ItemForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.add_item(meeting=meeting, plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "议题已添加。")
            return redirect("governance:desk_meeting", pk)
    return _page(request, meeting, item_form=form)


@needs(P.FUND_EDIT)
@require_POST
def desk_item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a point off the agenda."""
    item = _item(request, pk)
    actions.remove_item(item=item, by=user_of(request), at=now())
    messages.success(request, "议题已删除。")
    return redirect("governance:desk_meeting", item.meeting_id)


@needs(P.FUND_EDIT)
@require_POST
def desk_meeting_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a paper of a meeting."""
    meeting = _meeting(request, pk, edits=True)
    form = DocumentForm(request.POST, request.FILES, auto_id="id_paper_%s")
    if form.is_valid():
        with refusals_in(form):
            actions.add_document(
                fund=meeting.fund, meeting=meeting, **form.cleaned_data, by=user_of(request),
                at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "材料已上传。")
            return redirect("governance:desk_meeting", pk)
    return _page(request, meeting, paper_form=form)


@needs(P.FUND_EDIT)
@require_POST
def desk_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down who came."""
    meeting = _meeting(request, pk, edits=True)
    MEETING_FLOW.after("hold", meeting.state)  # else its form is not on the page
    seats = queries.seats_on(meeting.fund, local_date(meeting.starts_at))
    form = presence_form(request.POST, seats=seats)
    if form.is_valid():
        with refusals_in(form):
            actions.hold_meeting(
                meeting=meeting, presences=form.said(), by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "出席已登记，请逐项登记表决。")
            return redirect("governance:desk_meeting", pk)
    return _page(request, meeting, presence_form=form)


@needs(P.FUND_EDIT)
@require_POST
def desk_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down how those present voted on an item."""
    item = _item(request, pk)
    MEETING_FLOW.after("vote", item.meeting.state)  # else its form is not on the page
    form = votes_form(request.POST, item=item, seats=queries.voters(item.meeting))
    if form.is_valid():
        with refusals_in(form):
            actions.record_votes(item=item, choices=form.said(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, f"“{item.title}”：{item.get_outcome_display()}。")
            return redirect("governance:desk_meeting", item.meeting_id)
    return _page(request, item.meeting, votes_form=form)


@needs(P.FUND_EDIT)
@require_POST
def desk_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the minutes and give the resolutions their numbers."""
    meeting = _meeting(request, pk, edits=True)
    MEETING_FLOW.after("close", meeting.state)  # else its form is not on the page
    form = MinutesForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            made = actions.close_meeting(
                meeting=meeting, **form.cleaned_data, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, f"会议已结束，形成 {len(made)} 项决议。")
            return redirect("governance:desk_meeting", pk)
    return _page(request, meeting, minutes_form=form)


@needs(P.FUND_EDIT)
@require_POST
def desk_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a meeting off."""
    meeting = _meeting(request, pk, edits=True)
    MEETING_FLOW.after("cancel", meeting.state)  # else its form is not on the page
    form = ReasonForm(request.POST, auto_id="id_cancel_%s")
    if form.is_valid():
        with refusals_in(form):
            actions.cancel_meeting(
                meeting=meeting, **form.cleaned_data, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "会议已取消。")
            return redirect("governance:desk_meeting", pk)
    return _page(request, meeting, cancel_form=form)


@needs(P.FUND_SEE)
@require_GET
def desk_resolution(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a resolution with how it came about."""
    return _resolution_page(request, _resolution(request, pk), None)


@needs(P.FUND_EDIT)
@require_POST
def desk_repeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a resolution end by a later one."""
    one = _resolution(request, pk, edits=True)
    form = RepealForm(request.POST, later=queries.later_resolutions(one))
    if form.is_valid():
        with refusals_in(form):
            actions.repeal(
                resolution=one, by_resolution=form.cleaned_data["resolution"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已登记废止。")
            return redirect("governance:desk_resolution", pk)
    return _resolution_page(request, one, form)


@needs(P.FUND_EDIT)
@require_POST
def desk_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a resolution to the public, or no more."""
    one = _resolution(request, pk, edits=True)
    is_public = request.POST.get("is_public") == "1"
    actions.show_resolution(resolution=one, is_public=is_public, by=user_of(request), at=now())
    messages.success(request, "已向社会公开。" if is_public else "已不再公开。")
    return redirect("governance:desk_resolution", pk)


def _resolution_page(
    request: HttpRequest, one: Resolution, form: RepealForm | None
) -> HttpResponse:
    context = {
        "resolution": one,
        "fund": one.fund,
        "edits": has(request.user, P.FUND_EDIT),
        "votes": one.item.votes.select_related("seat"),
        "form": form or RepealForm(later=queries.later_resolutions(one)),
    }
    return render(request, "governance/desk_resolution.html", context, status=status_of(form))


def _resolution(request: HttpRequest, pk: int, *, edits: bool = False) -> Resolution:
    queryset = Resolution.objects.select_related("fund__region", "item__meeting", "repealed_by")
    found: Resolution = fetch(request, P.FUND_EDIT if edits else P.FUND_SEE, queryset, pk)
    return found


def _meeting(request: HttpRequest, pk: int, *, edits: bool = False) -> Meeting:
    queryset = Meeting.objects.select_related("fund__region", "closed_by", "charter")
    found: Meeting = fetch(request, P.FUND_EDIT if edits else P.FUND_SEE, queryset, pk)
    return found


def _item(request: HttpRequest, pk: int) -> Item:
    found: Item = fetch(request, P.FUND_EDIT, Item.objects.select_related("meeting__fund"), pk)
    return found
