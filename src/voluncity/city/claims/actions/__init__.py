"""Whose a record is, what is wrong in it, and that two are one."""

from voluncity.city.claims.actions.claiming import (
    ask_claim,
    claim_by_code,
    make_code,
    withdraw_claim,
)
from voluncity.city.claims.actions.correcting import (
    apply_correction,
    ask_correction,
    refuse_correction,
    withdraw_correction,
)
from voluncity.city.claims.actions.deciding import accept_claim, decline_claim, separate_claim
from voluncity.city.claims.actions.doubles import find_suspects
from voluncity.city.claims.actions.evidence import forget_evidence, open_evidence
from voluncity.city.claims.actions.merging import merge, say_not_double, undo
from voluncity.city.claims.actions.minutes import bring_back, carry_up

__all__ = [
    "accept_claim",
    "apply_correction",
    "ask_claim",
    "ask_correction",
    "bring_back",
    "carry_up",
    "claim_by_code",
    "decline_claim",
    "find_suspects",
    "forget_evidence",
    "make_code",
    "merge",
    "open_evidence",
    "refuse_correction",
    "say_not_double",
    "separate_claim",
    "undo",
    "withdraw_claim",
    "withdraw_correction",
]
