"""Which articles of the two halves stand at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

NEWS: dict[str, Sample] = {
    "news:article": pk_of("article_public"),
    "news:read": pk_of("article_public"),
    "news:picture": pk_of("article_public_picture"),
    "news:small_picture": pk_of("article_public_picture"),
    "news:video": pk_of("article_public"),
    "news:desk_detail": pk_of("article_draft"),
    "news:desk_edit": pk_of("article_draft"),
    "news:desk_pictures": pk_of("article_draft"),
    "news:desk_picture": lambda half: {
        "pk": half.ids["article_draft"], "picture_pk": half.ids["article_picture"],
    },
    "news:desk_video": pk_of("article_draft"),
    "news:desk_preview": pk_of("article_draft"),
    "news:desk_version": pk_of("article_submitted", number=1),
    "news:desk_step": pk_of("article_draft", verb="discard"),
}  # fmt: skip
