"""Compute what the rule says, decide, let another person confirm and show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.actions import Case
from voluncity.city.publicity.states import NoticeKind
from voluncity.honor.awards import queries, rules
from voluncity.honor.awards.actions.steps import selection_step
from voluncity.honor.awards.models import Award, Nomination, Result, Selection, SetAside
from voluncity.honor.awards.rules import HUNDREDTHS, WHOLE, Weights
from voluncity.honor.awards.states import (
    SELECTION_FLOW,
    NominationState,
    Phase,
    SelectionState,
    SetAsideState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState

FACTS_MOST = 900


@transaction.atomic
def count_selection(*, selection: Selection, by: User | None, at: datetime) -> Selection:
    """Compute places from reviews, ballots and the office's points; what was chosen is forgotten.

    :raises Refusal: when a proposal to set ballots aside is open, or reviews are missing.
    :raises WrongState: before the vote and the reviews are over.
    """
    SELECTION_FLOW.after("count", selection.state)
    if selection.state == SelectionState.PUBLISHED:
        _refuse_early(selection, at)
    selection_step(selection, "count", by=by, at=at, counted_at=at)
    kept = {
        one.nomination_id: one
        for one in Result.objects.filter(nomination__category__selection=selection)
    }
    Result.objects.filter(nomination__category__selection=selection).delete()
    votes = queries.tally(selection)
    for category in queries.categories_of(selection):
        standings = [
            one if one.nomination_id not in kept
            else rules.replaced(one, office=kept[one.nomination_id].office_points)
            for one in queries.standings(category, votes)
        ]  # fmt: skip
        ranked = rules.places(
            standings, Weights.of(selection), quota=category.quota,
            county_most=category.county_most,
        )  # fmt: skip
        Result.objects.bulk_create(_result(one, kept) for one in ranked)
    return selection


def _result(one: rules.Place, kept: Mapping[int, Result]) -> Result:
    standing = one.standing
    before = kept.get(standing.nomination_id)
    return Result(
        nomination_id=standing.nomination_id, reviews=standing.reviews,
        expert_points=standing.expert, votes=standing.votes, vote_points=one.vote_points,
        office_points=standing.office, office_by=before.office_by if before else None,
        total=one.total, place=one.place, by_rule=one.by_rule,
    )  # fmt: skip


def _refuse_early(selection: Selection, at: datetime) -> None:
    if selection.phase(local_date(at)) != Phase.DECIDING:
        last = max(selection.vote_until, selection.review_until)
        raise WrongState(
            f"投票和评审要到 {last:%m月%d日} 才结束，请在那以后计算。", code="awards.not_now"
        )
    asked = SetAside.objects.filter(selection=selection, state=SetAsideState.ASKED).count()
    if asked:
        raise Refusal(f"还有 {asked} 组异常选票等待决定，请先决定。", code="awards.open_proposals")
    waiting = Nomination.objects.filter(
        category__selection=selection, state=NominationState.CHECKING
    ).count()
    if waiting:
        raise Refusal(f"还有 {waiting} 份推荐没有审核，请先办完。", code="awards.unchecked")
    if selection.expert_weight:
        _refuse_few_reviews(selection)


def _refuse_few_reviews(selection: Selection) -> None:
    short = [
        one.number
        for category in queries.categories_of(selection)
        for one in queries.standings(category)
        if one.reviews < selection.least_reviews
    ]
    if short:
        raise Refusal(
            f"有 {len(short)} 个对象的专家评分不足 {selection.least_reviews} 份，"
            "请延长评审截止日期，请专家补评。",
            code="awards.few_reviews",
        )


@transaction.atomic
def give_office_points(*, nomination: Nomination, points: int, by: User, at: datetime) -> None:
    """Give the office's own points, 0 to 100, and compute the places anew.

    :raises BadInput: when it is no such number.
    :raises NotAllowed: when it is one's own case.
    :raises Refusal: when the office's points count nothing here.
    :raises WrongState: when the result is decided.
    """
    selection = nomination.category.selection
    if not selection.office_weight:
        raise Refusal("这项评选没有主办单位评分。", code="awards.no_office_points")
    if selection.state != SelectionState.COUNTED:
        raise WrongState("现在不能打分，请刷新页面。", code="awards.decided")
    if not 0 <= points <= WHOLE:
        raise BadInput("请填写 0 到 100 的整数。", field="points")
    _refuse_own([nomination], by, at)
    Result.objects.filter(nomination=nomination).update(
        office_points=points * HUNDREDTHS, office_by=by
    )
    record("awards.office_points", nomination, by=by, at=at, points=points)
    count_selection(selection=selection, by=by, at=at)


@dataclass(frozen=True)
class Decision:
    """Who is chosen, and why where the rule says otherwise; by the nomination's id."""

    chosen: frozenset[int]
    reasons: Mapping[int, str]


@transaction.atomic
def decide_selection(
    *, selection: Selection, decision: Decision, by: User, at: datetime
) -> Selection:
    """Decide who is awarded; another officer confirms.

    :raises BadInput: when a reason is missing where the rule says otherwise.
    :raises NotAllowed: when one is among the nominees.
    :raises Refusal: when nobody, or more than the quota is chosen.
    :raises WrongState: when it is decided, or was not computed.
    """
    SELECTION_FLOW.after("decide", selection.state)
    results = list(queries.results_of(selection))
    _refuse_own([one.nomination for one in results], by, at)
    _refuse_quota(results, decision)
    for one in results:
        _choose(one, decision)
    return selection_step(selection, "decide", by=by, at=at, decided_at=at, decided_by=by)


def _choose(result: Result, decision: Decision) -> None:
    pk = result.nomination_id
    is_chosen, reason = pk in decision.chosen, ""
    if is_chosen != result.by_rule:
        said = decision.reasons.get(pk, "")
        if not said.strip():
            raise BadInput(
                f"“{result.nomination.name}”和规则的结果不同，请写明理由。", field=f"reason_{pk}"
            )
        reason = rules.reason_words(said, field=f"reason_{pk}")
    Result.objects.filter(pk=result.pk).update(is_chosen=is_chosen, reason=reason)


def _refuse_quota(results: list[Result], decision: Decision) -> None:
    if not decision.chosen & {one.nomination_id for one in results}:
        raise Refusal("还没有选择任何对象。", code="awards.nobody")
    chosen: dict[int, int] = {}
    for one in results:
        category = one.nomination.category
        if one.nomination_id in decision.chosen:
            chosen[category.pk] = chosen.get(category.pk, 0) + 1
            if chosen[category.pk] > category.quota:
                raise Refusal(
                    f"“{category.title}”名额是 {category.quota} 个，选多了，请减少。",
                    code="awards.over_quota",
                )


def _refuse_own(nominees: Iterable[Nomination], by: User, at: datetime) -> None:
    for nominee in nominees:
        if nominee.consented_by_id == by.pk or queries.speaks_for(by, nominee, on=local_date(at)):
            raise NotAllowed(f"“{nominee.name}”和您有关，请由同事评定。", code="awards.own_case")


@transaction.atomic
def return_decision(*, selection: Selection, reason: str, by: User, at: datetime) -> Selection:
    """Give a decision back to be thought over.

    :raises BadInput: without a reason.
    :raises NotAllowed: when one decided it.
    :raises WrongState: when it is not decided.
    """
    SELECTION_FLOW.after("return", selection.state)
    _refuse_maker(selection, by)
    said = rules.reason_words(reason, label="退回的理由")
    selection_step(selection, "return", by=by, at=at, words=said, decided_at=None, decided_by=None)
    of_it = Result.objects.filter(nomination__category__selection=selection)
    of_it.update(is_chosen=None, reason="")
    return selection


def _refuse_maker(selection: Selection, by: User) -> None:
    if selection.decided_by_id == by.pk:
        raise NotAllowed("这是您评定的，请由另一位同事复核。", code="awards.own_decision")


@transaction.atomic
def confirm_decision(*, selection: Selection, by: User, at: datetime) -> Selection:
    """Agree with what another officer decided; each awardee is shown to the public.

    :raises NotAllowed: when one decided it, or is among the nominees.
    :raises Refusal: when all who were chosen have taken their consent back since.
    :raises WrongState: when it is not decided.
    """
    SELECTION_FLOW.after("confirm", selection.state)
    _refuse_maker(selection, by)
    _refuse_own([one.nomination for one in queries.results_of(selection)], by, at)
    selection_step(selection, "confirm", by=by, at=at, shown_at=at, confirmed_by=by)
    chosen = queries.results_of(selection).filter(is_chosen=True, nomination__hidden_at=None)
    awards = Award.objects.bulk_create(_award(selection, one, at) for one in chosen)
    if not awards:
        raise Refusal("入选的对象都已不再公开事迹，请退回重新评定。", code="awards.nobody")
    publicity.show_many(
        [case_of(one) for one in awards], kind=NoticeKind.AWARDS,
        workdays=selection.publicity_workdays, at=at, by=by,
    )  # fmt: skip
    return selection


def _award(selection: Selection, result: Result, at: datetime) -> Award:
    nominee = result.nomination
    return Award(
        selection=selection, nomination=nominee, serial=rules.new_serial(selection.year),
        title=nominee.category.title, name=nominee.name, issuer=selection.issuer,
        year=selection.year, made_at=at,
    )  # fmt: skip


def case_of(award: Award) -> Case:
    """Return what the public reads of an award while it is shown, and in the list afterwards."""
    nominee, selection = award.nomination, award.selection
    result = nominee.result
    body = (
        f"{award.title}拟表彰对象：{award.shown_name}\n推荐：{nominee.nominator}\n"
        f"综合得分 {rules.points_text(result.total)}"
        f"（专家评审 {rules.points_text(result.expert_points)}，得票 {result.votes}），"
        f"本类第 {result.place} 名。\n{nominee.summary if nominee.is_open else '事迹不公开。'}"
    )
    title = f"{selection.title}：{award.title} {award.shown_name}"
    return Case(title=title[:120], body=body[:FACTS_MOST], subject=award, region=selection.region)
