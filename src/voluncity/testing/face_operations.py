"""Which object stands at the operations about wishes, honors, rewards, news and classes."""

from __future__ import annotations

from typing import Any

from voluncity.testing.samples import Sample, object_of
from voluncity.testing.world import Half


def _chapter(half: Half) -> dict[str, Any]:
    return {"class_id": half.ids["class"], "chapter_id": half.ids["class_chapter"]}


FACE_OPERATIONS: dict[str, Sample] = {
    "api:one_wish": object_of("wish_id", "open_wish"),
    "api:claim_wish": object_of("wish_id", "open_wish"),
    "api:wish_contact": object_of("wish_id", "held_wish"),
    "api:release_wish": object_of("wish_id", "held_wish"),
    "api:finish_wish": object_of("wish_id", "held_wish"),
    "api:answer_wish": object_of("wish_id", "own_wish"),
    "api:article": object_of("article_id", "article_public"),
    "api:one_selection": object_of("selection_id", "past_selection"),
    "api:nominees": object_of("selection_id", "past_selection"),
    "api:one_nominee": object_of("nominee_id", "nominee"),
    "api:cast_vote": object_of("category_id", "past_category"),
    "api:one_offer": object_of("offer_id", "reward"),
    "api:take_offer": object_of("offer_id", "reward"),
    "api:voucher": object_of("voucher_id", "voucher"),
    "api:give_voucher_back": object_of("voucher_id", "voucher"),
    "api:find_voucher": object_of("shop_id", "shop"),
    "api:redeem_voucher": object_of("shop_id", "shop"),
    "api:undo_redemption": object_of("redemption_id", "redemption"),
    "api:one_class": object_of("class_id", "class"),
    "api:one_chapter": _chapter,
    "api:beat_chapter": _chapter,
    "api:finish_chapter": _chapter,
}

FACE_BODIES: dict[str, Sample] = {
    "api:claim_wish": lambda _: {"promised_on": "2030-01-01"},  # too late: only who may is tried
    "api:release_wish": lambda _: {"words": "临时有事"},
    "api:finish_wish": lambda _: {"words": "陪老人理了发"},
    "api:answer_wish": lambda _: {"answer": "withdraw"},
    "api:cast_vote": lambda half: {"chosen": [half.ids["nominee"]]},
    "api:take_offer": lambda _: {"terms_id": 1, "handle": "short"},
    "api:find_voucher": lambda _: {"code": "不是券码"},
    "api:redeem_voucher": lambda _: {"pass_code": "没有查过"},
    "api:undo_redemption": lambda _: {"words": "弄错了"},
    "api:beat_chapter": lambda _: {"position": 5},
}
