"""Which comment of a half stands at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

COMMENTS: dict[str, Sample] = {
    "comments:topic": pk_of("topic"),
    "comments:accept": lambda half: {
        "pk": half.ids["topic"], "comment_pk": half.ids["topic_answer"],
    },
    "comments:of": pk_of("topic", kind="topic"),
    "comments:write": pk_of("topic", kind="topic"),
    "comments:like": pk_of("topic_answer"),
    "comments:report": pk_of("topic_answer"),
    "comments:edit": pk_of("own_comment"),
    "comments:delete": pk_of("own_comment"),
    "comments:appeal": pk_of("comment_ban"),
    "comments:desk_detail": pk_of("waiting_comment"),
    "comments:desk_step": pk_of("waiting_comment", verb="approve"),
    "comments:desk_ban": pk_of("comment_ban"),
    "comments:desk_word_end": pk_of("comment_word"),
}  # fmt: skip
