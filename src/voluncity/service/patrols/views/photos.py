"""Send a photo to who may see the problem that it belongs to."""

from __future__ import annotations

from django.http import FileResponse

from voluncity.city.files import queries as files
from voluncity.kernel.refusals import NotFound
from voluncity.service.patrols.models import Problem
from voluncity.web.answers import hand_over


def answer(problem: Problem, which: str, *, is_public: bool = False) -> FileResponse:
    """Answer with the photo before or after.

    A public one may be hidden later, so nobody keeps it for long.

    :raises NotFound: when there is none.
    """
    stored = {"before": problem.photo, "after": problem.solved_photo}.get(which)
    if stored is None:
        raise NotFound("没有找到这张照片。")
    return hand_over(
        files.opened(stored), content_type=stored.content_type, filename=f"{which}.webp",
        is_public=is_public,
    )  # fmt: skip
