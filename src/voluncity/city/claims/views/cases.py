"""The desk: claims and corrections of one's own area, their photos, and codes for who came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.claims import actions, queries
from voluncity.city.claims.forms import DeclineForm, RefuseForm
from voluncity.city.claims.models import Claim, DataCorrection
from voluncity.city.claims.rules import CODE_LIFE
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdType
from voluncity.kernel.masks import mask_id, mask_phone
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in

PER_PAGE = 30
OPEN_FOR = timedelta(minutes=15)
_OPENED = "opened_cases"
Case = Claim | DataCorrection


@needs(Permission.CLAIM_REVIEW)
@never_cache
@require_safe
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the claims, or the corrections, of my area that wait."""
    queue = "corrections" if request.GET.get("queue") == "corrections" else "claims"
    claims, corrections = (
        queries.open_claims(user_of(request)),
        queries.open_corrections(user_of(request)),
    )
    found: Any = claims if queue == "claims" else corrections
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    other = (corrections if queue == "claims" else claims).count()
    dues = queries.dues(page, at=now())
    context = {
        "queue": queue,
        "page": page,
        "rows": [(case, mask_id(queries.number_given(case)), dues[case.key]) for case in page],
        "claims_number": page.paginator.count if queue == "claims" else other,
        "corrections_number": other if queue == "claims" else page.paginator.count,
        "days": queries.evidence_days(now()),
    }
    return render(request, "claims/desk_list.html", context)


def _fetched(request: HttpRequest, cases: Any, pk: int) -> Any:
    return access.fetch(user_of(request), Permission.CLAIM_REVIEW, cases, at=now(), pk=pk)


def _claim(request: HttpRequest, pk: int) -> Claim:
    related = Claim.objects.select_related("claimant", "holder", "region", "volunteer__region")
    return cast(Claim, _fetched(request, related, pk))


def _correction(request: HttpRequest, pk: int) -> DataCorrection:
    related = DataCorrection.objects.select_related("volunteer__region")
    return cast(DataCorrection, _fetched(request, related, pk))


@needs(Permission.CLAIM_REVIEW)
@never_cache
@require_safe
def desk_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one claim beside the record that has its number."""
    return _claim_page(request, _claim(request, pk), DeclineForm())


def _claim_page(request: HttpRequest, claim: Claim, form: DeclineForm) -> HttpResponse:
    volunteer = claim.volunteer
    context = {
        "claim": claim,
        "form": form,
        "volunteer": volunteer,
        "is_own": user_of(request).pk
        in {claim.claimant_id, claim.holder_id, volunteer.user_id if volunteer else None},
        "same_name": volunteer is not None and volunteer.name == claim.name,
        "minutes": people.minutes_of(volunteer.pk) if volunteer else None,
        "kept_phone": mask_phone(people.phone_of(volunteer)) if volunteer else "",
        **_seen(request, claim),
    }
    return render(request, "claims/desk_claim.html", context, status=422 if form.errors else 200)


def _seen(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return number and photos: whole for a quarter of an hour after somebody opened them."""
    number, is_open = queries.number_given(case), _is_open(request, case)
    photos = list(queries.photos_of(case))
    return {
        "number": number if is_open else mask_id(number),
        "photos": photos if is_open else [],
        "has_photos": bool(photos),
        "is_open": is_open,
        "due": queries.dues([case], at=now())[case.key],
        "days": queries.evidence_days(now()),
    }


def _is_open(request: HttpRequest, case: Case) -> bool:
    until = request.session.get(_OPENED, {}).get(case.subject, 0)
    return now().timestamp() < float(until)


def _look(request: HttpRequest, case: Case) -> None:
    actions.open_evidence(case=case, by=user_of(request), at=now())
    opened = dict(request.session.get(_OPENED, {}))
    opened[case.subject] = (now() + OPEN_FOR).timestamp()
    request.session[_OPENED] = opened


@needs(Permission.CLAIM_REVIEW)
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the photos and the whole number of a claim; it is journaled."""
    _look(request, _claim(request, pk))
    return redirect("claims:desk_claim", pk)


@needs(Permission.CLAIM_REVIEW)
@require_POST
def look_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the photos and the whole number of a correction; it is journaled."""
    _look(request, _correction(request, pk))
    return redirect("claims:desk_correction", pk)


@needs(Permission.CLAIM_REVIEW)
@never_cache
@require_safe
def evidence(request: HttpRequest, key: str) -> FileResponse:
    """Serve one photo of a case that was opened a moment ago."""
    stored = StoredFile.objects.filter(key=key).first()
    case = queries.case_with_photo(user_of(request), stored) if stored else None
    if stored is None or case is None or not _is_open(request, case):
        raise NotFound("没有找到这张照片。请回到认领或更正的页面，重新点“查看证件照片”。")
    return hand_over(files.opened(stored), content_type=stored.content_type)


@needs(Permission.CLAIM_REVIEW)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, separate or decline a claim."""
    claim, do = _claim(request, pk), request.POST.get("do", "")
    yes: dict[str, Callable[..., Claim]] = {
        "accept": actions.accept_claim,
        "separate": actions.separate_claim,
    }
    if do in yes:
        yes[do](claim_id=pk, by=user_of(request), at=now())
    else:
        form = DeclineForm(request.POST)
        if form.is_valid():
            with refusals_in(form):
                actions.decline_claim(
                    claim_id=pk, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
                )
        if form.errors:
            return _claim_page(request, claim, form)
    messages.success(request, _DONE.get(do, "已答复，原因已告知申请人。"))
    return redirect("claims:desk_list")


_DONE = {
    "accept": "已同意认领，登记已转到申请人的账号，双方都会收到消息。",
    "separate": "已分开：原登记要重新填写号码，申请人可以登记了。",
}


@needs(Permission.CLAIM_REVIEW)
@never_cache
@require_safe
def desk_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request to correct, what is kept beside what is said to be right."""
    return _correction_page(request, _correction(request, pk), RefuseForm())


def _correction_page(
    request: HttpRequest, wanted: DataCorrection, form: RefuseForm
) -> HttpResponse:
    volunteer = wanted.volunteer
    kept = people.id_number_of(volunteer)
    seen = _seen(request, wanted)
    numbers = (kept if seen["is_open"] else mask_id(kept), seen["number"])
    context = {
        "wanted": wanted,
        "volunteer": volunteer,
        "form": form,
        "is_own": user_of(request).pk in (wanted.asked_by_id, volunteer.user_id),
        "rows": [
            ("姓名", volunteer.name, wanted.name, volunteer.name != wanted.name),
            _row("证件类型", volunteer.get_id_type_display(), IdType(wanted.id_type).label),
            ("证件号码", *numbers, kept != queries.number_given(wanted)),
            _row("出生日期", f"{volunteer.born_on:%Y-%m-%d}", f"{wanted.born_on:%Y-%m-%d}"),
            _row("性别", volunteer.get_sex_display(), wanted.get_sex_display()),
        ],
        **seen,
    }
    return render(
        request, "claims/desk_correction.html", context, status=422 if form.errors else 200
    )


def _row(label: str, kept: str, said: str) -> tuple[str, str, str, bool]:
    return label, kept, said, kept != said


@needs(Permission.CLAIM_REVIEW)
@require_POST
def decide_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply a correction, or refuse it."""
    wanted, is_yes = _correction(request, pk), request.POST.get("do") == "apply"
    if is_yes:
        actions.apply_correction(correction_id=pk, by=user_of(request), at=now())
    else:
        form = RefuseForm(request.POST)
        if form.is_valid():
            with refusals_in(form):
                actions.refuse_correction(
                    correction_id=pk,
                    reason=form.cleaned_data["reason"],
                    by=user_of(request),
                    at=now(),
                )
        if form.errors:
            return _correction_page(request, wanted, form)
    messages.success(
        request, "已更正，正在重新核对实名。" if is_yes else "已答复，原因已告知本人。"
    )
    return redirect(reverse("claims:desk_list") + "?queue=corrections")


@needs(Permission.CLAIM_REVIEW)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Give who stands at the desk with their paper a code for their record."""
    volunteer = cast(
        Volunteer, _fetched(request, Volunteer.objects.select_related("region", "user"), pk)
    )
    context: dict[str, Any] = {
        "volunteer": volunteer,
        "id_number": mask_id(people.id_number_of(volunteer)),
        "phone": mask_phone(people.phone_of(volunteer)),
    }
    if request.method == "POST":
        at = now()
        context["code"] = actions.make_code(volunteer_id=pk, by=user_of(request), at=at)
        context["until"] = at + CODE_LIFE
    return render(request, "claims/desk_code.html", context)
