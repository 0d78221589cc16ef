"""What experts wrote is theirs, what the office sees by now; odd input is answered."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application
from voluncity.fund.governance.models import Fund
from voluncity.fund.review import actions, own_data
from voluncity.fund.review.models import Decision, Place, Review
from voluncity.kernel.refusals import BadInput
from voluncity.testing.make_calls import make_open_call
from voluncity.testing.make_orgs import give, make_member
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_review import (
    WORDS,
    make_another,
    make_expert,
    make_opinion,
    make_place,
    make_review,
    make_scored,
    reread,
)
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


# -- What an expert wrote is theirs ----------------------------------------------------------------


def test_an_expert_takes_along_what_they_wrote_and_nothing_of_others(
    fund: Fund, application: Application
) -> None:
    volunteer = make_volunteer("柏志远", user=make_user("柏志远"))
    expert, other = volunteer.user, make_expert(fund.region, "顾评审")
    assert expert is not None
    give(expert, Role.EXPERT, fund.region)
    review = make_review(application.call)
    make_opinion(make_place(review, application, expert), c1=61)
    make_opinion(make_place(review, application, other), c1=99)
    places, written = own_data.sections(volunteer)
    assert [row[1] for row in places.rows] == [application.number]
    [row] = written.rows
    assert "需求和意义 61" in str(row[2])
    assert row[4] == WORDS
    assert "99" not in str(written.rows)
    assert own_data.sections(make_volunteer("程小雨"))[1].rows == ()


# -- What the office sees by now -------------------------------------------------------------------


def test_the_office_sees_what_connects_an_expert_by_now_and_whose_role_is_gone(
    fund: Fund, application: Application, officer: User
) -> None:
    joined = make_volunteer("柏评审", user=make_user("柏评审"))
    expert, left = joined.user, make_expert(fund.region, "顾评审")
    assert expert is not None
    give(expert, Role.EXPERT, fund.region)
    review = make_review(application.call)
    make_place(review, application, expert)
    make_place(review, application, left)
    page = f"/fund/review/desk/{review.pk}/applications/{application.pk}/"
    browser = as_(officer)
    before = browser.get(page).content.decode()
    assert "现在的记录提示" not in before
    assert "请更换。" not in before
    make_member(joined, application.organization)
    Grant.objects.filter(user=left).update(revoked_at=NOON, revoked_by=officer)
    after = browser.get(page).content.decode()
    assert "是这个组织或它的上下级单位的成员" in after
    assert "角色已收回" in after


# -- Ends lie ahead, by a year at most -------------------------------------------------------------


def test_no_slip_of_the_pen_lets_experts_score_for_ten_years(
    application: Application, officer: User
) -> None:
    review = make_review(application.call)
    far = NOON + timedelta(days=3650)
    with pytest.raises(BadInput, match="一年以后") as refused:
        make_review(make_open_call(application.call.fund), due_at=far)
    assert refused.value.field == "due_at"
    with pytest.raises(BadInput, match="一年以后"):
        actions.postpone(
            review=review, due_at=far, words="推迟。", seen=review.edition, by=officer, at=NOON
        )


@pytest.mark.parametrize(
    "due",
    ["0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00", "", "\x00", "+12026-01-01T00:00"],
)
def test_an_odd_end_is_answered_at_its_field(
    application: Application, officer: User, due: str
) -> None:
    browser = as_(officer)
    said = {"criteria": "需求 | 100", "experts_each": "2", "due_at": due}
    answer = browser.post(f"/fund/review/desk/open/{application.call_id}/", said)
    assert answer.status_code == 422
    assert not Review.objects.exists()
    assert browser.post(f"/fund/review/desk/open/{application.call_id}/", {}).status_code == 422


# -- Odd input of every form -----------------------------------------------------------------------

ODD = [
    "\x00",
    "\ud800",
    "<script>alert(1)</script>",
    "９９９９９９９９９９９９９９９９９９９９",
    "-1",
    "1e9",
    "长" * 25_000,
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_form_of_the_review_breaks(
    fund: Fund, application: Application, officer: User, odd: str
) -> None:
    expert = make_expert(fund.region)
    second = make_another(application)
    call = make_open_call(fund, at=now())
    review = make_scored(application, close=False)
    place = make_place(review, second, expert)
    Review.objects.filter(pk=review.pk).update(due_at=now() + timedelta(days=9))
    office, mine = Client(raise_request_exception=True), Client()
    office.force_login(officer)
    mine.force_login(expert)
    desk = f"/fund/review/desk/{review.pk}"
    names = (
        "criteria", "experts_each", "due_at", "words", "seen", "expert", "despite", "outcome",
        "resolution", "reason", "awarded", "serves", "source-0", "b1_kind", "b1_what", "b1_fen",
        "terms", "letter", "handle", "submission", "points_c1", "remark_c1",
    )  # fmt: skip
    body = urlencode(dict.fromkeys(names, odd), encoding="utf-8", errors="surrogatepass")

    def post(client: Client, page: str) -> int:
        answer = client.post(page, body, content_type="application/x-www-form-urlencoded")
        return answer.status_code

    pages = [
        f"/fund/review/desk/open/{call.pk}/", f"{desk}/edit/", f"{desk}/step/postpone/",
        f"{desk}/step/close/", f"{desk}/applications/{second.pk}/",
        f"/fund/review/desk/places/{place.pk}/release/",
    ]  # fmt: skip
    before = (Review.objects.count(), Place.objects.count(), Decision.objects.count())
    for page in pages[:5]:
        assert 400 <= post(office, page) < 500, page
    assert 400 <= post(mine, f"/fund/review/tasks/{place.pk}/") < 500
    actions.close_review(
        review=reread(review), words="按期结束。", seen=reread(review).edition, by=officer, at=NOON
    )
    assert 400 <= post(office, f"{desk}/applications/{application.pk}/decide/") < 500
    assert (Review.objects.count(), Place.objects.count(), Decision.objects.count()) == before
