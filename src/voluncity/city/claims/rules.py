"""How long codes live, how often one may try, and what people are told to do after a no."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from voluncity.city.claims.states import DeclineReason, RefuseReason
from voluncity.city.people.rules import Identity, Limit
from voluncity.kernel import text
from voluncity.kernel.refusals import BadInput

CODE_LIFE = timedelta(minutes=30)
WRONG_TRIES = 5
WORDS_MOST = 300
PHOTOS_MOST = 2

# Each try is made by an account whose phone is proven; a machine gets nowhere with them.
CLAIMS = Limit(
    "claim",
    5,
    timedelta(hours=1),
    "提交认领的次数太多，请一小时后再试，或带证件到就近的志愿服务站办理。",
)

DECLINE_ADVICE: dict[DeclineReason, str] = {
    DeclineReason.UNCLEAR: "请在光线好的地方重新拍照，四角完整、字迹清楚，再提交一次。",
    DeclineReason.MISMATCH: "请对照证件逐字核对姓名和号码，改正后再提交。",
    DeclineReason.STRANGER: "请本人带证件到就近的志愿服务站，当面核对后办理。",
    DeclineReason.NO_RECORD: "请核对证件号码；没有错的，直接登记为志愿者即可。",
}
REFUSE_ADVICE: dict[RefuseReason, str] = {
    RefuseReason.UNCLEAR: "请在光线好的地方重新拍照，四角完整、字迹清楚，再提交一次。",
    RefuseReason.MISMATCH: "请对照证件逐字核对，改正后再提交。",
    RefuseReason.TAKEN: "如果另一份登记也是您的，请联系志愿服务站合并；不是的，请带证件当面核对。",
    RefuseReason.UNNEEDED: "如仍有疑问，请带证件到就近的志愿服务站核对。",
}


@dataclass(frozen=True)
class Asked:
    """What somebody says about a record that is theirs."""

    name: str
    identity: Identity = field(repr=False)
    words: str = ""


def checked_words(raw: str) -> str:
    """Return the free words of a claim or request, cleaned.

    :raises BadInput: when they are too long.
    """
    return text.clean(raw, max_length=WORDS_MOST, field="words", multiline=True, label="说明")


def checked_code(raw: str) -> str:
    """Return the six digits that a desk gave; full-width digits and blanks are forgiven.

    :raises BadInput: when it is not six digits.
    """
    code = text.clean(raw).replace(" ", "")
    if not (code.isascii() and code.isdigit() and len(code) == 6):  # noqa: PLR2004 -- as given
        raise BadInput(
            "请填写工作人员给您的 6 位数字认领码。", code="claims.code_form", field="code"
        )
    return code


def are_near(one: str, other: str) -> bool:
    """Return whether two numbers differ by one sign, or by two neighbors that changed places."""
    if len(one) != len(other) or one == other:
        return False
    unlike = [
        place for place, pair in enumerate(zip(one, other, strict=True)) if len(set(pair)) > 1
    ]
    if len(unlike) == 1:
        return True
    is_swap = len(unlike) == 2 and unlike[1] == unlike[0] + 1  # noqa: PLR2004 -- a pair
    first = unlike[0]
    return is_swap and one[first : first + 2] == other[first : first + 2][::-1]
