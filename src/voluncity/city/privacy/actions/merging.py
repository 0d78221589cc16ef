"""Who asked to close the account of one of two records is asked first, before they become one."""

from __future__ import annotations

from typing import Any

from voluncity.city.privacy.models import Closing
from voluncity.city.privacy.states import ClosingState
from voluncity.kernel.merging import MergePart, Pair
from voluncity.kernel.own_data import Hindrance
from voluncity.kernel.refusals import Refusal

WORDS = (
    "本人已经申请注销其中一份登记的账号，还在等待期内。请先和本人确认：要合并的，请本人在“隐私中心”"
    "撤回注销；要注销的，等注销办结。"
)


def _hindrances(pair: Pair) -> list[Hindrance]:
    asked = Closing.objects.filter(
        volunteer__in=[pair.loser_id, pair.winner_id], state=ClosingState.ASKED
    )
    return [Hindrance(WORDS)] if asked.exists() else []


def _move(pair: Pair) -> dict[str, Any]:
    """Move nothing.

    :raises Refusal: while one of the two is about to be closed.
    """
    if _hindrances(pair):
        raise Refusal(WORDS, code="privacy.closing")
    return {}


PART = MergePart("privacy", "", lambda _: [], _move, lambda _pair, _kept: [], _hindrances)
