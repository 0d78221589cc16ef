"""Which calls and applications of the two halves stand at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

CALLS: dict[str, Sample] = {
    "calls:call": pk_of("call_open"),
    "calls:file": pk_of("grant_file"),
    "calls:own_start": pk_of("call_open"),
    "calls:own_tasks": pk_of("grant_draft"),
    "calls:own_check": pk_of("grant_draft"),
    "calls:own_receipt": pk_of("grant_submitted"),
    "calls:own_formers": pk_of("grant_draft"),
    "calls:own_section": pk_of("grant_draft", section="about"),
    "calls:own_file": pk_of("grant_draft", key="q4"),
    "calls:own_step": pk_of("grant_draft", verb="discard"),
    "calls:desk_detail": pk_of("grant_submitted"),
    "calls:desk_step": pk_of("grant_submitted", verb="accept"),
    "calls:desk_new": pk_of("call_fund"),
    "calls:desk_call": pk_of("call_open"),
    "calls:desk_edit": pk_of("call_draft"),
    "calls:desk_call_step": pk_of("call_draft", verb="publish"),
    "calls:desk_form": pk_of("call_form"),
    "calls:desk_preview": pk_of("call_form"),
    "calls:desk_section": pk_of("call_form", section="s1"),
    "calls:desk_question": pk_of("call_form", section="s1", question="q2"),
    "calls:desk_form_step": pk_of("call_form", verb="up"),
}
