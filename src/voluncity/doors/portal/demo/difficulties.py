"""What a team of the demo city cannot solve alone: waiting, late, asked back, answered, solved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.kernel.clock import local_date
from voluncity.service.difficulties import actions
from voluncity.service.difficulties.models import Difficulty
from voluncity.service.difficulties.rules import Answer, Report
from voluncity.service.projects.models import Project

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

# Kind, what is lacking, days ago, urgent, how far it is.
REPORTED = (
    ("insurance", "冬季上门服务的志愿者还没有意外保险，三个小组停了下来。", 40, False, "solved"),
    ("venue", "社区活动室周末要腾出来，义诊没有地方摆桌子。", 6, False, "answered"),
    ("funds", "给空巢老人换灯泡、修水管的材料费没有着落，每月大约 600 元。", 8, False, "late"),
    ("people", "会手语的志愿者只有一位，聋人家庭排不过来。", 3, False, "asking"),
    ("coordination", "入户时物业不让进电梯，需要和物业公司协调。", 1, True, "waiting"),
)
QUESTION = "上门服务的志愿者没有意外保险怎么办？"
ANSWER = "由牵头单位统一投保。把志愿者名单交上来，从下个月起生效；新人在首次上门前三天补报。"


def report_what_is_hard(cast: Cast, *, at: datetime) -> None:
    """Let the leader report five difficulties, and the lead unit do its part."""
    team, leader = cast.teams["qiaodong"], cast.staff["demo-leader"]
    own = Project.objects.filter(organization=team).exclude(line=None)
    project = own.order_by("pk").first()
    for number, (kind, text, days, is_urgent, state) in enumerate(REPORTED):
        began = at - timedelta(days=days)
        report = Report(kind_key=kind, text=text, key=f"demo-{number:04d}", is_urgent=is_urgent)
        difficulty = actions.report_difficulty(
            organization=team, project=project, report=report, by=leader, at=began
        )
        _go_on(cast, difficulty, state, at=began + timedelta(days=1))
    actions.keep_terms(today=local_date(at), at=at)


def _go_on(cast: Cast, difficulty: Difficulty, state: str, *, at: datetime) -> None:
    by, leader = cast.staff["demo-lead-unit"], cast.staff["demo-leader"]
    if state in {"solved", "answered"}:
        actions.accept_difficulty(difficulty=difficulty, by=by, at=at)
        answer = Answer(ANSWER, "社区服务科 周科长", local_date(at) + timedelta(days=20))
        if state == "answered":
            answer = Answer(
                "已和区文化馆商定，周末上午使用一层大厅。", "社区服务科 周科长",
                local_date(at) + timedelta(days=30),
            )  # fmt: skip
        later = at + timedelta(days=1)
        actions.answer_difficulty(difficulty=difficulty, answer=answer, by=by, at=later)
    if state == "solved":
        actions.confirm_difficulty(difficulty=difficulty, by=leader, at=at + timedelta(days=3))
        actions.publish_answer(
            difficulty=difficulty, question=QUESTION, answer=ANSWER, by=by, at=at
        )
    if state == "asking":
        words = "请补充：一个月大约要几次，在哪几个社区？"
        actions.ask_for_facts(difficulty=difficulty, words=words, by=by, at=at)
