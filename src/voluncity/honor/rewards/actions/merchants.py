"""Join the program, be let in or not, pause, and leave; and say where the shops are."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions as files
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import Checked
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.honor.rewards.actions.steps import note, refuse_own, step
from voluncity.honor.rewards.models import Merchant, Offer, Shop, Version, Voucher
from voluncity.honor.rewards.rules import KINDS_THAT_GIVE, MerchantPlan, ShopPlan, said
from voluncity.honor.rewards.states import (
    MERCHANT_FLOW,
    PENDING,
    MerchantState,
    OfferState,
    VersionState,
    VoucherState,
)
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState

S = MerchantState


@transaction.atomic
def apply_merchant(
    *,
    organization: Organization,
    plan: MerchantPlan,
    permit: Checked | None,
    photo: Checked | None,
    by: User,
    at: datetime,
) -> Merchant:
    """Ask to join the program for an organization; the office of its county decides.

    :raises BadInput: at the field that is wrong, or without the permit.
    :raises NotAllowed: when this kind of organization does not give, or it is not active.
    :raises WrongState: when it is in the program already.
    """
    if organization.kind not in KINDS_THAT_GIVE or organization.state != OrgState.ACTIVE:
        raise NotAllowed(
            "只有状态正常的爱心商户和单位可以加入，请先登记为爱心商户。", code="rewards.kind"
        )
    if permit is None:
        raise BadInput("请上传营业执照或执业许可的照片或 PDF，审核时要核对。", field="permit")
    plan = plan.checked()
    merchant = Merchant(
        organization=organization, kind_id=plan.kind_id, promise=plan.promise,
        contact_name=plan.contact_name, applied_at=at, applied_by=by,
        contact_phone_cipher=_sealed(organization.pk, plan.contact_phone),
        permit=_kept_permit(organization, permit, by=by, at=at),
        photo=_kept_photo(organization, photo, by=by, at=at),
    )  # fmt: skip
    try:
        with transaction.atomic():
            merchant.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(
            "这个组织已经申请过，请在“商家与兑换”里查看进展。", code="rewards.twice"
        ) from error
    note(merchant, "apply", by=by, at=at)
    return merchant


@transaction.atomic
def change_merchant(
    *,
    merchant: Merchant,
    plan: MerchantPlan,
    permit: Checked | None,
    photo: Checked | None,
    by: User,
    at: datetime,
) -> Merchant:
    """Change what a merchant says about itself; who was sent back, refused or has left asks anew.

    The office hears of every change by a merchant who is in the program (reader).

    :raises BadInput: at the field that is wrong.
    """
    plan, organization = plan.checked(), merchant.organization
    changes: dict[str, Any] = {
        "kind_id": plan.kind_id, "promise": plan.promise, "contact_name": plan.contact_name,
        "contact_phone_cipher": _sealed(organization.pk, plan.contact_phone),
    }  # fmt: skip
    if permit is not None:
        changes["permit"] = _kept_permit(organization, permit, by=by, at=at)
    if photo is not None:
        changes["photo"] = _kept_photo(organization, photo, by=by, at=at)
    asks = merchant.state in MERCHANT_FLOW.sources("resubmit")
    if asks:
        again = {"applied_at": at, "applied_by": by, "decided_at": None, "decided_by": None}
        step(merchant, MERCHANT_FLOW, "resubmit", reason="", **changes, **again)
    elif not Merchant.objects.filter(pk=merchant.pk, state=merchant.state).update(**changes):
        raise WrongState("刚刚有人办理过，请刷新页面查看最新情况。", code="rewards.was_faster")
    note(merchant, "resubmit" if asks else "change", by=by, at=at)
    merchant.refresh_from_db()
    return merchant


def contact_phone(merchant: Merchant) -> str:
    """Return the plain phone number of the contact."""
    return personal.unseal(
        merchant.contact_phone_cipher, bound_to=f"merchant:{merchant.organization_id}"
    )


def _sealed(organization_id: int, phone: str) -> str:
    return personal.seal(phone, bound_to=f"merchant:{organization_id}")


def _kept_permit(
    organization: Organization, permit: Checked, *, by: models.Model, at: datetime
) -> StoredFile:
    return files.store(
        permit, subject=organization.subject, by=by, at=at, organization_id=organization.pk,
        seen_with=Permission.MERCHANT_REVIEW,
    )  # fmt: skip


def _kept_photo(
    organization: Organization, photo: Checked | None, *, by: models.Model, at: datetime
) -> StoredFile | None:
    if photo is None:
        return None
    return files.store(photo, subject="merchant", by=by, at=at, is_public=True)


# -- What the office decides ---------------------------------------------------------------------


@transaction.atomic
def approve_merchant(*, merchant: Merchant, by: User, at: datetime) -> Merchant:
    """Let a merchant in.

    :raises NotAllowed: when it is one's own application.
    """
    refuse_own(merchant.applied_by_id, by)
    joined = merchant.joined_at or at
    step(
        merchant, MERCHANT_FLOW, "approve", decided_at=at, decided_by=by, reason="",
        joined_at=joined,
    )  # fmt: skip
    note(merchant, "approve", by=by, at=at)
    return merchant


@transaction.atomic
def send_back_merchant(*, merchant: Merchant, words: str, by: User, at: datetime) -> Merchant:
    """Ask for a better application.

    :raises BadInput: without a reason.
    """
    return _decide(merchant, "send_back", words, by=by, at=at)


@transaction.atomic
def refuse_merchant(*, merchant: Merchant, words: str, by: User, at: datetime) -> Merchant:
    """Say no to an application.

    :raises BadInput: without a reason.
    """
    return _decide(merchant, "refuse", words, by=by, at=at)


@transaction.atomic
def suspend_merchant(*, merchant: Merchant, words: str, by: User, at: datetime) -> Merchant:
    """Stop a merchant for a time: nothing is taken or handed over; what ends meanwhile is returned.

    :raises BadInput: without a reason.
    """
    return _decide(merchant, "suspend", words, by=by, at=at)


@transaction.atomic
def resume_merchant(*, merchant: Merchant, by: User, at: datetime) -> Merchant:
    """Let a merchant go on."""
    step(merchant, MERCHANT_FLOW, "resume", reason="")
    note(merchant, "resume", by=by, at=at)
    return merchant


def _decide(merchant: Merchant, verb: str, words: str, *, by: User, at: datetime) -> Merchant:
    refuse_own(merchant.applied_by_id, by)
    reason = said(words, "原因")
    step(merchant, MERCHANT_FLOW, verb, reason=reason, decided_at=at, decided_by=by)
    note(merchant, verb, by=by, at=at, words=reason)
    return merchant


@transaction.atomic
def end_merchant(*, merchant: Merchant, words: str, by: models.Model, at: datetime) -> Merchant:
    """Let a merchant leave, by itself or by the office: its offers end.

    Vouchers that are still out are called back by the job, and their points returned.

    :raises BadInput: without a reason.
    """
    reason = said(words, "原因")
    step(merchant, MERCHANT_FLOW, "end", reason=reason)
    Offer.objects.filter(merchant=merchant).exclude(state=OfferState.ENDED).update(
        state=OfferState.ENDED, ended_at=at
    )
    pending = Version.objects.filter(offer__merchant=merchant, state__in=PENDING)
    pending.update(state=VersionState.DRAFT)
    note(merchant, "end", by=by, at=at, words=reason)
    return merchant


def end_of_organization(*, organization_id: int, by: models.Model, at: datetime) -> None:
    """Let the merchant leave whose organization is dissolved (settings.VOLUNCITY_DISSOLVED)."""
    live = Merchant.objects.filter(state__in=MERCHANT_FLOW.sources("end"))
    merchant = live.filter(organization=organization_id).select_related("organization").first()
    if merchant is not None:
        end_merchant(merchant=merchant, words="组织已注销", by=by, at=at)


# -- Shops ---------------------------------------------------------------------------------------


@transaction.atomic
def add_shop(*, merchant: Merchant, plan: ShopPlan, by: User, at: datetime) -> Shop:
    """Add a place where vouchers are used.

    :raises BadInput: at the field that is wrong.
    """
    shop = Shop(merchant=merchant, **asdict(plan.checked()))
    _save_named(shop)
    note(merchant, "add_shop", by=by, at=at, words=shop.name)
    return shop


@transaction.atomic
def change_shop(*, shop: Shop, plan: ShopPlan, by: User, at: datetime) -> Shop:
    """Change what is said about a shop.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it is closed.
    """
    if shop.closed_at is not None:
        raise WrongState("这家门店已经停用，请添加新的门店。", code="rewards.shop_closed")
    for name, value in asdict(plan.checked()).items():
        setattr(shop, name, value)
    _save_named(shop)
    note(shop.merchant, "change_shop", by=by, at=at, words=shop.name)
    return shop


@transaction.atomic
def close_shop(*, shop: Shop, by: User, at: datetime) -> None:
    """Use a shop no more.

    :raises WrongState: when an offer that can be taken, or a voucher that is still out, has no
        other shop, or it is closed.
    """
    _refuse_last_shop(shop)
    if not Shop.objects.filter(pk=shop.pk, closed_at=None).update(closed_at=at):
        raise WrongState("这家门店已经停用。", code="rewards.shop_closed")
    note(shop.merchant, "close_shop", by=by, at=at, words=shop.name)


def _refuse_last_shop(shop: Shop) -> None:
    """Leave nobody with a voucher that no shop takes.

    :raises WrongState: when terms that are offered, or rest under a voucher, name no other shop.
    """
    others = Version.shops.through.objects.filter(
        version=OuterRef("pk"), shop__closed_at=None
    ).exclude(shop=shop)
    only_here = Version.objects.filter(~Exists(others), shops=shop)
    offered = only_here.filter(
        state=VersionState.APPROVED, offer__state__in=[OfferState.OPEN, OfferState.PAUSED]
    ).first()
    if offered is not None:
        raise WrongState(
            f"“{offered.title}”只能在这家门店使用，请先改它的适用门店或下架。",
            code="rewards.last_shop",
        )
    live = Voucher.objects.filter(state=VoucherState.TAKEN, version__in=only_here)
    if number := live.count():
        raise WrongState(
            f"还有 {number} 张兑出的券只能在这家门店使用，请等券用完或到期后再停用。",
            code="rewards.last_shop",
        )


def _save_named(shop: Shop) -> None:
    try:
        with transaction.atomic():
            shop.save()
    except IntegrityError as error:
        raise BadInput("已经有一家同名的门店，请换个名称。", field="name") from error
