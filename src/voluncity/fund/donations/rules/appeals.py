"""What an appeal must say before anybody sees it (Charity Law 22–27, 32, 124; Order 74, 10–12)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from voluncity.fund.donations.models import Appeal
from voluncity.fund.donations.rules.gifts import EARLIEST_YEAR
from voluncity.fund.donations.states import AppealState, DisclosureKind, Mode
from voluncity.kernel.clock import date_text
from voluncity.kernel.disclosures import has_account, has_number
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import half_width_digits, words
from voluncity.web import richtext

GOAL_MOST_YUAN = 999_999_999
LATEST_YEAR = 2100
STORY_MOST, PLAN_MOST = 20_000, 2_000
_HTTPS = re.compile(r"https://[A-Za-z0-9.\-]{4,100}(?:/[^\s\"'<>\\`{}|^]{0,250})?")
_MERCHANT = re.compile(r"[0-9]{8,10}")
_ACCOUNT = re.compile(r"[0-9]{8,32}")
_PHONE = re.compile(r"[0-9][0-9\- ]{5,18}[0-9]")
_FILING = re.compile(r"[0-9A-Za-z\-]{6,40}")
# Field → label, longest, whether it must be there.
_TEXTS = {
    "title": ("募捐名称", 60, True),
    "summary": ("一句话说明", 120, True),
    "area": ("募捐地域", 60, True),
    "leader_name": ("负责人", 30, True),
    "office_address": ("办公地址", 120, True),
    "bank_name": ("开户银行", 60, False),
    "platform_name": ("指定平台", 60, False),
    "beneficiaries": ("受益人", 300, True),
    "cost_plan": ("募捐成本", 200, True),
    "surplus_rule": ("剩余财产的处理", 200, True),
    "partners": ("合作方", 200, False),
}
_ONE_PERSON = "募捐的受益人是不特定的群体，不能指名一个人，也不要写身份证号、手机号和个人收款账号。"


@dataclass(frozen=True)
class Limits:
    """What holds on the day on which an appeal is written."""

    today: date
    years: int  # as long as its window may be
    emergency_years: int
    filing_days: int  # so many lie between its filing and its beginning (Order 74, art. 11)
    emergency_filing_days: int  # so many between its beginning and its filing


@dataclass(frozen=True)
class AppealPlan:
    """What is filed and shown; `goal` is what somebody typed in yuan."""

    title: str
    summary: str
    story: str
    mode: str
    goal: str
    from_on: date
    until_on: date
    area: str
    filing_no: str
    filed_on: date
    leader_name: str
    office_address: str
    contact_phone: str
    beneficiaries: str
    spending_plan: str
    cost_plan: str
    surplus_rule: str
    purpose_id: int | None = None
    is_emergency: bool = False
    bank_name: str = ""
    bank_account: str = ""
    platform_name: str = ""
    platform_url: str = ""
    merchant_no: str = ""
    partners: str = ""

    def checked(self, limits: Limits) -> AppealPlan:
        """Return the plan as it is stored.

        :raises BadInput: at the field that is wrong.
        """
        texts: dict[str, Any] = {
            name: words(getattr(self, name), name, label, most, wanted=wanted)
            for name, (label, most, wanted) in _TEXTS.items()
        }
        plan = replace(
            self, **texts, story=_story(self.story),
            spending_plan=words(
                self.spending_plan, "spending_plan", "款物用途和使用计划", PLAN_MOST, long=True
            ),
            filing_no=_like(
                _FILING, self.filing_no, "filing_no", "备案编号是 6 到 40 位数字或字母"
            ),
            contact_phone=_like(_PHONE, self.contact_phone, "contact_phone", "咨询电话请填写数字"),
            merchant_no=_maybe(
                _MERCHANT, self.merchant_no, "merchant_no", "商户号是 8 到 10 位数字"
            ),
            bank_account=_maybe(_ACCOUNT, self.bank_account, "bank_account", "银行账号只有数字"),
            platform_url=_maybe(
                _HTTPS, self.platform_url, "platform_url", "募捐页面的地址要以 https:// 开头"
            ),
        )  # fmt: skip
        plan.refuse_windows(limits)
        plan.refuse_filings(limits)
        plan.refuse_modes()
        for name in ("title", "summary", "beneficiaries", "spending_plan"):
            if has_number(getattr(plan, name)) or has_account(getattr(plan, name)):
                raise BadInput(_ONE_PERSON, field=name)
        return plan

    @property
    def goal_fen(self) -> int:
        """Return the expected amount.

        :raises BadInput: when it is no sum.
        """
        return parse_yuan(self.goal, field="goal", most_yuan=GOAL_MOST_YUAN)

    def refuse_windows(self, limits: Limits) -> None:
        """Refuse a window that is turned round or too long.

        :raises BadInput: when it is, or its year was mistyped.
        """
        if not EARLIEST_YEAR <= self.from_on.year < LATEST_YEAR:
            raise BadInput("开始日期的年份不对，请核对。", field="from_on")
        if self.until_on < self.from_on:
            raise BadInput("结束日期不能早于开始日期，请修改。", field="until_on")
        most = limits.emergency_years if self.is_emergency else limits.years
        if self.until_on >= _years_later(self.from_on, most):
            kind = "应对重大突发事件的募捐" if self.is_emergency else "募捐"
            raise BadInput(f"{kind}期限最长 {most} 年，请改早结束日期。", field="until_on")

    def refuse_filings(self, limits: Limits) -> None:
        """Refuse a plan that was filed too late (Order 74, art. 11; RULES §2.2).

        :raises BadInput: when it was, or the day lies ahead or in a wrong year.
        """
        if self.filed_on.year < EARLIEST_YEAR:
            raise BadInput("报送备案日期的年份不对，请核对。", field="filed_on")
        if self.filed_on > limits.today:
            raise BadInput("报送备案日期不能晚于今天。请先报送备案，再填写。", field="filed_on")
        if self.is_emergency:
            days = limits.emergency_filing_days
            if self.filed_on > self.from_on + timedelta(days=days):
                raise BadInput(
                    f"应对重大突发事件的募捐，最迟在开始后 {days} 天内报送备案，请核对日期。",
                    field="filed_on",
                )
            return
        earliest = self.filed_on + timedelta(days=limits.filing_days)
        if self.from_on < earliest:
            raise BadInput(
                f"募捐方案要在开始 {limits.filing_days} 天以前报送备案。"
                f"{date_text(self.filed_on)}报送的，最早{date_text(earliest)}开始，请改晚开始日期。",
                field="from_on",
            )

    def refuse_modes(self) -> None:
        """Refuse a way of giving whose facts are missing.

        :raises BadInput: when they are.
        """
        if self.mode != Mode.LEDGER:
            for name, label in (("platform_name", "指定平台"), ("platform_url", "募捐页面的地址")):
                if not getattr(self, name):
                    raise BadInput(
                        f"互联网公开募捐要在民政部指定的平台发布，请填写{label}。", field=name
                    )
        if self.mode == Mode.OWN and not self.merchant_no:
            raise BadInput(
                "在本站捐赠，款项要直达基金会，请填写基金会自己的商户号。", field="merchant_no"
            )
        if bool(self.bank_name) != bool(self.bank_account):
            raise BadInput("开户银行和银行账号要一起填写。", field="bank_account")


@dataclass(frozen=True)
class DisclosurePlan:
    """Something told about an appeal."""

    kind: str
    title: str
    text: str

    def checked(self) -> DisclosurePlan:
        """Return it as it is stored.

        :raises BadInput: at the field that is wrong.
        """
        if self.kind not in DisclosureKind.values:
            raise BadInput("请选择公开的类别。", field="kind")
        title = words(self.title, "title", "标题", 60)
        return replace(self, title=title, text=_story(self.text, field="text", label="内容"))


@dataclass(frozen=True)
class EventPlan:
    """An event with an entry desk and a big screen."""

    title: str
    place: str
    on: date
    slogan: str = ""

    def checked(self) -> EventPlan:
        """Return it as it is stored.

        :raises BadInput: at the field that is wrong.
        """
        return replace(
            self, title=words(self.title, "title", "现场名称", 40),
            place=words(self.place, "place", "地点", 60),
            slogan=words(self.slogan, "slogan", "大屏标语", 40, wanted=False),
        )  # fmt: skip


def refuse_unless_publishable(appeal: Appeal, *, today: date, merchant_no: str) -> None:
    """Let an appeal be published only while everything that carries it holds.

    :raises Refusal: when the license has run out, the window is over, or our merchant is another.
    """
    if appeal.license_until is not None and appeal.license_until < today:
        raise Refusal(
            "基金会的公开募捐资格证书已经过期，请先更新证书再发布。", code="donations.license"
        )
    if appeal.until_on < today:
        raise Refusal("募捐期限已经过了，请修改日期后重新提交。", code="donations.over")
    if appeal.mode == Mode.OWN and appeal.merchant_no != merchant_no:
        raise Refusal(
            "本站接入的不是这个商户号，不能在本站收款，请核对商户号或改用指定平台。",
            code="donations.merchant",
        )


def accepts(appeal: Appeal, *, today: date) -> bool:
    """Tell whether gifts are asked for today, by somebody who still may (Charity Law, art. 22)."""
    is_time = appeal.from_on <= today <= appeal.until_on
    return appeal.state == AppealState.OPEN and is_time and is_licensed(appeal, today=today)


def is_licensed(appeal: Appeal, *, today: date) -> bool:
    """Tell whether the foundation may raise today: a renewed certificate stands with the fund."""
    known = [day for day in (appeal.license_until, appeal.fund.license_until) if day is not None]
    return bool(appeal.fund.license_number) and (not known or max(known) >= today)


def said(text: str, label: str, *, field: str = "words", most: int = 200) -> str:
    """Return words that must be there, because somebody will read them.

    :raises BadInput: when they are missing or too long.
    """
    return words(text, field, label, most, long=True)


def _story(html: str, *, field: str = "story", label: str = "详细说明") -> str:
    text = richtext.clean(html)
    plain = richtext.plain(text)
    if not plain.strip():
        raise BadInput(f"请填写{label}。", field=field)
    if len(plain) > STORY_MOST:
        raise BadInput(f"{label}最多 {STORY_MOST:,} 个字，请删减。", field=field)
    if has_number(plain) or has_account(plain):
        raise BadInput(_ONE_PERSON, field=field)
    return text


def _like(form: re.Pattern[str], raw: str, field: str, sentence: str) -> str:
    plain = half_width_digits(raw).strip()
    if not form.fullmatch(plain):
        raise BadInput(f"{sentence}，请核对。", field=field)
    return plain


def _maybe(form: re.Pattern[str], raw: str, field: str, sentence: str) -> str:
    return _like(form, raw, field, sentence) if raw.strip() else ""


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February of another year
        return date(day.year + years, 3, 1)
