"""Reviews, experts, scores and decisions for tests, in whatever state they are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.city.regions.models import Region
from voluncity.fund.calls import actions as calls
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.governance.models import Fund, Purpose, Resolution
from voluncity.fund.review import actions, queries
from voluncity.fund.review.actions import Scores
from voluncity.fund.review.models import Decision, Opinion, Place, Review
from voluncity.fund.review.rules import DecisionPlan, LinePlan, ReviewPlan, SourcePlan
from voluncity.fund.review.rules.criteria import USUAL
from voluncity.fund.review.states import Outcome
from voluncity.kernel.clock import local_date
from voluncity.testing.make_calls import fresh, make_open_call, make_submission
from voluncity.testing.make_fund import give_money, make_fund, make_purpose, make_resolution
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_user

_numbers = count(1)
POINTS = {"c1": 90, "c2": 85, "c3": 80, "c4": 75}
WORDS = "需求真实，方案具体，预算基本合理。"


def make_expert(region: Region, name: str = "潘志远") -> User:
    """Return an expert whose role reaches a region."""
    expert = make_user(name)
    give(expert, Role.EXPERT, region)
    return expert


def make_review_plan(*, at: datetime = NOON, **said: Any) -> ReviewPlan:
    """Return the usual criteria, two experts for each, ten days of time."""
    usual: dict[str, Any] = {
        "criteria": tuple((one.title, one.hint, one.weight) for one in USUAL),
        "experts_each": 2, "due_at": at + timedelta(days=10),
    }  # fmt: skip
    return ReviewPlan(**(usual | said))


def make_accepted(
    call: Call | None = None, *, organization: Organization | None = None, by: User | None = None,
    at: datetime = NOON, **said: str,
) -> Application:  # fmt: skip
    """Hand an application in and let the office take it."""
    submission = make_submission(call, organization=organization, by=by, at=at, **said)
    application = fresh(submission.application)
    officer = make_user("韩梅")
    calls.accept(application=application, submission_id=submission.pk, by=officer, at=at)
    return fresh(application)


def make_another(application: Application) -> Application:
    """Return one more application of the same call and organization."""
    return make_accepted(
        application.call, organization=application.organization, by=application.started_by
    )


def make_review(
    call: Call | None = None, *, by: User | None = None, at: datetime = NOON, **said: Any
) -> Review:
    """Open the review of a call."""
    officer = by or make_user("韩梅")
    return actions.open_review(
        call=call or make_open_call(at=at), plan=make_review_plan(at=at, **said), by=officer, at=at
    )


def make_place(
    review: Review, application: Application, expert: User, *, declared: bool = True,
    at: datetime = NOON,
) -> Place:  # fmt: skip
    """Give an application to an expert, who declares that nothing connects them."""
    place = actions.assign(
        review=review, application=application, expert=expert, despite="没有亲属关系，仍请其评审。",
        by=make_user("韩梅"), at=at,
    )  # fmt: skip
    place = queries.own_place(expert, place.pk)
    return actions.declare_none(place=place, by=expert, at=at) if declared else place


def scores(place: Place, *, words: str = WORDS, **points: int | None) -> Scores:
    """Return what an expert writes about what counts now."""
    said: Mapping[str, int | None] = POINTS | points
    return Scores(place.application.current_id or 0, said, {"c3": "单价略高。"}, words)


def make_opinion(place: Place, *, at: datetime = NOON, **points: int | None) -> Opinion:
    """Let an expert hand their scores in."""
    mine = queries.own_place(place.expert, place.pk)
    return actions.submit_opinion(
        place=mine, scores=scores(mine, words=WORDS, **points), seen=0, by=place.expert, at=at
    )


def reread(review: Review) -> Review:
    """Return a review as it is now."""
    found: Review = queries.detailed_reviews().get(pk=review.pk)
    return found


def make_scored(
    application: Application, *, experts: int = 2, at: datetime = NOON, close: bool = True
) -> Review:
    """Review the call of an application: so many experts score it, then scoring ends."""
    call = application.call
    review = Review.objects.filter(call=call).first() or make_review(
        call, at=at, experts_each=experts
    )
    review = reread(review)
    for number in range(experts):
        expert = make_expert(call.fund.region, f"{'顾柏樊邸骆'[number % 5]}评审")
        make_opinion(make_place(review, application, expert, at=at), at=at, c1=90 - number)
    review = reread(review)
    if close:
        actions.close_review(
            review=review,
            words="专家已按期评完。",
            seen=review.edition,
            by=make_user("韩梅"),
            at=at,
        )
    return review


def award_plan(
    application: Application, fen: int | None = None, *, serves: Purpose | None = None,
    sources: Sequence[tuple[Purpose | None, int]] = (), **said: Any,
) -> DecisionPlan:  # fmt: skip
    """Return a plan that awards a sum out of free money, all of it for one kind of the call."""
    current = application.current
    assert current is not None
    sum_of = current.asked_fen if fen is None else fen
    found = tuple(sources) or ((None, sum_of),)
    usual: dict[str, Any] = {
        "outcome": Outcome.AWARDED, "reason": "需求真实，方案可行。", "awarded_fen": sum_of,
        "serves_id": serves.pk if serves else application.call.purpose_id,
        "sources": tuple(SourcePlan(one.pk if one else None, part) for one, part in found),
        "lines": make_lines(application, sum_of), "terms": "专款专用，按节点报告进展。",
    }  # fmt: skip
    return DecisionPlan(**(usual | said))


def make_lines(application: Application, fen: int) -> tuple[LinePlan, ...]:
    """Return an approved budget: what was asked, scaled down to the sum; the last one takes up."""
    current = application.current
    assert current is not None
    asked = list(current.lines.select_related("kind").order_by("place"))
    kept = [one.fen * fen // current.asked_fen for one in asked]
    kept[0] += fen - sum(kept)
    return tuple(
        LinePlan(one.kind.name, one.what, part)
        for one, part in zip(asked, kept, strict=True)
        if part
    )


def refusal_plan(**said: Any) -> DecisionPlan:
    """Return a plan that awards nothing."""
    usual: dict[str, Any] = {"outcome": Outcome.REFUSED, "reason": "本年资金有限，排序在后。"}
    return DecisionPlan(**(usual | said))


def make_decision(
    application: Application, plan: DecisionPlan | None = None, *,
    resolution: Resolution | None = None, by: User | None = None, at: datetime = NOON,
) -> Decision:  # fmt: skip
    """Enter what a meeting decided about a scored application."""
    fund = application.call.fund
    made = actions.enter_decision(
        application=application, submission_id=application.current_id or 0,
        resolution=resolution or make_resolution(fund, "资助项目", at=at),
        plan=plan or award_plan(application), handle=f"decision-{next(_numbers):06d}",
        by=by or make_user("韩梅"), at=at,
    )  # fmt: skip
    return reread_decision(made)


def hand_in_again(application: Application, *, by: User, at: datetime = NOON) -> Application:
    """Send an application back, let it come again, and take it: what was scored is void."""
    was = fresh(application)
    calls.send_back(
        application=was, submission_id=was.current_id or 0, remarks={}, words="请补充场地证明。",
        due_at=at + timedelta(days=5), by=by, at=at,
    )  # fmt: skip
    back = fresh(application)
    again = calls.submit(application=back, seen=back.edition, by=back.started_by, at=at)
    calls.accept(application=fresh(application), submission_id=again.pk, by=by, at=at)
    return fresh(application)


def reread_decision(decision: Decision) -> Decision:
    """Return a decision as it is now."""
    found: Decision = queries.detailed().get(pk=decision.pk)
    return found


def show(decision: Decision, *, by: User | None = None, at: datetime = NOON) -> Decision:
    """Show a decision to everybody."""
    actions.show_decision(decision=decision, by=by or make_user("韩梅"), at=at)
    return reread_decision(decision)


def let_publicity_end(decision: Decision, *, at: datetime = NOON) -> Decision:
    """Let the time of a notice go by and do what the readers of the journal would do."""
    later = at + timedelta(days=45)
    publicity.finish_due(today=local_date(later), at=later)
    actions.pass_publicity(decision_id=decision.pk, at=at)
    return reread_decision(decision)


def make_decision_in_force(
    application: Application | None = None, *,
    fund: Fund | None = None,
    organization: Organization | None = None,
    outcome: str = Outcome.AWARDED,
    awarded_fen: int | None = None,
    serves: Purpose | None = None,
    sources: Sequence[tuple[Purpose | None, int]] = (),
    money_fen: int | None = None,
    resolution: Resolution | None = None,
    by: User | None = None,
    at: datetime = NOON,
    **said: Any,
) -> Decision:  # fmt: skip
    """Return a decision that took effect: accepted, scored, decided, shown, money reserved.

    Without `sources` all comes out of unbound money, which the fund is given (`money_fen`, twice
    the sum unless said; 0 gives none). `said` goes to the application (title="…", asked="…").
    `by` are its applicants; the office is others.
    """
    if application is None:
        call = make_open_call(fund or make_fund(at=at), at=at)
        application = make_accepted(call, organization=organization, by=by, at=at, **said)
    fund = application.call.fund
    make_scored(application, at=at)
    application = fresh(application)
    if outcome == Outcome.REFUSED:
        decision = make_decision(application, refusal_plan(), resolution=resolution, at=at)
    else:
        plan = award_plan(application, awarded_fen, serves=serves, sources=sources)
        for one, fen in sources or ((None, plan.awarded_fen),):
            given = fen * 2 if money_fen is None else money_fen
            if given:
                give_money(fund, given, one, at=at)
        decision = make_decision(application, plan, resolution=resolution, at=at)
    return let_publicity_end(show(decision, at=at), at=at)


def make_world_review(county: Region, organization: Organization) -> dict[str, Any]:
    """Make one of everything for a half of the world."""
    at = now().astimezone(UTC)
    fund = make_fund(county, at=at)
    purpose = make_purpose(fund, at=at)
    give_money(fund, 10_000_000, at=at)
    resolution = make_resolution(fund, "资助项目", at=at)
    near: dict[str, Any] = {
        "at": at,
        "region_ids": (county.pk,),
    }  # others' organizations do not read of them
    idle = make_open_call(fund, title="还没有评审的通知", **near)
    call = make_open_call(fund, most_each=9, **near)
    open_call = make_open_call(fund, most_each=9, **near)
    reading = make_accepted(open_call, organization=organization, at=at)
    review = make_review(open_call, at=at)
    place = make_place(review, reading, make_expert(county), declared=False, at=at)
    undecided, entered, shown, in_force = (
        make_accepted(call, organization=organization, at=at) for _ in range(4)
    )
    make_scored(entered, at=at, close=False)
    closed = make_scored(in_force, at=at)
    plans: dict[str, Any] = {"at": at, "resolution": resolution}
    first = make_decision(entered, award_plan(entered, serves=purpose), **plans)
    second = show(make_decision(shown, refusal_plan(), **plans), at=at)
    last = let_publicity_end(show(make_decision(in_force, **plans), at=at), at=at)
    return {
        "review_idle_call": idle.pk, "review": review.pk, "review_closed": closed.pk,
        "review_place": place.pk, "review_reading": reading.pk,
        "review_undecided": undecided.pk, "decision_entered": first.pk,
        "decision_shown": second.pk, "decision": last.pk,
        "decision_application": in_force.pk, "decision_shown_application": shown.pk,
    }  # fmt: skip
