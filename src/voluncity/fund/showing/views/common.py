"""What the pages share: which fund, which part of a list somebody asks for."""

from __future__ import annotations

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from voluncity.fund.governance.models import Fund
from voluncity.fund.governance.queries import public_fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.showing.rules import NONE, Asked, Sheet, year_in
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean, number_in

_LONGEST = 20


def fund_of(pk: int) -> Fund:
    """Return a fund, which everybody may look at.

    :raises NotFound: when there is none.
    """
    return public_fund(pk)


def asked_in(query: QueryDict, fund: Fund, sheet: Sheet) -> Asked:
    """Return which part of a list an address asks for; what is not understood is left out.

    Only gifts came in files: to another list a file says nothing.

    :raises NotFound: when the project or the purpose is none of this fund.
    """
    number = clean(query.get("project", ""))[:_LONGEST]
    project = Funding.objects.filter(fund=fund, number=number).first() if number else None
    if number and project is None:
        raise NotFound("没有找到这个资助项目，请从项目清单打开。")
    said = query.get("for", "")
    purpose_id = number_in(said)
    if purpose_id is not None and not fund.purposes.filter(pk=purpose_id).exists():
        raise NotFound("这个基金没有这个资助方向，请从基金公开页面打开。")
    return Asked(
        year=year_in(query.get("year")), purpose_id=purpose_id, has_no_purpose=said == NONE,
        award=project.award if project else "", number=number,
        batch_id=number_in(query.get("batch")) if sheet.has_batches else None,
    )  # fmt: skip


def sheet_url(sheet: Sheet | str, fund_id: int, asked: Asked | None = None, kind: str = "") -> str:
    """Return the address of a part of a list, as a page or as a file."""
    key = sheet if isinstance(sheet, str) else sheet.key
    name = "showing:sheet_file" if kind else "showing:sheet"
    url = reverse(name, args=[fund_id, key, kind] if kind else [fund_id, key])
    query = asked.query if asked else {}
    return f"{url}?{urlencode(query)}" if query else url
