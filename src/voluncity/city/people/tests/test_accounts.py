from __future__ import annotations

import pytest

from voluncity.city.access import personal
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people import actions, queries, rules
from voluncity.city.people.models import Consent, User, Volunteer
from voluncity.city.people.states import CodePurpose
from voluncity.city.people.tests.conftest import code_for
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal
from voluncity.testing.make_people import (
    NOON,
    make_guardian,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.rivals import rival_before

OLD, NEW = "13900000001", "13800000002"

pytestmark = pytest.mark.django_db


def log_in(phone: str) -> User:
    code = code_for(phone)
    return actions.log_in_with_code(phone=phone, code=code, at=NOON, address="10.0.0.1")


# -- another phone ---------------------------------------------------------------------------------


def test_a_phone_is_changed_with_a_code_to_the_new_one() -> None:
    volunteer = make_volunteer(phone=OLD)
    code = code_for(NEW, purpose=CodePurpose.PHONE)
    actions.change_phone(user=user_of(volunteer), phone=NEW, code=code, at=NOON)
    assert log_in(NEW) == volunteer.user
    assert queries.phone_of(Volunteer.objects.get()) == NEW
    assert log_in(OLD) != volunteer.user


def test_a_phone_is_not_changed_without_its_code() -> None:
    volunteer = make_volunteer(phone=OLD)
    code = code_for(OLD, purpose=CodePurpose.PHONE)
    with pytest.raises(BadInput):
        actions.change_phone(user=user_of(volunteer), phone=NEW, code=code, at=NOON)
    assert queries.phone_of(Volunteer.objects.get()) == OLD


def test_the_phone_of_another_account_is_not_taken_over() -> None:
    volunteer = make_volunteer(phone=OLD)
    make_user("李强", NEW)
    with pytest.raises(Refusal) as refusal:
        actions.change_phone(
            user=user_of(volunteer),
            phone=NEW,
            code=code_for(NEW, purpose=CodePurpose.PHONE),
            at=NOON,
        )
    assert refusal.value.field == "phone"
    assert queries.phone_of(Volunteer.objects.get()) == OLD


def test_somebody_who_is_no_volunteer_changes_the_phone_too() -> None:
    user = make_user("张伟", OLD)
    code = code_for(NEW, purpose=CodePurpose.PHONE)
    actions.change_phone(user=user, phone=NEW, code=code, at=NOON)
    assert log_in(NEW) == user


# -- a phone bound at the desk ---------------------------------------------------------------------


def bind(volunteer: Volunteer, phone: str = NEW, *, by: User | None = None) -> None:
    actions.bind_phone(
        volunteer_id=volunteer.pk,
        phone=phone,
        code=code_for(phone, purpose=CodePurpose.PHONE),
        by=by or make_user("李秀英"),
        at=NOON,
    )


def test_the_desk_opens_a_record_that_was_entered_on_paper() -> None:
    volunteer = make_volunteer(user=False, phone="")
    bind(volunteer)
    assert log_in(NEW).volunteer == volunteer
    assert queries.phone_of(Volunteer.objects.get()) == NEW
    catch_up()
    assert Message.objects.get(user=log_in_user()).title == "登录手机号已绑定"


def log_in_user() -> User:
    return user_of(Volunteer.objects.get())


def test_the_desk_lets_somebody_back_in_whose_phone_is_gone() -> None:
    volunteer = make_volunteer(phone=OLD)
    log_in(NEW)  # tried with the new phone: an account that holds nothing
    bind(volunteer)
    assert log_in(OLD) != volunteer.user
    user = user_of(Volunteer.objects.get())
    assert user == volunteer.user
    assert User.objects.get(phone_index=personal.index(NEW, purpose="phone")) == user


def test_the_desk_journals_in_whose_name_it_acts() -> None:
    volunteer, staff = make_volunteer(user=False), make_user("李秀英")
    bind(volunteer, by=staff)
    entry = Entry.objects.get(verb="people.bind_phone")
    assert (entry.actor, entry.on_behalf_of) == (staff, volunteer)


def test_the_phone_of_another_volunteer_or_of_staff_is_not_bound() -> None:
    volunteer = make_volunteer(user=False)
    make_volunteer("李强", phone=NEW)
    with pytest.raises(Refusal):
        bind(volunteer)
    staff = make_user("张伟", OLD)
    Grant.objects.create(user=staff, role=Role.CITY_OFFICE, region=make_region(), given_at=NOON)
    registered = make_volunteer("赵磊")
    with pytest.raises(Refusal):
        bind(registered, OLD)
    assert Volunteer.objects.get(pk=volunteer.pk).user is None


def test_of_two_bindings_of_one_record_at_once_one_wins() -> None:
    volunteer = make_volunteer(user=False, phone="")
    first = make_user("王芳", OLD)

    def rival() -> None:
        Volunteer.objects.filter(pk=volunteer.pk).update(user=first)

    with (
        rival_before('UPDATE "people_volunteer"', rival),
        pytest.raises(Refusal) as refusal,
    ):
        bind(volunteer)
    assert refusal.value.code == "people.linked"


def test_nobody_binds_a_phone_to_their_own_record() -> None:
    volunteer = make_volunteer()
    with pytest.raises(NotAllowed):
        bind(volunteer, by=user_of(volunteer))


# -- consents --------------------------------------------------------------------------------------


def test_a_consent_is_given_withdrawn_and_given_again_each_with_its_date() -> None:
    volunteer = make_volunteer(consents=())
    later, last = NOON + rules.RESEND_WAIT, NOON + 2 * rules.RESEND_WAIT
    user = user_of(volunteer)
    actions.give_consent(volunteer_id=volunteer.pk, purpose="ranking", by=user, at=NOON)
    assert queries.has_consent(volunteer, "ranking")
    actions.withdraw_consent(volunteer_id=volunteer.pk, purpose="ranking", by=user, at=later)
    assert not queries.has_consent(volunteer, "ranking")
    actions.give_consent(volunteer_id=volunteer.pk, purpose="ranking", by=user, at=last)
    rows = [(row.given_at, row.withdrawn_at) for row in queries.consent_history(volunteer)]
    assert rows == [(last, None), (NOON, later)]
    assert {row.text_version for row in Consent.objects.all()} == {"2026-11"}


def test_pressing_twice_gives_or_withdraws_once() -> None:
    volunteer = make_volunteer(consents=())
    for _ in range(2):
        actions.give_consent(
            volunteer_id=volunteer.pk, purpose="photos", by=user_of(volunteer), at=NOON
        )
    for minute in range(2):
        actions.withdraw_consent(
            volunteer_id=volunteer.pk,
            purpose="photos",
            by=user_of(volunteer),
            at=NOON + minute * rules.RESEND_WAIT,
        )
    assert Consent.objects.get().withdrawn_at == NOON
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == [
        "people.give_consent",
        "people.withdraw_consent",
    ]


def test_two_consents_at_once_leave_one() -> None:
    volunteer = make_volunteer(consents=())

    def give() -> Consent:
        return actions.give_consent(
            volunteer_id=volunteer.pk, purpose="photos", by=user_of(volunteer), at=NOON
        )

    with rival_before("SAVEPOINT", give):
        give()
    assert Consent.objects.count() == 1


def test_the_consent_to_registration_ends_only_with_the_account() -> None:
    volunteer = make_volunteer()
    with pytest.raises(Refusal) as refusal:
        actions.withdraw_consent(
            volunteer_id=volunteer.pk, purpose="terms", by=user_of(volunteer), at=NOON
        )
    assert refusal.value.code == "people.terms_stay"
    assert queries.has_consent(volunteer, "terms")


def test_a_consent_to_nothing_known_is_refused() -> None:
    volunteer = make_volunteer(consents=())
    with pytest.raises(BadInput):
        actions.give_consent(
            volunteer_id=volunteer.pk, purpose="everything", by=user_of(volunteer), at=NOON
        )


def test_a_guardian_who_does_not_agree_any_more_is_written_down_once() -> None:
    volunteer, staff = make_volunteer(), make_user("李秀英")
    guardian = make_guardian(volunteer)
    actions.withdraw_guardian(guardian_id=guardian.pk, by=staff, at=NOON)
    assert queries.live_guardian(volunteer) is None
    with pytest.raises(NotFound):
        actions.withdraw_guardian(guardian_id=guardian.pk, by=staff, at=NOON)


# -- profile ---------------------------------------------------------------------------------------


def test_a_profile_is_written_anew(home: Region) -> None:
    volunteer = make_volunteer(region=home)
    moved = make_region("桃园社区")
    profile = rules.Profile(region_id=moved.pk, free_times=((0, "morning"), (6, "evening")))
    actions.set_profile(volunteer_id=volunteer.pk, profile=profile, by=user_of(volunteer), at=NOON)
    profile = rules.Profile(region_id=moved.pk, free_times=((6, "evening"),))
    actions.set_profile(volunteer_id=volunteer.pk, profile=profile, by=user_of(volunteer), at=NOON)
    assert Volunteer.objects.get().region == moved
    assert list(volunteer.free_times.values_list("weekday", "part")) == [(6, "evening")]


def test_who_lives_in_a_region_that_was_closed_may_still_save(home: Region) -> None:
    volunteer = make_volunteer(region=home)
    Region.objects.filter(pk=home.pk).update(valid_to="2026-01-01")
    profile = rules.Profile(region_id=home.pk, is_party_member=True)
    actions.set_profile(volunteer_id=volunteer.pk, profile=profile, by=user_of(volunteer), at=NOON)
    assert Volunteer.objects.get().is_party_member


def test_a_bad_profile_changes_nothing(home: Region) -> None:
    volunteer = make_volunteer(region=home)
    with pytest.raises(BadInput):
        actions.set_profile(
            volunteer_id=volunteer.pk,
            profile=rules.Profile(region_id=home.pk, is_party_member=True, skill_ids=(999,)),
            by=user_of(volunteer),
            at=NOON,
        )
    assert not Volunteer.objects.get().is_party_member
