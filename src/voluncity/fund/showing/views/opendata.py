"""Open data: every public list as a file, with a tag that changes when the list does."""

from __future__ import annotations

from datetime import datetime

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.fund.showing import exports
from voluncity.fund.showing.queries import figures
from voluncity.fund.showing.views.common import asked_in, fund_of
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import guarded

_OF_TAG = 32  # so many digits of the digest are a tag


@public
@require_safe
def sheet_file(request: HttpRequest, pk: int, key: str, kind: str) -> HttpResponseBase:
    """Hand over a list as CSV or JSON. Whoever names the tag of what they have is spared it.

    :raises NotFound: when there is no such list or kind of file.
    """
    one, found = figures.sheet(key), fund_of(pk)
    if kind not in exports.TYPES:
        raise NotFound("清单可以下载为 CSV 或 JSON，请从清单页面下载。")
    asked = asked_in(request.GET, found, one)
    made = exports.made(one, found, asked, kind)
    tag = f'"{made.digest[:_OF_TAG]}"'
    answer: HttpResponseBase = FileResponse(
        made.content, content_type=exports.TYPES[kind], as_attachment=kind == exports.CSV,
        filename=f"fund-{found.pk}-{one.key}.{kind}",
    )  # fmt: skip
    # Only the tag decides: what a giver lets everybody read may change without a new record.
    same = get_conditional_response(request, etag=tag, response=HttpResponse())
    if same is not None and same.status_code != HttpResponse.status_code:
        made.content.close()
        answer = same
    return _told(answer, tag, figures.changed(one, found, asked), made.digest)


def _told(
    answer: HttpResponseBase, tag: str, changed_at: datetime | None, digest: str
) -> HttpResponseBase:
    answer = guarded(answer, is_public=True)
    answer["ETag"] = tag
    answer["X-Content-SHA256"] = digest
    if changed_at is not None:
        answer["Last-Modified"] = http_date(changed_at.timestamp())
    return answer
