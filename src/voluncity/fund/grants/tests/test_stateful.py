"""Whatever is done with a project in whatever order, its laws and the books hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from voluncity.fund.books import queries as books
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.models import Change, Milestone
from voluncity.fund.grants.states import (
    AGREE_FLOW,
    FUNDING_FLOW,
    LIVE,
    AgreeStep,
    ChangeState,
    FundingState,
    MilestoneState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_fund import make_fund, make_resolution, scanned
from voluncity.testing.make_grants import fresh, make_support, milestone_plans, shifted
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON

pytestmark = pytest.mark.django_db
S, G = FundingState, AgreeStep
FEN = 2_000_000
OFFICE = ("return_plan", "agree_plan", "return_scan", "cancel", "suspend", "resume")


class Projects(RuleBasedStateMachine):
    """One support; beside it a plain model of its state and of the step to its agreement."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.fund = make_fund()
        self.team = make_organization()
        self.admin, self.officer = make_admin(self.team), make_officer(self.fund.region)
        self.pk = make_support(self.fund, organization=self.team, by=self.officer).pk
        self.resolution = make_resolution(self.fund, "终止资助")
        self.state, self.step, self.change, self.plan = str(S.AGREEING), str(G.PLANNING), False, 0
        self.number = 0

    def now(self) -> Any:
        return fresh(queries.detailed().get(pk=self.pk))

    def attempt(self, wanted: bool, act: Any) -> bool:
        try:
            with transaction.atomic():
                act()
        except Refusal:
            assert not wanted
            return False
        assert wanted
        return True

    def may(self, verb: str) -> bool:
        if verb in {one.verb for one in AGREE_FLOW.steps}:
            return self.state == S.AGREEING and self.step in AGREE_FLOW.sources(verb)
        return self.state in FUNDING_FLOW.sources(verb)

    @rule()
    def save_plan(self) -> None:
        funding = self.now()
        done = self.attempt(
            self.may("save_plan"),
            lambda: actions.save_plan(
                funding=funding, lead="李桂芳", milestones=milestone_plans(funding),
                seen=funding.edition, by=self.admin, at=NOON,
            ),
        )  # fmt: skip
        self.plan += done

    @rule()
    def hand_in(self) -> None:
        funding = self.now()
        if self.attempt(
            self.may("hand_in_plan") and bool(self.plan),
            lambda: actions.hand_in_plan(
                funding=funding, seen=funding.edition, by=self.admin, at=NOON
            ),
        ):
            self.step = G.PLANNED

    @rule()
    def upload(self) -> None:
        funding = self.now()
        if self.attempt(
            self.may("upload"),
            lambda: actions.upload_scan(
                funding=funding, checked=scanned(), seen=funding.edition, by=self.admin, at=NOON
            ),
        ):
            self.step = G.SENT

    @rule(verb=st.sampled_from(OFFICE))
    def office(self, verb: str) -> None:
        funding = self.now()
        said = {} if verb == "agree_plan" else {"words": "经核实。"}
        if self.attempt(
            self.may(verb),
            lambda: getattr(actions, verb)(
                funding=funding, seen=funding.edition, by=self.officer, at=NOON, **said
            ),
        ):
            if verb in {one.verb for one in AGREE_FLOW.steps}:
                self.step = AGREE_FLOW.after(verb, self.step)
            else:
                self.state = FUNDING_FLOW.after(verb, self.state)

    @rule()
    def sign(self) -> None:
        funding, today = self.now(), local_date(NOON)
        if self.attempt(
            self.may("sign_agreement"),
            lambda: actions.sign_agreement(
                funding=funding, party_signed_on=today, fund_signed_on=today,
                seen=funding.edition, by=self.officer, at=NOON,
            ),
        ):  # fmt: skip
            self.state, self.step = S.RUNNING, G.DONE

    @rule()
    def terminate(self) -> None:
        funding = self.now()
        if self.attempt(
            self.may("terminate") and not self.change,
            lambda: actions.terminate(
                funding=funding, resolution=self.resolution, words="不再实施。",
                seen=funding.edition, by=self.officer, at=NOON,
            ),
        ):  # fmt: skip
            self.state = S.TERMINATED

    @rule(verb=st.sampled_from(["begin_closing", "close", "reopen"]))
    def closing(self, verb: str) -> None:
        funding = self.now()
        said = {"words": "没有做完。"} if verb == "reopen" else {}
        waits = verb == "begin_closing" and self.change
        if self.attempt(
            self.may(verb) and not waits,
            lambda: getattr(actions, verb)(funding=funding, by=self.officer, at=NOON, **said),
        ):
            self.state = FUNDING_FLOW.after(verb, self.state)

    @rule()
    def ask(self) -> None:
        funding, self.number = self.now(), self.number + 1
        if funding.lines.order_by("place")[0].fen <= 10_000:
            return
        self.change |= self.attempt(
            self.state == S.RUNNING and not self.change,
            lambda: actions.ask_change(
                funding=funding, after=shifted(funding), reason="调整。", seen=funding.edition,
                handle=f"stateful-{self.number:05d}", by=self.admin, at=NOON,
            ),
        )  # fmt: skip

    @rule(yes=st.booleans())
    def decide(self, *, yes: bool) -> None:
        change = Change.objects.filter(funding=self.pk, state=ChangeState.ASKED).first()
        assert (change is not None) == self.change
        if change is None:
            return
        action = actions.approve_change if yes else actions.decline_change
        if self.attempt(
            not yes or self.state == S.RUNNING,
            lambda: action(change=change, words="已核对。", seen=1, by=self.officer, at=NOON),
        ):
            self.change = False

    @rule()
    def accept(self) -> None:
        rows = Milestone.objects.select_related("funding__fund__region", "funding__organization")
        planned = rows.filter(funding=self.pk, state=MilestoneState.PLANNED).first()
        if planned is not None:
            self.attempt(
                self.state == S.RUNNING,
                lambda: actions.accept_milestone(milestone=planned, by=self.officer, at=NOON),
            )

    @invariant()
    def it_stands_where_the_model_says(self) -> None:
        funding = self.now()
        assert (funding.state, funding.step) == (self.state, self.step)
        assert (funding.waiting_for != "") == (self.state in LIVE)
        assert queries.faults() == []

    @invariant()
    def the_money_is_reserved_until_it_is_cancelled(self) -> None:
        funding = self.now()
        kept = books.reserved(self.fund, funding.award, None)
        is_cancelled = self.state == S.CANCELLED
        assert (kept, books.available(self.fund, None)) == ((0, FEN) if is_cancelled else (FEN, 0))

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)


@pytest.mark.once("the laws are those of the actions, asked on one database")
def test_whatever_is_done_with_a_project_its_laws_hold() -> None:
    run_state_machine_as_test(
        Projects,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
