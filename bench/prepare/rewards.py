"""W11 and W11b: many take a reward at once, the few pieces of one offer, or one of many offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import now

from bench import plan
from bench.prepare.events import officer
from bench.prepare.visitors import Browser, browsers, volunteers
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.points.actions.books import Fact, bring, city_account
from voluncity.honor.points.rules import ISSUED
from voluncity.honor.points.states import Origin
from voluncity.honor.rewards import actions
from voluncity.honor.rewards.models import Merchant, Offer, Version, Voucher
from voluncity.honor.rewards.rules import Terms
from voluncity.honor.rewards.states import COUNTING
from voluncity.kernel.clock import local_date
from voluncity.testing.make_rewards import make_merchant, make_shop

PEOPLE = 2_000
PIECES_OF = 10  # one piece for so many people
OFFERS = 100
POINTS = 100
GONE = {422: "已经兑完了"}


def rewards(folder: Path, port: int, *connections: int) -> dict[str, int]:
    """Let people go for a tenth as many pieces, once for each number of connections."""
    at = now()
    people = volunteers(PEOPLE, at=at)
    give_points(people, POINTS * len(connections), name="rush", at=at)
    visitors = browsers(people, port=port)
    pieces = max(1, len(people) // PIECES_OF)
    facts = {"people": len(people), "pieces": pieces, "points": pieces * POINTS}
    for count in connections:
        [version] = offered(1, pieces=pieces, at=at)
        asks = [_asks(one, version, {200: "/rewards/mine/", **GONE}) for one in visitors]
        plan.write(folder / f"rewards-{count}.jsonl", asks)
        facts[f"offer_{count}"] = version.offer_id
    return facts


def rewards_after(_folder: Path, _port: int, first: int, last: int) -> dict[str, int]:
    """Count the vouchers and the pieces of these offers, and the points that they cost."""
    offers = Offer.objects.filter(pk__range=(first, last))
    vouchers = Voucher.objects.filter(offer__in=offers, state__in=COUNTING)
    return {
        "vouchers": vouchers.count(),
        "takers": vouchers.values("volunteer").distinct().count(),
        "taken": sum(offers.values_list("taken", flat=True)),
        "points": sum(vouchers.values_list("points", flat=True)),
    }


def rewards_spread(folder: Path, port: int) -> dict[str, int]:
    """Let the same number of people each take one of many offers, with enough for all."""
    at = now()
    people = volunteers(PEOPLE, at=at)
    give_points(people, POINTS, name="spread", at=at)
    versions = offered(OFFERS, pieces=-(-len(people) // OFFERS), at=at)
    asks = [
        _asks(one, versions[number % OFFERS], {200: "/rewards/mine/"})
        for number, one in enumerate(browsers(people, port=port))
    ]
    plan.write(folder / "rewards-spread.jsonl", asks)
    offers = [one.offer_id for one in versions]
    facts = {"people": len(people), "points": len(people) * POINTS}
    return facts | {"first": min(offers), "last": max(offers)}


def _asks(one: Browser, version: Version, answers: dict[int, str]) -> plan.Request:
    fields = [("version", version.pk), ("handle", uuid4())]
    return one.post_part(f"/rewards/offers/{version.offer_id}/take/", fields, expect=answers)


@transaction.atomic
def give_points(people: Sequence[Volunteer], amount: int, *, name: str, at: datetime) -> None:
    """Let everybody have points, as an office that corrects them would."""
    city = city_account(ISSUED)
    for one in people:
        fact = Fact(f"bench:{name}:{one.pk}", "adjustment:0", "压测", None, at)
        bring(
            volunteer_id=one.pk, amount=amount, out_of=city, origin=Origin.RAISE, expires_on=None,
            fact=fact,
        )  # fmt: skip


@transaction.atomic
def offered(count: int, *, pieces: int, at: datetime) -> list[Version]:
    """Let a merchant give so many pieces of each of some things, one to a person."""
    office = officer(at=at)
    # The newest account: the workloads begin with the oldest.
    owner = User.objects.filter(is_active=True).exclude(pk=office.pk).order_by("-pk")[0]
    merchant, today = _merchant(owner, at=at), local_date(at)
    shops = tuple(merchant.shops.values_list("pk", flat=True))
    made = []
    for number in range(count):
        terms = Terms(
            kind_id=merchant.kind_id, title=f"免费理发{number + 1}", hand_over="理发一次",
            points=POINTS, stars=0, offered_from=today, offered_until=today + timedelta(days=30),
            use_until=today + timedelta(days=60), use_days=30, shop_ids=shops, stock=pieces,
        )  # fmt: skip
        version = actions.write_offer(merchant=merchant, terms=terms, photo=None, by=owner, at=at)
        actions.submit_offer(version=version, by=owner, at=at)
        made.append(actions.publish_offer(version=version, by=office, at=at))
    return made


def _merchant(owner: User, *, at: datetime) -> Merchant:
    organization = Organization.objects.filter(state=OrgState.ACTIVE).order_by("-path")[0]
    found = Merchant.objects.filter(organization=organization).first()
    if found is None:
        found = make_merchant(organization, at=at, by=owner)
        make_shop(found, at=at)
    return found
