"""A place is kept for somebody who waited: they answer, a guardian does, or the desk by phone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access.marks import needs, signed_in, volunteer_only
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.service.signups import actions, queries
from voluncity.service.signups.forms import AnswerForm
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.views.desk import roster_url, signup_in_reach
from voluncity.service.signups.views.posted import posted, sentences
from voluncity.service.signups.views.wards import signup_of_ward
from voluncity.web.forms import refusals_in

_DONE = {
    "accept": "已接受，名额是{whose}的了，请按时到场。",
    "decline": "已让给下一位，谢谢及时告诉我们。",
    "stay": "已让给下一位，{who}仍在候补，排在最后。",
}


@volunteer_only
@never_cache
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show until when a place is kept, and take the answer."""
    signup = queries.my_signup(user_of(request).volunteer, pk)
    return _asked(request, signup, home=reverse("signups:one", args=[pk]))


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def ward_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a guardian answer for a child."""
    signup = signup_of_ward(user_of(request), pk)
    home = reverse("signups:of_ward", args=[signup.volunteer_id])
    return _asked(request, signup, home=home, who="孩子")


def _asked(request: HttpRequest, signup: Signup, *, home: str, who: str = "您") -> HttpResponse:
    form = AnswerForm(posted(request))
    if request.method == "POST" and _answered(request, signup, form, who=who):
        return redirect(home)
    if signup.state != SignupState.OFFERED:  # pressed twice, or answered before
        return redirect(home)
    at = now()
    until = signup.offered_until
    context = {
        "signup": signup,
        "shift": signup.shift,
        "activity": signup.shift.activity,
        "form": form,
        "problem": sentences(form),
        "who": who,
        "is_over": until is None or at >= min(until, signup.shift.starts_at),
        "home": home,
    }
    return render(request, "signups/offer.html", context, status=422 if form.errors else 200)


@needs(Permission.ATTENDANCE_RECORD)
@require_POST
def answer_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the answer of somebody who told the organization by phone."""
    signup = signup_in_reach(request, pk)
    form = AnswerForm(request.POST)
    if not _answered(request, signup, form, who="这位志愿者"):
        messages.error(request, sentences(form))
    return redirect(roster_url(signup))


def _answered(request: HttpRequest, signup: Signup, form: AnswerForm, *, who: str) -> bool:
    if not form.is_valid():
        return False
    user, answer = user_of(request), form.cleaned_data["answer"]
    with refusals_in(form):
        if answer == "accept":
            actions.accept_offer(signup_id=signup.pk, by=user, at=now())
        else:
            actions.decline_offer(signup_id=signup.pk, stay=answer == "stay", by=user, at=now())
        messages.success(request, _DONE[answer].format(who=who, whose=who))
    return not form.errors
