"""The desk: what an organization is known for, and which buildings it looks after."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.forms import BrandForm, BuildingsForm
from voluncity.city.orgs.models import BrandProject, Organization
from voluncity.city.people.asking import user_of
from voluncity.web.forms import refusals_in


@needs(Permission.ORG_EDIT)
@require_http_methods(["GET", "POST"])
def desk_brands(request: HttpRequest, pk: int) -> HttpResponse:
    """List the brand projects of an organization, and add one."""
    organization = _fetch(request, pk)
    is_sent = request.method == "POST"
    form = BrandForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_brand(
                organization_id=pk, **form.cleaned_data, by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "已添加，组织页面上可以看到。")
            return redirect("orgs:desk_brands", pk)
    context = {"organization": organization, "brands": queries.brands(organization), "form": form}
    return render(request, "orgs/desk_brands.html", context, status=422 if form.errors else 200)


@needs(Permission.ORG_EDIT)
@require_http_methods(["GET", "POST"])
def desk_brand(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one brand project."""
    brand = _brand(request, pk)
    initial = {name: getattr(brand, name) for name in ("name", "what", "since")}
    is_sent = request.method == "POST"
    form = BrandForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, initial=initial
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_brand(brand_id=pk, **form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已保存。")
            return redirect("orgs:desk_brands", brand.organization_id)
    context = {"brand": brand, "organization": brand.organization, "form": form}
    return render(request, "orgs/desk_brand.html", context, status=422 if form.errors else 200)


@needs(Permission.ORG_EDIT)
@require_POST
def raise_brand(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a brand project one place further up."""
    brand = _brand(request, pk)
    actions.raise_brand(brand_id=pk, by=user_of(request), at=now())
    return redirect("orgs:desk_brands", brand.organization_id)


@needs(Permission.ORG_EDIT)
@require_POST
def end_brand(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a brand project off the page."""
    brand = _brand(request, pk)
    actions.end_brand(brand_id=pk, by=user_of(request), at=now())
    messages.success(request, "已撤下。")
    return redirect("orgs:desk_brands", brand.organization_id)


@needs(Permission.ORG_EDIT)
@require_http_methods(["GET", "POST"])
def desk_buildings(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down which buildings a team looks after."""
    organization = _fetch(request, pk)
    initial = {"buildings": "\n".join(str(one) for one in queries.buildings(organization))}
    form = BuildingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            number = actions.set_buildings(
                organization_id=pk,
                text=form.cleaned_data["buildings"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, f"已保存，共 {number} 栋楼宇。")
            return redirect("orgs:desk_detail", pk)
    context = {"organization": organization, "form": form}
    return render(request, "orgs/desk_buildings.html", context, status=422 if form.errors else 200)


def _fetch(request: HttpRequest, pk: int) -> Organization:
    found: Organization = access.fetch(
        request.user, Permission.ORG_EDIT, Organization.objects.all(), at=now(), pk=pk
    )
    return found


def _brand(request: HttpRequest, pk: int) -> BrandProject:
    found: BrandProject = access.fetch(
        request.user,
        Permission.ORG_EDIT,
        BrandProject.objects.select_related("organization", "photo"),
        at=now(),
        pk=pk,
    )
    return found
