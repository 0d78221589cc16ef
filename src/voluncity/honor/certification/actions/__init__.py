"""What can be done in this slice."""

from voluncity.honor.certification.actions.batches import (
    BatchPlan,
    cancel_batch,
    certify_batch,
    claim_batch,
    count_batch,
    recount,
    remove_candidate,
    reopen_batch,
    show_batch,
    start_batch,
)
from voluncity.honor.certification.actions.candidates import (
    Nomination,
    accept_all,
    decide,
    decline,
    nominate,
)
from voluncity.honor.certification.actions.honors import (
    carry_all_stars,
    carry_stars,
    keep,
    mark_doubted,
    recheck,
    revoke,
)
from voluncity.honor.certification.actions.ladders import LadderPlan, load_ladders, set_ladder
from voluncity.honor.certification.actions.packs import (
    ask_pack,
    make_pack,
    silent_packs,
    sweep_packs,
)

__all__ = [
    "BatchPlan",
    "LadderPlan",
    "Nomination",
    "accept_all",
    "ask_pack",
    "cancel_batch",
    "carry_all_stars",
    "carry_stars",
    "certify_batch",
    "claim_batch",
    "count_batch",
    "decide",
    "decline",
    "keep",
    "load_ladders",
    "make_pack",
    "mark_doubted",
    "nominate",
    "recheck",
    "recount",
    "remove_candidate",
    "reopen_batch",
    "revoke",
    "set_ladder",
    "show_batch",
    "silent_packs",
    "start_batch",
    "sweep_packs",
]
