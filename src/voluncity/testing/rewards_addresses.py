"""Which object of the two halves stands at each address of rewards."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

REWARDS: dict[str, Sample] = {
    "rewards:one": pk_of("reward"),
    "rewards:take": pk_of("reward"),
    "rewards:merchant": pk_of("merchant"),
    "rewards:voucher": pk_of("voucher"),
    "rewards:give_back": pk_of("voucher"),
    "rewards:paper": pk_of("voucher"),
    "rewards:desk_merchant": pk_of("merchant"),
    "rewards:desk_edit": pk_of("merchant"),
    "rewards:desk_shop_new": pk_of("merchant"),
    "rewards:desk_offer_new": pk_of("merchant"),
    "rewards:desk_step": pk_of("merchant", verb="end"),
    "rewards:desk_shop": pk_of("shop"),
    "rewards:desk_shop_close": pk_of("shop"),
    "rewards:desk_offer": pk_of("reward"),
    "rewards:desk_offer_edit": pk_of("reward"),
    "rewards:desk_offer_step": pk_of("reward", verb="pause"),
    "rewards:desk_redemption": pk_of("redemption"),
    "rewards:undo": pk_of("redemption"),
    "rewards:desk_sheet": pk_of("sheet"),
    "rewards:desk_sheet_step": pk_of("sheet", verb="confirm"),
    "rewards:sheet_book": pk_of("sheet"),
    "rewards:sheet_paper": pk_of("sheet"),
    "rewards:desk_voucher": pk_of("voucher"),
    "rewards:desk_paper": pk_of("voucher"),
}
