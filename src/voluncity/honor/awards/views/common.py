"""What the pages of selections share."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse

from voluncity.city.files import queries as files
from voluncity.city.files.models import FileKind, StoredFile
from voluncity.honor.awards import paper, rules
from voluncity.honor.awards.models import Award, Nomination
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over

UNPROCESSABLE = 422
ON_A_PAGE = 30


def moves_of(nomination: Nomination, *, with_names: bool) -> list[dict[str, Any]]:
    """Return the history in words; with the names of staff only for the desk."""
    return [
        {
            "label": rules.LABELS[move.verb], "at": move.at, "words": move.words,
            "by": move.by if with_names else None,
        }
        for move in nomination.moves.select_related("by")
    ]  # fmt: skip


def file_answer(stored: StoredFile, *, is_public: bool = False) -> FileResponse:
    """Answer with a file to somebody of whom it was decided that they may see it."""
    is_document = stored.kind == FileKind.DOCUMENT
    return hand_over(
        files.opened(stored), content_type=stored.content_type, is_attachment=is_document,
        filename=stored.original_name if is_document else "photo.webp", is_public=is_public,
    )  # fmt: skip


def paper_of(nomination: Nomination, pk: int) -> StoredFile:
    """Return one of the papers beside a story.

    :raises NotFound: when it belongs to another one.
    """
    found = files.of(f"{nomination.subject}:paper").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这份材料。")
    return found


def papers_of(nomination: Nomination) -> list[StoredFile]:
    """Return the papers beside a story."""
    return list(files.of(f"{nomination.subject}:paper"))


def certificate_answer(award: Award) -> HttpResponse:
    """Answer with the certificate of an award."""
    response = HttpResponse(paper.certificate_pdf(award), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{award.serial}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
