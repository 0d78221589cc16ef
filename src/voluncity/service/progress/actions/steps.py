"""One step along a flow, taken by one person only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voluncity.kernel.flow import Flow
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.service.progress import rules
from voluncity.service.projects.models import Project


class Unseen(WrongState):
    """What is to be decided was handed in anew after it was read."""

    default_code = "progress.not_seen"


def take(row: Any, flow: Flow, verb: str, **changes: Any) -> None:
    """Take a row one step on and write `changes` with it.

    :raises WrongState: when the table has no such step, or somebody else was quicker.
    """
    _take(row, flow, verb, {}, changes)


def decide(row: Any, flow: Flow, verb: str, *, seen: str, **changes: Any) -> None:
    """Take what was handed in one step on, if it is what the reviewer has read.

    `seen` is the mark of the page that was read (`rules.mark`); empty where no page was.

    :raises Unseen: when it was handed in anew meanwhile.
    :raises WrongState: when the table has no such step, or somebody else was quicker.
    """
    if seen and seen != rules.mark(row.submitted_at):
        raise Unseen("您打开页面以后，内容改过并重新提交了。请看过最新的内容再办理。")
    _take(row, flow, verb, {"submitted_at": row.submitted_at}, changes)


def _take(
    row: Any, flow: Flow, verb: str, still: Mapping[str, Any], changes: dict[str, Any]
) -> None:
    changes["state"] = flow.after(verb, row.state)
    # The state is asked for again in the statement that changes it: of two, one comes second.
    if not type(row).objects.filter(pk=row.pk, state=row.state, **still).update(**changes):
        raise overtaken()
    for name, value in changes.items():
        setattr(row, name, value)


def overtaken() -> WrongState:
    """Return the refusal for somebody who came second."""
    return WrongState(
        "刚刚有人处理过，情况已经变化，请刷新页面后再看。", code="progress.was_faster"
    )


def project_of(project_id: int) -> Project:
    """Return the project with its organization.

    :raises NotFound: when there is none.
    """
    found: Project | None = (
        Project.objects.select_related("organization__region", "line").filter(pk=project_id).first()
    )
    if found is None:
        raise NotFound("没有找到这个项目。")
    return found
