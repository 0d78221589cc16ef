"""What somebody took: for oneself, and guardians for their children."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.rewards.models import Redemption, Shop, Voucher
from voluncity.honor.rewards.states import VoucherState
from voluncity.kernel.refusals import NotFound, WrongState


def takers(user: User, *, on: date) -> list[Volunteer]:
    """Return for whom somebody may take offers: oneself first, then one's children."""
    own = user.volunteer_or_none
    return ([own] if own else []) + [one.volunteer for one in people.wards(user, on=on)]


def taker(user: User, volunteer_id: int | None, *, on: date) -> Volunteer:
    """Return the one for whom somebody takes an offer; oneself when nobody is named.

    :raises NotFound: when it is neither oneself nor one's child.
    :raises WrongState: when there is nobody to take it for.
    """
    own: Volunteer | None = user.volunteer_or_none
    if own is not None and volunteer_id in {None, own.pk}:
        return own  # a rush asks nothing more
    found = takers(user, on=on)
    if not found:
        raise WrongState("兑换要先登记为志愿者，请先完成登记。", code="rewards.nobody")
    for one in found:
        if volunteer_id is None or one.pk == volunteer_id:
            return one
    raise NotFound("没有找到这位志愿者，请到“家庭”查看。")


def vouchers_for(user: User, *, on: date) -> QuerySet[Voucher]:
    """Return the vouchers of somebody and of the children, those to be used first."""
    ids = [pk for one in takers(user, on=on) for pk in people.records_of(one)]
    return detailed().filter(volunteer__in=ids)


def vouchers_of(volunteer: Volunteer) -> QuerySet[Voucher]:
    """Return the vouchers of one person, also of records that were merged into this one."""
    return detailed().filter(volunteer__in=people.records_of(volunteer))


def detailed() -> QuerySet[Voucher]:
    """Return vouchers with everything that their pages say."""
    live = Redemption.objects.filter(undone_at=None).select_related("shop")
    return Voucher.objects.select_related(
        "version__kind", "version__photo", "merchant__organization", "volunteer"
    ).prefetch_related(Prefetch("redemptions", live, to_attr="live_redemptions"))


def held_vouchers() -> ScopedQuerySet:
    """Return vouchers as the office of the person reaches them."""
    return Voucher.held.select_related(
        "version", "merchant__organization", "volunteer__region", "taken_by"
    )


def own_voucher(user: User, pk: int, *, on: date) -> Voucher:
    """Return one voucher of somebody or of a child.

    :raises NotFound: when it is somebody else's.
    """
    voucher = vouchers_for(user, on=on).filter(pk=pk).first()
    if voucher is None:
        raise NotFound("没有找到这张券，请回到“我的兑换”查看。")
    return voucher


def shops_for(voucher: Voucher) -> list[Shop]:
    """Return where a voucher can be used."""
    return list(voucher.version.shops.filter(closed_at=None).select_related("region"))


def live_of(volunteer: Volunteer) -> QuerySet[Voucher]:
    """Return the vouchers that somebody has not used yet."""
    return Voucher.objects.filter(
        volunteer__in=people.records_of(volunteer), state=VoucherState.TAKEN
    )
