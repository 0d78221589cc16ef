"""What the pages of governance share."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.files import queries as files
from voluncity.city.files.models import FileKind, StoredFile
from voluncity.fund.governance.models import Fund
from voluncity.web.answers import hand_over

UNPROCESSABLE = 422
ON_A_PAGE = 30


def fetch(request: HttpRequest, permission: Permission, queryset: Any, pk: int) -> Any:
    """Return one row within reach.

    :raises NotFound: when there is none.
    """
    return access.fetch(request.user, permission, queryset, at=now(), pk=pk)


def fund_of(request: HttpRequest, pk: int, *, edits: bool = False) -> Fund:
    """Return one fund that somebody may see, or look after.

    :raises NotFound: when it is another office's.
    """
    permission = Permission.FUND_EDIT if edits else Permission.FUND_SEE
    found: Fund = fetch(request, permission, Fund.objects.select_related("region"), pk)
    return found


def status_of(form: Any) -> int:
    """Return the status of a page with a form."""
    return UNPROCESSABLE if form is not None and form.errors else 200


def file_answer(stored: StoredFile, *, is_public: bool) -> FileResponse:
    """Answer with a file to somebody of whom it was decided that they may see it."""
    is_document = stored.kind == FileKind.DOCUMENT
    return hand_over(
        files.opened(stored), content_type=stored.content_type, is_attachment=is_document,
        filename=stored.original_name if is_document else "paper.webp", is_public=is_public,
    )  # fmt: skip
