"""The desk: close the record of somebody without a phone, who asks for it in person."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.privacy import actions, queries, rules
from voluncity.city.privacy.forms import DeskCloseForm
from voluncity.city.privacy.queries import Subject
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState
from voluncity.web.forms import refusals_in


def _fetched(request: HttpRequest, pk: int) -> Volunteer:
    found = Volunteer.objects.select_related("region", "user")
    return cast(
        "Volunteer",
        access.fetch(user_of(request), Permission.VOLUNTEER_REGISTER, found, at=now(), pk=pk),
    )


@needs(Permission.VOLUNTEER_REGISTER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what closing means, write the wish down, and show the receipt to hand over."""
    volunteer = _fetched(request, pk)
    form = DeskCloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.ask_to_close_at_desk(
                volunteer=volunteer,
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                at=now(),
            )
            messages.success(request, "已记下注销申请。请打印回执，交给本人。")
            return redirect("privacy:desk_close", pk)
    status = 422 if form.errors else 200
    return render(request, "privacy/desk_close.html", _page(volunteer, form), status=status)


def _page(volunteer: Volunteer, form: DeskCloseForm) -> dict[str, Any]:
    about = Subject(volunteer.user, volunteer)
    at = now()
    return {
        "form": form,
        "volunteer": volunteer,
        "closing": queries.open_closing(about),
        "hindrances": queries.hindrances(volunteer.user, volunteer),
        "minutes": people.minutes_of(volunteer.pk).total,
        "closes_on": local_date(at + rules.CLOSING_WAIT),
        "wait_days": rules.CLOSING_WAIT.days,
        "printed_at": at,
    }


@needs(Permission.VOLUNTEER_REGISTER)
@require_POST
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the record after all, because the person came back and said so."""
    volunteer = _fetched(request, pk)
    closing = queries.open_closing(Subject(None, volunteer))
    if closing is None or not closing.reason:
        raise WrongState("没有由工作人员代为提出、正在等待的注销申请，请刷新页面。")
    actions.withdraw_closing(closing_id=closing.pk, by=user_of(request), at=now())
    messages.success(request, "已撤回注销申请，一切照旧。")
    return redirect("people:desk_detail", pk)
