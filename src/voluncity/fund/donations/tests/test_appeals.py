"""An appeal is legal before anybody sees it, and late disclosures show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.timezone import now

from voluncity.city.policy.models import PolicyNumber
from voluncity.fund.donations import actions, queries, rules
from voluncity.fund.donations.fakes.server import MCHID
from voluncity.fund.donations.models import Appeal
from voluncity.fund.donations.rules import Clock, DisclosurePlan, Numbers
from voluncity.fund.donations.states import DisclosureKind as K
from voluncity.fund.donations.states import Mode
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_donations import (
    appeal_plan,
    licensed_fund,
    make_appeal,
    make_draft,
    make_order,
    own_site,
)
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
TODAY = local_date(NOON)


def test_an_appeal_carries_the_name_and_the_license_of_the_foundation(fund: Fund) -> None:
    appeal = make_appeal(fund)
    assert (appeal.raiser_name, appeal.raiser_code, appeal.license_no) == (
        fund.foundation_name, fund.foundation_code, fund.license_number,
    )  # fmt: skip


def test_a_foundation_without_a_license_cannot_raise() -> None:
    with pytest.raises(Refusal, match="没有登记公开募捐资格证书"):
        make_draft(make_fund())


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("until_on", {"until_on": TODAY + timedelta(days=3 * 366)}),
        ("until_on", {"is_emergency": True, "until_on": TODAY + timedelta(days=340)}),
        ("until_on", {"until_on": TODAY - timedelta(days=31)}),
        ("from_on", {"from_on": date(9999, 1, 1), "until_on": date(9999, 12, 31)}),
        ("platform_url", {"platform_url": ""}),
        ("platform_url", {"platform_url": "http://give.example.org/"}),
        ("platform_name", {"mode": Mode.OWN, "platform_name": "", "merchant_no": MCHID}),
        ("merchant_no", {"mode": Mode.OWN}),
        ("goal", {"goal": "很多"}),
        ("goal", {"goal": "0"}),
        ("story", {"story": "<p>  </p>"}),
        ("story", {"story": "<p>请直接汇给王芳，电话 13912345678。</p>"}),
        ("beneficiaries", {"beneficiaries": "李建国，身份证 11010519491231002X"}),
        ("title", {"title": "字" * 61}),
        ("filing_no", {"filing_no": "无"}),
        (
            "filed_on",
            {"filed_on": TODAY + timedelta(days=1), "from_on": TODAY + timedelta(days=20)},
        ),
        ("filed_on", {"filed_on": date(1026, 1, 1)}),
        ("from_on", {"from_on": TODAY, "filed_on": TODAY - timedelta(days=9)}),
        (
            "filed_on",
            {"is_emergency": True, "from_on": TODAY - timedelta(days=11), "filed_on": TODAY},
        ),
        ("bank_account", {"bank_name": "并州银行"}),
        ("contact_phone", {"contact_phone": "找小王"}),
    ],
)
def test_what_the_law_does_not_allow_is_refused_at_its_field(
    fund: Fund, field: str, said: dict[str, Any]
) -> None:
    with pytest.raises(BadInput) as refusal:
        make_draft(fund, **said)
    assert (refusal.value.field, Appeal.objects.count()) == (field, 0)


def test_full_width_digits_and_yuan_are_understood(fund: Fund) -> None:
    appeal = make_draft(fund, goal="￥１００，０００.５０元", filing_no="５３１４００００")
    assert (appeal.goal_fen, appeal.filing_no) == (10_000_050, "53140000")


def test_one_filing_number_is_never_shared(fund: Fund) -> None:
    first = make_draft(fund)
    with pytest.raises(BadInput, match="已经用于另一个募捐"):
        make_draft(fund, filing_no=first.filing_no)


def test_an_appeal_begins_ten_days_after_its_plan_was_filed(fund: Fund) -> None:
    filed = TODAY - timedelta(days=10)
    with pytest.raises(BadInput) as refused:
        make_draft(fund, from_on=TODAY - timedelta(days=1), filed_on=filed)
    assert refused.value.sentence == (
        f"募捐方案要在开始 10 天以前报送备案。{filed.year}年{filed.month}月{filed.day}日报送的，"
        f"最早{TODAY.year}年{TODAY.month}月{TODAY.day}日开始，请改晚开始日期。"
    )
    assert make_draft(fund, from_on=TODAY, filed_on=filed).filed_on == filed


def test_in_an_emergency_one_files_within_ten_days_after_the_beginning(fund: Fund) -> None:
    begun = TODAY - timedelta(days=10)
    appeal = make_draft(fund, is_emergency=True, from_on=begun, filed_on=TODAY)
    assert (appeal.from_on, appeal.filed_on) == (begun, TODAY)


def test_the_days_of_filing_are_a_dated_number_of_the_city(fund: Fund) -> None:
    PolicyNumber.objects.create(key="donations.filing_days", value=20, valid_from=TODAY)
    with pytest.raises(BadInput, match="20 天以前"):
        make_draft(fund, from_on=TODAY, filed_on=TODAY - timedelta(days=19))


def test_the_database_knows_no_plan_that_was_filed_after_the_beginning(fund: Fund) -> None:
    appeal = make_draft(fund)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(filed_on=appeal.from_on)


def test_an_older_draft_is_handed_in_when_it_is_said_when_it_was_filed(fund: Fund) -> None:
    appeal = make_draft(fund)
    Appeal.objects.filter(pk=appeal.pk).update(filed_on=None)
    appeal.refresh_from_db()
    with pytest.raises(WrongState, match="填写报送备案日期"):
        actions.submit_appeal(appeal=appeal, declares=True, by=appeal.made_by, at=NOON)


def test_a_second_person_publishes(fund: Fund) -> None:
    appeal = make_draft(fund)
    by = make_user("募捐专员")
    with pytest.raises(BadInput, match="请先确认"):
        actions.submit_appeal(appeal=appeal, declares=False, by=by, at=NOON)
    actions.submit_appeal(appeal=appeal, declares=True, by=by, at=NOON)
    with pytest.raises(NotAllowed):
        actions.publish_appeal(appeal=appeal, merchant_no="", by=by, at=NOON)
    actions.publish_appeal(appeal=appeal, merchant_no="", by=make_user(), at=NOON)
    assert list(queries.shown()) == [appeal]


def test_our_own_page_is_paid_with_the_merchant_of_the_appeal_only(fund: Fund) -> None:
    appeal = make_draft(fund, mode=Mode.OWN, merchant_no="1900000009")
    actions.submit_appeal(appeal=appeal, declares=True, by=appeal.made_by, at=NOON)
    with pytest.raises(Refusal) as refusal:
        actions.publish_appeal(appeal=appeal, merchant_no=MCHID, by=make_user(), at=NOON)
    assert refusal.value.code == "donations.merchant"


def test_a_license_that_has_run_out_publishes_nothing(fund: Fund) -> None:
    appeal = make_draft(fund)
    Appeal.objects.filter(pk=appeal.pk).update(license_until=TODAY - timedelta(days=1))
    appeal.refresh_from_db()
    actions.submit_appeal(appeal=appeal, declares=True, by=appeal.made_by, at=NOON)
    with pytest.raises(Refusal) as refusal:
        actions.publish_appeal(appeal=appeal, merchant_no="", by=make_user(), at=NOON)
    assert refusal.value.code == "donations.license"


def test_who_may_raise_no_more_takes_no_gifts_until_the_license_is_renewed(fund: Fund) -> None:
    appeal, day = own_site(fund), local_date(NOON) + timedelta(days=10)
    at = NOON + timedelta(days=10)
    assert rules.accepts(appeal, today=day)
    expired = {"license_until": day - timedelta(days=1)}
    Appeal.objects.filter(pk=appeal.pk).update(**expired)
    Fund.objects.filter(pk=fund.pk).update(**expired)
    appeal = queries.public_appeal(appeal.pk)
    assert not rules.accepts(appeal, today=day)
    with pytest.raises(WrongState, match="不接受捐赠"):
        make_order(appeal, make_user("王芳"), at=at)
    plan = actions.start_plan(
        appeal=own_site(licensed_fund()), amount="10", by=make_user(), at=NOON
    )
    Appeal.objects.filter(pk=plan.appeal_id).update(fund=fund, **expired)
    months = day + timedelta(days=40)
    assert actions.remind_givers(today=months, at=at + timedelta(days=40)) == 0
    plan.refresh_from_db()
    assert plan.state == "active"  # nobody is reminded, and nothing ends
    Fund.objects.filter(pk=fund.pk).update(license_until=day + timedelta(days=900))
    assert rules.accepts(queries.public_appeal(appeal.pk), today=day)
    Fund.objects.filter(pk=fund.pk).update(license_until=None, license_number="")
    assert not rules.accepts(queries.public_appeal(appeal.pk), today=day)


def test_an_appeal_without_a_license_says_so_on_its_page(fund: Fund) -> None:
    appeal = make_appeal(fund, at=now())
    page = f"/fund/donations/{appeal.pk}/"
    assert "正在募捐" in Client().get(page).content.decode()
    over = {"license_until": local_date(now()) - timedelta(days=1)}
    Appeal.objects.filter(pk=appeal.pk).update(**over)
    Fund.objects.filter(pk=fund.pk).update(**over)
    text = Client().get(page).content.decode()
    assert ("暂停募捐" in text, "资格证书已经过期" in text, "去指定平台捐赠" in text) == (
        True, True, False,
    )  # fmt: skip


def test_a_second_writer_sees_that_somebody_wrote_meanwhile(fund: Fund) -> None:
    appeal = make_draft(fund)
    plan = appeal_plan(filing_no=appeal.filing_no)
    actions.change_appeal(appeal=appeal, plan=plan, seen=0, by=appeal.made_by, at=NOON)
    with pytest.raises(WrongState, match="同事改过"):
        actions.change_appeal(appeal=appeal, plan=plan, seen=0, by=make_user(), at=NOON)


def test_what_is_published_stays_as_it_was_filed(appeal: Appeal) -> None:
    plan = appeal_plan(title="另一个", filing_no=appeal.filing_no)
    with pytest.raises(WrongState):
        actions.change_appeal(
            appeal=appeal, plan=plan, seen=appeal.edition, by=make_user(), at=NOON
        )


# -- What must be told ---------------------------------------------------------------------------


def _clocks(told: list[tuple[str, date]], today: date, **said: Any) -> list[Clock]:
    facts: dict[str, Any] = {
        "from_on": date(2026, 1, 31), "last_on": date(2026, 12, 31), "is_emergency": False,
        "has_partners": False,
    }  # fmt: skip
    return rules.clocks(told=told, today=today, numbers=Numbers(), **(facts | said))


def test_a_long_appeal_tells_every_three_months_and_reports_at_the_end() -> None:
    today = date(2026, 11, 1)
    found = _clocks([(K.PROGRESS, date(2026, 4, 20))], today)
    assert found == [
        Clock(K.PROGRESS, date(2026, 4, 30), date(2026, 4, 20)),
        Clock(K.PROGRESS, date(2026, 7, 31)),
        Clock(K.PROGRESS, date(2026, 10, 31)),
        Clock(K.FINAL, date(2027, 3, 31)),
    ]
    assert rules.overdue(found, today=today) == found[1:3]
    assert found[2].days_over(date(2026, 11, 3)) == 3


def test_what_is_told_late_settles_what_was_missed_and_stays_late() -> None:
    found = _clocks([(K.PROGRESS, date(2026, 11, 2))], date(2026, 11, 3))
    progress = [one for one in found if one.kind == K.PROGRESS]
    assert [one.told_on for one in progress] == [date(2026, 11, 2)] * 3
    assert [one.is_late for one in progress] == [True] * 3
    assert rules.overdue(found, today=date(2026, 11, 3)) == []


def test_a_short_appeal_only_reports_at_the_end() -> None:
    found = _clocks([], date(2026, 3, 1), last_on=date(2026, 7, 31))
    assert found == [Clock(K.FINAL, date(2026, 10, 31))]


def test_an_emergency_tells_every_five_days_up_to_the_next_one() -> None:
    found = _clocks([], date(2026, 2, 11), last_on=date(2026, 3, 20), is_emergency=True,
                    has_partners=True)  # fmt: skip
    assert [(one.kind, one.due_on) for one in found] == [
        (K.RECEIPTS, date(2026, 2, 5)), (K.RECEIPTS, date(2026, 2, 10)),
        (K.RECEIPTS, date(2026, 2, 15)), (K.FINAL, date(2026, 6, 20)),
        (K.PARTNERS, date(2026, 6, 20)),
    ]  # fmt: skip


def test_what_was_told_is_corrected_and_never_changed(appeal: Appeal) -> None:
    by, plan = make_user(), DisclosurePlan(K.PROGRESS, "第一个月", "<p>已安装 100 户。</p>")
    told = actions.tell(appeal=appeal, plan=plan, corrects=None, by=by, at=NOON)
    correction = DisclosurePlan(K.CORRECTION, "更正户数", "<p>应为 98 户。</p>")
    with pytest.raises(BadInput, match="更正要说明更正哪一条"):
        actions.tell(appeal=appeal, plan=correction, corrects=None, by=by, at=NOON)
    actions.tell(appeal=appeal, plan=correction, corrects=told, by=by, at=NOON)
    final = DisclosurePlan(K.FINAL, "总结", "<p>完成。</p>")
    with pytest.raises(BadInput, match="还没有结束"):
        actions.tell(appeal=appeal, plan=final, corrects=None, by=by, at=NOON)
    assert appeal.disclosures.count() == 2
