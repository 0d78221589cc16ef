"""Merchants, offers, vouchers, redemptions and sheets for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from voluncity.city.access import personal
from voluncity.city.files import actions as files
from voluncity.city.files.rules import check_paper
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.rewards import actions
from voluncity.honor.rewards.models import Merchant, OfferKind, Redemption, Shop, Version, Voucher
from voluncity.honor.rewards.rules import ShopPlan, Terms
from voluncity.honor.rewards.states import LimitPeriod, MerchantState
from voluncity.kernel.clock import local_date
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.make_points import give_points

_numbers = count(1)


def make_merchant(
    organization: Organization | None = None,
    *,
    at: datetime = NOON,
    state: MerchantState = MerchantState.ACTIVE,
    by: User | None = None,
) -> Merchant:
    """Return a merchant in the program, without any shop."""
    if not OfferKind.objects.exists():
        actions.load_kinds()
    by = by or make_user("店主")
    organization = organization or make_organization(
        f"{next(_numbers)}号爱心超市", kind=Kind.MERCHANT
    )
    merchant: Merchant = Merchant.objects.create(
        organization=organization, kind_id="life", promise="凭券免费，为志愿者点赞。",
        contact_name="钱多多", applied_at=at, applied_by=by, joined_at=at, state=state,
        contact_phone_cipher=personal.seal(
            "13900000000", bound_to=f"merchant:{organization.pk}"
        ),
        permit=files.store(
            check_paper(make_paper()), subject=organization.subject, by=by, at=at,
            organization_id=organization.pk,
        ),
        reason="" if state in {MerchantState.ACTIVE, MerchantState.APPLIED} else "另有原因",
    )  # fmt: skip
    return merchant


def shop_plan(merchant: Merchant, **said: Any) -> ShopPlan:
    """Return what is said about a shop beside the river."""
    usual: dict[str, Any] = {
        "name": "滨河店", "region_id": merchant.organization.region_id,
        "address": "滨河东路 1 号", "hours": "每天 09:00–21:00", "phone": "0351-4567890",
        "lat": 37.86, "lng": 112.55,
    }  # fmt: skip
    return ShopPlan(**(usual | said))


def make_shop(merchant: Merchant, *, at: datetime = NOON, **said: Any) -> Shop:
    """Return a shop of a merchant."""
    return actions.add_shop(
        merchant=merchant, plan=shop_plan(merchant, **said), by=merchant.applied_by, at=at
    )


def make_terms(merchant: Merchant, *, at: datetime = NOON, **said: Any) -> Terms:
    """Return what a merchant gives: a haircut for 100 points, one for each person."""
    today = local_date(at)
    shops = merchant.shops.filter(closed_at=None).values_list("pk", flat=True)
    usual: dict[str, Any] = {
        "kind_id": "life", "title": "免费理发一次", "hand_over": "理发一次", "points": 100,
        "stars": 0, "offered_from": today, "offered_until": today + timedelta(days=60),
        "use_until": today + timedelta(days=90), "use_days": 30, "shop_ids": tuple(shops),
        "per_person": 1, "limit_period": LimitPeriod.ONCE, "settlement_fen": 1500,
    }  # fmt: skip
    return Terms(**(usual | said))


def make_offer(merchant: Merchant | None = None, *, at: datetime = NOON, **said: Any) -> Version:
    """Return the terms of an offer that can be taken; its merchant has a shop."""
    merchant = merchant or make_merchant(at=at)
    if not merchant.shops.exists():
        make_shop(merchant, at=at)
    by = merchant.applied_by
    version = actions.write_offer(
        merchant=merchant, terms=make_terms(merchant, at=at, **said), photo=None, by=by, at=at
    )
    actions.submit_offer(version=version, by=by, at=at)
    return actions.publish_offer(version=version, by=make_user("审核人"), at=at)


def take(
    version: Version, volunteer: Volunteer, *, at: datetime = NOON, handle: str = "", **more: Any
) -> Voucher:
    """Take an offer as the volunteer presses the button."""
    return actions.take_offer(
        offer_id=version.offer_id, version_id=version.pk, volunteer=volunteer,
        handle=handle or f"press-{next(_numbers)}", at=at, **({"by": volunteer.user} | more),
    )  # fmt: skip


def make_voucher(version: Version, volunteer: Volunteer, *, at: datetime = NOON) -> Voucher:
    """Return a voucher of a volunteer who got the points for it."""
    if version.points:
        give_points(volunteer, version.points, at=at)
    return take(version, volunteer, at=at)


def make_redemption(voucher: Voucher, *, by: User | None = None, at: datetime = NOON) -> Redemption:
    """Return what came of a voucher that was used at the first shop of its merchant."""
    shop = voucher.merchant.shops.order_by("pk")[0]
    return actions.redeem(voucher_id=voucher.pk, shop=shop, by=by or make_user("店员"), at=at)


def make_world_rewards(
    organization: Organization, volunteer: Volunteer, *, at: datetime
) -> dict[str, Any]:
    """Return one of everything for a half of the world; the organization is the merchant."""
    merchant = make_merchant(organization, at=at)
    version = make_offer(merchant, at=at, per_person=3)
    voucher = make_voucher(version, volunteer, at=at)
    used = make_redemption(make_voucher(version, volunteer, at=at), at=at)
    earlier = at - timedelta(days=70)
    old = make_redemption(make_voucher(version, volunteer, at=at), at=at)
    Redemption.objects.filter(pk=old.pk).update(at=earlier, undo_until=earlier)
    actions.draw_sheets(today=local_date(at), at=at)
    return {
        "merchant": merchant.pk, "shop": merchant.shops.get().pk, "reward": version.offer_id,
        "voucher": voucher.pk, "redemption": used.pk, "sheet": merchant.sheets.get().pk,
    }  # fmt: skip
