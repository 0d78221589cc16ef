"""One claimant, contact only while it lasts, minutes exactly once with the confirmation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.care.wishes import actions, queries
from voluncity.care.wishes.models import Claim, Look, Wish
from voluncity.care.wishes.states import ClaimState, WishState
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.ledger.models import Transfer
from voluncity.city.ledger.queries import book_faults
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.queries import Minutes
from voluncity.city.people.states import IdentityState
from voluncity.honor.recognition import queries as recognition
from voluncity.honor.recognition.models import Total
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, TooMany, WrongState
from voluncity.service.hours import actions as hours
from voluncity.service.hours import queries as hour_queries
from voluncity.service.hours.states import Right
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_guardian,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_wishes import (
    CONTACT,
    make_completed_wish,
    make_decision,
    make_desk_wish,
    make_done_wish,
    make_open_wish,
    make_wish_claim,
)
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
S = WishState
UPDATE = 'UPDATE "wishes_wish"'


def wisher_of(wish: Wish) -> User:
    assert wish.user is not None
    return wish.user


def fresh(wish: Wish) -> Wish:
    found: Wish = Wish.objects.select_related("user", "transfer").get(pk=wish.pk)
    return found


def test_second_volunteer_cannot_claim_a_claimed_wish(volunteer: Volunteer) -> None:
    wish = make_open_wish()
    make_wish_claim(wish, volunteer)
    with pytest.raises(WrongState, match="刚刚被别人认领了"):
        make_wish_claim(wish, make_volunteer("李强"))
    assert fresh(wish).claimed_by == volunteer.user


def test_who_reads_before_and_writes_after_a_rival_is_too_slow(volunteer: Volunteer) -> None:
    wish, rival = make_open_wish(), make_volunteer("李强")
    with (
        pytest.raises(WrongState, match="刚刚被别人认领了"),
        rival_before(UPDATE, lambda: make_wish_claim(wish, rival)),
    ):
        make_wish_claim(wish, volunteer)
    assert wish.claims.count() == 0  # the rival's went with the transaction


def test_saboteur_who_claims_without_looking_meets_the_constraint(volunteer: Volunteer) -> None:
    wish = make_open_wish()
    claim = make_wish_claim(wish, volunteer)
    other = make_volunteer("李强")
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            wish=wish, volunteer=other, user=user_of(other), slot=1, claimed_at=NOON,
            promised_on=claim.promised_on,
        )  # fmt: skip


@pytest.mark.parametrize("state", [IdentityState.UNVERIFIED, IdentityState.PENDING])
def test_only_who_is_verified_claims(volunteer: Volunteer, state: str) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(identity_state=state)
    volunteer.refresh_from_db()
    with pytest.raises(NotAllowed, match="先完成实名认证"):
        make_wish_claim(make_open_wish(), volunteer)


def test_a_minor_claims_with_a_guardian_only() -> None:
    teen = make_volunteer("小刚", born_on=date(2010, 3, 5))
    with pytest.raises(NotAllowed, match="监护人同意"):
        make_wish_claim(make_open_wish(), teen)
    make_guardian(teen)
    assert make_wish_claim(make_open_wish(), teen).state == ClaimState.LIVE


def test_neither_wisher_nor_family_nor_reviewer_nor_poster_claims() -> None:
    wang = make_volunteer("王芳")
    teen = make_volunteer("王小刚", born_on=date(2010, 3, 5))
    make_guardian(teen, user=user_of(wang))
    officer = make_volunteer("干部甲")
    own = make_open_wish(user_of(wang), by=user_of(officer))
    for who, sentence in ((wang, "自己提交"), (teen, "家里人"), (officer, "是您审核的")):
        with pytest.raises(NotAllowed, match=sentence):
            make_wish_claim(own, who)
    written = make_desk_wish(user_of(officer))
    actions.approve_wish(
        wish=written, decision=make_decision(written), by=make_user("文明办"), at=NOON
    )
    with pytest.raises(NotAllowed, match="自己提交"):
        make_wish_claim(written, officer)


def test_who_is_suspended_does_not_claim(volunteer: Volunteer) -> None:
    hours.suspend(
        right=Right.ENTER, until=TODAY + timedelta(days=30), reason="虚记", by=None, at=NOON,
        user=volunteer.user,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="暂停期间"):
        make_wish_claim(make_open_wish(), volunteer)


def test_who_may_not_confirm_hours_of_others_still_claims(volunteer: Volunteer) -> None:
    hours.suspend(
        right=Right.CONFIRM, until=TODAY + timedelta(days=30), reason="没有核实", by=None, at=NOON,
        user=volunteer.user,
    )  # fmt: skip
    assert make_wish_claim(make_open_wish(), volunteer).state == ClaimState.LIVE


def test_at_most_three_at_once(volunteer: Volunteer) -> None:
    claims = [make_wish_claim(make_open_wish(), volunteer) for _ in range(3)]
    wish = make_open_wish()
    with pytest.raises(TooMany, match="已经认领了 3 个"):
        make_wish_claim(wish, volunteer)
    assert fresh(wish).state == S.OPEN
    actions.release_claim(
        wish=fresh(claims[0].wish), words="临时出差", by=user_of(volunteer), at=NOON
    )
    assert make_wish_claim(wish, volunteer).slot == 1


@pytest.mark.parametrize("days", [-1, 11, 400])
def test_a_promise_lies_between_today_and_the_day_that_is_wished(
    volunteer: Volunteer, days: int
) -> None:
    with pytest.raises(BadInput, match="请选择今天到"):
        make_wish_claim(make_open_wish(), volunteer, until=TODAY + timedelta(days=days))


# -- Contact -------------------------------------------------------------------------------------


def test_contact_is_open_to_the_claimant_while_it_lasts_and_each_look_is_kept(
    volunteer: Volunteer,
) -> None:
    wisher = user_of(make_volunteer("李桂香"))
    wish, me = make_open_wish(wisher), user_of(volunteer)
    with pytest.raises(NotAllowed, match="认领期间"):
        actions.see_contact(wish=fresh(wish), by=me, at=NOON)
    make_wish_claim(wish, volunteer)
    assert actions.see_contact(wish=fresh(wish), by=me, at=NOON) == CONTACT
    with pytest.raises(NotAllowed):
        actions.see_contact(wish=fresh(wish), by=make_user("路人"), at=NOON)
    assert actions.see_claimant(wish=fresh(wish), by=wisher, at=NOON).name == "赵志强"
    actions.release_claim(wish=fresh(wish), words="去不了", by=me, at=NOON)
    with pytest.raises(NotAllowed, match="认领期间"):
        actions.see_contact(wish=fresh(wish), by=me, at=NOON)
    assert [(one.by, one.of_claimant) for one in Look.objects.all()] == [
        (wisher, True), (me, False),
    ]  # fmt: skip
    seen = Entry.objects.filter(verb="wishes.see_contact").get()
    assert (seen.subject_type, seen.subject_id) == ("volunteer", wisher.volunteer.pk)
    assert CONTACT.phone not in str(seen.data)


# -- Did it come true? ---------------------------------------------------------------------------


def test_the_wisher_confirms_and_minutes_are_entered_once(volunteer: Volunteer) -> None:
    wish = make_completed_wish(volunteer)
    assert people.minutes_of(volunteer.pk) == Minutes(proven=0, entered=90)
    with pytest.raises(WrongState):
        actions.complete_wish(wish=fresh(wish), by=wisher_of(wish), at=NOON)
    moved = Transfer.objects.get(source=wish.source)
    assert (moved.amount, moved.key, moved.debit.key) == (
        90, f"wish:{wish.pk}", "minutes:issued:wish",
    )  # fmt: skip
    catch_up(at=NOON)
    total = Total.objects.get(volunteer=volunteer, month="")
    assert (total.proven_minutes, total.entered_minutes) == (0, 90)
    assert _faults() == []


def _faults() -> list[str]:
    return [
        *queries.faults(), *book_faults(), *hour_queries.faults(), *recognition.faults(),
    ]  # fmt: skip


def test_the_claimant_never_confirms(volunteer: Volunteer) -> None:
    wish = make_done_wish(volunteer)
    for act in (actions.complete_wish, actions.deny_wish):
        with pytest.raises(NotAllowed, match="自己认领的心愿"):
            act(wish=fresh(wish), by=user_of(volunteer), at=NOON, words="很好")
    with pytest.raises(IntegrityError), transaction.atomic():
        Wish.objects.filter(pk=wish.pk).update(confirmed_by=volunteer.user)


def test_the_office_confirms_with_a_reason(volunteer: Volunteer, desk: User) -> None:
    wish = make_done_wish(volunteer)
    with pytest.raises(BadInput, match="代为确认的原因"):
        actions.complete_wish(wish=fresh(wish), by=desk, at=NOON)
    actions.complete_wish(wish=fresh(wish), by=desk, at=NOON, words="老人不会用手机，电话核实")
    assert fresh(wish).confirmed_by == desk


def test_not_yet_goes_back_to_the_claimant(volunteer: Volunteer) -> None:
    wish = make_done_wish(volunteer)
    with pytest.raises(BadInput, match="还差什么"):
        actions.deny_wish(wish=fresh(wish), words=" ", by=wisher_of(wish), at=NOON)
    actions.deny_wish(wish=fresh(wish), words="只来了一次", by=wisher_of(wish), at=NOON)
    assert fresh(wish).state == S.CLAIMED
    with pytest.raises(WrongState):
        actions.complete_wish(wish=fresh(wish), by=wisher_of(wish), at=NOON)


def test_who_was_ready_in_time_gets_days_for_what_is_missing(volunteer: Volunteer) -> None:
    wish = make_done_wish(volunteer)
    late = NOON + timedelta(days=11)  # four days after the promise
    actions.deny_wish(wish=fresh(wish), words="只来了一次", by=wisher_of(wish), at=late)
    actions.keep_terms(at=late)
    claim = wish.claims.get()
    assert (claim.state, claim.promised_on) == (ClaimState.LIVE, TODAY + timedelta(days=14))
    actions.keep_terms(at=late + timedelta(days=7))
    assert wish.claims.get().state == ClaimState.LAPSED


def test_thanks_are_public_only_when_both_agree(volunteer: Volunteer) -> None:
    wish = make_completed_wish(volunteer)
    with pytest.raises(BadInput, match="不要在这里写电话"):
        actions.thank(wish=wish, words="打13800001234", is_public=True, by=wisher_of(wish), at=NOON)
    actions.thank(wish=wish, words="谢谢小赵陪我", is_public=True, by=wisher_of(wish), at=NOON)
    assert queries.thanked_in_public([wish]) == {}
    wish.claims.update(is_named=True)
    assert queries.thanked_in_public([wish]) == {wish.pk: "赵志强"}
    actions.hide_thanks(wish=wish, by=make_user("文明办"), at=NOON)
    assert queries.thanked_in_public([fresh(wish)]) == {}
    with pytest.raises(WrongState, match="已经道过谢"):
        actions.thank(wish=wish, words="再谢谢", is_public=True, by=wisher_of(wish), at=NOON)


# -- Taken back ----------------------------------------------------------------------------------


def test_a_false_confirmation_is_taken_back_by_two_people(volunteer: Volunteer) -> None:
    wish, one, other = make_completed_wish(volunteer), make_user("甲"), make_user("乙")
    actions.ask_reversal(wish=wish, words="电话核实没有去过", by=one, at=NOON)
    with pytest.raises(WrongState, match="已经有人提出"):
        actions.ask_reversal(wish=wish, words="同上", by=other, at=NOON)
    with pytest.raises(NotAllowed, match="另一位"):
        actions.decide_reversal(wish=fresh(wish), is_granted=True, by=one, at=NOON)
    with pytest.raises(NotAllowed, match="与您本人有关"):
        actions.decide_reversal(wish=fresh(wish), is_granted=True, by=user_of(volunteer), at=NOON)
    actions.decide_reversal(wish=fresh(wish), is_granted=True, by=other, at=NOON)
    assert (fresh(wish).state, people.minutes_of(volunteer.pk)) == (S.REVOKED, Minutes(0, 0))
    catch_up(at=NOON)
    assert Total.objects.get(volunteer=volunteer, month="").entered_minutes == 0
    assert _faults() == []


def test_a_declined_reversal_leaves_the_minutes(volunteer: Volunteer) -> None:
    wish = make_completed_wish(volunteer)
    actions.ask_reversal(wish=wish, words="有人举报", by=make_user("甲"), at=NOON)
    actions.decide_reversal(wish=fresh(wish), is_granted=False, by=make_user("乙"), at=NOON)
    assert people.minutes_of(volunteer.pk).entered == 90
    with pytest.raises(WrongState, match="没有等待决定"):
        actions.decide_reversal(wish=fresh(wish), is_granted=True, by=make_user("丙"), at=NOON)


# -- Complaints ----------------------------------------------------------------------------------


def test_a_complaint_is_answered_and_the_wish_taken_down(volunteer: Volunteer, desk: User) -> None:
    wish = make_open_wish()
    make_wish_claim(wish, volunteer)
    stranger = make_user("路人")
    for reason, words in (("nothing", ""), ("other", " ")):
        with pytest.raises(BadInput):
            actions.complain(wish=fresh(wish), reason=reason, words=words, by=stranger, at=NOON)
    actions.complain(wish=fresh(wish), reason="money", words="", by=stranger, at=NOON)
    with pytest.raises(WrongState, match="已经反映过"):
        actions.complain(wish=fresh(wish), reason="false", words="", by=stranger, at=NOON)
    actions.remove_wish(wish=fresh(wish), words="核实是推销", by=desk, at=NOON)
    assert actions.settle_complaints(wish=fresh(wish), words="已下架", by=desk, at=NOON) == 1
    with pytest.raises(WrongState, match="没有等待处理"):
        actions.settle_complaints(wish=fresh(wish), words="已下架", by=desk, at=NOON)
    assert (fresh(wish).state, wish.claims.get().state) == (S.REMOVED, ClaimState.STOPPED)


def test_who_complained_hears_the_answer(desk: User) -> None:
    wish, stranger = make_open_wish(), make_user("路人")
    actions.complain(wish=fresh(wish), reason="money", words="", by=stranger, at=NOON)
    actions.settle_complaints(wish=fresh(wish), words="核实过，不是推销", by=desk, at=NOON)
    catch_up(at=NOON)
    told = Message.objects.get(user=stranger)
    assert (told.title, "答复：核实过，不是推销" in told.body) == ("您反映的心愿已处理", True)


def test_every_refusal_leaves_nothing_half_done(volunteer: Volunteer) -> None:
    wish = make_done_wish(volunteer)
    stale = fresh(wish)
    actions.deny_wish(wish=fresh(wish), words="还没好", by=wisher_of(wish), at=NOON)
    before: list[Any] = [Transfer.objects.count(), Entry.objects.count()]
    with pytest.raises(Refusal):
        actions.complete_wish(wish=stale, by=wisher_of(wish), at=NOON)
    assert [Transfer.objects.count(), Entry.objects.count()] == before
    assert people.minutes_of(volunteer.pk).entered == 0
