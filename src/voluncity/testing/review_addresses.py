"""Which reviews and decisions of the two halves stand at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

REVIEW: dict[str, Sample] = {
    "review:decision": pk_of("decision"),
    "review:own_decision": pk_of("decision_application"),
    "review:own_letter": pk_of("decision_application"),
    "review:task": pk_of("review_place"),
    "review:task_file": pk_of("review_place", file_pk=1),
    "review:declare": pk_of("review_place", verb="none"),
    "review:desk_open": pk_of("review_idle_call"),
    "review:desk_review": pk_of("review"),
    "review:desk_edit": pk_of("review"),
    "review:desk_pack": pk_of("review_closed", kind="docx"),
    "review:desk_step": pk_of("review", verb="remind"),
    "review:desk_application": lambda half: {
        "review_pk": half.ids["review"], "pk": half.ids["review_reading"],
    },
    "review:desk_decide": lambda half: {
        "review_pk": half.ids["review_closed"], "pk": half.ids["review_undecided"],
    },
    "review:desk_release": pk_of("review_place"),
    "review:desk_decision": pk_of("decision_entered"),
    "review:desk_letter": pk_of("decision"),
    "review:desk_decision_step": pk_of("decision_entered", verb="show"),
}  # fmt: skip
