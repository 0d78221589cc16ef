"""What happens with an application after it was handed in, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.fund.calls.models import Application
from voluncity.fund.calls.queries.calls import deadline
from voluncity.fund.calls.states import AppState
from voluncity.kernel.clock import day_text, local_date, minute_text

A = AppState


@dataclass(frozen=True)
class NextStep:
    """One thing that happens, with its time in words; the one that is waited for is `is_now`."""

    title: str
    words: str
    is_now: bool = False


def check_by(application: Application) -> date | None:
    """Return by which day the office says whether the material is complete."""
    if application.submitted_at is None:
        return None
    handed_in = local_date(application.submitted_at)
    return publicity.due_on(handed_in, policy.number("calls.check_workdays", on=handed_in))


def next_steps(application: Application, *, at: datetime) -> list[NextStep]:
    """Return what comes, as a receipt says it: until when what may be done, and what follows."""
    today, by = local_date(at), check_by(application)
    found: list[NextStep] = []
    is_waiting = application.state == A.SUBMITTED
    if is_waiting and application.due_at is None and at < deadline(application):
        found.append(
            NextStep("可以取回修改", f"{minute_text(deadline(application))} 以前、受理以前。")
        )
    if by is not None:
        found.append(
            NextStep(
                "检查材料",
                f"基金办公室最迟 {day_text(by, today)} 检查，不齐的退回补正。",
                is_waiting,
            )
        )
    shown = policy.number("review.publicity_workdays", on=today)
    return [
        *found,
        NextStep(
            "专家评审、会议决定", "受理以后由没有利害关系的专家评分，会议作出决定。",
            application.state == A.ACCEPTED,
        ),
        NextStep(
            "公示和答复", f"决定在本网站公示 {shown} 个工作日，没有异议就生效，可以下载答复函。"
        ),
    ]  # fmt: skip


def waiting_text(application: Application, *, at: datetime) -> str:
    """Return how long the material waits for its check and by when that is due, or nothing."""
    by = check_by(application)
    if application.state != A.SUBMITTED or by is None or application.submitted_at is None:
        return ""
    today = local_date(at)
    days = (today - local_date(application.submitted_at)).days
    waited = f"已等 {days} 天，" if days else ""
    if today > by:
        return f"{waited}最迟应在 {day_text(by, today)} 检查，已经超期。"
    return f"{waited}最迟 {day_text(by, today)} 检查。"
