"""Pages of residents, nominees, nominators, experts and the office; bad input; who sees what."""

from __future__ import annotations

from datetime import date, timedelta

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import check_document, check_image
from voluncity.city.people.models import User
from voluncity.honor.awards import actions, paper
from voluncity.honor.awards.models import Ballot, Nomination, Review, Selection
from voluncity.honor.awards.tests.conftest import VOTING, Call
from voluncity.testing.clock import stopped_at
from voluncity.testing.counting import queries_for
from voluncity.testing.make_awards import (
    DECIDED,
    REVIEWED,
    fresh,
    make_admitted,
    make_awarded,
    make_draft_selection,
    make_judge,
    make_nomination,
    make_nominator,
    make_selection,
    make_vote,
)
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import NOON, make_county, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
AT = NOON + DECIDED


def office(call: Call, name: str = "文明办") -> User:
    user = make_user(name)
    give(user, Role.COUNTY_OFFICE, call.selection.region)
    return user


def opened(browser: Client, page: str) -> int:
    """Read a file to its end and return the status."""
    answer = browser.get(page)
    body_of(answer)
    return answer.status_code


def test_a_volunteer_votes_in_three_taps_and_only_once(call: Call) -> None:
    nominee, voter = call.admit(), call.voter()
    with stopped_at(VOTING):
        browser = as_(user_of(voter))
        assert "去投票" in markup(browser.get("/awards/"))
        page = markup(browser.get(f"/awards/{call.selection.pk}/"))
        assert ("支持李明" in page, "投票（最多选 2 个）" in page, " 票</span>" in page) == (
            True, True, False,
        )  # fmt: skip
        address = f"/awards/categories/{call.category.pk}/vote/"
        done = markup(browser.post(address, {"chosen": nominee.pk}, follow=True))
        assert ("投票成功" in done, "您投了这一票" in done) == (True, True)
        again = browser.post(address, {"chosen": nominee.pk})
        assert (again.status_code, "每人一票" in markup(again)) == (422, True)
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"chosen": "x"}, {"chosen": "９９９"}, {"chosen": ""}])
def test_a_wrong_ballot_is_drawn_again_with_a_sentence(call: Call, sent: dict[str, str]) -> None:
    call.admit()
    with stopped_at(VOTING):
        answer = as_(user_of(call.voter())).post(
            f"/awards/categories/{call.category.pk}/vote/", sent
        )
    assert answer.status_code == 422
    assert Ballot.objects.count() == 0


def test_nobody_reads_of_a_nominee_before_nominations_have_ended(call: Call) -> None:
    nominee = call.admit()
    page = f"/awards/nominees/{nominee.pk}/"
    with stopped_at(NOON):
        assert Client().get(page).status_code == 404
    with stopped_at(NOON + REVIEWED):
        shown = markup(Client().get(page))
        assert ("李明" in shown, "二十年如一日的巡逻员" in shown) == (True, True)
    actions.hide_story(nomination=nominee, by=user_of(call.members[0]), at=VOTING)
    with stopped_at(VOTING):
        assert Client().get(page).status_code == 404


def test_a_stranger_of_the_area_reads_and_does_not_vote(call: Call) -> None:
    call.admit()
    stranger = make_volunteer("外县人", region=make_county("万柏林区", code="140109000000"))
    with stopped_at(VOTING):
        page = markup(as_(user_of(stranger)).get(f"/awards/{call.selection.pk}/"))
    assert ("迎泽区的志愿者才能投票" in page, "支持李明" in page) == (True, False)


def test_an_office_sees_the_selections_of_the_city_beside_its_own(call: Call) -> None:
    city = call.selection.region.parent
    assert city is not None
    wide = make_selection(city)
    make_draft_selection(call.selection.region)
    with stopped_at(NOON):
        desk = as_(office(call))
        page = markup(desk.get("/awards/desk/"))
        assert (f"/awards/desk/{wide.pk}/" in page, "本级评选" in page) == (True, True)
        assert desk.get(f"/awards/desk/{wide.pk}/").status_code == 200
        above = make_nominator(make_organization("市志愿者协会", region=city))
        below = as_(above).get(f"/awards/desk/{call.selection.pk}/")
        assert (below.status_code, "推荐和审核</a>" in markup(below)) == (200, False)


def test_a_photo_is_open_to_whom_it_concerns_and_later_to_everybody(call: Call) -> None:
    nominee = make_admitted(
        call.category, call.members[0], by=call.nominator, photo=check_image(make_upload())
    )
    page = f"/awards/nominees/{nominee.pk}/photo/"
    judge = make_judge(call.selection)
    with stopped_at(NOON):
        seen = [
            opened(as_(one), page)
            for one in (call.nominator, user_of(call.members[0]), judge.user, office(call))
        ]
        assert seen == [200, 200, 200, 200]
        assert opened(as_(make_user()), page) == 404
        assert Client().get(f"/files/{nominee.photo.key}/").status_code == 404  # type: ignore[union-attr]
    with stopped_at(VOTING):
        assert opened(Client(), page) == 200


def test_counts_are_hidden_until_the_end_from_the_desk_too(call: Call) -> None:
    nominee = call.admit()
    make_vote(call.category, call.voter(), [nominee], at=VOTING)
    desk = f"/awards/desk/{call.selection.pk}/votes/"
    with stopped_at(VOTING):
        page = markup(as_(office(call)).get(desk))
        assert ("有效选票 1 张" in page, "工作人员也看不到" in page, "得票</th>" in page) == (
            True, True, False,
        )  # fmt: skip
    with stopped_at(AT):
        assert "得票</th>" in markup(as_(office(call)).get(desk))
        assert "<strong>1</strong> 票" in markup(Client().get(f"/awards/{call.selection.pk}/"))


def test_an_organization_nominates_and_the_nominee_agrees_on_the_phone(call: Call) -> None:
    member = call.members[0]
    sent = {
        "number": member.number, "name": member.name, "headline": "好邻居",
        "summary": "十年如一日帮邻居买菜取药。", "story": "她住在三号楼，" * 20,
        "photo": make_upload(), "paper": make_paper(),
    }  # fmt: skip
    with stopped_at(NOON):
        desk = as_(call.nominator)
        board = markup(desk.get(f"/awards/desk/{call.selection.pk}/"))
        assert f"/awards/desk/categories/{call.category.pk}/nominate/" in board
        made = desk.post(f"/awards/desk/categories/{call.category.pk}/nominate/", sent)
        nomination = Nomination.objects.get()
        assert made.headers["Location"] == f"/awards/desk/nominations/{nomination.pk}/"
        desk.post(f"/awards/desk/nominations/{nomination.pk}/submit/")
        phone = as_(user_of(member))
        assert "推荐李明参加“最美志愿者”" in markup(phone.get("/awards/mine/"))
        page = markup(phone.get(f"/awards/mine/{nomination.pk}/"))
        assert "同意参评吗？" in page
        phone.post(f"/awards/mine/{nomination.pk}/consent/", {"version": "1", "is_named": "on"})
        checked = as_(office(call)).post(f"/awards/desk/nominations/{nomination.pk}/admit/")
        assert checked.status_code == 302
    assert fresh(nomination).state == "admitted"


def test_number_and_name_must_fit_and_nobodys_name_is_suggested(call: Call) -> None:
    with stopped_at(NOON):
        desk = as_(call.nominator)
        address = f"/awards/desk/categories/{call.category.pk}/nominate/"
        wrong = desk.post(
            address, {"number": call.members[0].number, "name": "别人", "headline": "好"}
        )
        assert (wrong.status_code, "没有找到这位已实名的志愿者" in markup(wrong)) == (422, True)
        offered = desk.get(
            f"/awards/desk/categories/{call.category.pk}/pick/", {"field": "x", "x": "李"}
        )
        assert "李明" not in markup(offered)


def test_a_guardian_finds_the_nomination_of_a_child_and_a_stranger_nothing(call: Call) -> None:
    nomination = make_nomination(call.category, call.members[0], by=call.nominator)
    actions.submit_nomination(nomination=nomination, by=call.nominator, at=NOON)
    stranger = as_(make_user())
    assert stranger.get(f"/awards/mine/{nomination.pk}/").status_code == 404
    assert stranger.post(f"/awards/mine/{nomination.pk}/consent/").status_code == 404


def test_an_expert_scores_blind_and_sees_no_other_expert(call: Call) -> None:
    nominee = call.admit()
    first, second = make_judge(call.selection), make_judge(call.selection, "周教授")
    mine = Review.objects.get(judge=first, nomination=nominee)
    theirs = Review.objects.get(judge=second, nomination=nominee)
    sent = {f"points_{one.pk}": "９０" for one in call.selection.criteria.all()}
    with stopped_at(NOON + REVIEWED):
        desk = as_(first.user)
        assert desk.get(f"/awards/desk/reviews/{theirs.pk}/").status_code == 404
        page = f"/awards/desk/reviews/{mine.pk}/"
        refused = desk.post(page, sent | {"version": "1"})
        assert (refused.status_code, "没有利害关系" in markup(refused)) == (422, True)
        desk.post(page, sent | {"version": "1", "is_independent": "on", "comment": "实在"})
        assert "90.00" in markup(desk.get("/awards/desk/reviews/"))
        progress = markup(as_(office(call)).get(f"/awards/desk/{call.selection.pk}/judges/"))
        assert "90.00" not in progress
    mine.refresh_from_db()
    assert mine.points == 9000


@pytest.mark.parametrize("points", ["", "101", "-1", "很好", "8.5", "９９９９９９９９９９９９"])
def test_wrong_points_are_refused_at_their_field(call: Call, points: str) -> None:
    nominee = call.admit()
    judge = make_judge(call.selection)
    review = Review.objects.get(judge=judge, nomination=nominee)
    sent = {f"points_{one.pk}": points for one in call.selection.criteria.all()}
    with stopped_at(NOON + REVIEWED):
        answer = as_(judge.user).post(
            f"/awards/desk/reviews/{review.pk}/", sent | {"version": "1", "is_independent": "on"}
        )
    sentence = "应为 0 到 100 之间的整数，请修改。" if points else "请填写"
    assert (answer.status_code, sentence in markup(answer)) == (422, True)


def test_papers_are_for_the_office_the_nominator_and_the_expert(call: Call) -> None:
    nomination = make_nomination(call.category, call.members[0], by=call.nominator)
    kept = actions.add_paper(
        nomination=nomination, paper=check_document(make_paper()), by=call.nominator, at=NOON
    )
    page = f"/awards/desk/nominations/{nomination.pk}/papers/{kept.pk}/"
    assert opened(as_(call.nominator), page) == 200
    # A draft is not handed in: the office does not see it yet, another organization never does.
    other = make_nominator(make_organization(region=call.organization.region))
    assert as_(other).get(page).status_code == 404


def test_the_office_counts_decides_and_another_officer_confirms(call: Call) -> None:
    nominees = call.scored(90, 80)
    pk = call.selection.pk
    with stopped_at(AT):
        maker, checker = as_(office(call, "甲")), as_(office(call, "乙"))
        assert "计算得分" in markup(maker.get(f"/awards/desk/{pk}/"))
        maker.post(f"/awards/desk/{pk}/count/")
        sent = {f"chosen_{nominees[0].pk}": "on"}
        refused = maker.post(f"/awards/desk/{pk}/results/", sent)
        assert (refused.status_code, "请写明理由" in markup(refused)) == (422, True)
        sent[f"reason_{nominees[1].pk}"] = "名额留给下一年"
        maker.post(f"/awards/desk/{pk}/results/", sent)
        assert "复核通过并公示</button>" not in markup(maker.get(f"/awards/desk/{pk}/results/"))
        own = maker.post(f"/awards/desk/{pk}/confirm/")
        assert (own.status_code, "由另一位同事复核" in markup(own)) == (422, True)
        checker.post(f"/awards/desk/{pk}/confirm/")
    assert Selection.objects.get(pk=pk).state == "shown"


def test_the_certificate_says_what_was_given_and_everybody_can_check_it(call: Call) -> None:
    [nominee] = call.scored(90)
    [award] = make_awarded(call.selection, [nominee], at=AT)
    document = pypdfium2.PdfDocument(paper.certificate_pdf(award))
    printed = document[0].get_textpage().get_text_range()
    document.close()
    for said in ("李明 同志", "最美志愿者", award.serial, "太原市文明办", "特发此证"):
        assert said in printed
    own = as_(user_of(call.members[0])).get(f"/awards/mine/{nominee.pk}/paper.pdf")
    assert (own.status_code, own.headers["Content-Type"]) == (200, "application/pdf")
    assert as_(make_user()).get(f"/awards/mine/{nominee.pk}/paper.pdf").status_code == 404
    checked = markup(Client().get(f"/awards/check/{award.serial}/"))
    assert ("这份荣誉证书是真的" in checked, "李明" in checked) == (True, True)
    assert Client().get("/awards/check/", {"serial": award.serial}).status_code == 302
    assert Client().get("/awards/check/", {"serial": "BZ1"}).status_code == 422
    revoking = as_(office(call))
    revoking.post(f"/awards/desk/awards/{award.pk}/", {"reason": "材料不实"})
    assert "已经撤销" in markup(Client().get(f"/awards/check/{award.serial}/"))
    assert revoking.get(f"/awards/desk/awards/{award.pk}/paper.pdf").status_code == 404


def test_the_page_of_honor_shows_names_and_stories_only_with_consent(call: Call) -> None:
    nominees = call.scored(90, 80)
    make_awarded(call.selection, nominees, at=AT)
    actions.hide_story(
        nomination=fresh(nominees[1]), by=user_of(call.members[1]), at=AT + timedelta(days=9)
    )
    page = markup(Client().get("/awards/honor/"))
    assert ("李明" in page, "赵静" in page, "赵*" in page, "事迹不公开" in page) == (
        True, False, True, True,
    )  # fmt: skip


def _plan(call: Call, **more: str) -> dict[str, str]:
    return {
        "title": "最美评选", "year": "2026", "region": str(call.selection.region_id),
        "issuer": "迎泽区文明办", "intro": "评选好人好事", "nominate_from": "2026-12-01",
        "nominate_until": "2026-12-10", "review_until": "2026-12-20", "vote_from": "2026-12-12",
        "vote_until": "2026-12-20", "publicity_workdays": "5", "expert_weight": "６０",
        "vote_weight": "40", "office_weight": "0", "least_reviews": "3",
        "most_per_nominator": "3", "criterion_1": "实效", "weight_1": "100",
        "volunteer_title": "最美志愿者", "volunteer_quota": "10", "volunteer_choices_most": "3",
        "volunteer_least_hours": "50",
    } | more  # fmt: skip


def test_the_office_draws_a_selection_up_and_publishes_it(call: Call) -> None:
    desk = as_(office(call))
    with stopped_at(NOON):
        assert desk.get("/awards/desk/new/").status_code == 200
        desk.post("/awards/desk/new/", _plan(call))
        made = Selection.objects.get(title="最美评选")
        assert (made.state, made.expert_weight, made.nominate_from) == (
            "draft", 60, date(2026, 12, 1),
        )  # fmt: skip
        assert made.categories.get().least_minutes == 3000
        assert "最美评选" in markup(desk.get(f"/awards/desk/{made.pk}/change/"))
        desk.post(f"/awards/desk/{made.pk}/publish/")
        assert desk.get(f"/awards/desk/{made.pk}/change/").status_code == 404
        assert "最美评选" in markup(Client().get("/awards/"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "评" * 41), ("year", "二〇二六"), ("region", "1"), ("nominate_from", "昨天"),
        ("vote_until", "2026-12-01"), ("vote_weight", "41"), ("publicity_workdays", "0"),
        ("weight_1", "90"), ("criterion_2", "多余"), ("volunteer_quota", ""),
        ("volunteer_title", "最美🎉"), ("intro", ""), ("least_reviews", "999999999999"),
    ],
)  # fmt: skip
def test_a_wrong_plan_is_drawn_again_and_nothing_is_kept(
    call: Call, field: str, value: str
) -> None:
    before = Selection.objects.count()
    with stopped_at(NOON):
        answer = as_(office(call)).post("/awards/desk/new/", _plan(call, **{field: value}))
    assert (answer.status_code, Selection.objects.count()) == (422, before)


def test_a_draft_is_for_its_office_only(call: Call) -> None:
    draft = make_draft_selection(call.selection.region)
    assert Client().get(f"/awards/{draft.pk}/").status_code == 404
    assert as_(call.nominator).get(f"/awards/desk/{draft.pk}/").status_code == 404


def test_the_board_asks_as_much_for_thirty_nominations_as_for_one(call: Call) -> None:
    Selection.objects.update(most_per_nominator=100)
    call.selection.refresh_from_db()
    call.admit()
    board = f"/awards/desk/{call.selection.pk}/"
    with stopped_at(NOON):
        desk = as_(office(call))
        one = queries_for(desk, board)
        for _ in range(29):
            member = make_volunteer("冯军",
                                    region=call.organization.region)  # fmt: skip
            make_member(member, call.organization)
            make_admitted(call.category, member, by=call.nominator)
        assert queries_for(desk, board) == one
    with stopped_at(VOTING):
        public = f"/awards/{call.selection.pk}/"
        many = queries_for(as_(user_of(call.voter())), public)
        Nomination.objects.exclude(number=1).update(hidden_at=VOTING)
        assert queries_for(as_(user_of(call.voter("吴昊"))), public) == many


@pytest.mark.parametrize(
    "query", ["category=x", "category=" + "9" * 40, "state=x", "q=" + "好" * 200, "page=x"]
)
def test_a_wrong_query_shows_the_usual_page(call: Call, query: str) -> None:
    call.admit()
    with stopped_at(NOON):
        assert as_(office(call)).get(
            f"/awards/desk/{call.selection.pk}/?{query}"
        ).status_code == 200  # fmt: skip
        assert Client().get(f"/awards/{call.selection.pk}/?{query}").status_code == 200
