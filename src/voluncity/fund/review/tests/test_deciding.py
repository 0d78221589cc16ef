"""Decisions: entered, shown, in force or fallen."""

from __future__ import annotations

import pytest

from voluncity.city.journal.models import Entry
from voluncity.fund.books import queries as books
from voluncity.fund.calls.states import AppState
from voluncity.fund.review import queries
from voluncity.fund.review.states import DecisionState, Outcome
from voluncity.testing.make_calls import fresh
from voluncity.testing.make_review import make_decision_in_force

pytestmark = pytest.mark.django_db
D = DecisionState


def test_an_award_in_force_reserves_its_money_and_lets_the_application_become_a_project() -> None:
    decision = make_decision_in_force()
    assert decision.state == D.IN_FORCE
    assert fresh(decision.application).state == AppState.AWARDED
    name = f"application:{decision.application_id}"
    fund = decision.application.call.fund
    assert books.reserved(fund, name, None) == decision.awarded_fen == 200_000
    assert Entry.objects.filter(verb="review.take_effect", subject_type="decision").count() == 1
    assert queries.faults() == []


def test_a_refusal_in_force_ends_the_application_with_its_reason() -> None:
    decision = make_decision_in_force(outcome=Outcome.REFUSED)
    application = fresh(decision.application)
    assert (decision.state, application.state) == (D.IN_FORCE, AppState.REFUSED)
    assert application.reason == decision.reason
    assert application.ended_at is not None
