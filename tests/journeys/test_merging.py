"""Two records become one, and come apart as they were, in every slice that keeps something."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from voluncity.city.access.models import Session
from voluncity.city.access.permissions import Role
from voluncity.city.claims import actions, queries
from voluncity.city.claims.models import Merge, NotDouble
from voluncity.city.inbox.models import Message
from voluncity.city.journal import actions as journal
from voluncity.city.ledger import queries as ledger
from voluncity.city.ledger.models import Account
from voluncity.city.orgs.models import JoinRequest, Membership, Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import Consent, User, Volunteer
from voluncity.honor.recognition import queries as honor
from voluncity.honor.recognition.models import StarAward, StarTier, Total
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.service.hours import actions as hours
from voluncity.service.hours import queries as hour_queries
from voluncity.service.signups import queries as signup_queries
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.training import queries as training
from voluncity.testing.make_claims import make_merge
from voluncity.testing.make_hours import (
    NINE,
    make_leader,
    make_org_admin,
    make_past_shift,
    make_posted,
    make_record,
)
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer, user_of
from voluncity.testing.make_projects import MORNING, make_shift, make_training
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
S = SignupState


def follow(at: datetime = NOON) -> None:
    journal.catch_up(at=at)


def posted(volunteer: Volunteer, days_ago: int = 0, **named: Any) -> Any:
    begins = NINE - days_ago * DAY
    shift = make_past_shift(starts_at=begins, ends_at=begins + timedelta(hours=2), **named)
    return make_posted(shift, volunteer)


def books_are_clean() -> bool:
    return [
        *ledger.book_faults(), *hour_queries.faults(), *honor.faults(), *queries.faults(),
        *signup_queries.faults(),
    ] == []  # fmt: skip


def minutes(volunteer: Volunteer) -> int:
    return people.minutes_of(volunteer.pk).total


def total(volunteer: Volunteer) -> int:
    found = Total.objects.filter(volunteer=volunteer, month="").values_list("minutes", flat=True)
    return found.first() or 0


def test_minutes_stars_and_totals_go_on_in_the_record_that_stays() -> None:
    StarTier.objects.create(valid_from=NINE.date(), stars=1, minutes=200)
    loser, winner = make_volunteer(), make_volunteer()
    posted(loser)
    posted(winner, 1)
    follow()
    assert (minutes(loser), minutes(winner), honor.stars_of(winner.pk)) == (120, 120, 0)
    make_merge(loser, winner)
    follow()
    assert (minutes(loser), minutes(winner), honor.stars_of(winner.pk)) == (0, 240, 1)
    assert (total(loser), total(winner)) == (0, 240)
    loser.refresh_from_db()
    assert (loser.merged_into, loser.user, loser.closed_at) == (winner, None, NOON)
    assert people.records_of(winner) == [winner.pk, loser.pk]
    assert books_are_clean()


def test_service_records_and_certificates_are_listed_with_the_record_that_stays() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    record = posted(loser)
    make_training(loser, organization=record.organization)
    make_merge(loser, winner)
    follow()
    assert list(hour_queries.records_of(winner.pk)) == [record]
    assert hour_queries.receipt(winner.pk, record.pk) == record
    assert [one.minutes.total for one in hour_queries.months_of(winner.pk)] == [120]
    course = loser.training_records.get().course_id
    assert training.has_passed(winner.pk, course, NOON.date())
    correction = hours.ask_correction(
        record_id=record.pk, volunteer=winner, text="少记了", by=user_of(winner), at=NOON
    )
    assert correction.record == record


def test_hours_of_a_merged_record_that_are_posted_later_go_on_too() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    record = make_record(make_past_shift(), loser)
    make_merge(loser, winner)
    leader = make_leader(record.organization)
    hours.confirm(record_ids=[record.pk], by=leader, at=NOON)
    assert (minutes(loser), minutes(winner)) == (120, 0)  # the reader has not looked yet
    follow()
    assert (minutes(loser), minutes(winner), total(winner)) == (0, 120, 120)
    assert Message.objects.filter(user=winner.user, title="服务时长已入账").exists()
    assert books_are_clean()


def test_hours_of_a_merged_record_can_be_reversed() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    record = posted(loser)
    posted(winner, 1)
    merge = make_merge(loser, winner)
    follow()
    admin = make_org_admin(record.organization)
    hours.reverse(record_id=record.pk, reason="没有到场", by=admin, at=NOON)
    follow()
    assert (minutes(loser), minutes(winner), total(winner)) == (0, 120, 120)
    assert books_are_clean()
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    follow()
    assert (minutes(loser), minutes(winner)) == (0, 120)
    assert books_are_clean()


def test_saboteur_who_reverses_without_bringing_the_minutes_back_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loser, winner = make_volunteer(), make_volunteer()
    record = posted(loser)
    make_merge(loser, winner)
    monkeypatch.setattr(actions, "bring_back", lambda **_: None)
    with pytest.raises(Refusal) as refused:
        hours.reverse(
            record_id=record.pk, reason="没有到场", by=make_org_admin(record.organization), at=NOON
        )
    assert refused.value.code == "ledger.too_little"


def test_nobody_confirms_their_own_hours_on_a_merged_record() -> None:
    loser, winner = make_volunteer(user=False), make_volunteer()
    record = make_record(make_past_shift(), loser)
    make_merge(loser, winner)
    leader = user_of(winner)
    give(leader, Role.TEAM_LEADER, record.organization)
    with pytest.raises(NotAllowed):
        hours.confirm(record_ids=[record.pk], by=leader, at=NOON)


def test_memberships_go_along_and_doubles_end() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    both, one = make_organization(), make_organization()
    make_member(winner, both)
    double, single = make_member(loser, both), make_member(loser, one)
    asked = JoinRequest.objects.create(
        organization=make_organization(), volunteer=loser, asked_at=NOON
    )
    merge = make_merge(loser, winner)
    live = Membership.objects.filter(volunteer=winner, left_at=None)
    assert set(live.values_list("organization_id", flat=True)) == {both.pk, one.pk}
    single.refresh_from_db()
    double.refresh_from_db()
    asked.refresh_from_db()
    assert (single.volunteer, double.left_at, asked.volunteer) == (winner, NOON, winner)
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    single.refresh_from_db()
    double.refresh_from_db()
    asked.refresh_from_db()
    assert (single.volunteer, asked.volunteer) == (loser, loser)
    assert (double.volunteer, double.left_at, double.left_reason) == (loser, None, "")


@pytest.mark.parametrize(
    ("theirs", "kept", "left"),
    [
        (S.PLACED, None, [S.PLACED]),
        (S.WAITING, None, [S.WAITING]),
        (S.PLACED, S.PLACED, [S.CANCELLED, S.PLACED]),
        (S.PLACED, S.WAITING, [S.CANCELLED, S.PLACED]),
        (S.WAITING, S.PLACED, [S.CANCELLED, S.PLACED]),
        (S.PLACED, S.CANCELLED, [S.CANCELLED, S.PLACED]),
        (S.WAITING, S.DROPPED, [S.CANCELLED, S.WAITING]),
        (S.OFFERED, None, [S.OFFERED]),
        (S.OFFERED, S.WAITING, [S.CANCELLED, S.OFFERED]),
        (S.OFFERED, S.PLACED, [S.CANCELLED, S.PLACED]),
        (S.PLACED, S.OFFERED, [S.CANCELLED, S.PLACED]),
    ],
)
def test_sign_ups_to_come_go_along_and_one_of_two_stays(
    theirs: str, kept: str | None, left: list[str]
) -> None:
    loser, winner, shift = make_volunteer(), make_volunteer(), make_shift(capacity=5)
    make_signup(shift=shift, volunteer=loser, state=theirs)
    if kept:
        make_signup(shift=shift, volunteer=winner, state=kept)
    before = _signups()
    merge = make_merge(loser, winner)
    rows = Signup.objects.filter(shift=shift).order_by("volunteer_id")
    assert [row.state for row in rows] == left
    assert rows.last().volunteer == winner  # type: ignore[union-attr]
    assert signup_queries.faults() == []
    assert actions.undo(merge_id=merge.pk, by=make_user(), at=NOON) == []
    assert _signups() == before
    assert signup_queries.faults() == []


def test_a_place_that_somebody_else_got_meanwhile_is_not_taken_back() -> None:
    loser, winner, shift = make_volunteer(), make_volunteer(), make_shift(capacity=2)
    for volunteer in (loser, winner):
        make_signup(shift=shift, volunteer=volunteer)
    merge = make_merge(loser, winner)
    make_signup(shift=shift)
    left = actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    assert len(left) == 1
    assert "名额已由他人补上" in left[0]
    assert signup_queries.faults() == []


def test_two_places_at_one_time_become_one() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    here, there = make_shift(), make_shift(starts_at=MORNING + timedelta(hours=1))
    make_signup(shift=here, volunteer=winner)
    given_up = make_signup(shift=there, volunteer=loser)
    make_merge(loser, winner)
    given_up.refresh_from_db()
    assert (given_up.volunteer, given_up.state) == (loser, S.CANCELLED)


@pytest.mark.parametrize("keeps_loser", [True, False])
def test_one_of_two_accounts_stays_and_both_come_back(*, keeps_loser: bool) -> None:
    loser, winner = make_volunteer(), make_volunteer()
    accounts = (loser.user, winner.user, winner.phone_index)
    stays, goes = (loser.user, winner.user) if keeps_loser else (winner.user, loser.user)
    assert goes
    Session.objects.create(session_key="k" * 32, user=goes, expire_date=NOON, session_data="")
    merge = actions.merge(
        loser_id=loser.pk, winner_id=winner.pk, reason="called", by=make_user(), at=NOON,
        keeps_loser_account=keeps_loser,
    )  # fmt: skip
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert (loser.user, winner.user) == (None, stays)
    assert winner.phone_index == (stays and stays.phone_index)
    assert not Session.objects.filter(user=goes).exists()
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert (loser.user, winner.user, winner.phone_index) == accounts


def test_an_account_goes_along_where_the_other_record_has_none() -> None:
    loser, winner = make_volunteer(), make_volunteer(user=False)
    account = loser.user
    merge = make_merge(loser, winner)
    winner.refresh_from_db()
    assert winner.user == account
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert (loser.user, winner.user) == (account, None)


def test_an_account_that_registered_anew_keeps_its_new_record() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    account = user_of(loser)
    merge = make_merge(loser, winner)
    newer = make_volunteer(user=account)
    left = actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    loser.refresh_from_db()
    newer.refresh_from_db()
    assert (loser.user, newer.user, loser.merged_into) == (None, account, None)
    assert left == ["原来的登录账号已经用于别的登记，请为本人重新绑定手机号。"]


def test_merges_follow_each_other_and_come_apart_in_the_other_order() -> None:
    first, second, third = make_volunteer(), make_volunteer(), make_volunteer()
    record = posted(first)
    posted(second, 1)
    posted(third, 2)
    lower = make_merge(first, second)
    upper = make_merge(second, third)
    follow()
    assert people.records_of(third) == [third.pk, second.pk, first.pk]
    assert [minutes(one) for one in (first, second, third)] == [0, 0, 360]
    hours.reverse(
        record_id=record.pk, reason="没有到场", by=make_org_admin(record.organization), at=NOON
    )
    follow()
    assert [minutes(one) for one in (first, second, third)] == [0, 0, 240]
    assert books_are_clean()
    with pytest.raises(Refusal) as refused:
        actions.undo(merge_id=lower.pk, by=make_user(), at=NOON)
    assert refused.value.code == "claims.merged_further"
    actions.undo(merge_id=upper.pk, by=make_user(), at=NOON)
    follow()
    assert [minutes(one) for one in (first, second, third)] == [0, 120, 120]
    actions.undo(merge_id=lower.pk, by=make_user(), at=NOON)
    follow()
    assert [total(one) for one in (first, second, third)] == [0, 120, 120]
    assert books_are_clean()


def test_no_cycle_and_no_record_twice() -> None:
    first, second, third = make_volunteer(), make_volunteer(), make_volunteer()
    make_merge(first, second)
    for loser, winner in ((second, first), (first, third), (third, first)):
        with pytest.raises(WrongState):
            make_merge(loser, winner)
    with pytest.raises(BadInput):
        make_merge(third, third)
    assert Merge.objects.count() == 1


def test_after_thirty_days_a_merge_stays() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    merge = make_merge(loser, winner)
    with pytest.raises(Refusal) as refused:
        actions.undo(merge_id=merge.pk, by=make_user(), at=NOON + 30 * DAY)
    assert refused.value.code == "claims.undo_too_late"
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON + 30 * DAY - timedelta(seconds=1))
    with pytest.raises(WrongState):
        actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)


def test_nobody_merges_or_parts_their_own_records() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    owners = (user_of(loser), user_of(winner))
    for by in owners:
        with pytest.raises(NotAllowed):
            make_merge(loser, winner, by=by)
    merge = make_merge(loser, winner)
    for by in owners:
        with pytest.raises(NotAllowed):
            actions.undo(merge_id=merge.pk, by=by, at=NOON)


def test_a_merge_needs_a_reason_from_the_list() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    for reason in ("", "because", "papers "):
        with pytest.raises(BadInput):
            actions.merge(
                loser_id=loser.pk, winner_id=winner.pk, reason=reason, by=make_user(), at=NOON
            )


def test_the_books_find_a_merge_that_is_not_so() -> None:
    loser, winner, third = make_volunteer(), make_volunteer(), make_volunteer()
    posted(loser)
    merge = make_merge(loser, winner)
    Volunteer.objects.filter(pk=loser.pk).update(merged_into=third)
    assert queries.faults() == [
        f"claims: volunteer {loser.pk} is merged, but no merge says so",
        f"claims: merge {merge.pk} holds, but its record is not merged so",
    ]
    Volunteer.objects.filter(pk=loser.pk).update(merged_into=None)
    Merge.objects.filter(pk=merge.pk).update(undone_at=NOON, undone_by=make_user())
    assert queries.faults() == [f"claims: merge {merge.pk} was undone and still keeps 120"]


def _signups() -> list[Any]:
    fields = ("shift_id", "volunteer_id", "state", "cancelled_at", "cancel_reason", "shift__taken")
    return list(Signup.objects.order_by("pk").values_list(*fields))


def _state() -> dict[str, Any]:
    """Return everything that a merge may touch, as far as it says anything."""
    people_rows = Volunteer.objects.order_by("pk")
    members = Membership.objects.order_by("pk")
    stars = StarAward.objects.filter(withdrawn_at=None).order_by("volunteer_id", "stars")
    return {
        "people": list(
            people_rows.values_list("pk", "user_id", "merged_into_id", "closed_at", "phone_index")
        ),
        "phones": [people.phone_of(one) for one in people_rows],
        "consents": list(Consent.objects.order_by("pk").values_list("volunteer_id", "purpose")),
        "members": list(members.values_list("organization_id", "volunteer_id", "left_at")),
        "asked": list(JoinRequest.objects.order_by("pk").values_list("volunteer_id", "state")),
        "signups": _signups(),
        "held": dict(Account.objects.filter(balance__gt=0).values_list("key", "balance")),
        "totals": {
            (pk, month): (proven, entered)
            for pk, month, proven, entered in Total.objects.exclude(minutes=0).values_list(
                "volunteer_id", "month", "proven_minutes", "entered_minutes"
            )
        },
        "stars": list(stars.values_list("volunteer_id", "stars")),
    }


def _history(lot: random.Random) -> tuple[Volunteer, Volunteer]:
    """Invent what happened to two records so far."""
    StarTier.objects.create(valid_from=NINE.date() - 60 * DAY, stars=1, minutes=200)
    pair = [make_volunteer(user=lot.random() < 0.7) for _ in range(2)]
    organizations = [make_organization() for _ in range(3)]
    for volunteer in pair:
        for organization in lot.sample(organizations, lot.randint(0, 2)):
            make_member(volunteer, organization)
        _serve(lot, volunteer, organizations[0])
    for number in range(3):
        shift = make_shift(starts_at=MORNING + lot.choice([0, 0, 1, number]) * DAY, capacity=4)
        for volunteer in pair:
            if lot.random() < 0.6:
                make_signup(shift=shift, volunteer=volunteer, state=lot.choice(list(S)))
    follow()
    return pair[0], pair[1]


def _serve(lot: random.Random, volunteer: Volunteer, organization: Organization) -> None:
    for day in lot.sample(range(40), lot.randint(0, 2)):
        record = posted(volunteer, day, organization=organization)
        if lot.random() < 0.3:
            admin = make_org_admin(organization)
            hours.reverse(record_id=record.pk, reason="没有到场", by=admin, at=NOON)


@pytest.mark.parametrize("seed", range(6))
def test_undoing_a_merge_restores_any_history(seed: int) -> None:
    lot = random.Random(seed)  # noqa: S311 -- the same history for the same seed
    loser, winner = _history(lot)
    before = _state()
    merge = make_merge(loser, winner)
    follow()
    assert books_are_clean()
    assert actions.undo(merge_id=merge.pk, by=make_user(), at=NOON) == []
    follow()
    assert _state() == before
    assert books_are_clean()


def test_hours_earned_in_between_stay_with_the_record_that_stayed() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    posted(loser)
    posted(winner, 1)
    merge = make_merge(loser, winner)
    follow()
    posted(winner, 2)
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    follow()
    assert (minutes(loser), minutes(winner)) == (120, 240)
    assert (total(loser), total(winner)) == (120, 240)
    assert books_are_clean()


def test_totals_are_right_however_far_the_reader_was() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    posted(loser)
    merge = make_merge(loser, winner)  # nothing was read so far
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    posted(loser, 1)
    again = make_merge(loser, winner)
    follow()
    assert (total(loser), total(winner)) == (0, 240)
    actions.undo(merge_id=again.pk, by=make_user(), at=NOON)
    follow()
    assert (total(loser), total(winner)) == (240, 0)
    assert books_are_clean()


def test_equal_names_phones_and_near_numbers_are_suspects(reach: User) -> None:
    first = make_volunteer(id_number="140106199005010025", phone="13900000001")
    second = make_volunteer(id_number="140106199005010026", phone="13900000001", user=False)
    make_volunteer(born_on=first.born_on + DAY)
    assert queries.suspects(reach).count() == 0  # nobody has looked yet
    assert actions.find_suspects(at=NOON) == 1
    [found] = queries.suspects(reach)
    assert (found.first, found.second) == (first, second)
    assert found.reasons == ("姓名和出生日期相同", "姓名和手机号相同", "证件号码几乎相同")
    actions.say_not_double(first_id=second.pk, second_id=first.pk, by=make_user(), at=NOON)
    actions.say_not_double(first_id=first.pk, second_id=second.pk, by=make_user(), at=NOON)
    assert list(queries.suspects(reach)) == []
    assert actions.find_suspects(at=NOON) == 1
    assert list(queries.suspects(reach)) == []
    assert NotDouble.objects.count() == 1


@pytest.fixture
def reach() -> User:
    office = make_user("周正")
    city = make_region().parent
    while city is not None and city.level != "CITY":
        city = city.parent
    assert city is not None
    give(office, Role.CITY_OFFICE, city)
    return office
