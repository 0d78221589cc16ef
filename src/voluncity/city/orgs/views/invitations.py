"""Links by which people join: made at the desk, opened on a phone; and the team's code."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, volunteer_only
from voluncity.city.access.permissions import Permission
from voluncity.city.orgs import actions, queries, rules
from voluncity.city.orgs.forms import InvitationForm
from voluncity.city.orgs.models import Invitation, Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in


@needs(Permission.MEMBER_REVIEW)
@require_http_methods(["GET", "POST"])
def desk_invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the links that can still be used, and make a new one."""
    organization: Organization = access.fetch(
        request.user, Permission.MEMBER_REVIEW, Organization.objects.all(), at=now(), pk=pk
    )
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            invitation = actions.invite(
                organization_id=pk, **form.cleaned_data, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "邀请链接已生成，可以打印或复制给大家。")
            return redirect("orgs:desk_invitation", invitation.pk)
    context = {
        "organization": organization,
        "invitations": queries.invitations(organization, at=now())[:50],
        "form": form,
    }
    return render(
        request, "orgs/desk_invitations.html", context, status=422 if form.errors else 200
    )


@needs(Permission.MEMBER_REVIEW)
@require_GET
def desk_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one link as a code to print and to copy."""
    invitation = _fetch(request, pk)
    return render(
        request,
        "orgs/desk_invitation.html",
        {"invitation": invitation, "url": _url(invitation), "is_open": _is_open(invitation)},
    )


@needs(Permission.MEMBER_REVIEW)
@require_POST
def end_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a link before its time."""
    invitation = _fetch(request, pk)
    actions.end_invitation(invitation_id=pk, by=user_of(request), at=now())
    messages.success(request, "邀请链接已停用。")
    return redirect("orgs:desk_invitations", invitation.organization_id)


@needs(Permission.ORG_SEE)
@require_GET
def desk_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the team's own code on a page to print: it leads to the public page."""
    organization: Organization = access.fetch(
        request.user,
        Permission.ORG_SEE,
        Organization.objects.select_related("region"),
        at=now(),
        pk=pk,
    )
    url = settings.VOLUNCITY_PUBLIC_URL + reverse("orgs:detail", args=[pk])
    return render(request, "orgs/desk_code.html", {"organization": organization, "url": url})


@volunteer_only
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Join by a link, after the team was shown."""
    user = user_of(request)
    invitation = _opened(token)
    if request.method == "POST":
        membership = actions.accept_invitation(
            token=token, volunteer=user.volunteer, by=user, at=now()
        )
        messages.success(request, f"欢迎加入“{invitation.organization.name}”！")
        return redirect("orgs:detail", membership.organization_id)
    context = {
        "invitation": invitation,
        "organization": invitation.organization,
        "mine": queries.belonging(invitation.organization, user.volunteer),
        "is_open": _is_open(invitation),
        "instead": people.place_instead(invitation.organization),
    }
    return render(request, "orgs/invited.html", context)


def _opened(token: str) -> Invitation:
    pk = rules.invitation_in(token, key=settings.SECRET_KEY.encode())
    rows = Invitation.objects.select_related("organization__region")
    found: Invitation | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个邀请，请向邀请您的人要一个新链接。")
    return found


def _is_open(invitation: Invitation) -> bool:
    return (
        invitation.ended_at is None
        and invitation.expires_at > now()
        and invitation.used < invitation.most
        and invitation.organization.state == OrgState.ACTIVE
    )


def _url(invitation: Invitation) -> str:
    token = rules.invitation_token(invitation.pk, key=settings.SECRET_KEY.encode())
    return settings.VOLUNCITY_PUBLIC_URL + reverse("orgs:invited", args=[token])


def _fetch(request: HttpRequest, pk: int) -> Invitation:
    found: Invitation = access.fetch(
        request.user,
        Permission.MEMBER_REVIEW,
        Invitation.objects.select_related("organization__region", "made_by"),
        at=now(),
        pk=pk,
    )
    return found
