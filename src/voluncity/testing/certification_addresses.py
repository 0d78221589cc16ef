"""Which object of the two halves stands at the addresses of certification."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

_RUNNING, _DONE = pk_of("certification_batch"), pk_of("certified_batch")

CERTIFICATION: dict[str, Sample] = {
    "certification:batch": _DONE,
    "certification:verify": lambda half: {"serial": half.ids["honor_serial"]},
    "certification:decline": pk_of("honor_candidate"),
    "certification:pdf": lambda half: {"serial": half.ids["honor_serial"]},
    "certification:ward": pk_of("child"),
    "certification:ward_part": pk_of("child"),
    "certification:nominate": _RUNNING,
    "certification:desk_batch": _RUNNING,
    "certification:desk_bulk": _RUNNING,
    "certification:desk_recount": _RUNNING,
    "certification:desk_show": _RUNNING,
    "certification:desk_cancel": _RUNNING,
    "certification:desk_press": _DONE,
    "certification:desk_pack": _DONE,
    "certification:desk_pack_state": _DONE,
    "certification:desk_pack_file": _DONE,
    "certification:desk_candidate": pk_of("honor_candidate"),
    "certification:desk_honor": pk_of("honor"),
    "certification:desk_revoke": pk_of("honor"),
    "certification:desk_keep": pk_of("honor"),
    "certification:desk_pdf": pk_of("honor"),
    "certification:desk_ladder": lambda _: {"kind": "stars"},
}
