"""Which object of the two halves stands at each address of appeals and gifts."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

DONATIONS: dict[str, Sample] = {
    "donations:appeal": pk_of("fund_appeal"),
    "donations:wall": pk_of("fund_appeal"),
    "donations:give": pk_of("fund_appeal"),
    "donations:monthly": pk_of("fund_appeal"),
    "donations:screen": pk_of("giving_event"),
    "donations:check": lambda half: {"code": half.ids["gift_code"]},
    "donations:order": pk_of("gift_order"),
    "donations:order_state": pk_of("gift_order"),
    "donations:play": pk_of("gift_order"),
    "donations:certificate": pk_of("own_gift"),
    "donations:want_receipt": pk_of("own_gift"),
    "donations:show": pk_of("own_gift"),
    "donations:end_plan": pk_of("gift_plan"),
    "donations:desk_appeal": pk_of("fund_appeal"),
    "donations:desk_edit": pk_of("fund_appeal_draft"),
    "donations:desk_tell": pk_of("fund_appeal"),
    "donations:desk_event_new": pk_of("fund_appeal"),
    "donations:desk_step": pk_of("fund_appeal", verb="send_back"),
    "donations:desk_event": pk_of("giving_event"),
    "donations:desk_event_gift": pk_of("giving_event"),
    "donations:desk_gift": pk_of("fund_gift"),
    "donations:desk_certificate": pk_of("fund_gift"),
    "donations:desk_gift_step": pk_of("fund_gift", verb="refund"),
    "donations:desk_batch": pk_of("gift_batch"),
    "donations:desk_batch_step": pk_of("gift_batch", verb="discard"),
    "donations:desk_refund": pk_of("gift_refund"),
    "donations:desk_refund_step": pk_of("gift_refund", verb="refuse"),
    "donations:desk_bill": pk_of("gift_bill"),
    "donations:desk_settle": pk_of("gift_difference"),
}
