"""A guardian registers a child, sees a child who is registered, and takes the consent back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import now

from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries, rules
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.city.people.states import CodePurpose
from voluncity.city.people.tests.conftest import code_for
from voluncity.city.people.tests.test_join_pages import chain, years_ago
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, TooMany, WrongState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_child,
    make_guardian,
    make_id_number,
    make_poster,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_
from voluncity.testing.rivals import rival_before

PHONE = "13887654321"
TWELVE, SEVEN, ADULT = date(2014, 5, 1), date(2019, 5, 1), date(2008, 11, 24)

pytestmark = pytest.mark.django_db


@pytest.fixture
def father() -> User:
    return make_user("王建国", PHONE)


def child_of(home: Region, **changes: Any) -> rules.Applicant:
    asked: dict[str, Any] = {
        "name": "王小满",
        "id_type": "resident",
        "id_number": make_id_number(TWELVE),
        "region_id": home.pk,
        "consents": frozenset({"terms"}),
        "guardian": rules.GuardianAnswer("王建国", "父亲", ""),
    }
    return rules.Applicant(**(asked | changes))


def register(applicant: rules.Applicant, by: User) -> Volunteer:
    return actions.register_child(applicant=applicant, by=by, at=NOON)


# -- registering -----------------------------------------------------------------------------------


def test_a_guardian_registers_a_child_of_twelve_from_the_own_account(
    home: Region, father: User
) -> None:
    poster = make_poster(region=home)
    child = register(child_of(home, channel="public", poster_id=poster.pk), father)
    assert (child.name, child.user, child.registered_by, child.phone_index, child.channel) == (
        "王小满",
        None,
        father,
        "",
        "public",
    )
    assert (child.identity_state, child.poster) == ("pending", poster)
    guardian = child.guardians.get()
    assert (guardian.user, guardian.is_holder, guardian.name, guardian.relation) == (
        father,
        True,
        "王建国",
        "父亲",
    )
    assert queries.guardian_phone(guardian) == PHONE
    consent = child.consents.get()
    assert (consent.purpose, consent.text_version, consent.given_by) == (
        "terms",
        "2026-11-儿童",
        father,
    )
    entries = Entry.objects.order_by("pk").values_list("verb", "actor", "on_behalf_of")
    assert entries[0] == ("people.register", father.pk, child.pk)
    assert {actor for _, actor, _ in entries} == {father.pk}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id_number": make_id_number(SEVEN)}, "id_number"),
        ({"id_number": make_id_number(ADULT)}, "id_number"),
        ({"id_number": "410922195403050078"}, "id_number"),
        ({"name": "王小满😀"}, "name"),
        ({"name": ""}, "name"),
        ({"guardian": None}, "guardian_name"),
        ({"guardian": rules.GuardianAnswer("\x00", "父亲", "")}, "guardian_name"),
        ({"guardian": rules.GuardianAnswer("王建国", "邻居", "")}, "guardian_relation"),
        ({"consents": frozenset()}, "terms"),
        ({"region_id": 0}, "region"),
        ({"channel": "television"}, "channel"),
    ],
)
def test_a_bad_answer_about_a_child_is_named_and_nothing_is_written(
    home: Region, father: User, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        register(child_of(home, **change), father)
    assert refusal.value.field == field
    assert not Volunteer.objects.exists()
    assert not Guardian.objects.exists()
    assert not Entry.objects.exists()


def test_the_youngest_age_is_a_number_of_the_city_from_a_day_on(home: Region, father: User) -> None:
    PolicyNumber.objects.create(
        key="people.youngest_child_years", value=6, valid_from=TODAY, set_at=NOON, set_by=None
    )
    assert register(child_of(home, id_number=make_id_number(SEVEN)), father).name == "王小满"


def test_a_minor_and_an_account_without_phone_are_no_guardians(home: Region) -> None:
    minor = user_of(make_volunteer(born_on=date(2011, 5, 1), region=home))
    with pytest.raises(NotAllowed, match="未满 18 周岁不能做监护人"):
        register(child_of(home), minor)
    with pytest.raises(NotAllowed, match="还没有手机号"):
        register(child_of(home), make_user("王建国"))


def test_a_child_is_registered_once(home: Region, father: User) -> None:
    applicant = child_of(home)
    child = register(applicant, father)
    assert register(applicant, father) == child  # pressed twice
    with pytest.raises(Refusal) as refusal:
        register(applicant, make_user("李秀英", "13900000009"))
    assert refusal.value.code == "people.id_taken"
    assert (Volunteer.objects.count(), Guardian.objects.count()) == (1, 1)


def test_ten_tries_an_hour_are_enough_for_a_guardian(home: Region, father: User) -> None:
    for _ in range(10):
        with pytest.raises(BadInput):
            register(child_of(home, name=""), father)
    with pytest.raises(TooMany):
        register(child_of(home), father)


# -- linking ---------------------------------------------------------------------------------------


def test_the_account_of_a_guardian_who_gave_the_code_is_linked_at_once(
    home: Region, father: User
) -> None:
    student = make_user("新朋友", "13912345678")
    code = code_for(PHONE, purpose=CodePurpose.GUARDIAN)
    answer = rules.GuardianAnswer("王建国", "父亲", PHONE, code)
    applicant = child_of(home, id_number=make_id_number(date(2011, 5, 1)), guardian=answer)
    minor = actions.register_volunteer(applicant=applicant, user=student, by=student, at=NOON)
    assert [row.volunteer for row in queries.wards(father, on=TODAY)] == [minor]
    assert minor.guardians.get().is_holder is False


def entered(home: Region, **more: Any) -> Guardian:
    """Return the guardian of a minor whom the desk entered with the father's phone."""
    minor = make_volunteer("王小雨", region=home, born_on=TWELVE, user=False, phone="", **more)
    return make_guardian(minor, phone=PHONE)


def test_who_knows_the_name_of_the_child_is_the_guardian(home: Region, father: User) -> None:
    guardian = entered(home)
    assert queries.wards(father, on=TODAY) == []
    assert queries.unlinked_wards(father, on=TODAY) == [guardian]
    child = actions.link_ward(guardian_id=guardian.pk, name="王小雨", by=father, at=NOON)
    assert [row.volunteer for row in queries.wards(father, on=TODAY)] == [child]
    entry = Entry.objects.get(verb="people.link_ward")
    assert (entry.actor_id, entry.on_behalf_of_id) == (father.pk, child.pk)


def test_a_guess_is_no_name_and_guessing_ends(home: Region, father: User) -> None:
    guardian = entered(home)
    for _ in range(5):
        with pytest.raises(BadInput, match="和登记的不一致"):
            actions.link_ward(guardian_id=guardian.pk, name="王小明", by=father, at=NOON)
    with pytest.raises(TooMany):
        actions.link_ward(guardian_id=guardian.pk, name="王小雨", by=father, at=NOON)
    assert queries.wards(father, on=TODAY) == []


def test_another_phone_links_nobody(home: Region) -> None:
    guardian, stranger = entered(home), make_user("路人", "13900000009")
    assert queries.unlinked_wards(stranger, on=TODAY) == []
    assert queries.unlinked_wards(make_user("无手机"), on=TODAY) == []
    with pytest.raises(NotFound):
        actions.link_ward(guardian_id=guardian.pk, name="王小雨", by=stranger, at=NOON)


def test_registering_an_entered_child_links_it_instead(home: Region, father: User) -> None:
    number = make_id_number(TWELVE)
    guardian = entered(home, id_number=number)
    child = register(child_of(home, name="王小雨", id_number=number), father)
    assert (child, Volunteer.objects.count()) == (guardian.volunteer, 1)
    guardian.refresh_from_db()
    assert (guardian.user, guardian.is_holder) == (father, True)


def test_two_links_at_once_give_one(home: Region, father: User) -> None:
    guardian = entered(home)

    def link() -> None:
        actions.link_ward(guardian_id=guardian.pk, name="王小雨", by=father, at=NOON)

    with rival_before('UPDATE "people_guardian"', link), pytest.raises(WrongState):
        link()


# -- of age, somebody else's, withdrawn ------------------------------------------------------------


def test_who_turned_eighteen_is_nobodys_ward(father: User) -> None:
    child = make_child(guardian=father, born_on=date(2008, 11, 25))
    assert queries.ward(father, child.pk, on=TODAY).volunteer == child
    birthday = date(2026, 11, 25)
    assert queries.wards(father, on=birthday) == []
    assert queries.guardian_accounts([child.pk], on=birthday) == {}
    with pytest.raises(NotFound):
        queries.ward(father, child.pk, on=birthday)


def test_somebody_elses_child_is_not_found(father: User) -> None:
    child = make_child(guardian=make_user("李秀英", "13900000009"))
    browser = as_(father)
    for page in ("", "card/", "identity/", "withdraw/", "signups/"):
        assert browser.get(f"/me/family/{child.pk}/{page}").status_code == 404
    assert browser.post(f"/me/family/{child.pk}/withdraw/").status_code == 404
    assert queries.guardian_ok(child, on=TODAY)


def test_a_consent_that_was_taken_back_can_be_given_again(home: Region, father: User) -> None:
    applicant = child_of(home)
    child = register(applicant, father)
    actions.withdraw_guardian(guardian_id=child.guardians.get().pk, by=father, at=NOON)
    assert (queries.guardian_ok(child, on=TODAY), queries.wards(father, on=TODAY)) == (False, [])
    assert register(applicant, father) == child
    assert queries.guardian_ok(child, on=TODAY)
    assert queries.ward(father, child.pk, on=TODAY).is_holder
    assert Entry.objects.filter(verb="people.consent_again").count() == 1


def test_guardians_are_told_about_the_real_name_of_a_child_without_account(
    home: Region, father: User, office: User
) -> None:
    child = register(child_of(home), father)
    check = child.identity_checks.get()
    actions.decide_identity(check_id=check.pk, is_match=False, reason="name", by=office, at=NOON)
    catch_up(at=NOON)
    titles = list(father.inbox_messages.order_by("pk").values_list("title", flat=True))
    assert titles == ["王小满：欢迎加入志愿者", "王小满：实名审核没有通过"]


def test_the_guardian_corrects_papers_that_were_sent_back(
    home: Region, father: User, office: User
) -> None:
    child = register(child_of(home, name="王小馒"), father)
    actions.decide_identity(
        check_id=child.identity_checks.get().pk, is_match=False, reason="name", by=office, at=NOON
    )
    browser = as_(father)
    assert "姓名与证件号码不一致" in browser.get(f"/me/family/{child.pk}/").content.decode()
    page = f"/me/family/{child.pk}/identity/"
    assert browser.get(page).status_code == 200
    asked = {"name": "王小满", "id_type": "resident", "id_number": queries.id_number_of(child)}
    assert browser.post(page, asked | {"id_number": "1"}).status_code == 422
    assert browser.post(page, asked).headers["Location"] == f"/me/family/{child.pk}/"
    child.refresh_from_db()
    assert (child.name, child.identity_state) == ("王小满", "pending")
    assert Entry.objects.get(verb="people.correct_identity").on_behalf_of_id == child.pk


# -- the pages -------------------------------------------------------------------------------------


def sent(home: Region, **changes: Any) -> dict[str, Any]:
    asked = {
        "name": "王小满",
        "id_type": "resident",
        "id_number": make_id_number(years_ago(12)),
        "region": chain(home),
        "guardian_name": "王建国",
        "guardian_relation": "父亲",
        "terms": "on",
    }
    return {key: value for key, value in (asked | changes).items() if value is not None}


def test_the_family_page_begins_empty_and_shows_the_child(home: Region, father: User) -> None:
    browser = as_(father)
    assert "还没有登记孩子" in browser.get("/me/family/").content.decode()
    assert "孩子的姓名" in browser.get("/me/family/new/").content.decode()
    page = browser.post("/me/family/new/", sent(home))
    child = Volunteer.objects.get()
    assert page.headers["Location"] == f"/me/family/{child.pk}/"
    words = browser.get(page.headers["Location"]).content.decode()
    assert (child.number in words, "审核中" in words, "12 岁" in words) == (True, True, True)
    assert "王小满" in browser.get("/me/family/").content.decode()
    card = browser.get(f"/me/family/{child.pk}/card.pdf")
    assert card.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"name": "满" * 70}, "孩子的姓名最多 60 个字"),
        ({"id_number": make_id_number(years_ago(6))}, "未满 8 周岁的小朋友还不能登记"),
        ({"id_number": make_id_number(years_ago(30))}, "请本人用自己的手机登记"),
        ({"id_number": "１２３"}, "身份证"),
        ({"region": None}, "请选择所在区划。"),
        ({"guardian_name": ""}, "请填写您自己的姓名。"),
        ({"guardian_name": "😀"}, "姓名应为 2 到 30 个字"),
        ({"guardian_relation": "邻居"}, "没有这个选项"),
        ({"guardian_relation": ""}, "请选择您和孩子的关系。"),
        ({"terms": None}, "请阅读并勾选这项同意，才能为孩子登记。"),
    ],
)
def test_a_wrong_answer_in_the_family_form_gets_a_sentence(
    home: Region, father: User, change: dict[str, Any], sentence: str
) -> None:
    page = as_(father).post("/me/family/new/", sent(home, **change))
    words = page.content.decode()
    assert (page.status_code, sentence in words) == (422, True), words
    assert not Volunteer.objects.exists()


def test_without_javascript_the_region_of_the_child_is_chosen_step_by_step(
    home: Region, father: User
) -> None:
    asked = sent(home, region=chain(home)[:1], next_level="1")
    page = as_(father).post("/me/family/new/", asked)
    assert (page.status_code, "桥东街道" in page.content.decode()) == (200, True)


def test_a_child_under_fourteen_is_sent_to_the_guardian(home: Region) -> None:
    newcomer = as_(make_user("新朋友", "13912345678"))
    asked = sent(home)
    page = newcomer.post("/join/", asked)
    assert (page.status_code, "“我的 · 家庭”" in page.content.decode()) == (422, True)


def test_the_unlinked_child_is_masked_until_it_is_named(home: Region, father: User) -> None:
    guardian = entered(home)
    browser = as_(father)
    words = browser.get("/me/family/").content.decode()
    assert ("王*雨" in words, "王小雨" in words) == (True, False)
    page = browser.post(f"/me/family/link/{guardian.pk}/", {"name": ""})
    assert (page.status_code, "请填写孩子的姓名。" in page.content.decode()) == (422, True)
    page = browser.post(f"/me/family/link/{guardian.pk}/", {"name": "王小雨"})
    assert page.headers["Location"] == "/me/family/"
    assert "王小雨" in browser.get("/me/family/").content.decode()


def test_withdrawing_says_first_what_follows(home: Region, father: User) -> None:
    child = make_child(guardian=father, region=home)
    browser = as_(father)
    words = browser.get(f"/me/family/{child.pk}/withdraw/").content.decode()
    assert "还没有开始的报名会取消" in words
    assert queries.guardian_ok(child, on=local_date(now()))
    page = browser.post(f"/me/family/{child.pk}/withdraw/")
    assert page.headers["Location"] == "/me/family/"
    assert not queries.guardian_ok(child, on=local_date(now()))
    entry = Entry.objects.get(verb="people.withdraw_guardian")
    assert (entry.actor_id, entry.on_behalf_of_id) == (father.pk, child.pk)


def test_the_family_page_costs_the_same_for_one_and_thirty_children(
    home: Region, father: User
) -> None:
    browser = as_(father)
    make_child("王小一", guardian=father, region=home)
    one = queries_for(browser, "/me/family/")
    for _ in range(29):
        make_child("王小二", guardian=father, region=home)
    assert queries_for(browser, "/me/family/") == one
