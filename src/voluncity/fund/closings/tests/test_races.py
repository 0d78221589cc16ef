"""Two who close at once, an expense that comes late; and versions without the guard."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.people.models import User
from voluncity.fund.closings import actions
from voluncity.fund.closings.actions import ending, steps, writing
from voluncity.fund.closings.models import Closing, Settlement
from voluncity.fund.closings.states import ClosingState
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import actions as reports
from voluncity.fund.reports.models import Report
from voluncity.kernel.refusals import Refusal
from voluncity.testing.at_once import at_once
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_closings import (
    begin_report,
    fill,
    fresh,
    make_closing,
    make_done,
    reread,
    spend,
)
from voluncity.testing.make_people import NOON, make_user

C = ClosingState


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_one_does() -> None:
    closing = make_closing(C.EVALUATED)
    assert closing.funding.organization is not None
    by = make_admin(closing.funding.organization, "李桂芳")
    actions.take_result(closing=closing, by=by, at=NOON)
    closers = [make_officer(closing.funding.fund.region, name) for name in ("方明", "王素梅")]
    read = [reread(closing) for _ in closers]

    def close(number: int) -> None:
        actions.close(closing=read[number], seen=read[number].edition, by=closers[number], at=NOON)

    assert at_once(close, 2)["done"] == 1
    assert Settlement.objects.count() == 1
    assert reread(closing).archives.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_late_report_and_the_closing_never_both_count() -> None:
    """Either the closing reads what was accepted, or it is refused."""
    funding, report, closing, by = _with_a_late_report()
    office = make_officer(funding.fund.region, "审阅员二")

    def act(number: int) -> None:
        if number:
            reports.accept(report=report, seen=report.edition, by=office, at=NOON)
        else:
            actions.submit(closing=closing, seen=closing.edition, by=by, at=NOON)

    outcome = at_once(act, 2)
    _holds_what_was_accepted(funding, outcome["done"])


def _with_a_late_report() -> tuple[Funding, Report, Closing, User]:
    funding = make_done(spent=(1_000_000, 500_000, 300_000))
    assert funding.organization is not None
    by = make_admin(funding.organization, "李桂芳")
    closing = fill(make_closing(C.DRAFT, funding, admin=by), by=by)
    report = begin_report(funding, by=by)
    spend(report, (200_000,), by=by)
    report = Report.objects.get(pk=report.pk)
    reports.submit(report=report, seen=report.edition, by=by, at=NOON)
    return fresh(funding), Report.objects.get(pk=report.pk), reread(closing), by


def _holds_what_was_accepted(funding: Funding, done: int) -> None:
    closing = funding.closing
    closing.refresh_from_db()
    accepted = Report.objects.filter(funding=funding, state="accepted").count() == 2
    if closing.current is not None:
        assert accepted  # the closing waited for it
        assert closing.current.spent_fen == 2_000_000
    assert done >= 1


@pytest.mark.django_db
def test_without_the_guard_a_closing_forgets_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """The saboteur: nobody looks for reports under way; what comes later counts nowhere."""
    funding, report, closing, by = _with_a_late_report()
    monkeypatch.setattr(writing, "refuse_open_reports", lambda funding: None)
    made = actions.submit(closing=closing, seen=closing.edition, by=by, at=NOON)
    reports.accept(
        report=report,
        seen=report.edition,
        by=make_officer(funding.fund.region, "审阅员二"),
        at=NOON,
    )
    assert made.spent_fen == 1_800_000  # and 2,000,000 were accepted


@pytest.mark.django_db
def test_what_was_accepted_after_the_report_sends_it_back() -> None:
    funding, report, closing, by = _with_a_late_report()
    office = make_officer(funding.fund.region, "审阅员二")
    reports.accept(report=report, seen=report.edition, by=office, at=NOON)
    made = actions.submit(closing=closing, seen=closing.edition, by=by, at=NOON)
    later = begin_report(funding, by=by)
    with pytest.raises(Refusal, match="进展报告"):
        actions.accept(
            closing=reread(closing),
            submission_id=made.pk,
            by=make_user("别人"),
            at=NOON,
        )
    assert later.pk


@pytest.mark.django_db
def test_without_the_hold_a_second_closing_settles_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The saboteur: without the editions, a stale page would close; the database still says no."""
    closing = make_closing(C.CLOSED)
    stale = reread(closing)
    stale.state = C.EVALUATED
    monkeypatch.setattr(ending, "hold", lambda closing, seen: None)
    monkeypatch.setattr(steps, "hold", lambda closing, seen: None)
    with pytest.raises(Refusal):
        actions.close(
            closing=stale, seen=0, by=make_officer(closing.funding.fund.region, "王素梅"), at=NOON
        )
    assert Settlement.objects.count() == 1
