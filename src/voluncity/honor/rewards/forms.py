"""Forms of merchants, offers and the counter; every error is a sentence at its field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.files.forms import PaperField, PhotoField
from voluncity.city.orgs.models import Organization
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.honor.rewards import queries, rules
from voluncity.honor.rewards.models import Merchant, Shop, Version
from voluncity.honor.rewards.rules import MerchantPlan, ShopPlan, Terms
from voluncity.honor.rewards.rules.offers import (
    HAND_OVER_MOST,
    PER_PERSON_MOST,
    STARS_MOST,
    USE_DAYS_MOST,
)
from voluncity.honor.rewards.states import LimitPeriod
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.web.controls import CHOOSE, Day, Degrees, Number, Several, Words, chosen

_PHONE_MOST, _CODE_MOST, _SUM_MOST = 20, 400, 16


class MerchantForm(forms.Form):
    """What an organization says that wants to give; who is known already sends no permit again."""

    organization = chosen("以哪个组织的名义", Organization.objects.none())
    kind = chosen("主要提供", queries.kinds().none())
    promise = Words(
        "爱心承诺", rules.PROMISE_MOST, long=True, widget=forms.Textarea({"rows": 2}),
        help_text="显示在爱心商家墙上，例如“凭券免费理发，为志愿者点赞”。",
    )  # fmt: skip
    contact_name = Words("联系人", 30)
    contact_phone = Words("联系电话", _PHONE_MOST, help_text="只有文明办看得到。")
    permit = PaperField(
        label="营业执照或执业许可", required=False, help_text="照片或 PDF，审核时要核对。"
    )
    photo = PhotoField(
        label="门头或环境照片", required=False, help_text="公开显示，请不要拍到顾客。"
    )

    def __init__(
        self,
        *args: Any,
        organizations: QuerySet[Organization] | None = None,
        merchant: Merchant | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        kind: Any = self.fields["kind"]
        kind.queryset = queries.kinds()
        if merchant is not None:
            del self.fields["organization"]
            self.fields["permit"].help_text = "不换就不用再传。"
            self.fields["photo"].help_text = "不换就不用再传。"
            return
        organization: Any = self.fields["organization"]
        organization.queryset = organizations

    def plan(self) -> MerchantPlan:
        """Return what was said."""
        said = self.cleaned_data
        return MerchantPlan(
            said["kind"].pk, said["promise"], said["contact_name"], said["contact_phone"]
        )


class ShopForm(forms.Form):
    """Where vouchers are used."""

    name = Words("门店名称", rules.NAME_MOST)
    region = chosen("区县", Region.objects.none())
    address = Words("地址", rules.ADDRESS_MOST)
    hours = Words("营业时间", rules.HOURS_MOST, help_text="例如“每天 09:00–21:00”。")
    phone = Words("门店电话", rules.PHONE_MOST, required=False, help_text="公开显示。")
    lat = Degrees("纬度", 90, required=False, help_text="填了经纬度，地图上才看得到。")
    lng = Degrees("经度", 180, required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        region: Any = self.fields["region"]
        region.queryset = regions.counties(on=today)

    def plan(self) -> ShopPlan:
        """Return what was said."""
        said = dict(self.cleaned_data)
        return ShopPlan(region_id=said.pop("region").pk, **said)


class TermsForm(forms.Form):
    """What is given, to whom, how often and how long."""

    kind = chosen("类别", queries.kinds().none())
    title = Words("名称", rules.TITLE_MOST, help_text="例如“健康体检套餐 A”。")
    text = Words("介绍", rules.TEXT_MOST, long=True, required=False)
    hand_over = Words(
        "店员要交付什么", HAND_OVER_MOST, help_text="核销时店员看到的话，例如“套餐 A 一次”。"
    )
    photo = PhotoField(label="图片", required=False, help_text="公开显示。")
    points = Number("所需积分", 0, rules.POINTS_MOST, help_text="填 0 就是免积分，要有星级要求。")
    stars = Number("所需星级", 0, STARS_MOST, help_text="0 是不限星级。")
    stock = Number("总量", 1, rules.STOCK_MOST, required=False, help_text="不填就是不限量。")
    stock_day = Number(
        "每天限量", 1, rules.STOCK_MOST, required=False, help_text="不填就是不限量。"
    )
    per_person = Number("每人限兑（份）", 1, PER_PERSON_MOST)
    limit_period = forms.ChoiceField(
        label="限兑周期", choices=LimitPeriod.choices,
        error_messages={"required": "请选择限兑周期。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    offered_from = Day("兑换开始日期")
    offered_until = Day("兑换截止日期")
    use_days = Number("兑换后几天内使用", 1, USE_DAYS_MOST, help_text="1 就是当天有效。")
    use_until = Day("最晚使用日期", help_text="到了这天，不管何时兑换都不再有效。")
    returns_points = forms.BooleanField(label="过期没用，退还积分", required=False)
    shops = Several(
        "适用门店", queryset=Shop.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一家门店。"},
    )  # fmt: skip
    settlement = Words(
        "结算价（元）", _SUM_MOST, required=False,
        help_text="每份由项目方结算多少；商家自己承担的不填。这里只记账，不付款。",
    )  # fmt: skip
    terms = Words("使用须知", rules.TERMS_MOST, long=True, required=False)

    def __init__(self, *args: Any, merchant: Merchant, **options: Any) -> None:
        super().__init__(*args, **options)
        kind: Any = self.fields["kind"]
        kind.queryset = queries.kinds()
        shops: Any = self.fields["shops"]
        shops.queryset = merchant.shops.filter(closed_at=None)

    def clean_settlement(self) -> int:
        """Return the settlement price in fen; 0 where nothing was written.

        :raises ValidationError: when it is no sum.
        """
        text = self.cleaned_data["settlement"]
        if text.strip("0.") == "":
            return 0
        try:
            return parse_yuan(text, field="settlement", most_yuan=rules.YUAN_MOST)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def plan(self) -> Terms:
        """Return what was said."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "photo"}
        kind, shops, fen = said.pop("kind"), said.pop("shops"), said.pop("settlement")
        return Terms(
            kind_id=kind.pk, shop_ids=tuple(one.pk for one in shops), settlement_fen=fen, **said
        )


def terms_of(version: Version) -> dict[str, Any]:
    """Return what a form begins with to change terms."""
    names = (
        "title", "text", "hand_over", "points", "stars", "stock", "stock_day", "per_person",
        "limit_period", "offered_from", "offered_until", "use_days", "use_until",
        "returns_points", "terms",
    )  # fmt: skip
    fen = version.settlement_fen
    return {
        "kind": version.kind_id,
        "shops": list(version.shops.filter(closed_at=None)),
        "settlement": f"{fen // 100}.{fen % 100:02d}" if fen else "",
        **{name: getattr(version, name) for name in names},
    }


class WordsForm(forms.Form):
    """A reason that somebody will read."""

    words = Words("原因", rules.REASON_MOST, long=True, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, label: str = "原因", hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        words: Any = self.fields["words"]
        words.label, words.help_text = label, hint
        words.error_messages["required"] = f"请填写{label}。"


class NothingForm(forms.Form):
    """Nothing is asked."""


class CodeForm(forms.Form):
    """A code at the counter of a shop."""

    shop = chosen("门店", Shop.objects.none())
    code = forms.CharField(
        label="券码", max_length=_CODE_MOST,
        error_messages={
            "required": "请扫码，或者输入券上的 10 位数字。",
            "max_length": "这不是兑换券的码，请让顾客打开“我的兑换”里的券再扫。",
        },
    )  # fmt: skip

    def __init__(self, *args: Any, shops: Sequence[Shop] | QuerySet[Shop], **options: Any) -> None:
        super().__init__(*args, **options)
        shop: Any = self.fields["shop"]
        shop.queryset = shops


class ForSomebodyForm(forms.Form):
    """Whom an office helps to take an offer: the number, and the name to check it."""

    number = Words("志愿者编号", 20, widget=forms.TextInput({"inputmode": "numeric"}))
    name = Words("姓名", 30, help_text="与编号一起核对，防止认错人。")
