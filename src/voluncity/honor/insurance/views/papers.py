"""Hand over the papers of a claim, to be saved and never opened in the page."""

from __future__ import annotations

from django.http import FileResponse

from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.honor.insurance.models import Claim
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over


def attachment(stored: StoredFile) -> FileResponse:
    """Answer with a private file."""
    return hand_over(
        files.opened(stored), content_type=stored.content_type, filename=stored.original_name,
        is_attachment=True,
    )  # fmt: skip


def paper(claim: Claim, file_pk: int) -> FileResponse:
    """Answer with one paper of a claim that somebody may see.

    :raises NotFound: when the claim has no such paper.
    """
    found = claim.files.select_related("file").filter(pk=file_pk).first()
    if found is None:
        raise NotFound("没有找到这份材料。")
    return attachment(found.file)
