"""Which micro-class of a half stands at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

CLASSES: dict[str, Sample] = {
    "classes:show": pk_of("class"),
    "classes:chapter": lambda half: {
        "pk": half.ids["class"], "chapter_pk": half.ids["class_chapter"],
    },
    "classes:clock": lambda half: {
        "pk": half.ids["class"], "chapter_pk": half.ids["class_chapter"],
    },
    "classes:finish": lambda half: {
        "pk": half.ids["class"], "chapter_pk": half.ids["class_chapter"],
    },
    "classes:test": pk_of("class"),
    "classes:start_test": pk_of("class"),
    "classes:result": pk_of("class_attempt"),
    "classes:picture": pk_of("class_picture"),
    "classes:video": pk_of("class_video"),
    "classes:paper": pk_of("class_paper"),
    "classes:desk_detail": pk_of("draft_class"),
    "classes:desk_learners": pk_of("class"),
    "classes:desk_preview": pk_of("draft_class"),
    "classes:desk_change": pk_of("draft_class"),
    "classes:desk_cover": pk_of("draft_class"),
    "classes:desk_pictures": pk_of("draft_class"),
    "classes:desk_questions": pk_of("draft_class"),
    "classes:desk_remove_question": lambda half: {
        "pk": half.ids["draft_class"], "question_pk": half.ids["draft_question"],
    },
    "classes:desk_new_page": pk_of("draft_class"),
    "classes:desk_page": lambda half: {
        "pk": half.ids["draft_class"], "page_pk": half.ids["draft_page"],
    },
    "classes:desk_attach": lambda half: {
        "pk": half.ids["draft_class"], "page_pk": half.ids["draft_page"],
    },
    "classes:desk_detach": lambda half: {
        "pk": half.ids["draft_class"], "page_pk": half.ids["draft_page"],
        "piece_pk": half.ids["draft_piece"],
    },
    "classes:desk_turn_page": lambda half: {
        "pk": half.ids["draft_class"], "page_pk": half.ids["draft_page"], "verb": "down",
    },
    "classes:desk_step": pk_of("draft_class", verb="submit"),
}  # fmt: skip
