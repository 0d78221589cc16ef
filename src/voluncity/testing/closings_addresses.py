"""Which closings of the two halves stand at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

CLOSINGS: dict[str, Sample] = {
    "closings:own_detail": pk_of("closing_draft"),
    "closings:own_report": pk_of("closing_draft"),
    "closings:own_file": pk_of("closing_draft"),
    "closings:own_check": pk_of("closing_draft"),
    "closings:own_step": pk_of("closing_draft", verb="recall"),
    "closings:file": pk_of("closing_file"),
    "closings:photo": pk_of("closing_photo"),
    "closings:archive": pk_of("closing_archive", ending="pdf"),
    "closings:score": pk_of("closing_scorer"),
    "closings:desk_standard": pk_of("closing_fund", kind="visit"),
    "closings:desk_visit": pk_of("closing_visit"),
    "closings:desk_visit_step": pk_of("closing_visit", verb="cancel"),
    "closings:desk_visit_new": pk_of("closing"),
    "closings:desk_detail": pk_of("closing"),
    "closings:desk_step": pk_of("closing", verb="appoint"),
}
