"""Read people: about one volunteer, and the registers of the desk."""

from voluncity.city.people.queries.register import (
    Filters,
    demo_accounts,
    identity_queue,
    register,
)
from voluncity.city.people.queries.volunteers import (
    Minutes,
    age,
    card_code,
    card_holder,
    consent_history,
    guardian_ok,
    has_consent,
    home_region,
    id_number_of,
    is_adult,
    last_check,
    live_consents,
    live_guardian,
    minutes_of,
    phone_of,
    youngest_age,
)

__all__ = [
    "Filters",
    "Minutes",
    "age",
    "card_code",
    "card_holder",
    "consent_history",
    "demo_accounts",
    "guardian_ok",
    "has_consent",
    "home_region",
    "id_number_of",
    "identity_queue",
    "is_adult",
    "last_check",
    "live_consents",
    "live_guardian",
    "minutes_of",
    "phone_of",
    "register",
    "youngest_age",
]
