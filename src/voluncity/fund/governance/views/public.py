"""What everybody may read of a fund: who leads it, its charter, its resolutions, its papers."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_safe

from voluncity.city.access.marks import public
from voluncity.fund.governance import queries
from voluncity.fund.governance.models import Charter, Document
from voluncity.fund.governance.states import Body, CharterState
from voluncity.fund.governance.views.common import ON_A_PAGE, file_answer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.paging import LongPaginator


@public
@require_GET
def fund_list(request: HttpRequest) -> HttpResponse:
    """List the special funds."""
    page = LongPaginator(queries.public_funds(), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "governance/list.html", {"page": page})


@public
@require_GET
def fund(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a fund: under whom, what for, who is in charge, what was resolved."""
    found, today = queries.public_fund(pk), local_date(now())
    seats = queries.seats_on(found, today)
    context = {
        "fund": found,
        "today": today,
        "may_raise": queries.may_raise(found, on=today),
        "purposes": queries.purposes(found),
        "charter": queries.charter_on(found, today),
        "bodies": [(body.label, [one for one in seats if one.body == body]) for body in Body],
        "page": LongPaginator(queries.public_resolutions(found), ON_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "documents": queries.documents(found, public_only=True),
    }
    return render(request, "governance/fund.html", context)


@public
@require_GET
def charter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version of a charter that holds or held.

    :raises NotFound: when it is a draft or none.
    """
    found = _adopted(pk)
    versions = Charter.objects.filter(fund=found.fund, state=CharterState.ADOPTED)
    context = {
        "charter": found,
        "fund": found.fund,
        "current": queries.charter_on(found.fund, local_date(now())),
        "versions": versions.order_by("-valid_from"),
    }
    return render(request, "governance/charter.html", context)


def _adopted(pk: int) -> Charter:
    found: Charter | None = (
        Charter.objects.filter(pk=pk, state=CharterState.ADOPTED)
        .select_related("fund", "resolution", "paper")
        .first()
    )
    if found is None:
        raise NotFound("没有找到这一版章程，请从基金页面查看现行章程。")
    return found


@public
@require_safe
def charter_paper(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over the signed original of a charter.

    :raises NotFound: when there is none.
    """
    stored = _adopted(pk).paper
    if stored is None:
        raise NotFound("这一版章程没有上传文件，请看网页上的正文。")
    return file_answer(stored, is_public=True)


@public
@require_safe
def paper(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over a public paper of a fund.

    :raises NotFound: when it is not public.
    """
    found = Document.objects.filter(pk=pk, is_public=True).select_related("file").first()
    if found is None:
        raise NotFound("没有找到这份文件，或者它没有公开。")
    return file_answer(found.file, is_public=True)
