"""What the review says to an applicant: how far it is and what came of it; no name, no score."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application
from voluncity.fund.calls.rules.stages import Stage
from voluncity.fund.calls.states import DECIDED, AppState
from voluncity.fund.review.models import Decision, Review
from voluncity.fund.review.queries.decisions import decision_for, notice_of, standing_of
from voluncity.fund.review.queries.scoring import is_expert_of
from voluncity.fund.review.states import DecisionState, ReviewState


def stages(application: Application, at: datetime) -> list[Stage]:
    """Return where an application stands between being taken and its decision."""
    if application.state not in (AppState.ACCEPTED, *DECIDED):
        return []
    decision = decision_for(application)
    return [_decided(application, decision) if decision else _reviewed(application, at)]


def _decided(application: Application, decision: Decision) -> Stage:
    page = reverse("review:own_decision", args=[application.pk])
    result = str(decision.get_outcome_display())
    if decision.awarded_fen:
        result += f"，{decision.awarded_text}"
    if decision.state == DecisionState.IN_FORCE:
        return Stage("评审结果", f"{result}。可以下载答复函。", page, decision.tone)
    notice = notice_of(decision)
    until = f"到 {notice.shown_until:%Y-%m-%d}" if notice else ""
    return Stage("公示中", f"{result}，公示{until}，没有异议就生效。", page, decision.tone)


def _reviewed(application: Application, at: datetime) -> Stage:
    review = Review.objects.filter(call=application.call_id).first()
    if review is None:
        return Stage("等待评审", "材料齐全，基金办公室接下来组织专家评审。")
    if review.state == ReviewState.OPEN and at < review.due_at:
        return Stage("专家评审中", f"评分到 {review.due_text}，之后由会议研究决定。")
    return Stage("等待会议决定", "专家评分已经结束，会议决定以后在这里公示。")


def against_sending_back(application: Application, by: User) -> str:
    """Return why the material of an application may not change now; nothing when it may.

    A decision is about the submission that the meeting read: first it falls, then one sends back.
    """
    if is_expert_of(application, by):
        return "您是这份申报的评审专家，或者已经回避，请由另一位同事办理。"
    decision = standing_of(application)
    if decision is None:
        return ""
    if decision.state == DecisionState.SHOWN and decision.passed_at is None:
        return "会议决定正在公示，材料不能再改。对决定有疑问的，请通过公示异议办理。"
    return "这份申报已经登记会议决定，材料不能再改。确需补正的，请先撤销这项决定。"
