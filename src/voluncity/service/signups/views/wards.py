"""What a guardian sees of a child's sign-ups, and giving one back for the child."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import signed_in
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.signups import actions, queries
from voluncity.service.signups.forms import CancelForm
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.views.mine import TABS
from voluncity.service.signups.views.posted import posted
from voluncity.web.forms import refusals_in

PAGE = 20


@signed_in
@never_cache
@require_GET
def of_ward(request: HttpRequest, pk: int) -> HttpResponse:
    """List the sign-ups of one child."""
    child = people.ward(user_of(request), pk, on=local_date(now())).volunteer
    tab = request.GET.get("tab", "coming")
    tab = tab if tab in dict(TABS) else "coming"
    found = queries.my_signups(child, tab, at=now())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"child": child, "page": page, "tabs": TABS, "tab_now": tab}
    return render(request, "signups/of_ward.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then give a child's place back."""
    user = user_of(request)
    signup = signup_of_ward(user, pk)
    if signup.state == SignupState.CANCELLED:  # pressed twice: the first request has done it
        return redirect("signups:of_ward", signup.volunteer_id)
    form = CancelForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.cancel_signup(signup_id=pk, reason=form.text, by=user, at=now())
            messages.success(request, "已经为孩子取消，名额让给了别人。")
            return redirect("signups:of_ward", signup.volunteer_id)
    context = {"form": form, "signup": signup, "child": signup.volunteer}
    status = 422 if form.errors else 200
    return render(request, "signups/ward_cancel.html", context, status=status)


def signup_of_ward(user: User, pk: int) -> Signup:
    """Return a child's sign-up.

    :raises NotFound: when it is none of this guardian's children's.
    """
    signups = Signup.objects.select_related("shift__activity", "volunteer")
    found: Signup | None = signups.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这次报名，请回到“家庭”查看。")
    people.ward(user, found.volunteer_id, on=local_date(now()))
    return found
