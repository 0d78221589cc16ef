"""The yearly list: by rule, by two people, with the people's own yes, under a number."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.models import Enrollment, Policy
from voluncity.honor.insurance.states import Answer, EnrollmentState, PolicyState
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_insurance import (
    make_covered,
    make_enrollment,
    make_plan,
    make_policy,
    make_stars,
)
from voluncity.testing.make_people import NOON, TODAY, make_user, make_volunteer, user_of

pytestmark = pytest.mark.django_db


def _start(region: Region, by: User, stars: int = 4) -> Enrollment:
    plan = make_plan(region, number="", covers="listed", kind="yearly")
    return actions.start_enrollment(plan=plan, stars_least=stars, by=by, at=NOON)


def test_the_rule_finds_four_stars_and_up_in_the_region(
    volunteer: Volunteer, county: Region, office: User
) -> None:
    make_stars(volunteer, 4)
    make_stars(volunteer, 5)
    make_stars(make_volunteer("三星", region=volunteer.region), 3)
    make_stars(make_volunteer("别处"), 5)
    withdrawn = make_stars(make_volunteer("撤回", region=volunteer.region), 4)
    withdrawn.withdrawn_at = NOON
    withdrawn.save(update_fields=["withdrawn_at"])
    enrollment = _start(county, office)
    rows = enrollment.people.values_list("volunteer", "stars", "answer")
    assert list(rows) == [(volunteer.pk, 5, Answer.ASKED)]
    assert enrollment.policy.state == PolicyState.DRAFT


def test_nobody_with_so_many_stars_makes_no_list(county: Region, office: User) -> None:
    with pytest.raises(Refusal, match="还没有4星及以上的志愿者"):
        _start(county, office)
    assert Policy.objects.count() == 0


def test_a_region_has_one_running_list(volunteer: Volunteer, county: Region, office: User) -> None:
    make_stars(volunteer)
    _start(county, office)
    with pytest.raises(Refusal, match="已有一份没有办完的投保名单"):
        _start(county, office)
    assert (Enrollment.objects.count(), Policy.objects.count()) == (1, 1)


def test_who_drew_it_up_does_not_confirm_it(
    volunteer: Volunteer, county: Region, office: User
) -> None:
    enrollment = make_enrollment(county, volunteer, by=office)
    with pytest.raises(NotAllowed, match="请由另一位同事复核"):
        actions.confirm_enrollment(enrollment_id=enrollment.pk, by=office, at=NOON)
    done = actions.confirm_enrollment(enrollment_id=enrollment.pk, by=make_user(), at=NOON)
    assert done.state == EnrollmentState.CONFIRMED


def test_only_who_agreed_is_insured(county: Region, volunteer: Volunteer) -> None:
    others = [make_volunteer(name, region=volunteer.region) for name in ("不答", "不要")]
    enrollment = make_enrollment(county, volunteer, *others)
    second = make_user("复核")
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=second, at=NOON)
    rows = {row.volunteer_id: row for row in enrollment.people.all()}
    for who, agrees in ((volunteer, True), (others[1], False)):
        actions.answer_enrollment(
            insured_id=rows[who.pk].pk, agrees=agrees, by=user_of(who), at=NOON
        )
    actions.send_enrollment(enrollment_id=enrollment.pk, by=second, at=NOON)
    with pytest.raises(WrongState, match="已经报给保险公司"):
        actions.answer_enrollment(
            insured_id=rows[others[0].pk].pk, agrees=True, by=user_of(others[0]), at=NOON
        )
    assert queries.covers_of(volunteer, on=TODAY) == []
    actions.cover_enrollment(enrollment_id=enrollment.pk, number="P-1", by=second, at=NOON)
    covered = [queries.covers_of(one, on=TODAY) for one in (volunteer, *others)]
    assert [[one.why for one in found] for found in covered] == [
        ["年度投保名单（4 星志愿者）"], [], []
    ]  # fmt: skip
    sent = Entry.objects.get(verb="insurance.send_list")
    assert sent.data == {"people": 1}


def test_for_a_minor_the_guardian_signs_on_paper(county: Region, volunteer: Volunteer) -> None:
    pupil = make_volunteer("小林", region=volunteer.region, born_on=date(2011, 5, 1))
    enrollment = make_enrollment(county, pupil)
    officer = make_user("经办")
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=officer, at=NOON)
    row = enrollment.people.get()
    with pytest.raises(Refusal, match="由监护人同意"):
        actions.answer_enrollment(insured_id=row.pk, agrees=True, by=user_of(pupil), at=NOON)
    done = actions.answer_enrollment(insured_id=row.pk, agrees=True, by=officer, at=NOON)
    assert (done.answer, done.answered_by) == (Answer.AGREED, officer)
    assert Entry.objects.get(verb="insurance.answer").on_behalf_of_id == pupil.pk


def test_a_list_without_a_yes_is_not_sent(county: Region, volunteer: Volunteer) -> None:
    enrollment = make_enrollment(county, volunteer)
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=make_user(), at=NOON)
    with pytest.raises(Refusal, match="还没有人同意"):
        actions.send_enrollment(enrollment_id=enrollment.pk, by=make_user(), at=NOON)
    enrollment.refresh_from_db()
    assert enrollment.state == EnrollmentState.CONFIRMED


def test_the_list_is_changed_with_reasons_only_while_it_is_drawn_up(
    county: Region, volunteer: Volunteer, office: User
) -> None:
    enrollment = make_enrollment(county, volunteer, by=office)
    row = enrollment.people.get()
    with pytest.raises(BadInput):
        actions.leave_out(insured_id=row.pk, reason="  ", by=office, at=NOON)
    actions.leave_out(insured_id=row.pk, reason="已迁出本市", by=office, at=NOON)
    with pytest.raises(Refusal, match="名单里没有人"):
        actions.confirm_enrollment(enrollment_id=enrollment.pk, by=make_user(), at=NOON)
    actions.put_back(insured_id=row.pk, reason="已迁回", by=office, at=NOON)
    extra = make_volunteer("三星标兵", region=volunteer.region)
    actions.add_person(
        enrollment_id=enrollment.pk, volunteer=extra, reason="省级优秀志愿者", by=office, at=NOON
    )
    with pytest.raises(BadInput, match="已经在名单里"):
        actions.add_person(
            enrollment_id=enrollment.pk, volunteer=extra, reason="再加", by=office, at=NOON
        )
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=make_user(), at=NOON)
    with pytest.raises(WrongState):
        actions.leave_out(insured_id=row.pk, reason="晚了", by=office, at=NOON)


def test_a_number_is_registered_once(county: Region, volunteer: Volunteer) -> None:
    make_policy(county, number="P-9", insurer="平安保险")
    enrollment = make_enrollment(county, volunteer)
    second = make_user()
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=second, at=NOON)
    row = enrollment.people.get()
    actions.answer_enrollment(insured_id=row.pk, agrees=True, by=user_of(volunteer), at=NOON)
    actions.send_enrollment(enrollment_id=enrollment.pk, by=second, at=NOON)
    with pytest.raises(BadInput, match="已经登记过"):
        actions.cover_enrollment(enrollment_id=enrollment.pk, number="P-9", by=second, at=NOON)
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.policy.state) == ("sent", "draft")


def test_a_cancelled_list_leaves_nobody_insured(county: Region, volunteer: Volunteer) -> None:
    enrollment = make_enrollment(county, volunteer)
    actions.cancel_enrollment(
        enrollment_id=enrollment.pk, reason="预算没有批", by=make_user(), at=NOON
    )
    assert Policy.objects.get().state == PolicyState.CANCELLED
    assert queries.covers_of(volunteer, on=TODAY) == []


def test_a_covered_list_ends_with_its_policy(county: Region, volunteer: Volunteer) -> None:
    enrollment = make_covered(make_enrollment(county, volunteer))
    assert len(queries.covers_of(volunteer, on=TODAY)) == 1
    actions.cancel_policy(
        policy_id=enrollment.policy_id, reason="保险公司退保", by=make_user(), at=NOON
    )
    assert queries.covers_of(volunteer, on=TODAY) == []


def test_people_are_asked_and_told(county: Region, volunteer: Volunteer) -> None:
    enrollment, second = make_enrollment(county, volunteer), make_user("复核")
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=second, at=NOON)
    catch_up(at=NOON)
    row = enrollment.people.get()
    actions.answer_enrollment(insured_id=row.pk, agrees=True, by=user_of(volunteer), at=NOON)
    actions.send_enrollment(enrollment_id=enrollment.pk, by=second, at=NOON)
    actions.cover_enrollment(enrollment_id=enrollment.pk, number="P-2", by=second, at=NOON)
    catch_up(at=NOON)
    titles = Message.objects.filter(user=user_of(volunteer)).order_by("pk")
    assert [one.title for one in titles] == [
        "请确认是否参加志愿者保险", "您的志愿者保险已经生效"
    ]  # fmt: skip


# -- Pages -------------------------------------------------------------------------------------


def test_a_volunteer_says_yes_on_the_own_page(
    client: Client, county: Region, volunteer: Volunteer
) -> None:
    enrollment = make_enrollment(county, volunteer)
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=make_user(), at=now())
    client.force_login(user_of(volunteer))
    assert "同意参加" in client.get("/insurance/mine/").content.decode()
    row = enrollment.people.get()
    client.post(reverse("insurance:answer", args=[row.pk, "yes"]))
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == (Answer.AGREED, user_of(volunteer))


def test_nobody_answers_for_somebody_else(
    client: Client, county: Region, volunteer: Volunteer
) -> None:
    enrollment = make_enrollment(county, volunteer)
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=make_user(), at=now())
    client.force_login(user_of(make_volunteer("别人")))
    row = enrollment.people.get()
    assert client.post(reverse("insurance:answer", args=[row.pk, "yes"])).status_code == 404
    row.refresh_from_db()
    assert row.answer == Answer.ASKED


def test_the_desk_draws_up_a_list_and_shows_every_wrong_field(
    client: Client, office: User, county: Region, volunteer: Volunteer
) -> None:
    make_stars(volunteer)
    client.force_login(office)
    page = reverse("insurance:desk_enroll")
    sent = {
        "stars_least": "4", "region": county.pk, "insurer": "平安保险", "name": "四星险",
        "accident": "２０万", "medical": "", "liability": "", "from_on": "2026-01-01",
        "until_on": "2025-01-01", "report_hours": "48", "papers_days": "30", "phone": "",
        "note": "", "least_age": "", "most_age": "",
    }  # fmt: skip
    wrong = client.post(page, sent)
    assert wrong.status_code == 422
    assert "终止日期不能早于起始日期" in wrong.content.decode()
    wrong = client.post(page, sent | {"until_on": "2026-12-31"})
    assert "金额请填写数字" in wrong.content.decode()
    assert Enrollment.objects.count() == 0
    right = sent | {"until_on": "2026-12-31", "accident": "２０００００"}
    assert client.post(page, right).status_code == 302
    assert Enrollment.objects.get().policy.accident_fen == 20_000_000


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("insurer", "", "请填写保险公司"),
        ("insurer", "长" * 61, "最多 60 个字"),
        ("name", "保险😀", "不能使用表情符号"),
        ("number", "\x00 ", "请填写保单号"),
        ("accident", "-5", "金额请填写数字"),
        ("accident", "999999999999", "金额请填写数字"),
        ("report_hours", "0", "应为 1 到 2,400 之间的整数"),
        ("least_age", "200", "应为 0 到 120 之间的整数"),
        ("region", "999999", "请从列表中选择"),
        ("kind", "<script>", "请从列表中选择"),
    ],
)
def test_a_wrong_policy_is_answered_at_its_field(
    client: Client, office: User, county: Region, field: str, value: str, sentence: str
) -> None:
    client.force_login(office)
    sent = {
        "insurer": "平安保险", "name": "意外险", "number": "P-1", "kind": "single",
        "covers": "joining", "region": county.pk, "organization": "", "accident": "1000",
        "medical": "", "liability": "", "least_age": "", "most_age": "",
        "from_on": "2026-01-01", "until_on": "2026-12-31", "report_hours": "48",
        "papers_days": "30", "phone": "", "note": "",
    }  # fmt: skip
    answer = client.post(reverse("insurance:desk_new"), sent | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Policy.objects.count() == 0


def test_an_office_of_another_county_reaches_nothing(
    client: Client, county: Region, volunteer: Volunteer, office: User
) -> None:
    enrollment = make_enrollment(county.parent, volunteer)  # type: ignore[arg-type]  # the city's
    client.force_login(office)
    page = reverse("insurance:desk_enrollment", args=[enrollment.pk])
    assert client.get(page).status_code == 404
    assert (
        client.get(reverse("insurance:desk_policy", args=[enrollment.policy_id])).status_code == 200
    )


def test_who_is_covered_is_found_with_a_fixed_number_of_questions(
    client: Client, county: Region, office: User, volunteer: Volunteer
) -> None:
    for _ in range(3):
        make_volunteer("王小明", region=volunteer.region)
    make_covered(make_enrollment(county, volunteer))
    scope_page = reverse("insurance:desk_list")
    client.force_login(office)
    client.get(scope_page, {"q": "陈晓红"})
    with CaptureQueriesContext(connection) as one:
        page = client.get(scope_page, {"q": "陈晓红"}).content.decode()
    with CaptureQueriesContext(connection) as three:
        client.get(scope_page, {"q": "王小明"})
    assert "今天有保险" in page
    assert len(one) == len(three)
