"""A merge forgets no table with a volunteer, waits for what is open, and counts no minute twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.care.hardship.models import Hardship
from voluncity.care.hardship.states import CaseState, EndReason
from voluncity.care.party.models import Report
from voluncity.care.party.states import ReportState
from voluncity.city.access.permissions import Role
from voluncity.city.claims import actions, queries
from voluncity.city.claims.models import Merge
from voluncity.city.orgs.states import Kind
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.privacy import actions as privacy
from voluncity.city.privacy.queries import subject
from voluncity.city.regions.models import Region
from voluncity.kernel.merging import Pair
from voluncity.kernel.refusals import Refusal
from voluncity.service.hours import actions as hours
from voluncity.service.hours import queries as hour_queries
from voluncity.service.hours.actions import merging
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.testing.make_claims import make_claim, make_correction, make_merge
from voluncity.testing.make_hardship import make_case, make_gift
from voluncity.testing.make_hours import (
    NINE,
    make_leader,
    make_org_admin,
    make_past_shift,
    make_posted,
    make_record,
)
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("A4")]
HALF = timedelta(minutes=30)

# Which part takes the rows along.
MOVES = {
    "orgs.membership.volunteer": "orgs",
    "orgs.joinrequest.volunteer": "orgs",
    "signups.signup.volunteer": "signups",
    "events.application.volunteer": "events",
    "party.report.volunteer": "party",
    "showcase.story.volunteer": "showcase",
    "hardship.hardship.volunteer": "hardship",
    "certification.honor.volunteer": "certification",
    "certification.candidate.volunteer": "certification",
    "points.earning.volunteer": "points",
    "points.lot.volunteer": "points",
    "points.debt.volunteer": "points",
}
STAYS = {
    "journal.entry.on_behalf_of": "what happened is never rewritten",
    "leaderboards.score.volunteer": "counted anew for the record in which the person lives",
    "leaderboards.teamscore.volunteer": "counted anew like the score",
    "leaderboards.candidate.volunteer": "who asks for it asks with records_of",
    "people.volunteer_skills.volunteer": "the record that stays says who the person is",
    "people.volunteer_intentions.volunteer": "the record that stays says who the person is",
    "people.volunteer.merged_into": "is the merge itself; earlier ones stay in their order",
    "people.freetime.volunteer": "the record that stays says who the person is",
    "people.consent.volunteer": "a consent holds for the record for which it was given",
    "people.guardian.volunteer": "a guardian answers for the record for which they signed",
    "people.identitycheck.volunteer": "proof of how the papers of that record were checked",
    "claims.claimcode.volunteer": "a code for a closed record opens nothing",
    "claims.claim.volunteer": "an open one is decided first; decided ones are proof",
    "claims.datacorrection.volunteer": "an open one is decided first; decided ones are proof",
    "claims.merge.loser": "is the merge itself",
    "points.earning.done_by": "to whom it happened; parting gives it back by this",
    "points.movement.volunteer": "what left is asked for with all records of a person",
    "points.gift.giver": "what was given is asked for with all records of a person",
    "points.gift.receiver": "it arrives at the record in which the person lives",
    "points.adjustment.volunteer": "it is carried out on the record in which the person lives",
    "claims.merge.winner": "is the merge itself",
    "claims.notdouble.first": "somebody said it of these two records",
    "claims.notdouble.second": "somebody said it of these two records",
    "claims.suspected.first": "found anew every day",
    "claims.suspected.second": "found anew every day",
    "privacy.closing.volunteer": "an open one is settled first; others are proof",
    "teaching.outcome.volunteer": "asked with records_of; its record is, too",
    "training.trainingrecord.volunteer": "asked with records_of (has_passed)",
    "signups.agenda.volunteer": "a lock; all records of a person are locked together",
    "signups.scan.volunteer": "evidence of the sign-up on which it was made",
    "hours.servicerecord.volunteer": "asked with records_of; its minutes move in the ledger",
    "rosters.wish.volunteer": "a closed record is in no roster; whoever goes on says the wishes",
    "rosters.feed.volunteer": "the address of a closed record answers nobody",
    "rosters.assignment.volunteer": "a draft; publishing asks anew who may come",
    "rosters.leftout.volunteer": "says why a draft left somebody out",
    "rosters.pair.one": "a closed record is in no roster",
    "rosters.pair.other": "a closed record is in no roster",
    "integrity.finding.volunteer": "says what was seen in the hours of that record",
    "integrity.case.volunteer": "asked with records_of; heard about the record in which it began",
    "patrols.problem.volunteer": "asked with records_of",
    "pledges.pledge.volunteer": "asked with records_of",
    "rewards.voucher.volunteer": "asked with records_of; its points follow in the points' books",
    "wishes.claim.volunteer": "live ones are settled first; others asked with records_of",
    "awards.nomination.volunteer": "two live ones are settled first; asked with records_of",
    "recognition.staraward.volunteer": "given and withdrawn by the reader of the merge",
    "recognition.total.volunteer": "counted anew by the reader of the merge",
    "insurance.insured.volunteer": "asked with records_of; a list that was handed over stays",
    "insurance.claim.volunteer": "asked with records_of",
    "recognition.printedpaper.volunteer": "says whose paper was printed; the paper stays",
    "recognition.certificate.volunteer": "asked with records_of; a paper stays what it was",
}


def _named() -> set[str]:
    """Return every column of every table that leads to a volunteer."""
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and not field.many_to_many and field.related_model is Volunteer
    }


def _forgotten(names: set[str]) -> list[str]:
    return sorted(names - MOVES.keys() - STAYS.keys())


def test_every_table_with_a_volunteer_moves_in_a_merge_or_says_why_it_stays() -> None:
    assert _forgotten(_named()) == []
    assert MOVES.keys() | STAYS.keys() <= _named()
    parts = {import_string(path).name for path in settings.VOLUNCITY_MERGING}
    assert set(MOVES.values()) <= parts


def test_saboteur_who_adds_a_table_and_forgets_the_merge_is_named() -> None:
    assert _forgotten({*_named(), "points.purse.volunteer"}) == ["points.purse.volunteer"]


# -- Hours ---------------------------------------------------------------------------------------


def _posted(volunteer: Volunteer, *, later: timedelta = timedelta()) -> ServiceRecord:
    shift = make_past_shift(starts_at=NINE + later, ends_at=NINE + later + timedelta(hours=2))
    return make_posted(shift, volunteer)


def _pair(loser: Volunteer, winner: Volunteer) -> Pair:
    return Pair(loser.pk, winner.pk, make_user().pk, NOON)


def test_records_that_overlap_are_settled_before_the_merge() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    double = _posted(loser, later=HALF)
    _posted(winner)
    [found] = queries.hindrances(_pair(loser, winner))
    assert found.url == f"/hours/desk/{double.pk}/"
    assert "重叠" in found.sentence
    with pytest.raises(Refusal) as refused:
        make_merge(loser, winner)
    assert refused.value.code == "hours.double_times"
    assert Merge.objects.count() == 0
    hours.reverse(
        record_id=double.pk,
        reason="重复登记",
        by=make_org_admin(double.organization),
        at=NOON,
    )
    assert queries.hindrances(_pair(loser, winner)) == []
    merge = make_merge(loser, winner)
    assert people.minutes_of(winner.pk).total == 120
    # The reversal was decided on its own: it is not undone with the merge.
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    double.refresh_from_db()
    assert double.state == RecordState.REVERSED
    totals = [people.minutes_of(one.pk).total for one in (loser, winner)]
    assert (totals, hour_queries.faults(), queries.faults()) == ([0, 120], [], [])


def test_times_that_only_touch_do_not_overlap() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    _posted(loser, later=timedelta(hours=2))
    _posted(winner)
    make_merge(loser, winner)
    assert people.minutes_of(winner.pk).total == 240


def test_what_overlaps_on_a_record_merged_earlier_is_found_too() -> None:
    first, second, third = make_volunteer(), make_volunteer(), make_volunteer()
    _posted(first)
    make_merge(first, second)
    _posted(third, later=HALF)
    for loser, winner in ((second, third), (third, second)):
        with pytest.raises(Refusal) as refused:
            make_merge(loser, winner)
        assert refused.value.code == "hours.double_times"


def _confirmed_after_merge() -> tuple[Volunteer, ServiceRecord]:
    """Return who has two hours, and a record of theirs at the same time that waits."""
    loser, winner = make_volunteer(), make_volunteer()
    _posted(winner)
    waiting = make_record(
        make_past_shift(starts_at=NINE + HALF, ends_at=NINE + HALF + timedelta(hours=2)), loser
    )
    make_merge(loser, winner)
    return winner, waiting


def test_no_minute_of_a_person_is_confirmed_twice_after_a_merge() -> None:
    winner, waiting = _confirmed_after_merge()
    with pytest.raises(Refusal) as refused:
        hours.confirm(record_ids=[waiting.pk], by=make_leader(waiting.organization), at=NOON)
    assert refused.value.code == "hours.overlap"
    assert people.minutes_of(winner.pk).total == 120


def test_after_the_merge_was_undone_the_record_counts_for_itself() -> None:
    _, waiting = _confirmed_after_merge()
    actions.undo(merge_id=Merge.objects.get().pk, by=make_user(), at=NOON)
    hours.confirm(record_ids=[waiting.pk], by=make_leader(waiting.organization), at=NOON)
    assert people.minutes_of(waiting.volunteer_id).total == 120


def test_saboteur_who_looks_at_one_record_only_counts_a_minute_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, waiting = _confirmed_after_merge()
    monkeypatch.setattr(people, "families", lambda _ids: {})
    hours.confirm(record_ids=[waiting.pk], by=make_leader(waiting.organization), at=NOON)
    waiting.refresh_from_db()
    assert waiting.state == RecordState.POSTED


def test_saboteur_who_merges_without_looking_counts_a_minute_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loser, winner = make_volunteer(), make_volunteer()
    _posted(loser)
    _posted(winner)
    none = ServiceRecord.objects.none()
    monkeypatch.setattr(merging, "_doubles", lambda _pair: none)
    make_merge(loser, winner)
    assert people.minutes_of(winner.pk).total == 240


def test_all_records_of_a_person_are_one_family() -> None:
    first, second, third, alone = (make_volunteer() for _ in range(4))
    make_merge(first, second)
    make_merge(second, third)
    family = [third.pk, second.pk, first.pk]
    assert people.families([first.pk, alone.pk]) == dict.fromkeys(family, family)
    assert people.families([alone.pk]) == {}


# -- What is open --------------------------------------------------------------------------------


def test_a_record_that_is_claimed_or_corrected_is_not_merged_meanwhile() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    claim, wanted = make_claim(loser), make_correction(winner)
    found = [one.url for one in queries.hindrances(_pair(loser, winner))]
    assert found == [f"/claims/desk/{claim.pk}/", f"/claims/desk/corrections/{wanted.pk}/"]
    with pytest.raises(Refusal) as refused:
        make_merge(loser, winner)
    assert refused.value.code == "claims.unfinished"
    actions.decline_claim(claim_id=claim.pk, reason="unclear", by=make_user(), at=NOON)
    actions.withdraw_correction(correction_id=wanted.pk, by=user_of(winner), at=NOON)
    make_merge(loser, winner)


def test_a_record_that_is_about_to_be_closed_is_not_merged_meanwhile() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    mine = user_of(loser)
    closing = privacy.ask_to_close(subject=subject(mine, ward_id=None), by=mine, at=NOON)
    with pytest.raises(Refusal) as refused:
        make_merge(loser, winner)
    assert refused.value.code == "privacy.closing"
    privacy.withdraw_closing(closing_id=closing.pk, by=mine, at=NOON)
    make_merge(loser, winner)


def test_the_preview_names_what_is_in_the_way_and_offers_no_button() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    double = _posted(loser)
    _posted(winner)
    office = make_user("周正")
    give(office, Role.CITY_OFFICE, Region.objects.get(level="CITY"))
    desk = as_(office)
    page = f"/claims/desk/merges/preview/?loser={loser.number}&winner={winner.number}"
    shown = desk.get(page).content.decode()
    assert f'href="/hours/desk/{double.pk}/"' in shown
    assert "合并前先办完" in shown
    assert "合并这两份登记" not in shown
    answer = desk.post(page, {"reason": "papers"})
    assert answer.status_code in (409, 422)
    assert "合并后会重复计时" in answer.content.decode()
    assert Merge.objects.count() == 0


# -- Party and hardship --------------------------------------------------------------------------


def _report(volunteer: Volunteer, state: ReportState = ReportState.REPORTED) -> Report:
    return Report.objects.create(
        volunteer=volunteer,
        unit=make_organization(kind=Kind.UNIT),
        community=make_region(),
        reported_at=NOON,
        state=state,
    )


def _members(*volunteers: Volunteer) -> None:
    pks = [one.pk for one in volunteers]
    Volunteer.objects.filter(pk__in=pks).update(is_party_member=True)


def _rows(model: Any, *fields: str) -> list[Any]:
    return list(model.objects.order_by("pk").values_list("pk", *fields))


def test_a_report_goes_along_and_comes_back() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    _members(loser, winner)
    report = _report(loser)
    merge = make_merge(loser, winner)
    assert _rows(Report, "volunteer", "state") == [(report.pk, winner.pk, "reported")]
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    assert _rows(Report, "volunteer", "state") == [(report.pk, loser.pk, "reported")]


@pytest.mark.parametrize("is_member", [True, False])
def test_a_report_ends_where_the_other_record_has_one_or_may_have_none(*, is_member: bool) -> None:
    loser, winner = make_volunteer(), make_volunteer()
    _members(loser)
    if is_member:
        _members(winner)
        _report(winner)
    report = _report(loser)
    before = _rows(Report, "volunteer", "state", "ended_at")
    merge = make_merge(loser, winner)
    report.refresh_from_db()
    assert (report.volunteer, report.state, report.ended_at) == (loser, "ended", NOON)
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    assert _rows(Report, "volunteer", "state", "ended_at") == before


@pytest.mark.parametrize("is_double", [True, False])
def test_cases_of_hardship_go_along_with_their_gifts_and_come_back(*, is_double: bool) -> None:
    loser, winner = make_volunteer(), make_volunteer()
    case = make_case(loser)
    gift = make_gift(case)
    if is_double:
        make_case(winner)
    before = _rows(Hardship, "volunteer", "state", "ended_at", "ended_by", "end_reason")
    merge = make_merge(loser, winner)
    case.refresh_from_db()
    assert (case.volunteer, case.gifts.get()) == (winner, gift)
    ended = (CaseState.ENDED, EndReason.MERGED)
    assert (case.state, case.end_reason) == (ended if is_double else (CaseState.OPEN, ""))
    assert Hardship.objects.filter(volunteer=winner, state=CaseState.OPEN).count() == 1
    actions.undo(merge_id=merge.pk, by=make_user(), at=NOON)
    assert _rows(Hardship, "volunteer", "state", "ended_at", "ended_by", "end_reason") == before


def test_a_desk_that_merges_learns_nothing_of_hardship() -> None:
    loser, winner = make_volunteer(), make_volunteer()
    make_case(loser)
    sections = queries.preview(loser, winner, viewer=make_user(), at=NOON)
    assert "困难" not in str(sections)
    assert [label for label, _ in sections if not label] == []
