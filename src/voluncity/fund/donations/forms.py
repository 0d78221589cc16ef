"""Forms of appeals and gifts; every error is a sentence at its field."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.fund.donations import rules
from voluncity.fund.donations.models import Appeal, Disclosure, GivingEvent
from voluncity.fund.donations.rules import (
    AppealPlan,
    DisclosurePlan,
    EventPlan,
    GiftPlan,
    OrderPlan,
)
from voluncity.fund.donations.rules.appeals import PLAN_MOST, STORY_MOST
from voluncity.fund.donations.rules.gifts import MESSAGE_MOST, NAME_MOST, RECEIPT_MOST
from voluncity.fund.donations.states import OFFLINE, Channel, DisclosureKind, DonorKind, Mode
from voluncity.fund.governance.models import Fund, Purpose
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.kernel.text import number_in
from voluncity.web.controls import CHOOSE, Day, Words, chosen
from voluncity.web.richtext import RichTextField

_SUM, _PHONE = 20, 20
MOST_BYTES = 8 * 1024 * 1024


def _choice(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    messages = {"required": f"请选择{label}。", "invalid_choice": CHOOSE}
    return forms.ChoiceField(label=label, choices=choices, error_messages=messages, **options)


def _rows(count: int) -> forms.Textarea:
    return forms.Textarea({"rows": count})


class AppealForm(forms.Form):
    """Everything that is filed for an appeal (Order 74, art. 10–12)."""

    fund = chosen("专项基金", Fund.objects.none())
    title = Words("募捐名称", 60, help_text="例如“为独居老人装一盏夜灯”。")
    summary = Words("一句话说明", 120)
    story = RichTextField(
        label="详细说明", max_length=STORY_MOST,
        help_text="为什么要募捐、钱怎么用。不要写一个人的姓名和收款账号，不要放商业广告。",
    )  # fmt: skip
    goal = Words("预期募捐（元）", _SUM, widget=forms.TextInput({"inputmode": "decimal"}))
    purpose = chosen("限定用途", Purpose.objects.none(), required=False, empty_label="不限定")
    from_on = Day("开始日期")
    until_on = Day("结束日期", help_text="最长 3 年；应对重大突发事件最长 1 年。")
    is_emergency = forms.BooleanField(label="应对重大突发事件", required=False)
    area = Words("募捐地域", 60, help_text="例如“太原市”“全国”。")
    filing_no = Words("募捐方案备案编号", 40, help_text="民政部门备案后的编号，一个募捐一个。")
    filed_on = Day("报送备案日期", help_text="一般至少在开始 10 天以前。")
    mode = _choice("募捐方式", Mode.choices)
    platform_name = Words("指定平台", 60, required=False, help_text="民政部指定的互联网募捐平台。")
    platform_url = Words("指定平台的募捐页面", 300, required=False, help_text="以 https:// 开头。")
    merchant_no = Words(
        "基金会的微信支付商户号", 20, required=False,
        help_text="只有“在本站捐赠”要填；必须是基金会自己的商户号。",
    )  # fmt: skip
    bank_name = Words("开户银行", 60, required=False)
    bank_account = Words(
        "银行账号", 40, required=False, help_text="基金会的账户。专项基金没有自己的账户。"
    )
    leader_name = Words("负责人", 30, help_text="基金会的专职工作人员。")
    office_address = Words("办公地址", 120)
    contact_phone = Words("咨询电话", _PHONE, help_text="公开显示，捐赠人由此查询。")
    beneficiaries = Words(
        "受益人", 300, long=True, widget=_rows(2),
        help_text="范围、人数和怎样确定；不能指名一个人。",
    )  # fmt: skip
    spending_plan = Words("款物用途和使用计划", PLAN_MOST, long=True)
    cost_plan = Words("募捐成本", 200, help_text="例如“不从募捐款中列支”。")
    surplus_rule = Words("剩余财产的处理", 200, help_text="例如“用于同类助老项目并公开”。")
    partners = Words("合作方", 200, required=False, help_text="没有可以不填。")

    def __init__(
        self, *args: Any, funds: QuerySet[Fund], appeal: Appeal | None = None, **options: Any
    ) -> None:
        if appeal is not None:
            options["initial"] = known(appeal)
        super().__init__(*args, **options)
        purpose: Any = self.fields["purpose"]
        purpose.queryset = Purpose.objects.filter(
            fund__in=[appeal.fund_id] if appeal else funds, ended_at=None
        )
        if appeal is not None:
            del self.fields["fund"]
            return
        fund: Any = self.fields["fund"]
        fund.queryset = funds

    def plan(self) -> AppealPlan:
        """Return what was said."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "fund"}
        purpose = said.pop("purpose")
        return AppealPlan(purpose_id=purpose.pk if purpose else None, **said)


def known(appeal: Appeal) -> dict[str, Any]:
    """Return what a form begins with to change an appeal."""
    fen = appeal.goal_fen
    names = [name for name in AppealForm.base_fields if name not in {"fund", "goal", "purpose"}]
    return {name: getattr(appeal, name) for name in names} | {
        "goal": f"{fen // 100}.{fen % 100:02d}" if fen % 100 else str(fen // 100),
        "purpose": appeal.purpose_id,
    }


class SubmitForm(forms.Form):
    """The word that must be given before an appeal is handed in."""

    declares = forms.BooleanField(
        label="受益人不是某一个指定的人，没有商业广告，不向单位和个人摊派",
        error_messages={"required": "请先确认这一条，再提交。"},
    )


class WordsForm(forms.Form):
    """A reason that somebody will read."""

    words = Words("原因", 200, long=True, widget=_rows(2))

    def __init__(self, *args: Any, label: str = "原因", hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["words"]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = f"请填写{label}。"


class NothingForm(forms.Form):
    """Nothing is asked."""


class DisclosureForm(forms.Form):
    """Something to be told."""

    kind = _choice("类别", DisclosureKind.choices)
    corrects = chosen(
        "更正哪一条", Disclosure.objects.none(), required=False, empty_label="不是更正"
    )
    title = Words("标题", 60)
    text = RichTextField(label="内容", max_length=STORY_MOST)

    def __init__(self, *args: Any, appeal: Appeal, **options: Any) -> None:
        super().__init__(*args, **options)
        corrects: Any = self.fields["corrects"]
        corrects.queryset = appeal.disclosures.all()

    def plan(self) -> DisclosurePlan:
        """Return what was said."""
        said = self.cleaned_data
        return DisclosurePlan(said["kind"], said["title"], said["text"])


class EventForm(forms.Form):
    """An event with a big screen."""

    title = Words("现场名称", 40, help_text="例如“3·5 学雷锋现场募捐”。")
    place = Words("地点", 60)
    on = Day("日期")
    slogan = Words("大屏标语", 40, required=False, help_text="大屏最上面的一行字。")

    def plan(self) -> EventPlan:
        """Return what was said."""
        return EventPlan(**self.cleaned_data)


class GiftForm(forms.Form):
    """A gift as the desk writes it down; what comes first is what is always asked."""

    appeal = chosen("募捐", Appeal.objects.none())
    amount = Words(
        "金额（元）", _SUM, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    )
    donor = Words("捐赠人", NAME_MOST, required=False, help_text="匿名的可以不填。")
    donor_kind = _choice("捐赠人类别", DonorKind.choices, widget=forms.RadioSelect)
    channel = _choice("怎么收到的", [(one, one.label) for one in OFFLINE], widget=forms.RadioSelect)
    receipt_no = Words(
        "流水号或凭证号", RECEIPT_MOST, required=False, help_text="银行转账必填；现金填收据号。"
    )
    given_on = Day("收到的日期")
    phone = Words(
        "手机号", _PHONE, required=False, widget=forms.TextInput({"inputmode": "tel"}),
        help_text="加密保存，只用于联系捐赠人。",
    )  # fmt: skip
    purpose = chosen("指定用途", Purpose.objects.none(), required=False, empty_label="按募捐的用途")
    is_anonymous = forms.BooleanField(label="匿名捐赠", required=False)
    shows_name = forms.BooleanField(
        label="本人同意公开姓名", required=False,
        help_text="不勾选时，捐赠墙和大屏只显示“王*”。",
    )  # fmt: skip
    message = Words("寄语", MESSAGE_MOST, required=False, help_text="公开显示。")
    wants_receipt = forms.BooleanField(label="要开具捐赠票据", required=False)
    handle = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(
        self,
        *args: Any,
        appeals: QuerySet[Appeal],
        event: GivingEvent | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        appeal: Any = self.fields["appeal"]
        appeal.queryset = appeals
        purpose: Any = self.fields["purpose"]
        purpose.queryset = Purpose.objects.filter(
            fund__in=appeals.values("fund"), ended_at=None
        ).order_by("position", "pk")
        if event is not None:
            for name in ("appeal", "given_on", "channel", "purpose"):
                del self.fields[name]

    def plan(self) -> GiftPlan:
        """Return what was said."""
        said = dict(self.cleaned_data)
        for name in ("appeal", "given_on", "handle"):
            said.pop(name, None)
        purpose = said.pop("purpose", None)
        channel = said.pop("channel", Channel.EVENT)
        return GiftPlan(channel=channel, purpose_id=purpose.pk if purpose else None, **said)


def given_at(day: date, at: datetime) -> datetime:
    """Return when a gift of a day was given: now where it is today, else at noon."""
    return at if day == local_date(at) else datetime.combine(day, time(12), CITY_TZ)


class FileForm(forms.Form):
    """The list of a designated platform."""

    appeal = chosen("募捐", Appeal.objects.none())
    file = forms.FileField(
        label="捐赠明细", help_text="指定平台后台导出的表格：XLSX、XLS 或 CSV，最多 5,000 行。",
        widget=forms.FileInput({"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": "请选择文件。", "empty": "这个文件是空的，请核对。"},
    )  # fmt: skip

    def __init__(self, *args: Any, appeals: QuerySet[Appeal], **options: Any) -> None:
        super().__init__(*args, **options)
        appeal: Any = self.fields["appeal"]
        appeal.queryset = appeals

    def clean_file(self) -> Any:
        """Return the upload.

        :raises ValidationError: when it is too large for a list of 5,000 rows.
        """
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError("文件最大 8 MB，请拆成几个文件。")
        return upload


class RefundForm(forms.Form):
    """Money that goes back."""

    amount = Words("退还金额（元）", _SUM, widget=forms.TextInput({"inputmode": "decimal"}))
    reason = Words("退还的原因", 200, long=True, widget=_rows(2))
    # What was asked for before this form was drawn: sent twice it is asked for once.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def clean_seen(self) -> int:
        """Return that sum in fen; an odd one fits none."""
        seen = number_in(self.cleaned_data["seen"])
        return -1 if seen is None else seen


class FiscalForm(forms.Form):
    """What stands on the fiscal receipt."""

    code = Words("票据代码", 12, widget=forms.TextInput({"inputmode": "numeric"}))
    number = Words("票据号码", 12, widget=forms.TextInput({"inputmode": "numeric"}))
    check_code = Words("校验码", 20)
    issued_on = Day("开票日期", help_text="在财政部门的票据系统里开好以后，照票面填写。")


class PaidForm(forms.Form):
    """The number under which the foundation paid back."""

    paid_no = Words("退款的流水号", RECEIPT_MOST, help_text="银行回单上的流水号。")


class OrderForm(forms.Form):
    """What somebody wants to give here."""

    amount = Words(
        "金额（元）", _SUM, help_text=f"1 分到 {rules.ORDER_MOST_YUAN:,} 元。",
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    donor = Words("姓名", NAME_MOST, required=False, help_text="写在捐赠证书上；匿名的可以不填。")
    message = Words("寄语", MESSAGE_MOST, required=False, help_text="公开显示，可以不写。")
    is_anonymous = forms.BooleanField(label="匿名捐赠", required=False)
    shows_name = forms.BooleanField(
        label="在捐赠墙上公开我的姓名", required=False, help_text="不勾选只显示“王*”。"
    )
    handle = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def plan(self) -> OrderPlan:
        """Return what was said."""
        return OrderPlan(**{k: v for k, v in self.cleaned_data.items() if k != "handle"})


class PlanForm(forms.Form):
    """A reminder each month."""

    amount = Words("每月金额（元）", _SUM, widget=forms.TextInput({"inputmode": "decimal"}))


class DayForm(forms.Form):
    """A day whose bill is fetched."""

    day = Day("对账日期")
