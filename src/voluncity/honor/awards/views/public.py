"""Everybody: selections, nominees, the vote, results, the page of honor, certificates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST, require_safe

from voluncity.city.access import personal
from voluncity.city.access.marks import public, volunteer_only
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.honor.awards import actions, queries
from voluncity.honor.awards.forms import CheckForm, VoteForm
from voluncity.honor.awards.models import Category, Nomination, Selection
from voluncity.honor.awards.queries.selections import phase_steps
from voluncity.honor.awards.states import AwardState, Phase, SelectionState
from voluncity.honor.awards.views.common import UNPROCESSABLE, file_answer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.web.addresses import address_of
from voluncity.web.devices import mark_device
from voluncity.web.forms import refusals_in

S = SelectionState


@public
@require_GET
def open_list(request: HttpRequest) -> HttpResponse:
    """List the selections that run, and the years of honor."""
    today = local_date(now())
    context = {
        "selections": [(one, one.phase(today)) for one in queries.public_selections()],
        "years": queries.honor_years(),
    }
    return render(request, "awards/list.html", context)


@public
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one selection: who takes part, the vote of one category, later the result."""
    return _show(request, queries.public_selection(pk))


@volunteer_only
@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast one's ballot of a category."""
    category = _category(pk)
    selection = category.selection
    nominees = queries.open_nominees(selection).get(pk, [])
    form = VoteForm(request.POST, nominees=nominees)
    page = f"{reverse('awards:show', args=[selection.pk])}?category={pk}"
    response: HttpResponse = redirect(page)
    device = mark_device(request, response)
    if form.is_valid():
        place = actions.Place(device=device, address=_address(request))
        with refusals_in(form):
            actions.vote(
                category=category, chosen=form.cleaned_data["chosen"],
                voter=user_of(request).volunteer, place=place, at=now(),
            )  # fmt: skip
    if form.errors:
        return _show(request, selection, category, form)
    messages.success(request, f"“{category.title}”投票成功，谢谢您！")
    return response


def _address(request: HttpRequest) -> str:
    """Return the digest of the network address; the address itself is not kept."""
    return personal.index(address_of(request), purpose="award_address")


def _category(pk: int) -> Category:
    found = Category.objects.filter(pk=pk).select_related("selection__region").first()
    if found is None:
        raise NotFound("没有找到这个评选类别，请回到评选列表看看。")
    queries.public_selection(found.selection_id)
    return found  # type: ignore[no-any-return]  # the scoped manager is untyped


def _show(
    request: HttpRequest,
    selection: Selection,
    chosen: Category | None = None,
    form: VoteForm | None = None,
) -> HttpResponse:
    today = local_date(now())
    phase = selection.phase(today)
    categories = queries.categories_of(selection)
    category = chosen or _chosen(request, categories)
    is_published = selection.state == S.PUBLISHED
    is_past_checks = queries.shows_nominees(selection, on=today)
    nominees = queries.open_nominees(selection).get(category.pk, []) if is_past_checks else []
    is_voting = is_published and phase == Phase.VOTING
    volunteer: Volunteer | None = getattr(request.user, "volunteer_or_none", None)
    mine = queries.my_ballots(volunteer, selection.pk) if volunteer is not None else {}
    sees_counts = selection.is_live if is_voting else is_past_checks and (
        not is_published or phase in {Phase.CLOSING, Phase.DECIDING}
    )  # fmt: skip
    counts = queries.live_counts(selection) if sees_counts else {}
    names, at_step = phase_steps(selection, today)
    context = {
        "selection": selection,
        "phase": phase,
        "is_published": is_published,
        "steps": ",".join(names),
        "at_step": at_step,
        "categories": [(one, one.pk in mine) for one in categories],
        "category": category,
        "nominees": [(one, counts.get(one.pk, 0)) for one in nominees],
        "sees_counts": sees_counts,
        "is_voting": is_voting,
        "my_choice": mine.get(category.pk),
        "next_category": next((one for one in categories if one.pk not in mine), None),
        "volunteer": volunteer,
        "may_vote": volunteer is not None
        and volunteer.identity_state == IdentityState.VERIFIED
        and queries.votes_in(volunteer, selection),
        "is_outside": volunteer is not None and not queries.votes_in(volunteer, selection),
        "moved": selection.moves.filter(verb="move_days").last(),
        "form": form,
        "sent": form.data.getlist("chosen") if form is not None else [],  # type: ignore[attr-defined]
        "can_self": is_published
        and phase == Phase.NOMINATING
        and selection.allows_self
        and category.kind == "volunteer",
        "awards": _awards(selection, category),
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "awards/show.html", context, status=status)


def _chosen(request: HttpRequest, categories: list[Category]) -> Category:
    asked = request.GET.get("category", "")
    return next((one for one in categories if str(one.pk) == asked), categories[0])


def _awards(selection: Selection, category: Category) -> list[Any]:
    if selection.state not in {S.SHOWN, S.AWARDED}:
        return []
    live = [AwardState.SHOWN, AwardState.EFFECTIVE]
    found = queries.awards_of_selection(selection)
    return list(found.filter(nomination__category=category, state__in=live))


@public
@require_GET
def nominee(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one nominee: story and photo, once everybody may see them."""
    found = _nominee(pk)
    selection = found.category.selection
    phase = selection.phase(local_date(now()))
    award = getattr(found, "award", None)
    context = {
        "nominee": found,
        "selection": selection,
        "category": found.category,
        "is_voting": selection.state == S.PUBLISHED and phase == Phase.VOTING,
        "award": award if award is not None and award.is_effective else None,
    }
    return render(request, "awards/nominee.html", context)


def _nominee(pk: int) -> Nomination:
    found: Nomination | None = queries.detailed().filter(pk=pk).select_related("award").first()
    if found is None or not _is_shown(found):
        raise NotFound("没有找到这个对象，或者现在没有公开。")
    return found


def _is_shown(nomination: Nomination) -> bool:
    """Return whether everybody may read of a nominee now: from the end of nominations on."""
    selection = nomination.category.selection
    return nomination.is_open and queries.shows_nominees(selection, on=local_date(now()))


@public
@require_safe
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """Show a nominee's photo: to everybody when the story is public, else to whom it concerns."""
    found: Nomination | None = queries.detailed().filter(pk=pk).first()
    if found is None or found.photo is None:
        raise NotFound("没有找到这张照片。")
    is_public = _is_shown(found)
    if not (is_public or _is_concerned(request, found)):
        raise NotFound("没有找到这张照片，或者它不公开。")
    return file_answer(found.photo, is_public=is_public)


def _is_concerned(request: HttpRequest, nomination: Nomination) -> bool:
    me = request.user
    if not me.is_authenticated:
        return False
    user = user_of(request)
    if me.pk in queries.nominators(nomination) or queries.speaks_for(
        user, nomination, on=local_date(now())
    ):
        return True
    if nomination.reviews.filter(judge__user=user, judge__removed_at=None).exists():
        return True
    return may(user, Permission.AWARD_EDIT, Nomination.objects.all(), pk=nomination.pk)


@public
@require_GET
def honor(request: HttpRequest) -> HttpResponse:
    """Show who was awarded, year by year, with their stories."""
    years = queries.honor_years()
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), years[0] if years else None)
    groups: dict[str, list[Any]] = {}
    for award in queries.honored(year) if year is not None else []:
        groups.setdefault(award.title, []).append(award)
    context = {"years": years, "year": year, "groups": groups}
    return render(request, "awards/honor.html", context)


@public
@require_GET
def check_start(request: HttpRequest) -> HttpResponse:
    """Ask for the number of a certificate."""
    form = CheckForm(request.GET or None)
    if form.is_valid():
        with refusals_in(form):
            award = queries.found_award(form.cleaned_data["serial"])
            return redirect("awards:check", award.serial)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/check_start.html", {"form": form}, status=status)


@public
@require_GET
def check(request: HttpRequest, serial: str) -> HttpResponse:
    """Say whether a certificate is true, and whether the award still counts."""
    award = queries.found_award(clean(serial))
    return render(request, "awards/check.html", {"award": award, "checked_at": now()})
