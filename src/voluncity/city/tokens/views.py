"""Pages on which a person makes and revokes keys for programs."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access.marks import signed_in
from voluncity.city.access.queries import Person
from voluncity.city.people.asking import user_of
from voluncity.city.tokens import actions, queries
from voluncity.city.tokens.forms import TokenForm
from voluncity.web.forms import refusals_in

PAGE = 20


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache  # a fresh secret must not come back with the browser's back button
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's keys; make a new one, whose secret is shown this once."""
    user = user_of(request)
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _, secret = actions.create_token(user=user, by=user, at=now(), **form.cleaned_data)
    if secret:
        form = TokenForm()
    page = Paginator(queries.tokens_of(cast(Person, user)), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "secret": secret, "page": page, "now": now()}
    return render(request, "tokens/list.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one of one's keys open nothing any more."""
    token = actions.revoke_token(token_id=pk, by=user_of(request), at=now())
    messages.success(request, f"密钥“{token.name}”已停用。")
    return redirect("tokens:list")
