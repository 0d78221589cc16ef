"""Enter what a meeting decided, show it to everybody, let it take effect or fall."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.actions import Case
from voluncity.city.publicity.states import NoticeKind
from voluncity.fund.books import actions as books
from voluncity.fund.calls import actions as calls
from voluncity.fund.calls.models import Application
from voluncity.fund.calls.states import AppState
from voluncity.fund.governance.models import Resolution
from voluncity.fund.review import queries
from voluncity.fund.review.actions.steps import decision_step, note_decision, refuse_own
from voluncity.fund.review.models import Decision, DecisionLine, DecisionSource, Review
from voluncity.fund.review.rules.criteria import said
from voluncity.fund.review.rules.deciding import REASON_MOST, DecisionPlan
from voluncity.fund.review.states import DecisionState, Outcome, ReviewState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState

D = DecisionState
_HELD_UP_MOST = 300


@transaction.atomic
def enter_decision(
    *,
    application: Application,
    submission_id: int,
    resolution: Resolution,
    plan: DecisionPlan,
    handle: str,
    by: User,
    at: datetime,
) -> Decision:
    """Enter what the meeting decided about the submission that was read; the same form once.

    :raises BadInput: at the field that is wrong: sum, sources, budget, resolution.
    :raises NotAllowed: when one acts for the organization.
    :raises WrongState: when it is not accepted, scoring is not over, something newer was handed
        in, nobody scored what is to be awarded, or a decision stands already.
    """
    first: Decision | None = Decision.objects.filter(handle=handle, application=application).first()
    if first is not None:
        return first
    refuse_own(application, by)
    calls.refuse_unread(application, submission_id)
    _hold_application(application)
    _refuse_unfinished(application)
    if resolution.fund_id != application.call.fund_id or resolution.repealed_by_id is not None:
        raise BadInput("请选择这个基金现行有效的决议。", field="resolution")
    kept = plan.checked(queries.bounds(application))
    if kept.outcome == Outcome.AWARDED:
        _refuse_unscored(application)
    decision = _write(application, submission_id, resolution, kept, handle, by, at)
    note_decision(decision, "enter", by=by, at=at)
    return decision


def _hold_application(application: Application) -> None:
    """Take the application's row while it is accepted: of two who decide, one is first.

    :raises WrongState: when it is not accepted any more.
    """
    same = Application.objects.filter(
        pk=application.pk, state=AppState.ACCEPTED, current=application.current_id
    )
    if not same.update(edition=F("edition")):
        raise WrongState("这份申报不在评审中，请刷新页面查看最新情况。", code="review.not_accepted")


def _refuse_unfinished(application: Application) -> None:
    """Take the review's row while scoring is over: decisions of one call take turns.

    :raises WrongState: when experts still score, or nobody ever did.
    """
    closed = Review.objects.filter(call=application.call_id, state=ReviewState.CLOSED)
    if not closed.update(edition=F("edition")):
        raise WrongState(
            "专家评分还没有结束，请先结束评分再登记会议决定。", code="review.not_closed"
        )


def _refuse_unscored(application: Application) -> None:
    """Let no money be given for what no expert has read as it stands now.

    :raises WrongState: when no score counts.
    """
    if not queries.counted().filter(place__application=application).exists():
        raise WrongState(
            "现在的申报材料还没有专家评分，不能批准立项。请恢复评分、请专家评过再登记。",
            code="review.not_scored",
        )


def _refuse_repealed(decision: Decision) -> None:
    """Let nothing go on by a resolution that does not hold any more.

    :raises WrongState: when it was repealed.
    """
    if Resolution.objects.filter(pk=decision.resolution_id, repealed_by=None).exists():
        return
    raise WrongState(
        "依据的决议已经废止，请撤销这项决定，按新的决议重新登记。", code="review.repealed"
    )


def _write(
    application: Application,
    submission_id: int,
    resolution: Resolution,
    plan: DecisionPlan,
    handle: str,
    by: User,
    at: datetime,
) -> Decision:
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                handle=handle, application=application, submission_id=submission_id,
                resolution=resolution, outcome=plan.outcome, awarded_fen=plan.awarded_fen,
                serves_id=plan.serves_id, terms=plan.terms, reason=plan.reason,
                letter=plan.letter, entered_at=at, entered_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise WrongState(
            "这份申报已经登记过决定，请刷新页面查看。", code="review.decided_twice"
        ) from None
    DecisionSource.objects.bulk_create(
        DecisionSource(decision=decision, purpose_id=one.purpose_id, fen=one.fen)
        for one in plan.sources
    )
    DecisionLine.objects.bulk_create(
        DecisionLine(decision=decision, place=place, kind=one.kind, what=one.what, fen=one.fen)
        for place, one in enumerate(plan.lines, start=1)
    )
    return decision


@transaction.atomic
def show_decision(*, decision: Decision, by: User, at: datetime) -> Decision:
    """Show a decision to everybody for the working days of the city.

    :raises NotAllowed: when one acts for the organization, or entered it oneself.
    :raises WrongState: when it is not entered, what it decides about has changed, or its
        resolution was repealed.
    """
    refuse_own(decision.application, by)
    if decision.entered_by_id == by.pk:
        raise NotAllowed(
            "这项决定是您登记的，请由另一位同事核对决议以后公示。", code="review.own_entry"
        )
    if decision.application.current_id != decision.submission_id:
        raise WrongState("申报内容在登记决定以后有更新，请撤销后重新决定。", code="review.newer")
    _refuse_repealed(decision)
    _hold_application(decision.application)
    decision_step(decision, "show", by=by, at=at, shown_at=at, shown_by=by)
    case = case_of(decision)
    publicity.show(
        kind=NoticeKind.FUND, title=case.title, body=case.body, subject=decision,
        region=case.region,
        workdays=policy.number("review.publicity_workdays", on=local_date(at)), at=at, by=by,
    )  # fmt: skip
    return decision


def case_of(decision: Decision) -> Case:
    """Return what everybody reads of a decision: the organization, the sum, the reason."""
    application = decision.application
    fund = application.call.fund
    sum_text = f"\n批准金额：{decision.awarded_text}" if decision.awarded_fen else ""
    serves = f"\n资助方向：{decision.serves}" if decision.serves else ""
    body = (
        f"{fund}对“{application.call}”的一项申报作出决定：{decision.get_outcome_display()}。\n"
        f"项目：{application}（编号 {application.number}）\n申报组织：{application.organization}"
        f"{sum_text}{serves}\n理由：{decision.reason}\n依据：{decision.resolution.number}"
    )
    title = f"{decision.get_outcome_display()}：{application}（{application.number}）"
    return Case(title=title[:120], body=body, subject=decision, region=fund.region)


@transaction.atomic
def overturn_decision(*, decision: Decision, words: str, by: User, at: datetime) -> Decision:
    """Take a decision back before its effect, with the reason; it is decided anew.

    While it is shown to everybody only an objection lets it fall.
    :raises BadInput: without a reason.
    :raises NotAllowed: when one acts for the organization.
    :raises WrongState: when it is being shown, is in force, or fell before.
    """
    if decision.state == D.SHOWN and decision.passed_at is None:
        raise WrongState(
            "正在公示，不能直接撤销。有问题的请通过公示异议办理。", code="review.being_shown"
        )
    refuse_own(decision.application, by)
    reason = said(words, "撤销的原因", most=REASON_MOST)
    _overturn(decision, reason, by=by, at=at)
    _reword_publicity(decision, by=by, at=at)
    return decision


def _overturn(decision: Decision, reason: str, *, by: User | None, at: datetime) -> None:
    """Let a decision fall; the reason stands beside it."""
    decision_step(
        decision, "overturn", by=by, at=at, words=reason, ended_at=at, end_reason=reason, held_up=""
    )


def _reword_publicity(decision: Decision, *, by: User | None, at: datetime) -> None:
    """Let what stands in the list of publicity say that the decision did not last."""
    if decision.shown_at is None:
        return
    application = decision.application
    publicity.reword(
        kind=NoticeKind.FUND, subject=decision, by=by, at=at,
        title=f"已撤销的资助决定：{application}（{application.number}）"[:120],
        body=f"这项决定公示后没有生效，已经撤销：{decision.end_reason}",
    )  # fmt: skip


@transaction.atomic
def fall_withdrawn(*, application_id: int, at: datetime) -> bool:
    """Let the decision about an application fall that its organization has withdrawn.

    Return whether there was anything to do.
    """
    standing = queries.detailed().filter(application=application_id, state__in=(D.ENTERED, D.SHOWN))
    decision = standing.filter(application__state=AppState.WITHDRAWN).first()
    if decision is None:
        return False
    _overturn(decision, "申报组织撤回了申报。", by=None, at=at)
    _reword_publicity(decision, by=None, at=at)
    return True


@transaction.atomic
def fall(*, decision_id: int, at: datetime) -> bool:
    """Let a decision fall whose publicity met an objection that holds; it is decided anew.

    Return whether there was anything to do.
    """
    decision = queries.detailed().filter(pk=decision_id, state=D.SHOWN).first()
    if decision is None:
        return False
    _overturn(decision, "公示期间的异议成立，申报将重新决定。", by=None, at=at)
    return True


def pass_publicity(*, decision_id: int, at: datetime) -> bool:
    """Note that nothing stands against a decision any more, and let it take effect if it can."""
    shown = Decision.objects.filter(pk=decision_id, state=D.SHOWN, passed_at=None)
    if not shown.update(passed_at=at):
        return False
    return take_effect(decision_id=decision_id, at=at)


def take_effect(*, decision_id: int, at: datetime, by: User | None = None) -> bool:
    """Let a decision take effect whose publicity went well: money, application, journal together.

    What keeps it from its effect (too little money, a newer submission) is written beside it, and
    it is tried again. Return whether it is in force now.
    """
    decision = queries.detailed().filter(pk=decision_id).first()
    if decision is None or decision.state != D.SHOWN or decision.passed_at is None:
        return False
    try:
        _make_effective(decision, by=by, at=at)
    except Refusal as refusal:
        _hold_up(decision_id, refusal.sentence, by=by, at=at)
        return False
    return True


@transaction.atomic
def _make_effective(decision: Decision, *, by: User | None, at: datetime) -> None:
    decision_step(decision, "take_effect", by=by, at=at, effective_at=at, held_up="")
    _refuse_repealed(decision)
    application = decision.application
    if decision.outcome == Outcome.REFUSED:
        calls.refuse(
            application=application, submission_id=decision.submission_id, words=decision.reason,
            by=by, at=at,
        )  # fmt: skip
        return
    for number, source in enumerate(decision.sources.all(), start=1):
        books.reserve(
            fund=application.call.fund, purpose=source.purpose, serves=decision.serves,
            award=f"application:{application.pk}", amount_fen=source.fen,
            key=f"award:{decision.pk}:{number}", resolution=decision.resolution,
            reason=f"立项资助 {application.number}", at=at, by=by,
        )  # fmt: skip
    calls.award(application=application, submission_id=decision.submission_id, by=by, at=at)


@transaction.atomic
def _hold_up(decision_id: int, sentence: str, *, by: User | None, at: datetime) -> None:
    """Write why a decision waits; the same reason is told once."""
    waiting = Decision.objects.filter(pk=decision_id, state=D.SHOWN)
    if not waiting.exclude(held_up=sentence[:_HELD_UP_MOST]).update(
        held_up=sentence[:_HELD_UP_MOST]
    ):
        return
    decision = Decision.objects.get(pk=decision_id)
    record("review.hold_up", decision, by=by, at=at, application=decision.application_id)


def retry_effects(*, at: datetime) -> int:
    """Try again what could not take effect; return how many are in force now."""
    waiting = list(queries.waiting_for_effect().values_list("pk", flat=True))
    return sum(take_effect(decision_id=pk, at=at) for pk in waiting)
