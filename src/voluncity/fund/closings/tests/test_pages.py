"""The pages: written by the organization, checked, scored, closed, taken along; lists."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.closings import actions
from voluncity.fund.closings.models import Closing, Scorer, Visit
from voluncity.fund.closings.states import ClosingState, Side
from voluncity.fund.grants.models import Funding
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_closings import (
    fill,
    fresh,
    make_archives,
    make_closing,
    make_done,
    make_scorer,
    plan_visit,
    reread,
)
from voluncity.testing.make_files import make_paper, make_picture, make_upload
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_grants import make_county_funding, make_funding
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_user
from voluncity.testing.pages import as_, read
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
C = ClosingState


@pytest.fixture
def funding(team: Organization, admin: User) -> Funding:
    return make_done(organization=team, admin=admin, at=now())


def taken(client: Client, page: str) -> bytes:
    """Return a file that is handed over."""
    answer = client.get(page)
    assert answer.status_code == 200, page
    return body_of(answer)


def test_the_organization_writes_checks_and_hands_in(funding: Funding, admin: User) -> None:
    client, base = as_(admin), f"/fund/closings/own/{funding.pk}/"
    assert "开始填写结项报告" in read(client, base)
    assert client.post(f"{base}report/", {"begin": "1"}).status_code == 200
    closing = Closing.objects.get()
    page = read(client, f"{base}report/")
    assert "里程碑 1：培训志愿者 30 人" in page
    assert "12,000 元" in page
    too_long = client.post(f"{base}report/", {"seen": closing.edition, "summary": "长" * 2001})
    assert too_long.status_code == 422
    sent = client.post(f"{base}report/", {"seen": closing.edition, "summary": "做完了"})
    assert sent.status_code == 302
    stale = client.post(f"{base}report/", {"seen": closing.edition, "summary": "另一个"})
    assert (stale.status_code, "另一个" in stale.content.decode()) == (422, True)
    attached = client.post(f"{base}files/", {"name": "总结", "file": make_paper()})
    assert attached.status_code == 302
    refused = client.post(f"{base}check/", {"seen": reread(closing).edition})
    assert refused.status_code == 422
    assert "没有填写" in refused.content.decode()
    fill(closing, by=admin, at=now())
    page = read(client, f"{base}check/")
    assert "提交结项报告" in page
    done = client.post(f"{base}check/", {"seen": reread(closing).edition})
    assert done.status_code == 302
    assert "报告待审核" in read(client, base)
    client.post(f"{base}recall/", {"seen": reread(closing).edition})
    assert reread(closing).state == C.DRAFT


def test_the_office_reads_sends_back_and_takes(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.SUBMITTED, funding, admin=admin, at=now())
    client, base = as_(officer), f"/fund/closings/desk/{funding.pk}/"
    assert "报告通过，进入评估" in read(client, base)
    nothing = client.post(f"{base}send-back/", {"submission": closing.current_id, "words": ""})
    assert (nothing.status_code, "请至少写一条" in nothing.content.decode()) == (422, True)
    client.post(
        f"{base}send-back/", {"submission": closing.current_id, "remark-summary": "写明户数"}
    )
    page = read(as_(admin), f"/fund/closings/own/{funding.pk}/report/")
    assert "写明户数" in page
    closing = fill(closing, by=admin, at=now())
    actions.submit(closing=closing, seen=closing.edition, by=admin, at=now())
    client.post(f"{base}accept/", {"submission": reread(closing).current_id})
    assert "还没有请人评估" in read(client, base)


def test_a_visit_is_planned_recorded_and_answered_on_pages(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin, at=now())
    other = make_officer(funding.fund.region, "贾亮")
    client, base = as_(officer), f"/fund/closings/desk/{funding.pk}/"
    form = {"on": str(local_date(now())), "where": "活动室", "handle": "visit-page-1"}
    alone = client.post(f"{base}visit/", form | {"visitors": [officer.pk]})
    assert (alone.status_code, "2 到 8 人" in alone.content.decode()) == (422, True)
    client.post(f"{base}visit/", form | {"visitors": [officer.pk, other.pk]})
    visit = Visit.objects.get()
    page = f"/fund/closings/desk/visits/{visit.pk}/"
    assert "登记评估情况" in read(client, page)
    sent = {"findings": "都好", "photos": [make_upload(make_picture())]}
    for item in visit.standard.items.all():
        sent |= {f"verdict{item.pk}": "yes", f"note{item.pk}": ""}
    assert client.post(page, sent).status_code == 302
    photo = visit.photos.get()
    for person in (admin, officer):
        assert taken(as_(person), f"/fund/closings/photos/{photo.pk}/")[:4] == b"RIFF"
    own = f"/fund/closings/own/{funding.pk}/"
    page = read(as_(admin), own)
    assert "认可这份记录" in page
    assert "贾*" in page
    silent = as_(admin).post(f"{own}object-visit/", {"words": ""})
    assert silent.status_code == 422
    as_(admin).post(f"{own}agree-visit/")
    visit.refresh_from_db()
    assert visit.state == "agreed"
    assert closing.pk == visit.closing_id


def test_an_expert_scores_only_what_they_are_asked_for(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin, at=now())
    expert = make_user("潘志远")
    give(expert, Role.EXPERT, funding.fund.region)
    as_(officer).post(f"/fund/closings/desk/{funding.pk}/appoint/", {"user": expert.pk})
    place = Scorer.objects.get()
    client, page = as_(expert), f"/fund/closings/mine/{place.pk}/"
    assert funding.title in read(client, "/fund/closings/desk/")
    assert "目标完成" in read(client, page)
    assert client.get(f"/fund/closings/desk/{funding.pk}/").status_code == 403
    assert as_(officer).get(page).status_code == 404
    wrong = client.post(page, {"do": "score", "words": "好"})
    assert wrong.status_code == 422
    points = {f"points{item.pk}": "88" for item in place.standard.items.all()}
    assert client.post(page, points | {"do": "score", "words": "好"}).status_code == 302
    assert "88" in read(client, page)
    assert reread(closing).state == C.ACCEPTED


def test_closing_on_pages_and_the_archives_of_both_sides(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.EVALUATED, funding, admin=admin, at=now())
    own, base = f"/fund/closings/own/{funding.pk}/", f"/fund/closings/desk/{funding.pk}/"
    assert "异议期限" in read(as_(officer), base)
    as_(admin).post(f"{own}take/")
    seen = reread(closing).edition
    assert as_(officer).post(f"{base}close/", {"seen": seen}).status_code == 302
    assert fresh(funding).state == "closed"
    make_archives(closing, at=now())
    office, theirs = (closing.archives.get(side=side) for side in (Side.OFFICE, Side.OWN))
    for ending in ("pdf", "zip"):
        assert taken(as_(officer), f"/fund/closings/archives/{office.pk}.{ending}")
        assert taken(as_(admin), f"/fund/closings/archives/{theirs.pk}.{ending}")
    assert as_(admin).get(f"/fund/closings/archives/{office.pk}.zip").status_code == 404
    stranger = make_admin(make_organization("别的队"), "路人")
    assert as_(stranger).get(f"/fund/closings/archives/{theirs.pk}.zip").status_code == 404
    supervisor = make_user("周明")
    give(supervisor, Role.FUND_SUPERVISOR, funding.fund.region)
    archive = taken(as_(supervisor), f"/fund/closings/archives/{office.pk}.zip")
    with zipfile.ZipFile(io.BytesIO(archive)) as book:
        assert "校验码.txt" in book.namelist()
    assert as_(supervisor).post(f"{base}addend/", {"words": "x"}).status_code == 403
    sent = {"words": "人次应为 598。", "handle": "addendum-page"}
    assert as_(officer).post(f"{base}addend/", sent).status_code == 302
    assert "人次应为 598。" in read(as_(admin), own)


def test_nobody_sees_what_is_another_ones(funding: Funding, admin: User) -> None:
    make_closing(C.SUBMITTED, funding, admin=admin, at=now())
    stranger = make_admin(make_organization("别的队"), "路人")
    for page in ("", "report/", "check/"):
        assert as_(stranger).get(f"/fund/closings/own/{funding.pk}/{page}").status_code == 404
    far = make_officer(make_county("小店区", code="140105000000"), "外地")
    assert as_(far).get(f"/fund/closings/desk/{funding.pk}/").status_code == 404


def test_the_support_of_a_county_is_closed_by_the_office(db: None) -> None:
    funding = make_county_funding(make_county(), at=now() - timedelta(days=100))
    office = make_officer(funding.fund.region)
    page = f"/fund/closings/own/{funding.pk}/"
    assert "开始填写结项报告" in read(as_(office), page)


def test_a_new_version_of_a_list_is_written(funding: Funding, officer: User) -> None:
    client, page = as_(officer), f"/fund/closings/desk/standards/{funding.fund_id}/score/"
    assert "通用版" in read(client, "/fund/closings/desk/standards/")
    wrong = client.post(page, {"items": "目标 | 看 | 50%", "valid_from": str(local_date(now()))})
    assert (wrong.status_code, "现在是 50%" in wrong.content.decode()) == (422, True)
    tomorrow = str(local_date(now() + timedelta(days=1)))
    right = {"items": "目标 | 看 | 60%\n成效 | 看 | 40%", "valid_from": tomorrow}
    assert client.post(page, right).status_code == 302
    assert "第 2 版" in read(client, page)


def _many(numbers: range) -> User:
    fund = make_fund(make_county())
    for number in numbers:
        team = make_organization(f"第 {number} 队", region=make_county())
        funding = make_funding("running", fund=fund, organization=team, title=f"项目 {number}")
        actions.begin(funding=funding, by=None, at=now())
    return make_officer(fund.region)


def test_the_list_asks_as_much_for_thirty_as_for_one(db: None) -> None:
    officer = _many(range(1))
    one = queries_for(as_(officer), "/fund/closings/desk/")
    thirty = queries_for(as_(_many(range(1, 30))), "/fund/closings/desk/")
    assert thirty == one


def test_the_organizations_list_asks_as_much_for_thirty_as_for_one(
    team: Organization, admin: User
) -> None:
    fund = make_fund(make_county())

    def begin(count: int) -> None:
        for _ in range(count):
            funding = make_funding("running", fund=fund, organization=team, admin=admin)
            actions.begin(funding=funding, by=None, at=now())

    begin(1)
    one = queries_for(as_(admin), "/fund/closings/own/")
    begin(29)
    assert queries_for(as_(admin), "/fund/closings/own/") == one


def test_the_page_of_a_closing_asks_as_much_for_three_scorers_as_for_one(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin, at=now())
    plan_visit(closing, by=officer, at=now())
    make_scorer(closing, "冯洁", by=officer, at=now())
    page = f"/fund/closings/desk/{funding.pk}/"
    one = queries_for(as_(officer), page)
    for name in ("孔德明", "段丽"):
        make_scorer(closing, name, by=officer, at=now())
    assert queries_for(as_(officer), page) == one
