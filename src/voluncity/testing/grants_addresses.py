"""Which funded projects of the two halves stand at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

GRANTS: dict[str, Sample] = {
    "grants:own_detail": pk_of("funding"),
    "grants:own_plan": pk_of("funding_planning"),
    "grants:own_scan": pk_of("funding"),
    "grants:own_change_new": pk_of("funding"),
    "grants:own_change": pk_of("funding_change"),
    "grants:agreement": pk_of("funding_agreement"),
    "grants:scan": pk_of("funding_scan"),
    "grants:desk_detail": pk_of("funding"),
    "grants:desk_step": pk_of("funding", verb="suspend"),
    "grants:desk_change": pk_of("funding_change"),
    "grants:desk_change_decide": pk_of("funding_change"),
    "grants:desk_support": pk_of("funding_fund"),
    "grants:desk_templates": pk_of("funding_fund"),
}
