"""Files of closings: attachments, pictures of visits, archives."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.fund.closings import actions
from voluncity.fund.closings.models import Archive, Attachment, Scorer, Visit, VisitPhoto
from voluncity.fund.closings.states import ScorerState, Side
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over

P = Permission
READING = (P.GRANT_APPLY, P.FUND_SEE, P.APPLICATION_JUDGE)
_PDF = "application/pdf"


@needs(*READING)
@never_cache
@require_GET
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand over an attachment of a report."""
    found = Attachment.objects.select_related("file", "closing")
    me = user_of(request)
    asked = found.filter(pk=pk, closing__scorers__in=_places(me)).first()
    if asked is not None and has(me, P.APPLICATION_JUDGE):
        return _handed(asked.file, asked.name)
    own = has(me, P.GRANT_APPLY) and may(me, P.GRANT_APPLY, Attachment.objects.all(), pk=pk)
    if not own:
        found = found.filter(closing__current__isnull=False)  # not before it is handed in
    permission = P.GRANT_APPLY if own else P.FUND_SEE
    one: Attachment = access.fetch(me, permission, found, at=now(), pk=pk)
    return _handed(one.file, one.name)


@needs(*READING)
@never_cache
@require_GET
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """Show a picture of a visit to the office, the organization, those who evaluate."""
    me = user_of(request)
    found = VisitPhoto.objects.select_related("file", "visit__closing").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这张照片。")
    asked = has(me, P.APPLICATION_JUDGE) and (
        found.visit.closing.scorers.filter(pk__in=_places(me)).exists()
        or found.visit.visitors.filter(user=me).exists()
    )
    if not asked:
        own = may(me, P.GRANT_APPLY, Visit.objects.all(), pk=found.visit_id)
        permission = P.GRANT_APPLY if own else P.FUND_SEE
        access.fetch(me, permission, Visit.objects.all(), at=now(), pk=found.visit_id)
    return _handed(found.file, "")


def _places(me: User) -> QuerySet[Scorer]:
    """Return where somebody evaluates; who stepped back because of ties does not."""
    return Scorer.objects.filter(user=me).exclude(state=ScorerState.RECUSED).only("pk")


def _handed(stored: StoredFile, name: str) -> FileResponse:
    is_paper = stored.content_type == _PDF
    ending = "pdf" if is_paper else "webp"
    return hand_over(
        files.opened(stored), content_type=stored.content_type,
        filename=f"{name or stored.key}.{ending}", is_attachment=is_paper,
    )  # fmt: skip


@needs(P.GRANT_APPLY, P.FUND_SEE)
@never_cache
@require_GET
def archive(request: HttpRequest, pk: int, ending: str) -> FileResponse:
    """Hand over an archive: to the office and supervisors theirs, to the organization its own."""
    me, at = user_of(request), now()
    found = Archive.objects.select_related("pdf", "file", "closing__funding")
    side = Archive.objects.filter(pk=pk).values_list("side", flat=True).first()
    permission = P.GRANT_APPLY if side == Side.OWN else P.FUND_SEE
    one: Archive = access.fetch(me, permission, found, at=at, pk=pk)
    stored = one.pdf if ending == "pdf" else one.file
    if stored is None:
        raise NotFound("档案还没有生成，请稍后刷新。", code="closings.archive_waits")
    actions.note_taken(archive=one, by=me, at=at)
    return hand_over(
        files.opened(stored), content_type=stored.content_type,
        filename=stored.original_name, is_attachment=True,
    )  # fmt: skip
