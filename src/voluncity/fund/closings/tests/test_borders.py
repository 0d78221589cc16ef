"""At the edges: blind scores, ties, days, odd input, two who write, what the archive forgot."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import scope_of
from voluncity.city.inbox.models import Message
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.models import Closing, Result, Scorer, Standard, Visit
from voluncity.fund.closings.queries.whole import chapters
from voluncity.fund.closings.states import ClosingState, ScorerState, Side, StandardKind
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.make_calls import make_officer
from voluncity.testing.make_closings import (
    close,
    fill,
    fresh,
    give_points,
    hand_in,
    make_archives,
    make_closing,
    make_done,
    make_scorer,
    plan_visit,
    record_visit,
    reread,
    send_back,
    writer_of,
)
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_grants import make_change, make_funding
from voluncity.testing.make_orgs import give
from voluncity.testing.make_payouts import ask, enter_return, make_account, make_plan
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.testing.pages import as_, read

pytestmark = pytest.mark.django_db
C = ClosingState
DAY = timedelta(days=1)


# -- Lists ---------------------------------------------------------------------------------------


def test_the_first_version_of_a_list_may_hold_from_today(funding: Funding, officer: User) -> None:
    """As the page offers it; the city's own was never used then."""
    page = f"/fund/closings/desk/standards/{funding.fund_id}/score/"
    client = as_(officer)
    today = local_date(now())
    assert f'value="{today}"' in client.get(page).content.decode()
    sent = {"items": "目标 | 看 | 60%\n成效 | 看 | 40%", "valid_from": str(today)}
    assert client.post(page, sent).status_code == 302
    assert [(one.number, one.valid_from) for one in Standard.objects.all()] == [(1, today)]
    assert f'value="{today + DAY}"' in client.get(page).content.decode()
    assert client.post(page, sent).status_code == 422  # of a day there is one
    assert queries.standard_on(funding.fund, "score", today) == Standard.objects.get()


def test_a_version_does_not_lie_so_far_ahead_that_none_could_follow(
    funding: Funding, officer: User
) -> None:
    said: dict[str, Any] = {
        "fund": funding.fund, "kind": StandardKind.VISIT, "text": "看场地", "by": officer,
        "at": NOON,
    }  # fmt: skip
    for day in (local_date(NOON) - DAY, local_date(NOON) + 366 * DAY):
        with pytest.raises(BadInput, match="今天到一年以内"):
            actions.write_standard(valid_from=day, **said)
    assert Standard.objects.count() == 0


@pytest.mark.parametrize(
    "items",
    ["", "\x00", " | 看 | 100%", "目标 | 看 | 0%\n成效 | 看 | 100%", "目标 | 看 | 101%",
     "目标 | 看 | -1%", "目标 | 看 | ١٠٠%", "长" * 61 + " | 看 | 100%",
     "目标 | 看 | 50%\n目标 | 看 | 50%", "\n".join(f"第{n}项 | 看 | 5%" for n in range(21))],
)  # fmt: skip
def test_a_list_with_odd_input_is_refused(funding: Funding, officer: User, items: str) -> None:
    page = f"/fund/closings/desk/standards/{funding.fund_id}/score/"
    answer = as_(officer).post(page, {"items": items, "valid_from": str(local_date(now()))})
    assert answer.status_code == 422
    assert Standard.objects.count() == 0


def test_who_only_reads_is_shown_no_door_that_is_closed(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin, at=now())
    visit, _ = plan_visit(closing, by=officer, at=now())
    reader = make_user("监事")
    give(reader, Role.FUND_SUPERVISOR, funding.fund.region)
    client = as_(reader)
    for page in ("/fund/closings/desk/", f"/fund/closings/desk/{funding.pk}/"):
        for target in set(
            re.findall(r'href="(/fund/closings/[^"?#]*)"', client.get(page).content.decode())
        ):
            assert client.get(target).status_code == 200, (page, target)
    door = f"/fund/closings/desk/visits/{visit.pk}/"
    assert door in as_(officer).get(f"/fund/closings/desk/{funding.pk}/").content.decode()


# -- Scores --------------------------------------------------------------------------------------


def test_who_has_to_score_does_not_see_what_others_gave(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin, at=now())
    first = make_scorer(closing, "冯洁", by=officer, at=now())
    second = make_scorer(closing, "孔德明", by=officer, at=now())
    marks = {item.pk: 73 for item in first.standard.items.all()}
    actions.score(
        closing=reread(closing), points=marks, words="资料不全。", by=first.user, at=now()
    )
    page = f"/fund/closings/desk/{funding.pk}/"
    blind = read(as_(second.user), page)
    assert "您评分以后，才看得到其他人的评分" in blind
    assert "73" not in blind.split("评估 ")[-1].split("资金")[0]
    assert "资料不全" not in blind
    assert "资料不全" in read(as_(officer), page)
    give_points(second, 88, at=now())
    assert "资料不全" in read(as_(second.user), page)


def test_who_stepped_back_reads_nothing_more(funding: Funding, admin: User, officer: User) -> None:
    closing = make_closing(C.DRAFT, funding, admin=admin, at=now())
    as_(admin).post(
        f"/fund/closings/own/{funding.pk}/files/", {"name": "总结", "file": make_paper()}
    )
    closing = hand_in(closing, by=admin, at=now())
    actions.accept(closing=closing, submission_id=closing.current_id or 0, by=officer, at=now())
    expert = make_user("潘志远")
    give(expert, Role.EXPERT, funding.fund.region)
    place = actions.appoint(closing=reread(closing), user_id=expert.pk, by=officer, at=now())
    client, page = as_(expert), f"/fund/closings/mine/{place.pk}/"
    paper = f"/fund/closings/files/{closing.files.get().pk}/"
    assert "结项报告" in read(client, page)
    assert b"".join(client.get(paper).streaming_content)  # type: ignore[attr-defined]
    client.post(page, {"do": "recuse", "words": "配偶在该组织任职。"})
    shown = read(client, page)
    assert ("已回避" in shown, "总体完成情况" in shown) == (True, False)
    assert client.get(paper).status_code in (403, 404)


def test_a_scorer_whose_role_was_taken_back_gives_no_points(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin, at=now())
    expert = make_user("潘志远")
    give(expert, Role.EXPERT, funding.fund.region)
    place = actions.appoint(closing=reread(closing), user_id=expert.pk, by=officer, at=now())
    access.revoke_role(grant_id=Grant.objects.get(user=expert).pk, by=make_user("安"), at=now())
    sent = {f"points{item.pk}": "90" for item in place.standard.items.all()}
    page = f"/fund/closings/mine/{place.pk}/"
    assert as_(expert).post(page, sent | {"do": "score", "words": "好"}).status_code == 403
    assert Scorer.objects.get().state == ScorerState.ASKED
    actions.dismiss(closing=reread(closing), scorer_id=place.pk, by=officer, at=now())
    assert not Scorer.objects.exists()


@pytest.mark.parametrize("points", ["", "-1", "101", "88.5", "１０１", "x", "9" * 30, "\x00"])
def test_odd_points_are_refused(funding: Funding, admin: User, officer: User, points: str) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin, at=now())
    place = make_scorer(closing, "冯洁", by=officer, at=now())
    sent = {f"points{item.pk}": "90" for item in place.standard.items.all()}
    first = place.standard.items.all()[0]
    sent |= {f"points{first.pk}": points, "do": "score", "words": "好"}
    answer = as_(place.user).post(f"/fund/closings/mine/{place.pk}/", sent)
    assert (answer.status_code, "field__error" in answer.content.decode()) == (422, True)
    assert Scorer.objects.get().state == ScorerState.ASKED


def test_who_published_the_first_result_does_not_close_after_the_second(
    funding: Funding, admin: User
) -> None:
    closing = make_closing(C.EVALUATED, funding, admin=admin)
    publisher = Result.objects.get().made_by
    actions.object_to(closing=closing, words="评分偏低。", by=admin, at=NOON)
    actions.answer_objection(
        closing=reread(closing), is_right=True, points=91, words="属实。",
        by=make_officer(funding.fund.region, "王素梅"), at=NOON,
    )  # fmt: skip
    for person in {one.made_by for one in Result.objects.all()} | {publisher}:
        with pytest.raises(NotAllowed, match="不能办理结项"):
            close(closing, by=person)
    assert close(closing, by=make_officer(funding.fund.region, "方明")).state == C.CLOSED


def test_whom_one_asked_first_stands_first_where_nobody_has_answered(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin)
    judge = give_points(make_scorer(closing, "冯洁", by=officer), 88).user
    other = make_closing(C.ACCEPTED, make_done(fund=funding.fund))
    actions.appoint(closing=reread(other), user_id=judge.pk, by=officer, at=NOON)
    found = queries.scored_by(judge.pk).values_list("state", flat=True)
    assert list(found) == [ScorerState.ASKED, ScorerState.SCORED]


# -- Days ----------------------------------------------------------------------------------------


def test_a_visit_is_not_planned_for_ever(funding: Funding, admin: User, officer: User) -> None:
    closing = make_closing(C.SUBMITTED, funding, admin=admin)
    for day, sentence in (
        (local_date(NOON) - DAY, "早于今天"),
        (local_date(NOON) + 366 * DAY, "一年以内"),
    ):
        plan = actions.VisitPlan(
            day, "活动室", [officer.pk, make_officer(funding.fund.region, "贾亮").pk]
        )
        with pytest.raises(BadInput, match=sentence):
            actions.plan_visit(closing=closing, plan=plan, handle="far-0001", by=officer, at=NOON)
    assert not Visit.objects.exists()


def test_what_was_handed_in_on_time_and_sent_back_is_not_called_late(
    team: Organization, admin: User
) -> None:
    funding = make_done(organization=team, admin=admin)
    closing = make_closing(C.RETURNED, funding, admin=admin)
    later = NOON + 60 * DAY
    assert later.date() > closing.due_on
    reach = scope_of(make_officer(funding.fund.region), Permission.FUND_SEE)
    assert list(queries.late(reach, at=later)) == []
    actions.keep_terms(at=later)
    told = set(Message.objects.values_list("title", flat=True))
    assert "结项报告逾期了" not in told
    assert {"结项报告等着修改", "结项报告退回后没有改好"} <= told
    count = Message.objects.count()
    actions.keep_terms(at=later)
    assert Message.objects.count() == count


def test_a_project_that_goes_back_to_its_work_gets_time_for_its_report(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.SUBMITTED, funding, admin=admin)
    later = NOON + 60 * DAY
    actions.reopen(closing=closing, words="没有做完。", seen=closing.edition, by=officer, at=later)
    again = reread(closing)
    assert again.due_on == local_date(later) + 30 * DAY
    assert again.days_late(later) == 0
    assert again.days_late(later + 31 * DAY) == 1
    project = fresh(funding)
    Funding.objects.filter(pk=project.pk).update(ends_on=local_date(later) + 40 * DAY)
    actions.follow_dates(funding_id=project.pk, at=later)
    assert reread(closing).due_on == local_date(later) + 70 * DAY


def test_a_record_that_nobody_answered_offers_no_answer_after_the_result(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.ACCEPTED, funding, admin=admin, at=now() - 30 * DAY)
    visit, went = plan_visit(closing, by=officer, at=now() - 30 * DAY)
    record_visit(visit, by=went, at=now() - 30 * DAY)
    for name in ("冯洁", "孔德明"):
        give_points(make_scorer(closing, name, by=officer, at=now()), 90, at=now())
    own = f"/fund/closings/own/{funding.pk}/"
    assert "认可这份记录" in read(as_(admin), own)
    closing = reread(closing)
    actions.publish(closing=closing, words="成效实在。", seen=closing.edition, by=officer, at=now())
    shown = read(as_(admin), own)
    assert ("认可这份记录" in shown, "已视为认可" in shown) == (False, True)
    assert "已视为认可" in read(as_(officer), f"/fund/closings/desk/visits/{visit.pk}/")


# -- Writing and handing in ----------------------------------------------------------------------


def test_nothing_is_handed_in_while_money_is_under_way(team: Organization, admin: User) -> None:
    funding = make_funding("running", organization=team, admin=admin)
    make_account(funding)
    make_plan(funding)
    payment = ask(funding)
    closing = fill(make_closing(C.DRAFT, funding, admin=admin), by=admin)
    with pytest.raises(WrongState, match="拨付没有办结"):
        actions.submit(closing=closing, seen=closing.edition, by=admin, at=NOON)
    page = read(as_(admin), f"/fund/closings/own/{funding.pk}/check/")
    assert "等基金办完以后才能提交" in page
    assert (fresh(funding).state, payment.state) == ("running", "asked")


def test_nothing_is_handed_in_while_a_return_waits(funding: Funding, admin: User) -> None:
    enter_return(funding, 10_000)
    closing = fill(make_closing(C.DRAFT, funding, admin=admin), by=admin)
    with pytest.raises(WrongState, match="退回的资金没有确认"):
        actions.submit(closing=closing, seen=closing.edition, by=admin, at=NOON)


def test_who_wrote_at_once_sees_what_the_other_wrote(funding: Funding, admin: User) -> None:
    closing = make_closing(C.DRAFT, funding, admin=admin, at=now())
    seen = closing.edition
    client, page = as_(admin), f"/fund/closings/own/{funding.pk}/report/"
    client.post(page, {"seen": seen, "summary": "同事写的总体情况"})
    answer = client.post(page, {"seen": seen, "summary": "我写的总体情况"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "同事写的总体情况" in shown
    assert "我写的总体情况" in shown
    assert "现在保存的内容" in shown
    assert reread(closing).content["summary"] == "同事写的总体情况"


@pytest.mark.parametrize(
    "said", [{"summary": "长" * 2001}, {"seen": "x"}, {"seen": "-1"}, {"seen": "9" * 40}]
)
def test_an_odd_report_is_not_kept(funding: Funding, admin: User, said: dict[str, str]) -> None:
    closing = make_closing(C.DRAFT, funding, admin=admin, at=now())
    page = f"/fund/closings/own/{funding.pk}/report/"
    sent = {"seen": str(closing.edition), "summary": "做完了"} | said
    assert as_(admin).post(page, sent).status_code == 422
    assert reread(closing).content == {}


def test_the_office_reads_the_files_that_were_handed_in(
    funding: Funding, admin: User, officer: User
) -> None:
    closing = make_closing(C.DRAFT, funding, admin=admin, at=now())
    own = f"/fund/closings/own/{funding.pk}/files/"
    as_(admin).post(own, {"name": "第一份总结", "file": make_paper()})
    closing = hand_in(closing, by=admin, at=now())
    send_back(closing, by=officer, at=now())
    as_(admin).post(own, {"remove": closing.files.get().pk})
    as_(admin).post(
        own, {"name": "还没有提交的草稿", "file": make_paper(b"%PDF-1.4\n% 2\n%%EOF\n")}
    )
    shown = read(as_(officer), f"/fund/closings/desk/{funding.pk}/")
    assert ("第一份总结" in shown, "还没有提交的草稿" in shown) == (True, False)
    assert "历次提交" in shown
    assert "请写明服务了多少户。" in shown


def test_steps_in_the_wrong_order_are_refused(funding: Funding, admin: User, officer: User) -> None:
    closing = make_closing(C.DRAFT, funding, admin=admin, at=now())
    desk, own = f"/fund/closings/desk/{funding.pk}/", f"/fund/closings/own/{funding.pk}/"
    office, team = as_(officer), as_(admin)
    fine = {"words": "好", "seen": closing.edition, "submission": "0", "handle": "wrong-order-1",
            "outcome": "stay"}  # fmt: skip
    for verb in ("accept", "send-back", "reopen", "publish", "answer", "close", "addend", "archive",
                 "settle", "dismiss", "melt"):  # fmt: skip
        status = office.post(f"{desk}{verb}/", fine).status_code
        assert 400 <= status < 500, (verb, status)
    for verb in ("recall", "agree-visit", "object-visit", "take", "object", "melt"):
        status = team.post(f"{own}{verb}/", fine).status_code
        assert 400 <= status < 500, (verb, status)
    assert (reread(closing).state, Closing.objects.count()) == (C.DRAFT, 1)
    for page in ("accept", "close"):
        assert team.post(f"{desk}{page}/", fine).status_code == 403


@pytest.mark.parametrize(
    "said",
    [
        {"on": ""}, {"on": "2026-02-30"}, {"on": "0001-01-01"}, {"on": "9999-12-31"},
        {"where": ""}, {"where": "长" * 81}, {"where": "\x00"}, {"visitors": []},
        {"visitors": ["x"]}, {"visitors": ["999999", "888888"]}, {"visitors": ["SELF", "SELF"]},
        {"visitors": ["SELF", "ADMIN"]}, {"handle": ""}, {"handle": "a\x00bcdefgh"},
    ],
)  # fmt: skip
def test_a_visit_with_odd_input_is_not_planned(
    funding: Funding, admin: User, officer: User, said: dict[str, Any]
) -> None:
    make_closing(C.SUBMITTED, funding, admin=admin, at=now())
    other = make_officer(funding.fund.region, "贾亮")
    fine = {
        "on": str(local_date(now())), "where": "活动室", "handle": "odd-visit-1",
        "visitors": [str(officer.pk), str(other.pk)],
    }  # fmt: skip
    sent = fine | said
    people = {"SELF": str(officer.pk), "ADMIN": str(admin.pk)}
    sent["visitors"] = [people.get(one, one) for one in sent["visitors"]]
    answer = as_(officer).post(f"/fund/closings/desk/{funding.pk}/visit/", sent)
    assert answer.status_code == 422
    assert not Visit.objects.exists()


def test_nobody_else_is_asked_to_evaluate(funding: Funding, admin: User, officer: User) -> None:
    make_closing(C.ACCEPTED, funding, admin=admin, at=now())
    stranger = make_user("路人")
    page = f"/fund/closings/desk/{funding.pk}/appoint/"
    for who in ("", "x", "9" * 30, admin.pk, officer.pk, stranger.pk):
        answer = as_(officer).post(page, {"user": who})
        assert (answer.status_code, "field__error" in answer.content.decode()) == (422, True)
    assert not Scorer.objects.exists()


def test_a_resolution_of_another_fund_explains_nothing(team: Organization, admin: User) -> None:
    from voluncity.testing.make_fund import make_fund, make_resolution

    funding = make_done(spent=(1_000_000, 0, 0), organization=team, admin=admin)
    closing = make_closing(C.EVALUATED, funding, admin=admin)
    actions.take_result(closing=closing, by=admin, at=NOON)
    foreign = make_resolution(make_fund(make_county("小店区", code="140105000000")), "别的")
    with pytest.raises(BadInput, match="这个基金现行有效的决议") as refused:
        close(
            closing, by=make_officer(funding.fund.region, "方明"), resolution=foreign,
            words="留用",
        )  # fmt: skip
    assert refused.value.field == "resolution"


def test_the_organization_reads_its_own_names_whole_and_what_to_do_with_what_is_left(
    team: Organization, admin: User
) -> None:
    funding = make_done(
        spent=(1_200_000, 460_000, 300_000), organization=team, admin=admin, at=now()
    )
    closing = make_closing(C.SUBMITTED, funding, admin=admin, at=now())
    office = make_officer(funding.fund.region, "方明")
    actions.accept(closing=closing, submission_id=closing.current_id or 0, by=office, at=now())
    shown = read(as_(admin), f"/fund/closings/own/{funding.pk}/")
    past = shown.split("经过")[-1]
    assert (str(admin) in past, "方明" in past, "方*" in past) == (True, False, True)
    assert "请退回基金会的账户" in shown


# -- The archive ---------------------------------------------------------------------------------


def test_the_archive_tells_what_was_changed_on_the_way(team: Organization, admin: User) -> None:
    funding = make_funding("running", organization=team, admin=admin)
    change = make_change(funding)
    grants.approve_change(
        change=change, words="同意。", seen=change.edition,
        by=make_officer(funding.fund.region, "韩梅"), at=NOON,
    )  # fmt: skip
    closing = make_closing(C.DRAFT, fresh(funding), admin=admin)
    for side in (Side.OFFICE, Side.OWN):
        [agreed] = [one for one in chapters(closing, side, []) if "资助协议和变更" in one.title]
        [part] = [one for one in agreed.parts if one.title.startswith("第 1 次变更")]
        assert part.body
        assert ("办理意见", "同意。") in part.rows
        names = " ".join(text for _, text in part.rows)
        assert ("韩梅" in names) == (side == Side.OFFICE)


def test_the_chapters_of_the_archive_are_numbered_without_a_gap(
    funding: Funding, admin: User
) -> None:
    closing = make_closing(C.CLOSED, funding, admin=admin)
    titles = [one.title for one in chapters(closing, Side.OFFICE, [])]
    numbers = "一二三四五六七八九十"
    assert [one.split("、")[0] for one in titles[:10]] == list(numbers[: len(titles[:10])])
    assert not any("补充说明" in one for one in titles)  # there is none


def test_a_large_sum_and_a_long_name_stand_whole(
    team: Organization, admin: User, officer: User
) -> None:
    funding = make_done(
        organization=team, admin=admin, at=now(),
        title="关爱独居老人冬季取暖和送餐到家志愿服务三年行动计划项目",
    )  # fmt: skip
    closing = make_closing(C.CLOSED, funding, admin=admin, at=now())
    make_archives(closing, at=now())
    assert funding.title in read(
        as_(make_officer(funding.fund.region)), f"/fund/closings/desk/{funding.pk}/"
    )
    assert writer_of(funding)
