"""The desk: the register of one's own area, and one volunteer's file."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may, scope_of
from voluncity.city.people import actions, queries
from voluncity.city.people.forms import (
    CodeForm,
    FilterForm,
    ReasonForm,
    RejectForm,
    SearchForm,
)
from voluncity.city.people.models import Guardian, Volunteer
from voluncity.city.people.queries import Search
from voluncity.city.people.registers import VOLUNTEERS
from voluncity.city.people.states import CodePurpose
from voluncity.city.people.views.login import send
from voluncity.city.people.views.requests import me
from voluncity.city.registers import queries as registers
from voluncity.city.registers.listing import bar_of, query_in
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_id, mask_name, mask_phone
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

PAGE_SIZE = 30
MOST_FOUND = 100
MINOR_OPEN = timedelta(minutes=15)
_OPENED = "opened_minors"


@needs(Permission.VOLUNTEER_SEE)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """List the volunteers of my area; the filters and the columns stand in the address."""
    today = local_date(now())
    scope = scope_of(me(request), Permission.VOLUNTEER_SEE)
    asked = QueryDict(urlencode(query_in(request)))
    form = FilterForm(asked or None, today=today, scope=scope)
    found = queries.register(scope, form.filters(), today=today)
    page = LongPaginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "search": SearchForm(), "page": page}
    return _list(request, list(page), context, is_bad=bool(form.errors))


def _list(
    request: HttpRequest, found: list[Volunteer], context: dict[str, Any], *, is_bad: bool
) -> HttpResponse:
    around = bar_of(request, VOLUNTEERS)
    rows = registers.drawn(around, found, today=local_date(now()))
    context |= {"bar": around, "rows": rows}
    return render(request, "people/desk_list.html", context, status=422 if is_bad else 200)


@needs(Permission.VOLUNTEER_SEE)
@never_cache
@require_POST
@sensitive_post_parameters("words")
def find(request: HttpRequest) -> HttpResponse:
    """Find people by what is known of them; a number stands in no address and no log."""
    scope = scope_of(me(request), Permission.VOLUNTEER_SEE)
    form = SearchForm(request.POST)
    is_good = form.is_valid()
    search = form.cleaned_data["words"] if is_good else Search()
    if search.is_open:
        return redirect(f"{reverse('people:desk_list')}?{urlencode({'q': search.name})}")
    found = list(queries.look_up(scope, search)[: MOST_FOUND + 1]) if is_good else []
    filters = FilterForm(today=local_date(now()), scope=scope)
    context = {"form": filters, "search": form, "is_search": True, "most": MOST_FOUND}
    context["is_cut"] = len(found) > MOST_FOUND
    return _list(request, found[:MOST_FOUND], context, is_bad=not is_good)


def masked(volunteer: Volunteer, today: date, adult_age: int) -> dict[str, Any]:
    """Return what a list may show of a person; a minor's name is masked, too."""
    is_adult = queries.age(volunteer, today) >= adult_age
    return {
        "name": volunteer.name if is_adult else mask_name(volunteer.name),
        "phone": mask_phone(queries.phone_of(volunteer)),
        "id_number": mask_id(queries.id_number_of(volunteer)),
        "is_minor": not is_adult,
    }


def _fetched(request: HttpRequest, permission: Permission, pk: int) -> Volunteer:
    people = Volunteer.objects.select_related("region", "user", "registered_by")
    return cast("Volunteer", access.fetch(me(request), permission, people, at=now(), pk=pk))


@needs(Permission.VOLUNTEER_SEE)
@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one volunteer's file; a minor's only after a reason was given."""
    volunteer = _fetched(request, Permission.VOLUNTEER_SEE, pk)
    return _file(request, volunteer)


def _file(request: HttpRequest, volunteer: Volunteer, **more: Any) -> HttpResponse:
    at = now()
    today = local_date(at)
    shown = masked(volunteer, today, queries.adult_age(on=today))
    context: dict[str, Any] = {"volunteer": volunteer, "masked": shown, "reason": ReasonForm()}
    if is_closed(request, volunteer, at):
        context |= more
        status = 422 if context["reason"].errors else 200
        return render(request, "people/desk_minor.html", context, status=status)
    context |= {
        "age": queries.age(volunteer, today),
        "minutes": queries.minutes_of(volunteer.pk),
        "consents": queries.consent_history(volunteer),
        "guardian": queries.live_guardian(volunteer),
        "checks": volunteer.identity_checks.select_related("decided_by").order_by("-pk"),
        "bind": CodeForm(),
        "reject": RejectForm(),
    }
    context |= _powers(request, volunteer)
    context |= more
    bad = any(context[name].errors for name in ("reason", "bind", "reject"))
    return render(request, "people/desk_detail.html", context, status=422 if bad else 200)


def _powers(request: HttpRequest, volunteer: Volunteer) -> dict[str, bool]:
    """Return which buttons the file has for who looks at it."""
    names = {
        "may_reveal": Permission.IDENTITY_REVEAL,
        "may_register": Permission.VOLUNTEER_REGISTER,
        "may_review": Permission.IDENTITY_REVIEW,
    }
    return {
        name: may(me(request), permission, Volunteer.objects.all(), pk=volunteer.pk)
        for name, permission in names.items()
    }


def is_closed(request: HttpRequest, volunteer: Volunteer, at: datetime) -> bool:
    """Return whether this is a minor's file that was not opened, or too long ago."""
    until = request.session.get(_OPENED, {}).get(str(volunteer.pk), 0)
    is_minor = not queries.is_adult(volunteer.born_on, on=local_date(at))
    return is_minor and at.timestamp() >= float(until)


@needs(Permission.VOLUNTEER_SEE)
@require_POST
def open_minor(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a minor's file for a quarter of an hour."""
    volunteer = _fetched(request, Permission.VOLUNTEER_SEE, pk)
    form, at = ReasonForm(request.POST), now()
    if form.is_valid():
        with refusals_in(form):
            actions.open_minor(
                volunteer=volunteer, reason=form.cleaned_data["reason"], by=me(request), at=at
            )
    if form.errors:
        return _file(request, volunteer, reason=form)
    opened = dict(request.session.get(_OPENED, {}))
    opened[str(volunteer.pk)] = (at + MINOR_OPEN).timestamp()
    request.session[_OPENED] = opened
    return redirect("people:desk_detail", pk)


@needs(Permission.IDENTITY_REVEAL)
@never_cache
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the whole numbers once; the reading is journaled with its reason."""
    volunteer = _fetched(request, Permission.IDENTITY_REVEAL, pk)
    form = ReasonForm(request.POST)
    more: dict[str, Any] = {"reason": form}
    # A minor's file is opened first: nothing is journaled as read that was not shown.
    if form.is_valid() and not is_closed(request, volunteer, now()):
        with refusals_in(form):
            more["numbers"] = actions.reveal_numbers(
                volunteer=volunteer, reason=form.cleaned_data["reason"], by=me(request), at=now()
            )
    return _file(request, volunteer, **more)


@needs(Permission.VOLUNTEER_REGISTER)
@never_cache
@require_http_methods(["POST"])
@sensitive_post_parameters("code")
def bind_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Bind a phone to log in with, after the papers were seen at the desk."""
    volunteer = _fetched(request, Permission.VOLUNTEER_REGISTER, pk)
    is_draft = request.POST.get("do") == "code"
    form = CodeForm(request.POST, is_draft=is_draft)
    if is_draft:
        sent: dict[str, str] = {}
        with refusals_in(form):
            sent = send(request, CodePurpose.PHONE, field="phone")
        return _file(request, volunteer, bind=form, sent=sent)
    if form.is_valid():
        with refusals_in(form):
            actions.bind_phone(volunteer_id=pk, by=me(request), at=now(), **form.cleaned_data)
    if form.errors:
        return _file(request, volunteer, bind=form)
    messages.success(request, "已绑定，本人现在可以用这个手机号登录。")
    return redirect("people:desk_detail", pk)


@needs(Permission.VOLUNTEER_REGISTER)
@require_POST
def withdraw_guardian(request: HttpRequest, pk: int, guardian_pk: int) -> HttpResponse:
    """Write down that a guardian does not agree any more."""
    volunteer = _fetched(request, Permission.VOLUNTEER_REGISTER, pk)
    if not Guardian.objects.filter(pk=guardian_pk, volunteer=volunteer).exists():
        raise NotFound("没有找到这位监护人，请刷新页面。")
    actions.withdraw_guardian(guardian_id=guardian_pk, by=me(request), at=now())
    messages.success(request, "已记下监护人撤回同意，此后不能再报名活动。")
    return redirect("people:desk_detail", pk)
