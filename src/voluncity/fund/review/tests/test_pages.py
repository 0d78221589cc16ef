"""The pages: office, experts, applicants, everybody."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from docx import Document

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application
from voluncity.fund.governance.models import Fund
from voluncity.fund.review import actions
from voluncity.fund.review.models import Decision, Opinion, Place, Review
from voluncity.fund.review.queries import scoring
from voluncity.fund.review.states import DecisionState, Outcome, PlaceState, ReviewState
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_calls import fresh, make_admin, make_officer, make_open_call
from voluncity.testing.make_fund import give_money, make_fund, make_resolution
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_user
from voluncity.testing.make_review import (
    POINTS,
    WORDS,
    let_publicity_end,
    make_accepted,
    make_decision,
    make_expert,
    make_opinion,
    make_place,
    make_review,
    make_scored,
    refusal_plan,
    reread_decision,
    scores,
    show,
)
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


class Setting:
    """A fund with its office, a call and one accepted application."""

    def __init__(self) -> None:
        self.at = now()
        self.fund: Fund = make_fund(region=make_county(), at=self.at)
        self.officer: User = make_officer(self.fund.region)
        self.team = make_organization()
        self.admin = make_admin(self.team)
        self.call = make_open_call(self.fund, by=self.officer, at=self.at, most_each=20)
        self.application: Application = self.apply()
        give_money(self.fund, 10_000_000, at=self.at)

    def apply(self) -> Application:
        """Hand one more application in, and take it."""
        return make_accepted(self.call, organization=self.team, by=self.admin, at=self.at)

    def expert(self, name: str = "潘志远") -> User:
        """Return an expert of the fund's region."""
        return make_expert(self.fund.region, name)


@pytest.fixture
def here(db: None) -> Setting:
    return Setting()


def _criteria(text: str = "需求 | 40 | 是否真实\n方案｜60％") -> dict[str, str]:
    due = (now() + timedelta(days=9)).astimezone(CITY_TZ)
    return {"criteria": text, "experts_each": "2", "due_at": f"{due:%Y-%m-%dT%H:%M}"}


def test_the_office_opens_a_review_and_sees_the_call_no_longer_waiting(here: Setting) -> None:
    office = as_(here.officer)
    assert "已受理 1 项" in office.get("/fund/review/desk/").content.decode()
    answer = office.post(f"/fund/review/desk/open/{here.call.pk}/", _criteria())
    review = Review.objects.get()
    assert answer.status_code == 302
    assert [one["weight"] for one in review.criteria.content] == [40, 60]  # type: ignore[union-attr]
    page = office.get(f"/fund/review/desk/{review.pk}/").content.decode()
    assert "抽取专家（缺 2 位）" in page
    assert "可以启动评审的通知" not in office.get("/fund/review/desk/").content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"criteria": "需求 | 40"}, "合计应为 100"),
        ({"criteria": "需求"}, "请写明权重"),
        ({"criteria": "需求 | 50\n需求 | 50"}, "写了两次"),
        ({"criteria": ""}, "请填写评分标准"),
        ({"criteria": "需求 | 0\n方案 | 100"}, "1 到 100"),
        ({"experts_each": "0"}, "1 到 9"),
        ({"due_at": "2020-01-01T10:00"}, "晚于现在"),
        ({"due_at": "明天"}, "时间写法不对"),
    ],
)
def test_a_wrong_arrangement_is_answered_at_its_field(
    here: Setting, changed: dict[str, str], sentence: str
) -> None:
    page = f"/fund/review/desk/open/{here.call.pk}/"
    answer = as_(here.officer).post(page, _criteria() | changed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Review.objects.exists()


def test_an_expert_sees_the_material_only_after_declaring(here: Setting) -> None:
    expert = here.expert()
    review = make_review(here.call, at=here.at)
    place = make_place(review, here.application, expert, declared=False, at=here.at)
    mine = as_(expert)
    page = mine.get(f"/fund/review/tasks/{place.pk}/").content.decode()
    assert "没有利害关系，开始阅读" in page
    assert here.application.title not in page
    mine.post(f"/fund/review/tasks/{place.pk}/declare/none/")
    page = mine.get(f"/fund/review/tasks/{place.pk}/").content.decode()
    assert here.application.title in page
    assert "提交评分" in page


def test_an_expert_steps_back_with_a_reason_and_never_sees_the_material(here: Setting) -> None:
    expert = here.expert()
    place = make_place(
        make_review(here.call, at=here.at), here.application, expert, declared=False, at=here.at
    )
    mine, page = as_(expert), f"/fund/review/tasks/{place.pk}/declare/conflict/"
    assert "请填写有什么利害关系" in mine.post(page, {"words": ""}).content.decode()
    mine.post(page, {"words": "项目负责人是我的同事。"})
    place.refresh_from_db()
    assert place.state == PlaceState.CONFLICTED
    shown = mine.get(f"/fund/review/tasks/{place.pk}/").content.decode()
    assert "您已回避这份申报" in shown
    assert here.application.title not in shown


def _sent(place: Place, **changed: str) -> dict[str, str]:
    points = {f"points_{key}": str(value) for key, value in POINTS.items()}
    about = {"submission": str(place.application.current_id), "seen": "0", "words": WORDS}
    return points | about | changed


def test_scores_are_saved_as_a_draft_and_handed_in_once(here: Setting) -> None:
    expert = here.expert()
    place = make_place(make_review(here.call, at=here.at), here.application, expert, at=here.at)
    mine, page = as_(expert), f"/fund/review/tasks/{place.pk}/"
    assert mine.post(page, _sent(place, save="1", points_c4="")).status_code == 302
    draft = Opinion.objects.get()
    assert (draft.submitted_at, draft.total) == (None, None)
    refused = mine.post(page, _sent(place, submit="1", points_c4="", seen="1"))
    assert refused.status_code == 422
    assert "还没有打分" in refused.content.decode()
    assert mine.post(page, _sent(place, submit="1", seen="1")).status_code == 302
    draft.refresh_from_db()
    assert draft.total == 90 * 25 + 85 * 30 + 80 * 25 + 75 * 20
    again = mine.post(page, _sent(place, submit="1", seen="2", points_c1="1"))
    assert again.status_code == 422
    assert "已经提交" in again.content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"points_c1": "101"}, "0 到 100"),
        ({"points_c1": "八十"}, "0 到 100"),
        ({"words": "好"}, "至少 5 个字"),
        ({"submission": "999"}, "重新提交了材料"),
        ({"seen": "7"}, "在另一个窗口改过"),
        ({"remark_c1": "长" * 301}, "最多 300 个字"),
    ],
)
def test_wrong_scores_are_answered_and_nothing_is_kept(
    here: Setting, changed: dict[str, str], sentence: str
) -> None:
    expert = here.expert()
    place = make_place(make_review(here.call, at=here.at), here.application, expert, at=here.at)
    answer = as_(expert).post(f"/fund/review/tasks/{place.pk}/", _sent(place, submit="1") | changed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Opinion.objects.exists()


def test_nobody_sees_a_draft_and_no_expert_sees_the_scores_of_others(here: Setting) -> None:
    first, second = here.expert("顾评审"), here.expert("柏评审")
    review = make_review(here.call, at=here.at)
    one = make_place(review, here.application, first, at=here.at)
    two = make_place(review, here.application, second, at=here.at)
    actions.save_opinion(
        place=two, scores=scores(two, words="只有我知道的草稿"), seen=0, by=second, at=here.at
    )
    make_opinion(one, at=here.at)
    office = as_(here.officer).get(
        f"/fund/review/desk/{review.pk}/applications/{here.application.pk}/"
    )
    assert "只有我知道的草稿" not in office.content.decode()
    assert WORDS in office.content.decode()
    theirs = as_(second)
    assert WORDS not in theirs.get(f"/fund/review/tasks/{two.pk}/").content.decode()
    assert theirs.get(f"/fund/review/tasks/{one.pk}/").status_code == 404
    assert theirs.get(f"/fund/review/desk/{review.pk}/").status_code == 403
    applicant = as_(here.admin).get(f"/fund/calls/own/{here.application.pk}/").content.decode()
    assert "顾评审" not in applicant
    assert WORDS not in applicant


def test_an_expert_who_comes_to_the_office_does_not_run_their_own_review(here: Setting) -> None:
    expert = here.expert()
    review = make_review(here.call, at=here.at)
    make_place(review, here.application, expert, at=here.at)
    give(expert, Role.FUND_OFFICE, here.fund.region)
    answer = as_(expert).get(f"/fund/review/desk/{review.pk}/")
    assert answer.status_code == 403
    assert "您是这次评审的专家" in answer.content.decode()


def _decision_form(application: Application, **changed: Any) -> dict[str, str]:
    resolution = make_resolution(application.call.fund, "资助项目", at=now())
    lines = {
        "b1_kind": "物资", "b1_what": "修脚工具", "b1_fen": "1,000",
        "b2_kind": "志愿者补贴和保险", "b2_what": "保险", "b2_fen": "200",
    }  # fmt: skip
    said = {
        "handle": "decision-of-page", "submission": str(application.current_id),
        "outcome": "awarded", "resolution": str(resolution.pk), "reason": "需求真实。",
        "awarded": "1200", "serves": "", "source-0": "1200", "terms": "按季报告。", "letter": "",
    }  # fmt: skip
    return lines | said | {key: str(value) for key, value in changed.items()}


def _decide(here: Setting, form: dict[str, str]) -> Any:
    review = Review.objects.get()
    page = f"/fund/review/desk/{review.pk}/applications/{here.application.pk}/decide/"
    return as_(here.officer).post(page, form)


def test_a_decision_is_entered_once_shown_and_comes_into_force(here: Setting) -> None:
    make_scored(here.application, at=here.at)
    form = _decision_form(here.application)
    assert _decide(here, form).status_code == 302
    assert _decide(here, form).status_code == 302  # sent twice
    decision = Decision.objects.get()
    assert decision.awarded_fen == 120_000
    page = f"/fund/review/desk/decisions/{decision.pk}/"
    assert "请由另一位同事核对决议" in as_(here.officer).get(page).content.decode()
    assert as_(here.officer).post(f"{page}show/").status_code == 403
    colleague = as_(make_officer(here.fund.region, "尹丽娟"))
    colleague.post(f"{page}show/")
    public = Client().get(f"/fund/review/{decision.pk}/").content.decode()
    assert "1,200 元" in public
    applicant = as_(here.admin)
    assert "正在公示" in applicant.get(f"/fund/review/own/{here.application.pk}/").content.decode()
    assert applicant.get(f"/fund/review/own/{here.application.pk}/letter.pdf").status_code == 404
    let_publicity_end(reread_decision(decision), at=here.at)
    letter = applicant.get(f"/fund/review/own/{here.application.pk}/letter.pdf")
    assert letter.content.startswith(b"%PDF")
    page = applicant.get(f"/fund/calls/own/{here.application.pk}/").content.decode()
    assert "批准立项" in page
    assert f"/fund/review/own/{here.application.pk}/" in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"outcome": ""}, "请选择会议的结果"),
        ({"resolution": ""}, "请选择依据的决议"),
        ({"reason": ""}, "请填写理由"),
        ({"awarded": "2001"}, "不能超过申请金额"),
        ({"awarded": "很多"}, "金额请填写数字"),
        ({"awarded": ""}, "请填写批准金额"),
        ({"source-0": "1000"}, "资金来源合计"),
        ({"b1_fen": "900"}, "批准的预算合计"),
        ({"b1_kind": ""}, "请选择申报通知里的科目"),
        ({"b1_what": ""}, "请填写用途"),
        ({"b1_fen": "600", "b2_fen": "600"}, "最多占批准金额的 30%"),
        ({"submission": "0"}, "申报内容有更新"),
        ({"handle": ""}, "页面已经过期"),
    ],
)
def test_a_wrong_decision_is_answered_and_nothing_is_kept(
    here: Setting, changed: dict[str, str], sentence: str
) -> None:
    make_scored(here.application, at=here.at)
    answer = _decide(here, _decision_form(here.application, **changed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Decision.objects.exists()


def test_the_meeting_pack_names_ranks_and_remarks_but_no_expert(here: Setting) -> None:
    review = make_scored(here.application, at=here.at)
    office = as_(here.officer)
    page = f"/fund/review/desk/{review.pk}/pack"
    written = Document(BytesIO(office.get(f"{page}.docx").content))
    words = "\n".join(one.text for one in written.paragraphs)
    assert WORDS in words
    assert here.application.title in words
    assert "评审" in words
    assert "顾评审" not in words
    assert office.get(f"{page}.pdf").content.startswith(b"%PDF")
    assert office.get(f"{page}.odt").status_code == 404


def test_the_review_is_closed_with_a_reason_when_scores_are_missing(here: Setting) -> None:
    other = here.apply()
    review = make_scored(here.application, at=here.at, close=False)
    office, page = as_(here.officer), f"/fund/review/desk/{review.pk}/"
    review.refresh_from_db()
    seen = {"seen": str(review.edition)}
    refused = office.post(f"{page}step/close/", seen | {"words": ""})
    assert refused.status_code == 422
    assert "还有 1 项申报的评分不够" in refused.content.decode()
    office.post(f"{page}step/close/", seen | {"words": "专家出差，按现有评分开会。"})
    review.refresh_from_db()
    assert review.state == ReviewState.CLOSED
    shown = office.get(page).content.decode()
    assert str(other.number) in shown
    assert "登记决定" in shown


def test_a_refusal_is_answered_with_a_letter_too(here: Setting) -> None:
    make_scored(here.application, at=here.at)
    decision = make_decision(fresh(here.application), refusal_plan(), at=here.at)
    decision = let_publicity_end(show(decision, at=here.at), at=here.at)
    assert (decision.state, decision.outcome) == (DecisionState.IN_FORCE, Outcome.REFUSED)
    letter = as_(here.officer).get(f"/fund/review/desk/decisions/{decision.pk}/letter.pdf")
    assert letter.content.startswith(b"%PDF")
    own = as_(here.admin).get(f"/fund/review/own/{here.application.pk}/").content.decode()
    assert "本年资金有限" in own


def test_empty_pages_say_what_comes(here: Setting) -> None:
    assert "没有等您评审的申报" in as_(here.expert()).get("/fund/review/tasks/").content.decode()
    assert "还没有公开的资助决定" in Client().get("/fund/review/").content.decode()
    office = as_(here.officer)
    assert "没有符合条件的决定" in office.get("/fund/review/desk/decisions/").content.decode()
    nothing = make_user("外人")
    assert as_(nothing).get("/fund/review/desk/").status_code == 403


@pytest.mark.once("query counts")
def test_lists_ask_as_much_for_one_as_for_thirty(here: Setting) -> None:
    expert = here.expert("顾评审")
    other = make_organization("桥西护绿队")
    others = make_admin(other, "孙杰")
    review = make_scored(here.application, at=here.at)
    give_money(here.fund, 100_000_000, at=here.at)
    resolution = make_resolution(here.fund, "资助项目", at=here.at)
    show(make_decision(fresh(here.application), resolution=resolution, at=here.at), at=here.at)
    reading = make_open_call(here.fund, at=here.at, most_each=20)
    open_review = make_review(reading, at=here.at)
    first = make_accepted(reading, organization=here.team, by=here.admin, at=here.at)
    make_opinion(make_place(open_review, first, expert, at=here.at), at=here.at)
    pages = [
        (here.officer, "/fund/review/desk/"), (here.officer, f"/fund/review/desk/{review.pk}/"),
        (here.officer, f"/fund/review/desk/{open_review.pk}/"),
        (here.officer, "/fund/review/desk/decisions/"), (expert, "/fund/review/tasks/"),
        (expert, "/fund/review/"), (here.officer, f"/fund/review/desk/{review.pk}/pack.docx"),
    ]  # fmt: skip
    before = [queries_for(as_(who), page) for who, page in pages]
    for number in range(29):
        team, admin = (here.team, here.admin) if number < 15 else (other, others)
        more = make_accepted(here.call, organization=team, by=admin, at=here.at)
        show(make_decision(more, refusal_plan(), resolution=resolution, at=here.at), at=here.at)
        again = make_accepted(reading, organization=team, by=admin, at=here.at)
        make_opinion(make_place(open_review, again, expert, at=here.at), at=here.at)
        make_review(make_open_call(here.fund, at=here.at), at=here.at)
    assert [queries_for(as_(who), page) for who, page in pages] == before


def leaks(here: Setting) -> bool:
    """Return whether the office sees what an expert has saved and not handed in."""
    expert = here.expert()
    review = make_review(here.call, at=here.at)
    place = make_place(review, here.application, expert, at=here.at)
    draft = scores(place, words="只有我知道的草稿")
    actions.save_opinion(place=place, scores=draft, seen=0, by=expert, at=here.at)
    page = f"/fund/review/desk/{review.pk}/applications/{here.application.pk}/"
    return "只有我知道的草稿" in as_(here.officer).get(page).content.decode()


def test_a_draft_is_its_authors_alone(here: Setting) -> None:
    assert not leaks(here)


def test_saboteur_who_counts_drafts_shows_them_to_the_office(
    here: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "counted", Opinion.objects.all)
    assert leaks(here)


def test_material_may_be_asked_for_while_experts_read(here: Setting) -> None:
    page = f"/fund/calls/desk/{here.application.pk}/"
    office = as_(here.officer)
    assert "评审期间退回补正" in office.get(page).content.decode()
    due = str(local_date(now() + timedelta(days=5)))
    said = {"submission": str(here.application.current_id), "words": "请补场地证明。"}
    assert office.post(f"{page}send-back/", said | {"due_on": due}).status_code == 302
    assert fresh(here.application).state == "returned"
