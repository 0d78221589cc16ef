"""Who did not come: raised by itself, confirmed by the leader, appealed to another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.hours import actions as hours
from voluncity.service.integrity import actions, queries
from voluncity.service.integrity.models import Absence
from voluncity.service.integrity.states import AbsenceState
from voluncity.service.integrity.tests.conftest import Cast
from voluncity.service.signups.actions import cancel_signup
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_hours import (
    ELEVEN,
    EVENING,
    NINE,
    make_past_shift,
    make_place,
    make_presence,
)
from voluncity.testing.make_integrity import make_absence
from voluncity.testing.make_people import make_volunteer, user_of

DAY = timedelta(days=1)
NEXT = ELEVEN + DAY + timedelta(hours=1)


def missed(cast: Cast, volunteer: Volunteer | None = None) -> Signup:
    """Return a place that stayed empty while somebody else was there."""
    shift = make_past_shift(cast.team)
    make_presence(shift)
    return make_place(shift, volunteer)


def state_of(one: Absence) -> str:
    return Absence.objects.values_list("state", flat=True).get(pk=one.pk)


def test_who_had_a_place_and_was_not_seen_is_raised_once(cast: Cast) -> None:
    signup = missed(cast)
    assert actions.raise_absences(at=ELEVEN + DAY - timedelta(minutes=1)) == 0
    assert (actions.raise_absences(at=NEXT), actions.raise_absences(at=NEXT)) == (1, 0)
    assert list(Absence.objects.values_list("signup", "kind", "state")) == [
        (signup.pk, "no_show", "raised")
    ]


def test_shift_without_any_check_in_says_nothing_about_anybody(cast: Cast) -> None:
    make_place(make_past_shift(cast.team))
    assert actions.raise_absences(at=NEXT) == 0


def test_hours_entered_later_excuse_by_themselves(cast: Cast) -> None:
    signup = missed(cast)
    actions.raise_absences(at=NEXT)
    hours.enter(
        signup_id=signup.pk, starts_at=NINE, ends_at=ELEVEN, reason="手机没电", by=cast.leader,
        at=NEXT,
    )  # fmt: skip
    actions.raise_absences(at=NEXT)
    one = Absence.objects.get()
    assert (one.state, one.reason, one.decided_by) == (
        "excused", "有服务时长记录，实际到场。", None,
    )  # fmt: skip


def test_place_given_back_in_the_last_hours_is_a_late_cancellation(cast: Cast) -> None:
    late, early = make_place(make_past_shift(cast.team)), make_place(make_past_shift(cast.team))
    for signup, before in ((late, 3), (early, 30)):
        cancel_signup(
            signup_id=signup.pk, reason="临时有事", by=cast.admin,
            at=NINE - timedelta(hours=before), is_desk=True,
        )  # fmt: skip
    actions.raise_absences(at=NEXT)
    assert list(Absence.objects.values_list("signup", "kind")) == [(late.pk, "late_cancel")]


def test_late_cancellation_has_an_author_a_reason_and_an_appeal(cast: Cast) -> None:
    signup = make_place(make_past_shift(cast.team))
    cancel_signup(
        signup_id=signup.pk, reason="临时有事", by=cast.admin, at=NINE - timedelta(hours=1),
        is_desk=True,
    )  # fmt: skip
    actions.raise_absences(at=NEXT)
    one = Absence.objects.get()
    assert (queries.cancelled_by(one), one.signup.cancel_reason) == (
        cast.admin.display_name, "临时有事",
    )  # fmt: skip
    actions.confirm_absence(absence_id=one.pk, reason="没有提前说", by=cast.leader, at=NEXT)
    actions.appeal_absence(
        absence_id=one.pk, text="孩子突然发烧", volunteer=signup.volunteer,
        by=user_of(signup.volunteer), at=NEXT,
    )  # fmt: skip
    assert state_of(one) == AbsenceState.APPEALED


def test_who_waited_again_after_an_early_cancellation_cancels_nothing_late(cast: Cast) -> None:
    signup = make_place(make_past_shift(cast.team))
    for state, before in ((SignupState.PLACED, 60), (SignupState.WAITING, 1)):
        Signup.objects.filter(pk=signup.pk).update(state=state, cancelled_at=None)
        cancel_signup(
            signup_id=signup.pk, reason="临时有事", by=cast.admin,
            at=NINE - timedelta(hours=before), is_desk=True,
        )  # fmt: skip
    assert actions.raise_absences(at=NEXT) == 0


def test_person_hears_of_it_only_once_it_is_confirmed_and_is_warned_at_the_third(
    cast: Cast,
) -> None:
    volunteer = make_volunteer("王芳")
    for _ in range(3):
        missed(cast, volunteer)
    actions.raise_absences(at=NEXT)
    catch_up(at=NEXT)
    assert Message.objects.filter(user=user_of(volunteer)).count() == 0
    for one in Absence.objects.order_by("pk"):
        actions.confirm_absence(absence_id=one.pk, reason="电话没接", by=cast.leader, at=NEXT)
        catch_up(at=NEXT)
    bodies = list(
        Message.objects.filter(user=user_of(volunteer))
        .order_by("pk")
        .values_list("body", flat=True)
    )
    assert ["已有 3 次缺席" in body for body in bodies] == [False, False, True]


def test_appeal_goes_to_another_person(cast: Cast) -> None:
    volunteer = make_volunteer()
    one = make_absence(missed(cast, volunteer), state=AbsenceState.CONFIRMED, by=cast.admin)
    actions.appeal_absence(
        absence_id=one.pk, text="我到场了", volunteer=volunteer, by=user_of(volunteer), at=EVENING
    )
    with pytest.raises(NotAllowed) as same:
        actions.answer_absence(
            absence_id=one.pk, is_lifted=False, answer="不认", by=cast.admin, at=EVENING
        )
    assert same.value.code == "integrity.same_person"
    actions.answer_absence(
        absence_id=one.pk, is_lifted=True, answer="有照片", by=cast.officer, at=EVENING
    )
    assert state_of(one) == "lifted"


def test_nobody_appeals_for_others_or_too_late_or_twice(cast: Cast) -> None:
    volunteer, stranger = make_volunteer(), make_volunteer()
    one = make_absence(missed(cast, volunteer), state=AbsenceState.CONFIRMED, by=cast.leader)

    def appeal(who: Volunteer, by: User, days: int = 0) -> None:
        actions.appeal_absence(
            absence_id=one.pk, text="我到场了", volunteer=who, by=by, at=EVENING + days * DAY
        )

    with pytest.raises(NotFound):
        appeal(stranger, user_of(stranger))
    with pytest.raises(Refusal, match="申诉期限到"):
        appeal(volunteer, user_of(volunteer), 30)
    appeal(volunteer, user_of(volunteer))
    with pytest.raises(WrongState):
        appeal(volunteer, user_of(volunteer))


def test_nobody_decides_on_their_own_absence(cast: Cast) -> None:
    one = make_absence(missed(cast, make_volunteer("李强", user=cast.leader)))
    with pytest.raises(NotAllowed, match="您本人"):
        actions.excuse_absence(absence_id=one.pk, reason="生病", by=cast.leader, at=EVENING)
    assert state_of(one) == "raised"
