from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.catalog.actions import load_categories, load_skills
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries, rules
from voluncity.city.people.models import Consent, Guardian, User, Volunteer
from voluncity.city.people.states import CodePurpose
from voluncity.city.people.tests.conftest import code_for
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.refusals import BadInput, Refusal, TooMany, WrongState
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_id_number,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.rivals import rival_before

PHONE, GUARDIAN_PHONE = "13912345678", "13887654321"
FIFTEEN, THIRTEEN = date(2011, 5, 1), date(2013, 5, 1)

pytestmark = pytest.mark.django_db


def answers(home: Region, **changes: Any) -> rules.Applicant:
    asked: dict[str, Any] = {
        "name": "王芳",
        "id_type": "resident",
        "id_number": "140106199005010024",
        "region_id": home.pk,
        "consents": frozenset({"terms"}),
    }
    asked["id_number"] = changes.pop("id_number", make_id_number(date(1990, 5, 1)))
    return rules.Applicant(**(asked | changes))


def register(applicant: rules.Applicant, user: User | None = None) -> Volunteer:
    user = user or make_user("新朋友", PHONE)
    return actions.register_volunteer(applicant=applicant, user=user, by=user, at=NOON)


def refused(applicant: rules.Applicant, user: User | None = None) -> tuple[str, str]:
    with pytest.raises(BadInput) as refusal:
        register(applicant, user)
    assert not Volunteer.objects.filter(registered_at=NOON, closed_at=None).exists()
    assert not Consent.objects.exists()
    assert not Entry.objects.filter(verb__in=["people.register", "people.submit_identity"]).exists()
    return refusal.value.field, refusal.value.sentence


def test_a_resident_becomes_a_volunteer(home: Region) -> None:
    load_skills()
    load_categories()
    skill, category = Skill.objects.all()[3], Category.objects.all()[2]
    user = make_user("新朋友", PHONE)
    id_number = make_id_number(date(1990, 5, 1), sex="M")
    volunteer = register(
        answers(
            home,
            name=" 王 芳 ",
            id_number=id_number.lower(),
            channel="organization",
            is_party_member=True,
            skill_ids=(skill.pk,),
            category_ids=(category.pk,),
            free_times=((1, "evening"), (5, "morning"), (1, "evening")),
            consents=frozenset({"terms", "ranking"}),
        ),
        user,
    )
    assert (volunteer.user, volunteer.name, volunteer.region) == (user, "王芳", home)
    assert (volunteer.born_on, volunteer.sex) == (date(1990, 5, 1), "M")
    assert (volunteer.identity_state, volunteer.channel) == ("pending", "organization")
    assert (volunteer.is_party_member, volunteer.registered_by) == (True, None)
    assert queries.id_number_of(volunteer) == id_number
    assert queries.phone_of(volunteer) == PHONE
    assert list(volunteer.skills.all()) == [skill]
    assert list(volunteer.intentions.all()) == [category]
    assert set(volunteer.free_times.values_list("weekday", "part")) == {
        (1, "evening"),
        (5, "morning"),
    }
    assert set(queries.live_consents(volunteer)) == {"terms", "ranking"}
    assert User.objects.get(pk=user.pk).display_name == "王芳"
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == [
        "people.register",
        "people.give_consent",
        "people.give_consent",
        "people.submit_identity",
    ]


def test_the_older_half_of_the_city_can_register(home: Region) -> None:
    volunteer = register(answers(home, id_number="410922195403050077"))
    assert (volunteer.born_on, volunteer.sex) == (date(1954, 3, 5), "M")


@pytest.mark.parametrize(
    ("id_type", "id_number"),
    [
        ("passport", "E12345678"),
        ("hk_macao", "H12345678"),
        ("taiwan", "12345678"),
        ("foreigner", "911124198108030024"),
    ],
)
def test_other_papers_ask_for_birthday_and_sex(home: Region, id_type: str, id_number: str) -> None:
    asked = answers(home, id_type=id_type, id_number=id_number)
    assert refused(asked)[0] == "born_on"
    asked = dataclasses.replace(asked, born_on=date(1988, 8, 8))
    assert refused(asked, User.objects.get())[0] == "sex"
    volunteer = register(dataclasses.replace(asked, sex="F"), User.objects.get())
    assert (volunteer.id_type, volunteer.born_on, volunteer.sex) == (
        id_type,
        date(1988, 8, 8),
        "F",
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "王"}, "name"),
        ({"name": "王芳😀"}, "name"),
        ({"name": "王" * 31}, "name"),
        ({"name": "\u202e\x00"}, "name"),
        ({"id_type": "library_card"}, "id_type"),
        ({"id_number": ""}, "id_number"),
        ({"id_number": "410922195403050078"}, "id_number"),
        ({"id_number": "140107190002290015"}, "id_number"),
        ({"id_number": "14010619900501"}, "id_number"),
        ({"id_number": "1" * 500}, "id_number"),
        ({"id_number": make_id_number(TODAY + timedelta(days=1))}, "id_number"),
        ({"id_number": make_id_number(THIRTEEN)}, "id_number"),
        ({"id_type": "passport", "id_number": "护照"}, "id_number"),
        ({"id_type": "passport", "id_number": "E1234567", "born_on": date(2030, 1, 1)}, "born_on"),
        ({"id_type": "passport", "id_number": "E1234567", "born_on": date(1800, 1, 1)}, "born_on"),
        (
            {"id_type": "passport", "id_number": "E1", "born_on": date(1990, 1, 1), "sex": "F"},
            "id_number",
        ),
        (
            {
                "id_type": "passport",
                "id_number": "E1234567",
                "born_on": date(1990, 1, 1),
                "sex": "女",
            },
            "sex",
        ),
        ({"region_id": 0}, "region"),
        ({"channel": "television"}, "channel"),
        ({"consents": frozenset()}, "terms"),
        ({"consents": frozenset({"ranking"})}, "terms"),
        ({"consents": frozenset({"terms", "everything"})}, "purpose"),
        ({"skill_ids": (999,)}, "skills"),
        ({"category_ids": (999,)}, "intentions"),
        ({"free_times": ((7, "morning"),)}, "free_times"),
        ({"free_times": ((1, "night"),)}, "free_times"),
    ],
)
def test_a_bad_answer_is_named_and_nothing_is_written(
    home: Region, change: dict[str, Any], field: str
) -> None:
    assert refused(answers(home, **change))[0] == field


def test_a_region_of_another_city_or_time_is_refused(home: Region) -> None:
    elsewhere = make_region("康巴什区", level=Level.COUNTY, code="150603000000", parent=home.parent)
    Region.objects.filter(pk=elsewhere.pk).update(path="/150000000000/150600000000/150603000000/")
    closed = make_region("旧社区")
    Region.objects.filter(pk=closed.pk).update(valid_to=TODAY)
    user = make_user("新朋友", PHONE)
    for region in (elsewhere, closed):
        assert refused(answers(home, region_id=region.pk), user) == (
            "region",
            "这个区划不在本市或已经停用，请重新选择。",
        )
    assert home.parent
    assert refused(answers(home, region_id=home.parent.pk), user) == (
        "region",
        "请继续选到社区（村）。",
    )


def test_the_number_of_a_volunteer_tells_nothing(home: Region) -> None:
    volunteer = register(answers(home))
    assert (len(volunteer.number), volunteer.number[:4]) == (12, "1401")
    assert volunteer.number[4:] not in queries.id_number_of(volunteer)


def test_a_number_that_is_taken_is_drawn_again(
    home: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_volunteer("李强", region=home)
    taken = Volunteer.objects.get().number
    draws = iter([taken, taken, "140100000077"])
    monkeypatch.setattr(actions.registration, "_drawn_number", lambda: next(draws))
    assert register(answers(home)).number == "140100000077"


def test_when_no_number_is_free_the_person_is_asked_to_try_again(
    home: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = make_volunteer("李强", region=home).number
    monkeypatch.setattr(actions.registration, "_drawn_number", lambda: taken)
    with pytest.raises(Refusal, match="请再提交一次"):
        register(answers(home))
    assert Volunteer.objects.count() == 1


# -- once per person -------------------------------------------------------------------------------


def test_one_identity_number_registers_once(home: Region) -> None:
    make_volunteer("李强", id_number="410922195403050077", region=home)
    with pytest.raises(Refusal) as refusal:
        register(answers(home, id_number="410922195403050077"))
    assert (refusal.value.code, refusal.value.field) == ("people.id_taken", "id_number")
    assert "请点“这是我本人”认领" in refusal.value.sentence
    assert Volunteer.objects.count() == 1


def test_two_registrations_with_one_number_at_once_make_one_volunteer(home: Region) -> None:
    applicant = answers(home)
    rival = make_user("新朋友", "13900000002")
    with (
        rival_before('UPDATE "people_volunteer"', lambda: register(applicant, rival)),
        pytest.raises(Refusal) as refusal,
    ):
        register(applicant)
    assert refusal.value.code == "people.id_taken"


def test_asking_before_writing_would_register_one_person_twice_without_the_constraint(
    home: Region,
) -> None:
    """The saboteur asks first; only the database's unique index stops it."""
    applicant = answers(home)
    index = personal.index(f"resident:{applicant.id_number}", purpose="id")

    def saboteur(phone: str) -> None:
        if Volunteer.objects.filter(id_index=index).exists():
            return
        make_volunteer("王芳", id_number=applicant.id_number, phone=phone, region=home)

    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        rival_before('INSERT INTO "people_volunteer"', lambda: saboteur("13900000002")),
    ):
        saboteur("13900000003")


def test_an_account_registers_once(home: Region) -> None:
    user = make_user("新朋友", PHONE)
    register(answers(home), user)
    with pytest.raises(WrongState, match="不用重复登记"):
        register(answers(home), user)
    assert Volunteer.objects.count() == 1


def test_ten_tries_an_hour_is_enough_for_anybody(home: Region) -> None:
    user = make_user("新朋友", PHONE)
    for _ in range(10):
        refused(answers(home, name=""), user)
    with pytest.raises(TooMany, match="一小时后再试"):
        register(answers(home), user)


def test_who_was_entered_at_a_desk_claims_the_record_with_phone_name_and_number(
    home: Region,
) -> None:
    entered = make_volunteer("王芳", user=False, phone=PHONE, region=home)
    applicant = answers(home, id_number=queries.id_number_of(entered))
    user = make_user("新朋友", PHONE)
    assert register(applicant, user) == entered
    assert Volunteer.objects.get().user == user
    assert [entry.verb for entry in Entry.objects.all()] == ["people.claim"]


def test_a_volunteer_claims_no_second_record(home: Region) -> None:
    user = make_user("王芳", PHONE)
    make_volunteer("王芳", user=user, region=home)
    entered = make_volunteer("王芳", user=False, phone=PHONE, region=home)
    with pytest.raises(WrongState, match="不用重复登记"):
        register(answers(home, id_number=queries.id_number_of(entered)), user)
    assert Volunteer.objects.get(pk=entered.pk).user is None


@pytest.mark.parametrize("change", [{"name": "王方"}, {"phone": "13900000002"}])
def test_a_record_is_not_claimed_with_another_name_or_phone(
    home: Region, change: dict[str, str]
) -> None:
    entered = make_volunteer("王芳", user=False, phone=PHONE, region=home)
    id_number = queries.id_number_of(entered)
    user = make_user("新朋友", change.pop("phone", PHONE))
    with pytest.raises(Refusal) as refusal:
        register(answers(home, id_number=id_number, **change), user)
    assert refusal.value.code == "people.id_taken"
    assert Volunteer.objects.get().user is None


def test_a_record_without_phone_is_claimed_by_nobody(home: Region) -> None:
    entered = make_volunteer("王芳", user=False, phone="", region=home)
    user = make_user("王芳")
    with pytest.raises(Refusal):
        register(answers(home, id_number=queries.id_number_of(entered)), user)


# -- minors ----------------------------------------------------------------------------------------


def guardian(code: str = "", **changes: str) -> rules.GuardianAnswer:
    asked = {"name": "王建国", "relation": "父亲", "phone": GUARDIAN_PHONE, "code": code}
    return rules.GuardianAnswer(**(asked | changes))


def minor(home: Region, answer: rules.GuardianAnswer | None) -> rules.Applicant:
    return answers(home, id_number=make_id_number(FIFTEEN), guardian=answer)


def test_a_child_under_14_is_told_what_to_do_instead(home: Region) -> None:
    field, sentence = refused(answers(home, id_number=make_id_number(THIRTEEN)))
    assert field == "id_number"
    assert sentence == (
        "未满 14 周岁的小朋友不能自行登记。请由家长用自己的手机登录，"
        "在“我的 · 家庭”里为孩子登记；也可以由家长或学校带领参加亲子、校园活动。"
    )


@pytest.mark.parametrize(
    ("born_on", "may"), [(date(2012, 11, 24), True), (date(2012, 11, 25), False)]
)
def test_the_fourteenth_birthday_counts(home: Region, born_on: date, may: bool) -> None:
    code = code_for(GUARDIAN_PHONE, purpose=CodePurpose.GUARDIAN)
    applicant = answers(home, id_number=make_id_number(born_on), guardian=guardian(code))
    if may:
        assert register(applicant).born_on == born_on
    else:
        assert refused(applicant)[0] == "id_number"


def test_the_city_sets_the_age(home: Region) -> None:
    PolicyNumber.objects.create(
        key="people.youngest_alone_years", value=16, valid_from=date(2026, 1, 1)
    )
    assert refused(minor(home, guardian("123456")))[1].startswith("未满 16 周岁")


def test_a_minor_registers_with_the_guardians_code(home: Region) -> None:
    code = code_for(GUARDIAN_PHONE, purpose=CodePurpose.GUARDIAN)
    volunteer = register(minor(home, guardian(code)))
    parent = Guardian.objects.get()
    assert (parent.volunteer, parent.name, parent.relation) == (volunteer, "王建国", "父亲")
    plain = personal.unseal(parent.phone_cipher, bound_to=f"volunteer:{volunteer.number}")
    assert plain == GUARDIAN_PHONE
    assert queries.guardian_ok(volunteer, on=TODAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "guardian_name"),
        ({"relation": "邻居"}, "guardian_relation"),
        ({"phone": "123"}, "guardian_phone"),
        ({"phone": PHONE}, "guardian_phone"),
        ({"code": ""}, "guardian_code"),
        ({"code": "abc"}, "guardian_code"),
        ({"code": "000000"}, "guardian_code"),
    ],
)
def test_a_guardian_must_be_whole_and_proven(
    home: Region, change: dict[str, str], field: str
) -> None:
    assert refused(minor(home, guardian(**change)))[0] == field
    assert not Guardian.objects.exists()


def test_a_minor_without_a_guardian_is_asked_for_one(home: Region) -> None:
    assert refused(minor(home, None))[0] == "guardian_name"


def test_wrong_guardian_codes_stay_counted_though_nothing_is_registered(home: Region) -> None:
    code = code_for(GUARDIAN_PHONE, purpose=CodePurpose.GUARDIAN)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    user = make_user("新朋友", PHONE)
    sentences = [refused(minor(home, guardian(wrong)), user)[1] for _ in range(5)]
    assert sentences[0] == "验证码不对，请核对短信后重新填写，还可以试 4 次。"
    assert sentences[4] == "验证码已经失效，请重新获取。"
    assert refused(minor(home, guardian(code)), user)[1] == "验证码已经失效，请重新获取。"


def test_a_guardians_code_survives_another_mistake(home: Region) -> None:
    code = code_for(GUARDIAN_PHONE, purpose=CodePurpose.GUARDIAN)
    user = make_user("新朋友", PHONE)
    bad = dataclasses.replace(minor(home, guardian(code)), free_times=((9, "morning"),))
    assert refused(bad, user)[0] == "free_times"
    assert register(minor(home, guardian(code)), user)


def test_who_comes_of_age_needs_no_guardian(home: Region) -> None:
    volunteer = make_volunteer("孙小明", born_on=date(2008, 11, 25), region=home)
    assert not queries.guardian_ok(volunteer, on=date(2026, 11, 24))
    assert queries.guardian_ok(volunteer, on=date(2026, 11, 25))


# -- at a desk -------------------------------------------------------------------------------------


def test_staff_enter_a_paper_form_in_the_name_of_the_resident(home: Region) -> None:
    staff = make_user("李秀英")
    volunteer = actions.register_volunteer(
        applicant=answers(home, channel="paper", phone=" +86 139-1234-5678 "),
        user=None,
        by=staff,
        at=NOON,
    )
    assert (volunteer.user, volunteer.registered_by, volunteer.channel) == (None, staff, "paper")
    assert queries.phone_of(volunteer) == PHONE
    assert Consent.objects.get().given_by == staff
    entry = Entry.objects.get(verb="people.register")
    assert (entry.actor, entry.on_behalf_of) == (staff, volunteer)


def test_somebody_without_a_phone_is_registered_at_a_desk(home: Region) -> None:
    staff = make_user("李秀英")
    volunteer = actions.register_volunteer(
        applicant=answers(home, channel="paper"), user=None, by=staff, at=NOON
    )
    assert (queries.phone_of(volunteer), volunteer.phone_index) == ("", "")


def test_a_guardian_signs_on_paper_at_the_desk(home: Region) -> None:
    staff = make_user("李秀英")
    volunteer = actions.register_volunteer(
        applicant=minor(home, guardian()), user=None, by=staff, at=NOON
    )
    assert queries.guardian_ok(volunteer, on=TODAY)


def test_a_bad_phone_at_the_desk_is_refused(home: Region) -> None:
    with pytest.raises(BadInput) as refusal:
        actions.register_volunteer(
            applicant=answers(home, phone="12345"), user=None, by=make_user(), at=NOON
        )
    assert refusal.value.field == "phone"


# -- nothing is readable ---------------------------------------------------------------------------


def dump() -> str:
    return "\n".join(
        str(row) for model in apps.get_models() for row in model._default_manager.values_list()
    )


def test_no_table_holds_a_plain_identity_number_phone_or_code(home: Region) -> None:
    code = code_for(GUARDIAN_PHONE, purpose=CodePurpose.GUARDIAN)
    applicant = minor(home, guardian(code))
    login_code = code_for(PHONE)
    user = actions.log_in_with_code(phone=PHONE, code=login_code, at=NOON, address="203.0.113.9")
    volunteer = register(applicant, user)
    actions.reveal_numbers(volunteer=volunteer, reason="contact", by=make_user(), at=NOON)
    found = dump()
    assert "王芳" in found
    canaries = (applicant.id_number, PHONE, GUARDIAN_PHONE, "203.0.113.9")
    assert [plain for plain in canaries if plain in found] == []
    assert f"验证码 {login_code}" not in found
