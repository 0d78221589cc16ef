"""Who comes into question by rule, and what the office makes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from voluncity.city.access.scopes import Scope
from voluncity.city.journal.actions import catch_up, record
from voluncity.city.journal.models import Entry
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Unit
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.certification import actions, queries
from voluncity.honor.certification.actions import BatchPlan, Nomination
from voluncity.honor.certification.models import Candidate
from voluncity.honor.certification.states import BatchState, CandidateState, HonorKind
from voluncity.honor.recognition.models import Total
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_certification import (
    UNTIL,
    make_batch,
    make_certified,
    make_hours,
    make_ladder,
    make_veteran,
    standing,
)
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_orgs import make_member, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_child,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# -- Counting ----------------------------------------------------------------------------------


def test_the_rule_proposes_the_highest_grade_and_names_who_missed_it_narrowly(
    city: Region, office: User
) -> None:
    make_ladder()
    make_veteran("王芳", 960)
    make_veteran("李强", 250)
    make_veteran("赵敏", 55)  # nine tenths of an hour and more
    make_veteran("孙丽", 53)
    make_veteran("周勇", 960, verified=False)
    batch = make_batch(city, by=office)
    assert standing(batch) == {
        "王芳": (5, "waiting"), "李强": (3, "waiting"), "赵敏": (1, "short"),
    }  # fmt: skip
    assert (batch.state, batch.looked_at) == (BatchState.OPEN, 5)
    short = batch.candidates.get(volunteer__name="赵敏")
    assert queries.lacks(short) == "累计时长 55 分钟（要求 1 小时）"


def test_hours_after_the_day_do_not_count(city: Region, office: User) -> None:
    make_ladder()
    volunteer = make_veteran("王芳", 120)
    make_hours(volunteer, 600, month="2026-11")
    assert standing(make_batch(city, by=office)) == {"王芳": (2, "waiting")}


def test_hours_within_the_month_count_up_to_the_day(city: Region, office: User) -> None:
    make_ladder()
    volunteer = make_veteran("王芳", 120)
    make_posted(make_past_shift(), volunteer)  # two hours on 16 November
    catch_up(at=NOON)
    before = make_batch(city, by=office, until=date(2026, 11, 15))
    assert standing(before) == {"王芳": (2, "waiting")}
    actions.cancel_batch(batch_id=before.pk, by=office, at=NOON)
    assert standing(make_batch(city, by=office, until=date(2026, 11, 16))) == {
        "王芳": (3, "waiting")
    }


def _credit_a_wish(volunteer: Volunteer, minutes: int) -> None:
    """Book the minutes of a wish that came true on 20 November, as wishes do."""
    whose = f"volunteer:{volunteer.pk}"
    issued = ledger.open_account(
        key="minutes:issued:wish", unit=Unit.MINUTES, holder="city", keeps_balance=False
    )
    held = ledger.open_account(key=f"minutes:{whose}:entered", unit=Unit.MINUTES, holder=whose)
    ledger.transfer(
        debit=issued, credit=held, amount=minutes, key="wish:1", source="wish:1", reason="微心愿",
        at=NOON, by=None,
    )  # fmt: skip
    record(
        "wishes.credit", volunteer, by=None, at=NOON, volunteer=volunteer.pk, minutes=minutes,
        trust="entered", served_on="2026-11-20",
    )  # fmt: skip


def test_minutes_of_a_wish_within_the_month_count_up_to_the_day(city: Region, office: User) -> None:
    make_ladder()
    volunteer = make_veteran("王芳", 120)
    make_hours(volunteer, 360, month="2026-11")
    _credit_a_wish(volunteer, 360)
    batch = make_batch(city, by=office, until=date(2026, 11, 19))
    assert batch.candidates.get().minutes == 120
    actions.cancel_batch(batch_id=batch.pk, by=office, at=NOON)
    assert make_batch(city, by=office, until=date(2026, 11, 20)).candidates.get().minutes == 480


def test_each_number_that_is_asked_must_be_reached(city: Region, office: User) -> None:
    make_ladder(grades={"proven_percent": 50, "months": 12, "year_minutes": 60})
    make_veteran("王芳", 240)
    entered = make_volunteer("李强", registered_at=NOON - timedelta(days=900))
    make_hours(entered, 240, proven=119)
    make_hours(make_volunteer("赵敏", registered_at=NOON - timedelta(days=200)), 240)
    earlier = make_volunteer("孙丽", registered_at=NOON - timedelta(days=900))
    make_hours(earlier, 240, month="2024-05")
    batch = make_batch(city, by=office)
    # Nearly half proven is near enough to be shown; the others lack more than a tenth.
    assert standing(batch) == {"王芳": (3, "waiting"), "李强": (1, "short")}
    assert queries.lacks(batch.candidates.get(volunteer__name="李强")) == (
        "信用时长占比 49 %（要求 50 %）"
    )


def test_a_county_certifies_only_what_is_left_to_counties(city: Region, office: User) -> None:
    make_ladder()
    county = make_county()
    here = make_region("金刚里社区", parent=county)
    make_veteran("王芳", 960, region=here)
    make_veteran("李强", 960)  # elsewhere
    batch = make_batch(county, by=office)
    assert standing(batch) == {"王芳": (3, "waiting")}
    make_ladder(HonorKind.MEDALS)
    with pytest.raises(BadInput, match="只由市级认定"):
        make_batch(county, by=office, kind=HonorKind.MEDALS)


def test_who_holds_as_much_is_no_candidate(city: Region, office: User) -> None:
    make_ladder()
    volunteer = make_veteran("王芳", 240)
    make_certified(make_batch(city, by=office), by=office)
    again = make_batch(city, by=office, at=NOON + 40 * DAY)
    assert standing(again) == {}
    actions.cancel_batch(batch_id=again.pk, by=office, at=NOON)
    make_hours(volunteer, 300)
    assert standing(make_batch(city, by=office, at=NOON + 41 * DAY)) == {"王芳": (4, "waiting")}


def test_thirty_people_ask_no_more_questions_than_one(city: Region, office: User) -> None:
    make_ladder(clean_months=12, absences_most=1, grades={"months": 1, "trainings": 0})
    counts = []
    make_veteran("王芳", 240)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            batch = make_batch(city, by=office)
        counts.append(len(asked))
        actions.cancel_batch(batch_id=batch.pk, by=office, at=NOON)
        for number in range(29):
            make_veteran(f"王{'一二三四五六七八九十'[number % 10]}", 100 + number * 40)
    assert counts[0] == counts[1]


def test_a_recount_keeps_decisions_and_opens_what_no_longer_holds(
    city: Region, office: User
) -> None:
    make_ladder()
    make_veteran("王芳", 240)
    falling = make_veteran("李强", 240)
    make_veteran("赵敏", 240)
    batch = make_batch(city, by=office)
    ids = dict(batch.candidates.values_list("volunteer__name", "pk"))
    decide: dict[str, Any] = {"batch_id": batch.pk, "by": office, "at": NOON}
    actions.decide(candidate_ids=[ids["王芳"], ids["李强"]], verb="accept", reason="", **decide)
    actions.decide(candidate_ids=[ids["赵敏"]], verb="reject", reason="材料不实。", **decide)
    Total.objects.filter(volunteer=falling).update(minutes=130, proven_minutes=130)
    make_veteran("孙丽", 480)
    actions.recount(batch_id=batch.pk, by=office, at=NOON)
    actions.count_batch(batch_id=batch.pk, clock=lambda: NOON)
    assert standing(batch) == {
        "王芳": (3, "accepted"), "李强": (2, "waiting"), "赵敏": (3, "rejected"),
        "孙丽": (4, "waiting"),
    }  # fmt: skip


def test_who_lost_hours_since_is_not_accepted_with_the_others(city: Region, office: User) -> None:
    make_ladder()
    falling = make_veteran("李强", 240)
    batch = make_batch(city, by=office)
    said: dict[str, Any] = {"batch_id": batch.pk, "by": office, "at": NOON}
    actions.accept_all(grade=None, **said)
    Total.objects.filter(volunteer=falling).update(minutes=30, proven_minutes=30)
    actions.recount(**said)
    actions.count_batch(batch_id=batch.pk, clock=lambda: NOON)
    assert standing(batch) == {"李强": (3, "waiting")}
    with pytest.raises(WrongState, match="没有可以批量同意的人"):
        actions.accept_all(grade=None, **said)
    with pytest.raises(BadInput, match="请填写审核意见"):
        actions.decide(candidate_ids=[batch.candidates.get().pk], verb="accept", reason="", **said)


def test_a_killed_count_is_taken_up_again_once(city: Region, office: User) -> None:
    make_ladder()
    make_veteran("王芳", 240)
    plan = BatchPlan("第一批", HonorKind.STARS, city.pk, UNTIL)
    batch = actions.start_batch(plan=plan, by=office, at=NOON)
    later = NOON + timedelta(hours=1)
    assert queries.silent_batches(before=later) == [batch.pk]
    assert actions.claim_batch(batch_id=batch.pk, before=later, at=later)
    assert not actions.claim_batch(batch_id=batch.pk, before=later, at=later)
    for _ in range(2):
        actions.count_batch(batch_id=batch.pk, clock=lambda: later)
    assert standing(batch) == {"王芳": (3, "waiting")}
    assert Entry.objects.filter(verb="certification.count").count() == 1


def test_two_batches_of_a_kind_do_not_run_in_one_region(city: Region, office: User) -> None:
    make_ladder()
    make_batch(city, by=office)
    with pytest.raises(Refusal, match="没有办完的同类批次"):
        make_batch(city, by=office)


@pytest.mark.parametrize(
    ("until", "kind", "words"),
    [(date(2026, 11, 25), "stars", "今天或以前"), (date(2009, 1, 1), "stars", "2010 年以后"),
     (UNTIL, "medals", "还没有这一类的认定标准"), (UNTIL, "gold", "还没有这一类的认定标准")],
)  # fmt: skip
def test_a_batch_that_cannot_be_counted_is_refused(
    city: Region, office: User, until: date, kind: str, words: str
) -> None:
    make_ladder()
    with pytest.raises(BadInput, match=words):
        make_batch(city, by=office, until=until, kind=kind)


# -- Deciding ----------------------------------------------------------------------------------


def test_nobody_decides_on_oneself_or_ones_child(city: Region, office: User) -> None:
    make_ladder()
    own = make_veteran("王芳", 240)
    child = make_child(guardian=office, registered_at=NOON - timedelta(days=800))
    make_hours(child, 240)
    make_veteran("李强", 240)
    batch = make_batch(city, by=office)
    ids = dict(batch.candidates.values_list("volunteer_id", "pk"))
    with pytest.raises(NotAllowed, match="请由其他工作人员办理"):
        actions.decide(batch_id=batch.pk, candidate_ids=[ids[own.pk]], verb="accept", reason="",
                       by=user_of(own), at=NOON)  # fmt: skip
    # All at once leaves the child for a colleague, and a list with the child is shown by one.
    assert actions.accept_all(batch_id=batch.pk, grade=None, by=office, at=NOON) == 2
    colleague = make_user("同事")
    actions.accept_all(batch_id=batch.pk, grade=None, by=colleague, at=NOON)
    with pytest.raises(NotAllowed):
        actions.show_batch(batch_id=batch.pk, by=office, at=NOON)
    assert actions.show_batch(batch_id=batch.pk, by=colleague, at=NOON).state == BatchState.SHOWN


def test_a_rejection_needs_a_reason(city: Region, office: User) -> None:
    make_ladder()
    make_veteran()
    batch = make_batch(city, by=office)
    one = batch.candidates.get()
    with pytest.raises(BadInput, match="请填写审核意见"):
        actions.decide(batch_id=batch.pk, candidate_ids=[one.pk], verb="reject", reason=" ",
                       by=office, at=NOON)  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=one.pk).update(state=CandidateState.REJECTED)


def test_what_somebody_else_decided_meanwhile_is_not_decided_again(
    city: Region, office: User
) -> None:
    make_ladder()
    make_veteran()
    batch = make_batch(city, by=office)
    said: dict[str, Any] = {
        "batch_id": batch.pk, "candidate_ids": [batch.candidates.get().pk], "by": office,
        "verb": "accept", "reason": "", "at": NOON,
    }  # fmt: skip
    actions.decide(**said)
    with pytest.raises(WrongState, match="已经审核过了"):
        actions.decide(**said)


def test_an_organization_nominates_its_member_and_another_person_decides(
    city: Region, office: User
) -> None:
    make_ladder()
    team = make_organization("护河队")
    member = make_veteran("王芳", 30)
    make_member(member, team)
    leader = make_user("李强")
    batch = make_batch(city, by=office)
    scope = Scope(organizations=(team.path,))
    one = actions.nominate(
        batch_id=batch.pk, by=leader, at=NOON,
        nomination=Nomination(member.number, 2, "十年来夜里守河，平台没有记到。", scope),
    )  # fmt: skip
    assert (one.by_rule, one.grade, one.state, one.nominated_from) == (0, 2, "waiting", team)
    # Nominated, she is not swept along with those of the rule.
    with pytest.raises(WrongState, match="推荐的请逐个审核"):
        actions.accept_all(batch_id=batch.pk, grade=None, by=office, at=NOON)
    decide: dict[str, Any] = {
        "batch_id": batch.pk, "candidate_ids": [one.pk], "verb": "accept", "at": NOON,
    }  # fmt: skip
    with pytest.raises(Refusal, match="您自己推荐的"):
        actions.decide(**decide, reason="情况属实。", by=leader)
    with pytest.raises(BadInput, match="请填写审核意见"):
        actions.decide(**decide, reason="", by=office)
    actions.decide(**decide, reason="社区证明属实。", by=office)
    actions.show_batch(batch_id=batch.pk, by=office, at=NOON)
    actions.certify_batch(batch_id=batch.pk, at=NOON)
    honor = batch.honors.get()
    assert (honor.grade, honor.facts["by_rule"]) == (2, False)


def test_a_stranger_and_a_candidate_are_not_nominated(city: Region, office: User) -> None:
    make_ladder()
    team = make_organization("护河队")
    stranger, strong = make_veteran("王芳", 30), make_veteran("李强", 240)
    make_member(strong, team)
    batch = make_batch(city, by=office)
    scope = Scope(organizations=(team.path,))
    said: dict[str, Any] = {"batch_id": batch.pk, "by": make_user(), "at": NOON}
    words = "平台没有记全他的服务。"
    with pytest.raises(BadInput, match="只能推荐本组织的在册成员"):
        actions.nominate(nomination=Nomination(stranger.number, 1, words, scope), **said)
    with pytest.raises(Refusal, match="已在名单里"):
        actions.nominate(nomination=Nomination(strong.number, 5, words, scope), **said)
    with pytest.raises(BadInput, match="没有这个编号"):
        actions.nominate(nomination=Nomination("９９９", 1, words, scope), **said)
