"""What tests of the slice say again and again."""

from __future__ import annotations

from typing import Any

from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.service.patrols import actions
from voluncity.service.patrols.models import DispatchRule, ProblemKind
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import (
    NOON,
)


def set_rule(region: Region, unit: Organization, by: User) -> DispatchRule:
    kind = ProblemKind.objects.get(pk="garbage")
    return actions.set_rule(kind=kind, region=region, unit=unit, by=by, at=NOON)


def sent_form(**said: Any) -> dict[str, Any]:
    return {"kind": "garbage", "nonce": "nonce-of-a-form", "photo": make_upload(), **said}


def everything_in(region: Region) -> Scope:
    return Scope(regions=(region.path,))
