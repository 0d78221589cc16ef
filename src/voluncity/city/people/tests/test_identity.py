from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people import actions, identity_gateway, queries, rules, tasks
from voluncity.city.people.models import IdentityCheck, User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_guardian,
    make_id_number,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db


def submitted(name: str = "王芳", *, registered_by: User | None = None) -> IdentityCheck:
    volunteer = make_volunteer(name, verified=False)
    if registered_by:
        Volunteer.objects.filter(pk=volunteer.pk).update(registered_by=registered_by)
    return actions.submit_identity(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)


def decide(check: IdentityCheck, by: User | None, *, reason: str = "") -> IdentityCheck:
    return actions.decide_identity(
        check_id=check.pk, is_match=not reason, reason=reason, by=by, at=NOON
    )


def state_of(check: IdentityCheck) -> tuple[str, str]:
    volunteer = Volunteer.objects.get(pk=check.volunteer_id)
    return volunteer.identity_state, volunteer.identity_reason


def test_a_check_waits_until_somebody_decides() -> None:
    check = submitted()
    assert state_of(check) == ("pending", "")
    staff = make_user("张伟")
    done = decide(check, staff)
    assert (done.decided_by, done.decided_at, done.is_match) == (staff, NOON, True)
    assert state_of(check) == ("verified", "")
    assert Entry.objects.order_by("-pk")[0].data == {
        "check": check.pk,
        "is_match": True,
        "reason": "",
    }


def test_a_check_is_sent_back_with_a_reason() -> None:
    check = submitted()
    decide(check, make_user("张伟"), reason="name")
    assert state_of(check) == ("rejected", "name")


@pytest.mark.parametrize("reason", ["", "because", "😀"])
def test_a_check_is_not_sent_back_without_a_reason_from_the_list(reason: str) -> None:
    check = submitted()
    with pytest.raises(BadInput) as refusal:
        actions.decide_identity(
            check_id=check.pk, is_match=False, reason=reason, by=make_user("张伟"), at=NOON
        )
    assert refusal.value.field == "reason"
    assert state_of(check) == ("pending", "")


def test_nobody_decides_about_themself_or_whom_they_registered() -> None:
    own = submitted()
    with pytest.raises(NotAllowed):
        decide(own, user_of(own.volunteer))
    staff = make_user("李秀英")
    with pytest.raises(NotAllowed):
        decide(submitted("李强", registered_by=staff), staff)


def test_a_check_is_decided_once() -> None:
    check = submitted()
    decide(check, make_user("张伟"))
    with pytest.raises(WrongState, match="已经有人审核过"):
        decide(check, make_user("李秀英"), reason="name")
    assert state_of(check) == ("verified", "")


def test_of_two_decisions_at_once_one_counts() -> None:
    check = submitted()
    first, second = make_user("张伟"), make_user("李秀英")
    with (
        rival_before('UPDATE "people_identitycheck"', lambda: decide(check, first)),
        pytest.raises(WrongState),
    ):
        decide(check, second, reason="name")


def test_deciding_after_reading_only_would_let_the_last_one_win() -> None:
    check = submitted()

    def saboteur(is_match: bool) -> None:
        row = IdentityCheck.objects.get(pk=check.pk)
        if row.decided_at is None:
            row.decided_at, row.is_match = NOON, is_match
            row.save(update_fields=["decided_at", "is_match"])

    with rival_before('UPDATE "people_identitycheck"', lambda: saboteur(True)):
        saboteur(False)
    assert IdentityCheck.objects.get().is_match is False


def test_a_check_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        actions.decide_identity(check_id=0, is_match=True, by=make_user(), at=NOON)


def test_a_running_or_passed_check_is_not_submitted_again() -> None:
    check = submitted()
    with pytest.raises(WrongState):
        actions.submit_identity(volunteer_id=check.volunteer_id, by=make_user(), at=NOON)
    decide(check, make_user("张伟"))
    with pytest.raises(WrongState):
        actions.submit_identity(volunteer_id=check.volunteer_id, by=make_user(), at=NOON)


def test_two_submissions_at_once_make_one_check() -> None:
    volunteer = make_volunteer(verified=False)

    def submit() -> IdentityCheck:
        return actions.submit_identity(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)

    with rival_before('UPDATE "people_volunteer"', submit), pytest.raises(WrongState):
        submit()


# -- corrected papers ------------------------------------------------------------------------------


def papers(born_on: date = date(1991, 6, 2), number: str = "") -> rules.Identity:
    return rules.identity_of(
        id_type="resident",
        number=number or make_id_number(born_on),
        born_on=None,
        sex="",
        today=TODAY,
    )


def correct(volunteer: Volunteer, identity: rules.Identity, name: str = "王方") -> IdentityCheck:
    return actions.correct_identity(
        volunteer_id=volunteer.pk, name=name, identity=identity, by=user_of(volunteer), at=NOON
    )


def test_papers_are_corrected_and_submitted_again() -> None:
    check = submitted()
    decide(check, make_user("张伟"), reason="number")
    identity = papers()
    again = correct(check.volunteer, identity)
    volunteer = Volunteer.objects.get(pk=check.volunteer_id)
    assert queries.id_number_of(volunteer) == identity.number
    assert (volunteer.name, volunteer.born_on) == ("王方", date(1991, 6, 2))
    assert (volunteer.identity_state, volunteer.identity_reason) == ("pending", "")
    assert queries.last_check(volunteer) == again
    assert user_of(volunteer).display_name == "王方"


def test_papers_of_somebody_else_are_refused_and_nothing_changes() -> None:
    other = make_volunteer("李强")
    check = submitted()
    decide(check, make_user("张伟"), reason="number")
    with pytest.raises(Refusal) as refusal:
        correct(check.volunteer, papers(number=queries.id_number_of(other)))
    assert (refusal.value.code, refusal.value.field) == ("people.id_taken", "id_number")
    assert state_of(check) == ("rejected", "number")


@pytest.mark.parametrize("state", [IdentityState.PENDING, IdentityState.VERIFIED])
def test_papers_stay_as_they_are_while_checked_and_afterwards(state: IdentityState) -> None:
    volunteer = make_volunteer()
    Volunteer.objects.update(identity_state=state)
    with pytest.raises(WrongState):
        correct(volunteer, papers())
    assert Volunteer.objects.get().name == "王芳"


def test_corrected_papers_may_not_make_a_minor_without_guardian() -> None:
    volunteer = make_volunteer(verified=False)
    with pytest.raises(BadInput, match="监护人"):
        correct(volunteer, papers(date(2011, 5, 1)))
    with pytest.raises(BadInput, match="未满 14 周岁"):
        correct(volunteer, papers(date(2013, 5, 1)))
    make_guardian(volunteer)
    assert correct(volunteer, papers(date(2011, 5, 1)))


# -- the authority, and what people are told -------------------------------------------------------


def test_the_authority_is_asked_and_the_person_is_told() -> None:
    check = submitted()
    catch_up()
    catch_up()
    assert state_of(check) == ("verified", "")
    assert IdentityCheck.objects.get().source == "gateway"
    message = Message.objects.get(user=user_of(check.volunteer))
    assert (message.title, message.url) == ("实名审核已通过", "/find/")


def test_a_no_of_the_authority_says_what_to_do() -> None:
    check = submitted("贾文")
    catch_up()
    catch_up()
    assert state_of(check) == ("rejected", "name")
    message = Message.objects.get(user=user_of(check.volunteer))
    assert (message.title, message.body) == (
        "实名审核没有通过",
        "原因：姓名与证件号码不一致。请对照证件，逐字核对姓名和号码，改正后重新提交。",
    )


def test_without_an_authority_people_decide(settings: Settings) -> None:
    settings.VOLUNCITY_IDENTITY = "manual"
    check = submitted()
    catch_up()
    tasks.ask_authority.call(check.pk)
    assert state_of(check) == ("pending", "")
    assert check.source == "staff"


def test_the_authority_comes_too_late_without_harm() -> None:
    check = submitted("贾文")
    decide(check, make_user("张伟"))
    tasks.ask_authority.call(check.pk)
    assert state_of(check) == ("verified", "")


def test_an_answer_that_comes_while_somebody_decides_does_no_harm() -> None:
    check, staff = submitted("贾文"), make_user("张伟")
    with rival_before('UPDATE "people_identitycheck"', lambda: decide(check, staff)):
        tasks.ask_authority.call(check.pk)


def test_old_tries_are_forgotten_by_the_clock() -> None:
    tasks.forget_tries()


def test_who_has_no_account_is_not_told() -> None:
    volunteer = make_volunteer(verified=False, user=False)
    check = actions.submit_identity(volunteer_id=volunteer.pk, by=make_user(), at=NOON)
    decide(check, make_user("张伟"))
    catch_up()
    assert not Message.objects.exists()


def test_papers_the_authority_does_not_know_are_left_to_people() -> None:
    answer = identity_gateway.ask(name="John Smith", id_type="passport", number="E1234567")
    assert answer.is_match is None


def test_a_new_volunteer_is_welcomed_once(home: Region) -> None:
    user = make_user("新朋友", "13900000001")
    applicant = rules.Applicant(
        name="王芳",
        id_type="resident",
        id_number=make_id_number(),
        region_id=home.pk,
        consents=frozenset({"terms"}),
    )
    volunteer = actions.register_volunteer(applicant=applicant, user=user, by=user, at=NOON)
    catch_up()
    catch_up()
    titles = list(Message.objects.filter(user=user).values_list("title", flat=True).order_by("pk"))
    assert titles == ["欢迎加入志愿者", "实名审核已通过"]
    assert volunteer.number in Message.objects.get(title="欢迎加入志愿者").body


def test_outside_the_demo_the_fake_authority_is_never_asked(settings: Settings) -> None:
    settings.VOLUNCITY_IDENTITY, settings.VOLUNCITY_DEMO = "fake", False
    answer = identity_gateway.ask(name="王芳", id_type="resident", number="11010519491231002X")
    assert (identity_gateway.exists(), answer.is_match) == (False, None)


@pytest.mark.parametrize("state", ["unverified", "verified", "rejected"])
def test_a_corrected_number_is_checked_anew(state: str) -> None:
    volunteer, staff = make_volunteer(), make_user("张伟")
    reason = "name" if state == "rejected" else ""
    Volunteer.objects.filter(pk=volunteer.pk).update(identity_state=state, identity_reason=reason)

    check = actions.reopen_identity(volunteer_id=volunteer.pk, by=staff, at=NOON)

    assert state_of(check) == ("pending", "")
    assert (check.decided_at, check.submitted_at) == (None, NOON)
    assert Entry.objects.order_by("-pk")[0].verb == "people.reopen_identity"
    assert state_of(decide(check, make_user("李秀英"))) == ("verified", "")


def test_a_check_that_waits_goes_on_when_it_is_asked_for_anew() -> None:
    check = submitted()
    later = NOON + timedelta(days=1)
    again = actions.reopen_identity(volunteer_id=check.volunteer_id, by=make_user(), at=later)
    assert (again, again.submitted_at) == (check, later)
    assert IdentityCheck.objects.count() == 1
