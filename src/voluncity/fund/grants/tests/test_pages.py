"""The pages: what each side sees and does, what is refused at its field, lists that stay quick."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Change, Funding, Template
from voluncity.fund.grants.rules.sections import Section
from voluncity.fund.grants.states import FundingState
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_grants import (
    fresh,
    issue,
    make_change,
    make_county_funding,
    make_funding,
    make_support,
    send_scan,
)
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_region, make_user
from voluncity.testing.pages import as_, read
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db


def shown_by_a_slice_above(funding: Funding, side: str, user: User, at: object) -> list[Section]:
    """Show a part of the page, as the slices above do."""
    del user, at
    return [
        Section("上层内容", f"/{side}/", [("编号", funding.number)], "warn", "待办", "一句话。")
    ]


@pytest.fixture
def new(fund: Fund, team: Organization, officer: User) -> Funding:
    return make_support(fund, organization=team, by=officer, at=now())


@pytest.fixture
def running(fund: Fund, team: Organization, admin: User, officer: User) -> Funding:
    return make_funding(fund=fund, organization=team, admin=admin, officer=officer, at=now())


def seen(funding: Funding) -> dict[str, str]:
    return {"seen": str(fresh(funding).edition)}


def test_milestones_are_refused_at_their_field_and_what_was_typed_stays(
    new: Funding, admin: User
) -> None:
    client, page = as_(admin), f"/fund/grants/own/{new.pk}/plan/"
    form = seen(new) | {
        "lead": "李桂芳", "m1_title": "培训志愿者", "m1_proof": "", "m1_due": "2020-01-01",
    }  # fmt: skip
    wrong = client.post(page, form)
    text = wrong.content.decode()
    assert wrong.status_code == 422
    for said in ("请填写验收方式。", "应在项目时间内", 'value="培训志愿者"'):
        assert said in text
    assert not new.milestones.exists()
    due = str(new.starts_on + timedelta(days=9))
    form |= {"m1_proof": "照片", "m1_due": due, "then": "save"}
    assert client.post(page, form).status_code == 302
    assert "里程碑" in read(client, page)
    late = client.post(page, form)  # from a page that is old by now
    assert (late.status_code, "刷新页面" in late.content.decode()) == (422, True)
    assert client.post(page, form | seen(new) | {"then": "hand_in"}).status_code == 302
    assert client.get(page).status_code == 409


def test_a_paper_that_is_none_is_refused_and_a_signed_one_is_read_by_both_sides(
    new: Funding, admin: User, officer: User
) -> None:
    funding = issue(new, party=admin, office=officer, at=now())
    client, page = as_(admin), f"/fund/grants/own/{new.pk}/"
    assert "下载协议" in read(client, page)
    for file in (make_upload(b"<svg onload=x>", "图.pdf"), ""):
        wrong = client.post(f"{page}scan/", seen(funding) | {"file": file})
        assert wrong.status_code == 422
    client.post(f"{page}scan/", seen(funding) | {"file": make_paper()})
    scan = funding.agreements.get().scans.get()
    address = f"/fund/grants/scans/{scan.pk}/"
    for reader in (client, as_(officer)):
        answer = reader.get(address)
        assert body_of(answer).startswith(b"%PDF")
    foreign = make_user("外人")
    give(foreign, Role.ORG_ADMIN, make_organization())
    assert as_(foreign).get(address).status_code == 404
    assert as_(foreign).get(page).status_code == 404
    assert as_(foreign).get(f"/fund/grants/agreements/{scan.agreement_id}.pdf").status_code == 404


def test_the_office_confirms_with_both_days_or_sends_the_paper_back(
    new: Funding, admin: User, officer: User
) -> None:
    funding = send_scan(new, party=admin, office=officer, at=now())
    client, page = as_(officer), f"/fund/grants/desk/{new.pk}/"
    assert "校验码要一致" in read(client, page)
    wrong = client.post(f"{page}confirm/", seen(funding) | {"party_signed_on": "2020-01-01"})
    assert (wrong.status_code, "请填写基金签字日期" in wrong.content.decode()) == (422, True)
    early = {"party_signed_on": "2020-01-01", "fund_signed_on": str(local_date(now()))}
    refused = client.post(f"{page}confirm/", seen(funding) | early)
    assert "不能早于协议生成的日期" in refused.content.decode()
    back = seen(funding) | {"words": "少了第二页。"}
    assert "签字件已退回" in client.post(f"{page}return-scan/", back, follow=True).content.decode()
    assert "少了第二页。" in read(as_(admin), f"/fund/grants/own/{new.pk}/")
    assert client.post(f"{page}fly/", seen(funding)).status_code == 404


def test_who_only_reads_sees_the_project_and_no_button(running: Funding, officer: User) -> None:
    reader = make_user("周明")
    give(reader, Role.FUND_SUPERVISOR, make_county())
    page = f"/fund/grants/desk/{running.pk}/"
    assert "暂停执行" in read(as_(officer), page)
    assert "暂停执行" not in read(as_(reader), page)
    assert as_(reader).post(f"{page}suspend/", seen(running)).status_code == 403
    assert "登记支持" not in read(as_(reader), "/fund/grants/desk/")
    far = make_user("远方")
    give(far, Role.FUND_OFFICE, make_region("五一路社区", code="140107001001"))
    assert as_(far).get(page).status_code == 404
    assert as_(far).post(f"{page}suspend/", seen(running)).status_code == 404


def test_the_office_acts_for_a_county_that_has_no_organization(officer: User, fund: Fund) -> None:
    funding = make_county_funding(make_county(), "agreeing", fund=fund, officer=officer, at=now())
    client = as_(officer)
    assert "代受资助方办理" in read(client, f"/fund/grants/desk/{funding.pk}/")
    assert "填报里程碑" in read(client, f"/fund/grants/own/{funding.pk}/")


def test_the_office_does_not_act_for_an_organization(running: Funding, officer: User) -> None:
    assert as_(officer).get(f"/fund/grants/own/{running.pk}/").status_code == 404


def test_slices_above_show_their_part_on_both_sides(
    running: Funding, admin: User, officer: User, settings: pytest.FixtureRequest
) -> None:
    settings.VOLUNCITY_FUNDING_SECTIONS = [f"{__name__}.shown_by_a_slice_above"]  # type: ignore[attr-defined]
    for user, side in ((admin, "own"), (officer, "desk")):
        page = as_(user).get(f"/fund/grants/{side}/{running.pk}/").content.decode()
        assert "上层内容" in page
        assert f'href="/{side}/"' in page


def test_a_change_is_answered_beside_what_holds_and_an_old_page_decides_nothing(
    running: Funding, admin: User, officer: User
) -> None:
    change = make_change(running, by=admin, at=now())
    own, desk = f"/fund/grants/own/changes/{change.pk}/", f"/fund/grants/desk/changes/{change.pk}/"
    assert "撤回变更申请" in read(as_(admin), own)
    client = as_(officer)
    assert "等待基金办公室已 0 天" in read(client, desk)
    assert "等待审核的变更" in read(client, "/fund/grants/desk/")
    no_reason = client.post(f"{desk}decide/", {"seen": "1", "outcome": "decline", "words": ""})
    assert (no_reason.status_code, "请填写不同意的原因" in no_reason.content.decode()) == (
        422,
        True,
    )
    old = client.post(f"{desk}decide/", {"seen": "7", "outcome": "approve"})
    assert (old.status_code, Change.objects.get().state) == (422, "asked")
    client.post(f"{desk}decide/", {"seen": "1", "outcome": "decline", "words": "理由不足。"})
    assert "理由不足。" in read(as_(admin), own)
    assert as_(admin).post(own).status_code == 409


def test_the_text_of_agreements_is_laid_down_from_a_day(fund: Fund, officer: User) -> None:
    client, page = as_(officer), f"/fund/grants/desk/funds/{fund.pk}/agreement/"
    assert "本市的标准文本" in read(client, page)
    form = {"valid_from": str(local_date(now())), "text": "【甲方】【电话】"}
    wrong = client.post(page, form)
    assert (wrong.status_code, "不认识的填写项" in wrong.content.decode()) == (422, True)
    text = "【甲方】【乙方】【项目名称】【编号】【资助金额】【里程碑】"
    assert client.post(page, form | {"text": text}).status_code == 302
    assert Template.objects.get().text == text
    assert "启用的文本" in read(client, page)


def test_the_list_is_filtered_exported_and_says_who_is_waited_for(
    running: Funding, new: Funding, officer: User
) -> None:
    client = as_(officer)
    page = read(client, "/fund/grants/desk/?waits=organization")
    assert (page.count(running.number), page.count(new.number)) == (1, 1)
    assert running.number not in read(client, "/fund/grants/desk/?state=agreeing")
    assert new.number in read(client, "/fund/grants/desk/?state=agreeing&waits=x&fund=y")
    assert "没有符合条件的资助项目" in read(client, "/fund/grants/desk/?q=没有这个")


def test_lists_ask_as_much_for_one_as_for_thirty(
    fund: Fund, team: Organization, admin: User, officer: User
) -> None:
    def more(number: int) -> None:
        for _ in range(number):
            funding = make_support(fund, organization=team, by=officer, at=now())
            assert funding.state == FundingState.AGREEING

    more(1)
    pages = ((as_(officer), "/fund/grants/desk/"), (as_(admin), "/fund/grants/own/"))
    before = [queries_for(client, page) for client, page in pages]
    more(29)
    assert [queries_for(client, page) for client, page in pages] == before
