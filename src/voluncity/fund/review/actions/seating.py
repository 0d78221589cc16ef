"""Give applications to experts: by hand, by lot, and somebody else for who is late."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record, record_many
from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application
from voluncity.fund.calls.states import AppState
from voluncity.fund.review import queries
from voluncity.fund.review.actions.steps import hold, note_review, refuse_own
from voluncity.fund.review.models import Place, Review
from voluncity.fund.review.rules.criteria import EXPERTS_MOST, said
from voluncity.fund.review.rules.drawing import Drawn, draw
from voluncity.fund.review.states import PLACE_FLOW, SEATED, How, PlaceState
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState


@transaction.atomic
def assign(
    *, review: Review, application: Application, expert: User, despite: str, by: User, at: datetime
) -> Place:
    """Give an application to an expert; where records hint at a conflict, with the reason why.

    :raises BadInput: when there are hints and nothing is said about them.
    :raises NotAllowed: for oneself, for no expert, for who acts for the organization.
    :raises Refusal: when the expert has it already, or stepped back from it.
    :raises WrongState: when scoring is over, or the application is not reviewed any more.
    """
    hold(review)
    refuse_own(application, by)
    _refuse_misplaced(review, application)
    if expert.pk == by.pk:
        raise NotAllowed("不能指定自己评审，请由同事办理。", code="review.own_place")
    if expert.pk not in {one.pk for one in queries.candidates(review.call)}:
        raise NotAllowed("这个账号不是本基金的评审专家。", code="review.no_expert")
    hints = queries.hints([application], [expert]).get((application.pk, expert.pk), [])
    if any(one.is_blocking for one in hints):
        raise NotAllowed("这位专家代申报组织办过事，不能评审。", code="review.too_close")
    reason = said(despite, "仍指定的理由", field="despite") if hints and despite.strip() else ""
    if hints and not reason:
        named = "；".join(one.words for one in hints)
        raise BadInput(f"记录提示：{named}。仍要指定的，请写明理由。", field="despite")
    place = _seat(
        Place(
            review=review, application=application, expert=expert, how=How.HAND,
            hints=[one.code for one in hints], despite=reason, assigned_at=at, assigned_by=by,
        )
    )  # fmt: skip
    record("review.assign", place, by=by, at=at, application=application.pk, expert=expert.pk)
    return place


def _refuse_misplaced(review: Review, application: Application) -> None:
    if application.call_id != review.call_id or application.state != AppState.ACCEPTED:
        raise WrongState("这份申报不在评审中，请刷新页面。", code="review.not_accepted")
    if queries.is_decided(application.pk):
        raise WrongState("这份申报已经登记会议决定，不再评分。", code="review.decided")
    seated = review.places.filter(application=application, state__in=SEATED).count()
    if seated >= EXPERTS_MOST:
        raise WrongState(f"一项申报最多 {EXPERTS_MOST} 位专家。", code="review.full")


def _seat(place: Place) -> Place:
    try:
        with transaction.atomic():
            place.save(force_insert=True)
    except IntegrityError:
        raise Refusal(
            "这位专家已经在评这份申报，或者已经回避，请换一位。",
            code="review.seated_twice", field="expert",
        ) from None  # fmt: skip
    return place


@transaction.atomic
def draw_experts(*, review: Review, by: User, at: datetime, seed: int | None = None) -> Drawn:
    """Fill the empty places of all applications by lot; nobody whom records connect is drawn.

    The seed goes into the journal: the same facts and seed draw the same.
    :raises Refusal: when nothing is to be filled, or there is no expert.
    :raises WrongState: when scoring is over.
    """
    hold(review)
    experts = [one for one in queries.candidates(review.call) if one.pk != by.pk]
    if not experts:
        raise Refusal(
            "还没有评审专家。请先在“人员和角色”里分配“评审专家”角色。", code="review.no_experts"
        )
    waiting = list(queries.undecided(review))
    places = list(review.places.filter(application__in=waiting))
    seated = Counter(one.application_id for one in places if one.state in SEATED)
    needs = {one.pk: max(review.experts_each - seated[one.pk], 0) for one in waiting}
    if not any(needs.values()):
        raise Refusal("每项申报的专家都已经够了，不用再抽取。", code="review.nothing_to_draw")
    number = secrets.randbits(48) if seed is None else seed
    barred = set(queries.hints(waiting, experts))
    barred |= {(one.application_id, one.expert_id) for one in places}
    loads = Counter(one.expert_id for one in places if one.state in SEATED)
    drawn = draw(needs, {one.pk: loads[one.pk] for one in experts}, barred, seed=number)
    made = Place.objects.bulk_create(
        Place(
            review=review, application_id=pk, expert_id=expert, how=How.DRAW, assigned_at=at,
            assigned_by=by,
        )
        for pk, expert in drawn.pairs
    )  # fmt: skip
    told = [(one, {"application": one.application_id, "expert": one.expert_id}) for one in made]
    record_many("review.assign", told, by=by, at=at)
    words = f"抽取 {len(made)} 份，抽签号 {number}" + (
        f"，{sum(drawn.short.values())} 份没有合适的专家" if drawn.short else ""
    )
    note_review(review, "draw", by=by, at=at, words=words, seed=number, places=len(made))
    return drawn


@transaction.atomic
def release(*, place: Place, words: str, by: User, at: datetime) -> Place:
    """Take a place back from an expert, with the reason; what they wrote does not count.

    :raises BadInput: without a reason.
    :raises NotAllowed: when one acts for the organization.
    :raises WrongState: when scoring is over, or the expert has left.
    """
    hold(place.review)
    refuse_own(place.application, by)
    reason = said(words, "更换的原因")
    leave(place, "release", reason=reason, by=by, at=at)
    return place


def leave(place: Place, verb: str, *, reason: str, by: User, at: datetime) -> None:
    """Free a place; the update decides.

    :raises WrongState: when the expert has left already.
    """
    target = PLACE_FLOW.after(verb, place.state)
    same = Place.objects.filter(pk=place.pk, state=place.state)
    if not same.update(state=target, reason=reason, ended_at=at):
        raise WrongState("这个评审任务刚刚变过，请刷新页面。", code="review.was_faster")
    place.refresh_from_db(fields=["state", "reason", "ended_at"])
    record(
        f"review.{verb}", place, by=by, at=at, application=place.application_id,
        expert=place.expert_id, is_conflict=place.state == PlaceState.CONFLICTED,
    )  # fmt: skip
