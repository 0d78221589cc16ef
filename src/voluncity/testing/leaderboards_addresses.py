"""Which object of the two halves stands at the addresses of the leaderboards."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

LEADERBOARDS: dict[str, Sample] = {
    "leaderboards:month": lambda half: {"month": half.ids["named_month"]},
    "leaderboards:star": pk_of("star"),
    "leaderboards:photo": pk_of("star"),
    "leaderboards:invitation": pk_of("asked"),
    "leaderboards:hide": pk_of("star"),
    "leaderboards:show_again": pk_of("star"),
    "leaderboards:desk_month": pk_of("star_month"),
    "leaderboards:desk_step": pk_of("star_month", verb="recount"),
    "leaderboards:desk_candidate": pk_of("asked"),
    "leaderboards:desk_drop": pk_of("asked"),
}
