"""Samples: bound beforehand, drawn once, repeatable by everybody, checked by strangers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.service.integrity import actions, queries
from voluncity.service.integrity.models import Draw, Finding, SpotCheck
from voluncity.service.integrity.rules import digest_of, drawn
from voluncity.service.integrity.tests.conftest import Cast
from voluncity.testing.make_hours import EVENING, make_past_shift, make_posted
from voluncity.testing.make_integrity import make_spot
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user

MONDAY = date(2026, 11, 16)
NEXT_MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sets(st.integers(1, 10**9), min_size=1, max_size=200), st.integers(1, 1000), st.text())
def test_sample_has_its_share_and_depends_on_nothing_but_the_seed(
    ids: set[int], share: int, seed: str
) -> None:
    chosen = drawn(ids, seed=seed, share_permille=share)
    assert len(chosen) == -(-len(ids) * share // 1000) == len(set(chosen))
    assert set(chosen) <= ids
    assert chosen == drawn(sorted(ids, reverse=True), seed=seed, share_permille=share)


@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sets(st.integers(1, 10**9), min_size=2, max_size=50), st.text())
def test_adding_records_saves_none_from_a_sample_of_the_same_size(ids: set[int], seed: str) -> None:
    """Rank hangs on seed and record alone: more records only push out those ranked last."""
    most = max(ids)
    fewer = ids - {most}
    small = set(drawn(fewer, seed=seed, share_permille=1000 * 1 // len(fewer) or 1))
    whole = set(drawn(ids, seed=seed, share_permille=1000))
    assert small <= whole == ids


def test_digest_is_journaled_before_and_the_seed_after(cast: Cast) -> None:
    PolicyNumber.objects.create(key="integrity.spot_permille", value=500, valid_from=MONDAY)
    actions.announce(week=MONDAY, at=EVENING - timedelta(hours=15), seed="种子")
    records = [make_posted(make_past_shift(cast.team)) for _ in range(4)]
    assert actions.draw_due(at=EVENING) == 0  # the week is not over
    assert (actions.draw_due(at=NEXT_MONDAY), actions.draw_due(at=NEXT_MONDAY)) == (2, 0)
    chosen = drawn([one.pk for one in records], seed="种子", share_permille=500)
    assert list(SpotCheck.objects.order_by("record").values_list("record", flat=True)) == chosen
    told = Entry.objects.filter(verb__in=["integrity.announce_draw", "integrity.draw"])
    first, *_, last = told.order_by("pk").values_list("data", flat=True)
    assert (first["seed_digest"], "seed" in first, last["seed"]) == (
        digest_of("种子"), False, "种子",
    )  # fmt: skip
    assert Draw.objects.get(week=MONDAY).population == 4


def test_announcing_again_keeps_the_first_seed(cast: Cast) -> None:
    first = actions.announce(week=MONDAY, at=EVENING)
    assert actions.announce(week=MONDAY, at=EVENING, seed="mine").seed == first.seed


def _inspector(cast: Cast) -> User:
    user = make_user("督查员")
    county = cast.team.region
    while county.level != "COUNTY" and county.parent is not None:
        county = county.parent
    give(user, Role.SUPERVISOR, county)
    return user


def test_wrong_record_becomes_a_finding_and_counts_publicly(cast: Cast) -> None:
    record = make_posted(make_past_shift(cast.team))
    check = make_spot(record)
    by = _inspector(cast)
    actions.check_spot(
        check_id=check.pk, verdict="wrong", way="volunteer", note="本人说没去过", by=by, at=EVENING
    )
    finding = Finding.objects.get()
    assert (finding.rule, list(finding.evidence.values_list("record", flat=True))) == (
        "spot", [record.pk],
    )  # fmt: skip
    outcomes = queries.outcomes()
    assert (outcomes.checked, outcomes.wrong, outcomes.wrong_percent) == (1, 1, "100")
    with pytest.raises(WrongState):
        actions.check_spot(
            check_id=check.pk, verdict="right", way="photos", note="有照片", by=by, at=EVENING
        )


def test_people_of_the_organization_do_not_check_it(cast: Cast) -> None:
    check, by = make_spot(make_posted(make_past_shift(cast.team))), _inspector(cast)
    give(by, Role.TEAM_LEADER, cast.team)
    with pytest.raises(NotAllowed):
        actions.check_spot(
            check_id=check.pk, verdict="right", way="photos", note="有照片", by=by, at=EVENING
        )
    with pytest.raises(BadInput):
        actions.check_spot(
            check_id=check.pk, verdict="right", way="photos", note=" \u200b", by=by, at=EVENING
        )
