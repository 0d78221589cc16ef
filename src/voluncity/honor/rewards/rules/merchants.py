"""What a merchant says about itself and its shops."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from voluncity.city.orgs.states import Kind
from voluncity.city.stations import rules as stations
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits, person_name, words

PROMISE_MOST, NAME_MOST, ADDRESS_MOST, HOURS_MOST = 200, 40, 120, 80
PHONE_MOST, REASON_MOST = 20, 200
# Who may give: shops first; hospitals, museums and offices give, too (seed OR: 医疗服务、文化旅游).
KINDS_THAT_GIVE = (Kind.MERCHANT, Kind.UNIT, Kind.MODEL_UNIT, Kind.LEAD_UNIT, Kind.OFFICE)
LABELS = {
    "apply": "申请加入",
    "resubmit": "重新提交",
    "change": "修改资料",
    "approve": "审核通过",
    "send_back": "退回修改",
    "refuse": "不予通过",
    "suspend": "暂停",
    "resume": "恢复",
    "end": "退出",
    "add_shop": "添加门店",
    "change_shop": "修改门店",
    "close_shop": "停用门店",
    "write_offer": "编写兑换项目",
    "submit_offer": "提交审核",
    "publish_offer": "审核通过并上架",
    "send_back_offer": "退回修改",
    "pause_offer": "暂停兑换",
    "resume_offer": "恢复兑换",
    "end_offer": "下架",
}
_PHONE = re.compile(r"[0-9][0-9\- ]{5,18}[0-9]")


@dataclass(frozen=True)
class MerchantPlan:
    """What an organization says that wants to give."""

    kind_id: str
    promise: str
    contact_name: str
    contact_phone: str

    def checked(self) -> MerchantPlan:
        """Return the plan as it is stored.

        :raises BadInput: at the field that is wrong.
        """
        return replace(
            self,
            promise=words(self.promise, "promise", "爱心承诺", PROMISE_MOST, long=True),
            contact_name=person_name(self.contact_name, field="contact_name"),
            contact_phone=parse_mobile(self.contact_phone, field="contact_phone"),
        )


@dataclass(frozen=True)
class ShopPlan:
    """What is said about one shop; the point may be missing, then it is not on the map."""

    name: str
    region_id: int
    address: str
    hours: str
    phone: str = ""
    lat: float | None = None
    lng: float | None = None

    def checked(self) -> ShopPlan:
        """Return the plan as it is stored.

        :raises BadInput: at the field that is wrong.
        """
        stations.point(self.lat, self.lng)
        return replace(
            self,
            name=words(self.name, "name", "门店名称", NAME_MOST),
            address=words(self.address, "address", "地址", ADDRESS_MOST),
            hours=words(self.hours, "hours", "营业时间", HOURS_MOST),
            phone=_phone(self.phone),
        )


def _phone(text: str) -> str:
    plain = half_width_digits(text).strip()
    if plain and not _PHONE.fullmatch(plain):
        raise BadInput("门店电话请填写数字，例如 0351-4567890。", field="phone")
    return plain


def said(text: str, label: str, *, field: str = "words") -> str:
    """Return words that must be there, because somebody will read them.

    :raises BadInput: when they are missing or too long.
    """
    return words(text, field, label, REASON_MOST, long=True)
