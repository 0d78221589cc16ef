"""Papers of a project: the agreement to print, the signed paper."""

from __future__ import annotations

from io import BytesIO

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may
from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.files import storage
from voluncity.fund.grants.models import Agreement, Scan
from voluncity.fund.grants.paper import agreement_pdf
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over

P = Permission


@needs(P.GRANT_APPLY, P.FUND_SEE)
@never_cache
@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand over the paper of an agreement."""
    rows = Agreement.objects.select_related("funding__fund", "funding__organization")
    found: Agreement = access.fetch(request.user, _by(request, rows, pk), rows, at=now(), pk=pk)
    return hand_over(
        BytesIO(agreement_pdf(found)), content_type="application/pdf",
        filename=f"资助协议-{found.funding.number}-{found.number}.pdf", is_attachment=True,
    )  # fmt: skip


@needs(P.GRANT_APPLY, P.FUND_SEE)
@never_cache
@require_safe
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand over a signed paper to both sides."""
    rows = Scan.objects.select_related("file", "agreement__funding")
    found: Scan = access.fetch(request.user, _by(request, rows, pk), rows, at=now(), pk=pk)
    try:
        stream = storage.open_stored(found.file.key)
    except FileNotFoundError as error:
        raise NotFound("文件暂时取不到，请稍后再试。", code="files.missing") from error
    is_paper = found.file.content_type == "application/pdf"
    name = found.file.original_name if is_paper else f"{found.file.key}.webp"
    return hand_over(
        stream, content_type=found.file.content_type, filename=name, is_attachment=is_paper
    )


def _by(request: HttpRequest, rows: ScopedQuerySet, pk: int) -> Permission:
    is_own = has(request.user, P.GRANT_APPLY) and may(request.user, P.GRANT_APPLY, rows, pk=pk)
    return P.GRANT_APPLY if is_own else P.FUND_SEE
