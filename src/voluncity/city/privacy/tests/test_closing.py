"""Close an account: what stands in the way, fifteen days, then nobody is to be recognized."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command

from voluncity.city.access.models import Grant, Session
from voluncity.city.access.permissions import Role
from voluncity.city.claims.models import DataCorrection
from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs.models import JoinRequest, Membership
from voluncity.city.orgs.states import OrgState
from voluncity.city.people import actions as people
from voluncity.city.people.actions import closing as anonymizing
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.city.people.states import IdType
from voluncity.city.privacy import actions, queries
from voluncity.city.privacy.models import Closing
from voluncity.city.privacy.states import ClosingState
from voluncity.city.privacy.tests.conftest import LATER, TOO_EARLY, ask_to_close, close
from voluncity.city.tokens import actions as tokens
from voluncity.city.tokens import queries as keys
from voluncity.city.tokens.rules import NotSignedIn
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.refusals import NotAllowed, Refusal, WrongState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_hours import make_past_shift, make_posted, make_presence
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_guardian,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_signups import make_signup
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db


# -- What stands in the way ------------------------------------------------------------------------


def hindered(volunteer: Volunteer) -> list[str]:
    return [one.sentence for one in queries.hindrances(volunteer.user, volunteer)]


def test_nothing_stands_in_the_way_of_who_has_settled_everything(wang: Volunteer) -> None:
    make_posted(make_past_shift(), wang)
    make_signup(volunteer=wang)
    assert hindered(wang) == []


def test_served_time_that_is_not_posted_stands_in_the_way(wang: Volunteer) -> None:
    make_presence(make_past_shift(), wang)
    assert hindered(wang) == ["您有 1 次服务的时长还没有入账，请等组织确认入账后再注销。"]
    with pytest.raises(Refusal, match="还没有入账"):
        ask_to_close(wang)


def test_a_role_and_an_open_application_stand_in_the_way(wang: Volunteer) -> None:
    team = make_organization("护河队")
    give(user_of(wang), Role.TEAM_LEADER, team)
    make_organization("新队伍", applied_by=wang.user, state=OrgState.APPLIED)
    assert hindered(wang) == [
        "您还担任“护河队”的领队，请先做好交接，请安全管理员收回这个角色。",
        "您为“新队伍”提交的组织申请还没有办完，请等待审核结果，或请其他人接手。",
    ]


def test_who_holds_a_child_s_record_hands_it_over_before(wang: Volunteer) -> None:
    child = make_volunteer("小明", user=False, born_on=date(2014, 3, 5))
    guardian = make_guardian(child)
    Guardian.objects.filter(pk=guardian.pk).update(user=wang.user, is_holder=True)
    assert hindered(wang) == ["您还代管着小明的档案，请先为孩子更换监护人，或先注销孩子的档案。"]


def asked_correction(volunteer: Volunteer) -> DataCorrection:
    return DataCorrection.objects.create(
        key="C0001", volunteer=volunteer, asked_by=user_of(volunteer), name="王方",
        id_type=IdType.RESIDENT, id_cipher="sealed", born_on=date(1990, 5, 1), sex="F",
        words="名字里是方", asked_at=NOON,
    )  # fmt: skip


def test_an_open_correction_stands_in_the_way_and_a_decided_one_is_forgotten(
    wang: Volunteer, office: User
) -> None:
    correction = asked_correction(wang)
    assert hindered(wang) == ["您的信息更正申请还没有办完，请等办完后再注销，或撤回申请。"]
    DataCorrection.objects.update(state="applied", decided_at=NOON, decided_by=office)
    close(wang)
    correction.refresh_from_db()
    assert (correction.name, correction.id_cipher, correction.words, correction.born_on) == (
        "已注销用户", "", "", date(1990, 1, 1),
    )  # fmt: skip


# -- Fifteen days ----------------------------------------------------------------------------------


def test_an_account_ends_after_fifteen_days_and_not_before(wang: Volunteer) -> None:
    closing = ask_to_close(wang)
    assert closing.due_at - closing.asked_at == timedelta(days=15)
    assert actions.close_due(at=TOO_EARLY) == 0
    assert actions.close_due(at=LATER) == 1
    wang.refresh_from_db()
    assert wang.closed_at == LATER


def test_it_is_asked_for_once(wang: Volunteer) -> None:
    ask_to_close(wang)
    with pytest.raises(WrongState):
        ask_to_close(wang)


def test_who_changes_their_mind_stays(wang: Volunteer) -> None:
    closing = ask_to_close(wang)
    actions.withdraw_closing(closing_id=closing.pk, by=user_of(wang), at=NOON)
    with pytest.raises(WrongState):
        actions.withdraw_closing(closing_id=closing.pk, by=user_of(wang), at=NOON)
    assert actions.close_due(at=LATER) == 0
    wang.refresh_from_db()
    assert (wang.name, wang.closed_at) == ("王芳", None)
    ask_to_close(wang, at=LATER)  # and may change it again


def test_who_changes_their_mind_in_the_last_moment_stays(wang: Volunteer) -> None:
    """The withdrawal comes after the job has read that the closing is due."""
    closing = ask_to_close(wang)

    def withdraw() -> None:
        actions.withdraw_closing(closing_id=closing.pk, by=user_of(wang), at=LATER)

    with rival_before('UPDATE "privacy_closing"', withdraw):
        assert actions.close_due(at=LATER) == 0
    wang.refresh_from_db()
    assert wang.closed_at is None


def test_what_became_unfinished_meanwhile_holds_it_up_and_is_told_once(wang: Volunteer) -> None:
    ask_to_close(wang)
    presence = make_presence(make_past_shift(), wang)
    assert actions.close_due(at=LATER) == 0
    assert actions.close_due(at=LATER + timedelta(hours=1)) == 0
    told = Message.objects.filter(user=wang.user, title="您的账号暂时还不能注销")
    assert told.count() == 1
    assert Closing.objects.get().held_up_at == LATER
    wang.refresh_from_db()
    assert wang.name == "王芳"
    presence.delete()
    assert actions.close_due(at=LATER + timedelta(hours=2)) == 1


# -- Nobody is to be recognized --------------------------------------------------------------------


def test_nothing_that_tells_who_it_was_is_left(wang: Volunteer) -> None:
    user, number = user_of(wang), wang.number
    make_guardian(wang)
    inbox.send(user_id=user.pk, key="x", title="欢迎", body="王芳，您好", at=NOON)
    close(wang)
    wang.refresh_from_db()
    user.refresh_from_db()
    assert (wang.name, user.display_name) == ("已注销用户", "已注销用户")
    assert (wang.id_cipher, wang.phone_cipher, wang.address_cipher) == ("", "", "")
    assert (wang.phone_index, wang.phone_tail_index, user.phone_cipher) == ("", "", "")
    assert (user.phone_index, user.is_active, wang.user_id) == (None, False, None)
    assert (wang.born_on, wang.is_party_member) == (date(1990, 1, 1), False)
    assert wang.region.name == "迎泽区"
    assert not wang.consents.filter(withdrawn_at=None).exists()
    assert not wang.free_times.exists()
    assert list(wang.guardians.values_list("name", "phone_cipher", "phone_index")) == [
        ("已注销用户", "", "")
    ]
    assert not Message.objects.filter(user=user).exists()
    assert wang.number == number
    entry = Entry.objects.get(verb="people.close")
    assert (entry.subject_id, entry.data) == (wang.pk, {"user": user.pk})


def test_the_journal_holds_no_name_and_no_number(wang: Volunteer) -> None:
    name = wang.name
    close(wang)
    written = "".join(str(data) for data in Entry.objects.values_list("data", flat=True))
    assert name not in written


def test_every_way_in_is_shut(wang: Volunteer) -> None:
    user = user_of(wang)
    people.set_password(user=user, password="long-enough-for-us-7", at=NOON, by=user)
    _, secret = tokens.create_token(
        user=user, name="程序", scopes=list(TokenScope), days=90, by=user, at=NOON
    )
    Session.objects.create(
        session_key="k" * 32, session_data="", expire_date=LATER + timedelta(days=1), user=user
    )
    close(wang)
    user.refresh_from_db()
    assert not Session.objects.filter(user=user).exists()
    assert not user.has_usable_password()
    with pytest.raises(NotSignedIn):
        keys.live_token(secret, at=LATER)
    catch_up()
    assert not user.api_tokens.filter(revoked_at=None).exists()


def test_the_person_can_register_anew_with_the_same_paper_and_phone(wang: Volunteer) -> None:
    papers, phone = wang.id_index, user_of(wang).phone_index
    close(wang)
    assert not Volunteer.objects.filter(id_index=papers).exists()
    assert not User.objects.filter(phone_index=phone).exists()
    anew = make_volunteer("王芳")
    Volunteer.objects.filter(pk=anew.pk).update(id_index=papers)
    User.objects.filter(pk=user_of(anew).pk).update(phone_index=phone)


def test_two_people_may_close(wang: Volunteer) -> None:
    close(make_volunteer("李强"))
    close(wang)
    assert Volunteer.objects.filter(name="已注销用户").count() == 2


def test_memberships_requests_and_places_to_come_end(wang: Volunteer) -> None:
    team = make_organization()
    make_member(wang, team)
    asked = JoinRequest.objects.create(
        organization=make_organization(), volunteer=wang, asked_at=NOON
    )
    signup = make_signup(volunteer=wang)
    Signup.objects.filter(pk=signup.pk).update(signed_up_at=NOON)
    signup.shift.activity.shifts.update(
        starts_at=LATER + timedelta(days=1), ends_at=LATER + timedelta(days=1, hours=2)
    )
    close(wang)
    catch_up()
    assert not Membership.objects.filter(volunteer=wang, left_at=None).exists()
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    signup.refresh_from_db()
    assert signup.state == SignupState.CANCELLED


def test_the_books_are_right_after_it(wang: Volunteer, capsys: pytest.CaptureFixture[str]) -> None:
    make_posted(make_past_shift(), wang)
    make_signup(volunteer=wang)
    catch_up()
    close(wang)
    catch_up()
    call_command("check_books")
    assert "fault" not in capsys.readouterr().out.lower()


def test_closing_happens_once(wang: Volunteer) -> None:
    closing = ask_to_close(wang)
    actions.close_account(closing_id=closing.pk, at=LATER)
    with pytest.raises(WrongState):
        actions.close_account(closing_id=closing.pk, at=LATER)
    assert actions.close_due(at=LATER) == 0
    assert Entry.objects.filter(verb="people.close").count() == 1
    assert Closing.objects.get().state == ClosingState.DONE


def test_a_role_given_in_the_same_moment_ends_with_the_account(wang: Volunteer) -> None:
    ask_to_close(wang)
    team, user = make_organization(), user_of(wang)

    def appoint() -> None:
        give(user, Role.TEAM_LEADER, team)

    with rival_before('UPDATE "access_grant"', appoint):
        assert actions.close_due(at=LATER) == 1
    assert not Grant.objects.filter(user=user, revoked_at=None).exists()


def test_the_saboteur_who_leaves_the_paper_s_index_keeps_the_person_out(
    wang: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anonymizing, "_forget_numbers", lambda *_args, **_kw: None)
    papers = wang.id_index
    close(wang)
    assert Volunteer.objects.filter(id_index=papers).exists()


# -- Others ----------------------------------------------------------------------------------------


def test_an_account_without_a_record_can_end_too() -> None:
    user = make_user("新朋友", "13900000001")
    actions.ask_to_close(subject=queries.subject(user, ward_id=None), by=user, at=NOON)
    assert actions.close_due(at=LATER) == 1
    user.refresh_from_db()
    assert (user.phone_index, user.is_active) == (None, False)
    entry = Entry.objects.get(verb="people.close")
    assert (entry.subject_type, entry.subject_id) == ("user", user.pk)
    catch_up()


def ward_of(guardian: Volunteer, *, is_holder: bool) -> Volunteer:
    child = make_volunteer("小明", user=False, born_on=date(2014, 3, 5))
    row = make_guardian(child)
    Guardian.objects.filter(pk=row.pk).update(user=guardian.user, is_holder=is_holder)
    return child


def test_whoever_holds_a_child_s_record_may_close_it(wang: Volunteer) -> None:
    child = ward_of(wang, is_holder=True)
    about = queries.subject(user_of(wang), ward_id=child.pk)
    actions.ask_to_close(subject=about, by=user_of(wang), at=NOON)
    assert actions.close_due(at=LATER) == 1
    child.refresh_from_db()
    wang.refresh_from_db()
    assert (child.name, wang.name) == ("已注销用户", "王芳")
    assert Entry.objects.get(verb="people.close").on_behalf_of == child


def test_a_guardian_who_does_not_hold_it_may_not(wang: Volunteer) -> None:
    about = queries.subject(user_of(wang), ward_id=ward_of(wang, is_holder=False).pk)
    with pytest.raises(NotAllowed):
        actions.ask_to_close(subject=about, by=user_of(wang), at=NOON)


def test_the_records_that_were_merged_end_with_it(wang: Volunteer) -> None:
    twin = make_volunteer("王芳", user=False)
    Volunteer.objects.filter(pk=twin.pk).update(closed_at=NOON, merged_into=wang)
    close(wang)
    twin.refresh_from_db()
    assert (twin.name, twin.id_cipher) == ("已注销用户", "")
