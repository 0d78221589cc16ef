"""What can be done in this slice."""

from voluncity.honor.recognition.actions.certificates import (
    correct_certificates,
    issue_certificate,
    revoke_certificate,
)
from voluncity.honor.recognition.actions.checking import check_certificate
from voluncity.honor.recognition.actions.keys import current_key, rotate_key
from voluncity.honor.recognition.actions.ladders import set_star_ladder, settle_new_ladder
from voluncity.honor.recognition.actions.printing import (
    PrintPlan,
    ask_prints,
    make_prints,
    silent_prints,
    sweep_prints,
)
from voluncity.honor.recognition.actions.stars import (
    carry_certified,
    load_star_tiers,
    settle_all_stars,
    settle_stars,
    settle_stars_of,
)
from voluncity.honor.recognition.actions.totals import add_minutes, recount_people

__all__ = [
    "PrintPlan",
    "add_minutes",
    "ask_prints",
    "carry_certified",
    "check_certificate",
    "correct_certificates",
    "current_key",
    "issue_certificate",
    "load_star_tiers",
    "make_prints",
    "recount_people",
    "revoke_certificate",
    "rotate_key",
    "set_star_ladder",
    "settle_all_stars",
    "settle_new_ladder",
    "settle_stars",
    "settle_stars_of",
    "silent_prints",
    "sweep_prints",
]
