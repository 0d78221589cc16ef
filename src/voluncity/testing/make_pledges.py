"""Needs, pledges and claims of whole projects for tests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from voluncity.city.files.rules import check_image
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.clock import local_date
from voluncity.service.pledges import actions
from voluncity.service.pledges.models import Adoption, Need, Pledge
from voluncity.service.pledges.rules import Delivery, NeedPlan, Promise, Taker
from voluncity.service.pledges.states import NeedKind
from voluncity.service.projects.models import Project
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import NOON, make_user, user_of
from voluncity.testing.make_projects import make_project

UNTIL = date(2030, 6, 30)


def need_plan(**said: Any) -> NeedPlan:
    """Return what an organizer says: 20 boxes of water."""
    usual: dict[str, Any] = {
        "kind": NeedKind.GOODS, "name": "矿泉水", "wanted": "20", "unit": "箱",
        "details": "550 毫升", "place": "汾河公园东门", "due_on": UNTIL,
    }  # fmt: skip
    return NeedPlan(**(usual | said))


def make_need(project: Project | None = None, *, at: datetime = NOON, **said: Any) -> Need:
    """Say that a project lacks something."""
    return actions.add_need(
        project=project or make_project(), plan=need_plan(**said), by=make_user("赵敏"), at=at
    )


def promise(**said: Any) -> Promise:
    """Return what a taker says: five of it."""
    usual: dict[str, Any] = {
        "amount": "5", "promised_on": UNTIL, "contact_name": "王芳", "contact_phone": "13900000000",
    }  # fmt: skip
    return Promise(**(usual | said))


def make_pledge(
    need: Need,
    volunteer: Volunteer | None = None,
    *,
    unit: Organization | None = None,
    by: User | None = None,
    at: datetime = NOON,
    **said: Any,
) -> Pledge:
    """Promise a part of a need."""
    taker = Taker(volunteer=volunteer, unit=unit)
    who = by or (user_of(volunteer) if volunteer else make_user("企业管理员"))
    return actions.take_need(need=need, taker=taker, said=promise(**said), by=who, at=at)


def make_thanked(pledge: Pledge, *, at: datetime = NOON, amount: str = "5") -> Pledge:
    """Let a promise be accepted, come and be thanked for."""
    by = make_user("赵敏")
    actions.accept_pledge(pledge=pledge, words="", by=by, at=at)
    said = Delivery(amount=amount, received_on=local_date(at))
    actions.deliver_pledge(pledge=pledge, said=said, paper=check_image(make_upload()), by=by, at=at)
    return actions.thank_pledge(pledge=pledge, words="雪中送炭，感谢您。", by=by, at=at)


def make_adoption(project: Project, unit: Organization, *, at: datetime = NOON) -> Adoption:
    """Let a unit ask to stand behind a whole project."""
    return actions.ask_adoption(
        project=project, unit=unit, words="每周派五人参加", by=make_user("企业管理员"), at=at
    )
