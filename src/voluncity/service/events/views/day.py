"""The day of the event: one screen for who is there, badges at the door, what is handed out."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.queries import has
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.kernel.text import number_in
from voluncity.service.events.actions import day as actions
from voluncity.service.events.actions import placing, things
from voluncity.service.events.codes import read
from voluncity.service.events.forms.desk import BadgeForm, IncidentForm, ItemForm, MessageForm
from voluncity.service.events.models import Assignment, Badge, Event, Handout, Incident, Item
from voluncity.service.events.queries import day as queries
from voluncity.service.events.views.asking import (
    DAY,
    EDIT,
    day_application,
    day_event,
    day_row,
    me,
    status_of,
)
from voluncity.web.forms import refusals_in


@needs(DAY, EDIT)
@never_cache
@require_GET
def command(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the day at one look; htmx asks for the live part every 30 seconds."""
    event = day_event(request, pk)
    part = "#live" if request.headers.get("HX-Request") else ""
    return _command(request, event, part)


def _command(request: HttpRequest, event: Event, part: str = "", **forms: Any) -> HttpResponse:
    at = now()
    day = queries.day_of(event, request.GET.get("day", ""), at=at)
    groups = queries.groups_today(event, day, at=at)
    context = {
        "event": event,
        "day": day,
        "at": at,
        "teams": groups,
        "expected": sum(one.expected for one in groups),
        "there": sum(one.there for one in groups),
        "absent": sum(one.absent for one in groups),
        "items": queries.items_of(event, day),
        "out": queries.still_out(event),
        "incidents": list(queries.incidents(event, day)[:20]),
        "may_edit": has(me(request), EDIT),
        "see_phones": {one.group.pk for one in groups if _leads(request, event, one)},
    }
    if not part:
        context |= {
            "message_form": MessageForm(event=event),
            "incident_form": IncidentForm(),
            **forms,
        }
    bound = any(form.errors for form in forms.values())
    page = f"events/command.html{part}"
    return render(request, page, context, status=422 if bound else 200)


def _leads(request: HttpRequest, event: Event, look: queries.GroupToday) -> bool:
    return me(request).pk in {event.leader_id, look.group.leader_id}


@needs(DAY, EDIT)
@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message to a group."""
    event = day_event(request, pk)
    form = MessageForm(request.POST, event=event)
    if form.is_valid():
        with refusals_in(form):
            people = actions.tell_group(
                event_id=pk, group_id=number_in(form.cleaned_data["group"]) or None,
                text=form.cleaned_data["text"], by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, f"已发给 {people} 人。")
            return redirect("events:command", pk)
    return _command(request, event, message_form=form)


@needs(DAY, EDIT)
@require_POST
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what happened."""
    event = day_event(request, pk)
    form = IncidentForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.note_incident(event_id=pk, by=me(request), at=now(), **form.cleaned_data)
            messages.success(request, "已记下。")
            return redirect("events:command", pk)
    return _command(request, event, incident_form=form)


@needs(DAY, EDIT)
@require_POST
def incident_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an incident is settled."""
    found = Incident.objects.select_related("event")
    row = cast(Incident, day_row(request, found, pk))
    actions.finish_incident(incident_id=pk, by=me(request), at=now())
    messages.success(request, "已办结。")
    return redirect("events:command", row.event_id)


def _assignment(request: HttpRequest, application: int, pk: int) -> Assignment:
    found = day_application(request, application)
    row: Assignment | None = found.assignments.filter(pk=pk).first()
    if row is None:
        raise NotFound("没有找到这项安排，请刷新页面。")
    return placing.assignment_of(row.pk)


@needs(DAY, EDIT)
@never_cache
@require_POST
def phone(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Show the phone of somebody who is missing, to their leader; it is journaled."""
    row = _assignment(request, pk, assignment)
    number = actions.reveal_phone(assignment_id=row.pk, by=me(request), at=now())
    context = {"number": number, "assignment": row, "event": row.application.event}
    page = "events/phone.html"
    return render(request, f"{page}#number" if request.headers.get("HX-Request") else page, context)


@needs(DAY, EDIT)
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Choose who takes over from somebody who did not come; the second click does it."""
    row = _assignment(request, pk, assignment)
    event = row.application.event
    if request.method == "POST":
        taken = placing.replace(
            assignment_id=row.pk, application_id=number_in(request.POST.get("by")) or 0,
            by=me(request), at=now(),
        )  # fmt: skip
        name = taken.application.volunteer.name
        messages.success(request, f"已由 {name} 接替 {row.post_day.post.name}。")
        return redirect(f"{reverse('events:command', args=[event.pk])}?day={row.post_day.day}")
    context = {
        "event": event, "row": row,
        "people": queries.possible_substitutes(row),
        "has_begun": row.signup.shift.starts_at <= now(),
    }  # fmt: skip
    return render(request, "events/replace.html", context)


@needs(DAY, EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a badge by camera or number; then hand out what its bearer may still get."""
    event = day_event(request, pk)
    form = BadgeForm(request.POST or None, zones=queries.zones_of(event))
    look = None
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            badge = _badge(event, form.cleaned_data["code"])
            look = _look(event, badge, zone=form.cleaned_data["zone"])
    return _scan_page(request, event, form, look)


def _look(event: Event, badge: Badge, *, zone: str = "") -> queries.BadgeLook:
    return queries.badge_look(badge, day=queries.day_of(event, "", at=now()), zone=zone)


def _scan_page(
    request: HttpRequest, event: Event, form: BadgeForm, look: queries.BadgeLook | None,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    context = {"event": event, "form": form, "look": look, **more}
    part = "#panel" if request.headers.get("HX-Request") else ""
    return render(request, f"events/scan.html{part}", context, status=status_of(form))


def _badge(event: Event, text: str) -> Badge:
    """Return the badge that was scanned or typed.

    :raises Refusal: when it is another event's, or none.
    """
    badge_id, (event_id, number) = read(text)
    found = Badge.objects.select_related("application__event", "application__volunteer")
    asked = {"pk": badge_id} if badge_id else {"event": event_id, "number": number}
    badge: Badge | None = found.filter(**asked).first()
    if badge is None:
        raise Refusal("没有这个证号，请核对后再输入。", code="events.no_badge", field="code")
    if badge.event_id != event.pk:
        raise Refusal("这是另一次赛会的证件，在这里无效。", code="events.other_event", field="code")
    return badge


@needs(DAY, EDIT)
@never_cache
@require_GET
def badge(request: HttpRequest, token: str) -> HttpResponse:
    """Open what a phone's own camera found on a badge: only the organizer's people see it."""
    badge_id, _ = read(f"/events/b/{token}/")
    found = Badge.objects.select_related("application__event", "application__volunteer")
    row = cast(Badge, day_row(request, found, badge_id))
    event = day_event(request, row.event_id)
    form = BadgeForm(zones=queries.zones_of(event), initial={"code": row.shown_number})
    return _scan_page(request, event, form, _look(event, row))


@needs(DAY, EDIT)
@require_POST
def hand_out(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Give the bearer of a badge one thing; once."""
    application = day_application(request, pk)
    event = day_event(request, application.event_id)
    form = BadgeForm(zones=queries.zones_of(event))
    given, problem = None, ""
    try:
        given = things.hand_out(
            item_id=item, application_id=pk, size=request.POST.get("size", "")[:4],
            by=me(request), at=now(),
        )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        problem = refusal.sentence
    live = application.badges.select_related("application__event", "application__volunteer")
    row = live.filter(revoked_at=None).first()
    look = _look(event, row) if row else None
    answer = _scan_page(request, event, form, look, given=given, problem=problem)
    answer.status_code = 409 if problem and not request.headers.get("HX-Request") else 200
    return answer


@needs(DAY, EDIT)
@require_POST
def take_back(request: HttpRequest, pk: int, handout: int) -> HttpResponse:
    """Take a thing back."""
    application = day_application(request, pk)
    if not Handout.objects.filter(pk=handout, application=application).exists():
        raise NotFound("没有找到这次领取。")
    row = things.take_back(handout_id=handout, by=me(request), at=now())
    messages.success(request, f"{application.volunteer.name} 的{row.item.name}已归还。")
    return redirect("events:item", row.item_id)


@needs(DAY, EDIT)
@require_http_methods(["GET", "POST"])
def items(request: HttpRequest, pk: int) -> HttpResponse:
    """List what is handed out; add something."""
    event = day_event(request, pk)
    form = ItemForm(request.POST or None, event=event)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            things.save_item(event_id=pk, plan=form.plan(), by=me(request), at=now())
            messages.success(request, "已保存。")
            return redirect("events:items", pk)
    context = {"event": event, "form": form, "items": queries.items_of(event)}
    return render(request, "events/items.html", context, status=status_of(form))


@needs(DAY, EDIT)
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who got a thing and what is missing; change how many there are."""
    found = Item.objects.select_related("event__project__organization")
    row = cast(Item, day_row(request, found, pk))
    form = ItemForm(request.POST or None, event=row.event, item=row)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            things.save_item(
                event_id=row.event_id, item_id=pk, plan=form.plan(), by=me(request), at=now()
            )
            messages.success(request, "已保存。")
            return redirect("events:item", pk)
    handouts = list(queries.sheet(row))
    context = {
        "event": row.event, "item": row, "form": form, "handouts": handouts,
        "stocks": row.stocks.order_by("pk"),
        "out": sum(1 for one in handouts if one.returned_at is None),
    }  # fmt: skip
    return render(request, "events/item.html", context, status=status_of(form))
