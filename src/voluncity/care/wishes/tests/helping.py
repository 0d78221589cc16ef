"""What tests of the slice say again and again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from voluncity.care.wishes.models import Wish
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.testing.make_wishes import (
    CONTACT,
)


def fresh(wish: Wish) -> Wish:
    found: Wish = Wish.objects.select_related("user", "transfer").get(pk=wish.pk)
    return found


def sent(region: Region, /, **said: Any) -> dict[str, Any]:
    chain = [one.pk for one in Region.objects.filter(code__in=region.path.split("/"))]
    return {
        "handle": "wish-of-a-form", "kind": "company", "for_whom": "self",
        "title": "想请人陪我去理发", "text": "", "region": chain, "name": CONTACT.name,
        "phone": "１３８００００１２３４", "address": CONTACT.address, "agrees": "on",
        "wanted_on": (local_date(now()) + timedelta(days=9)).isoformat(), **said,
    }  # fmt: skip
