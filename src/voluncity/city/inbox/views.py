"""The messages of the person who is signed in."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from voluncity.city.access.marks import signed_in
from voluncity.city.inbox import actions, queries

PAGE_SIZE = 20


def _me(request: HttpRequest) -> Model:
    return cast("Model", request.user)  # every view here is for people who are signed in


@signed_in
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Show what I was told, newest first."""
    user = _me(request)
    page = Paginator(queries.messages_of(user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "inbox/messages.html", {"page": page, "unread": queries.unread(user)})


@signed_in
@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read and go where it points."""
    message = actions.read_message(message_id=pk, by=_me(request), at=now())
    is_ours = url_has_allowed_host_and_scheme(message.url, allowed_hosts=None)
    return redirect(message.url if message.url and is_ours else "inbox:list")


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.read_all(by=_me(request), at=now())
    return redirect("inbox:list")
