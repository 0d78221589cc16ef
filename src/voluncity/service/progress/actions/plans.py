"""Aims of a project, its next stage, and the yearly plans of lead units."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.service.progress import rules
from voluncity.service.progress.actions.steps import decide, project_of, take
from voluncity.service.progress.models import Aim, PlanCall, Stage, YearPlan
from voluncity.service.progress.rules import YearAims
from voluncity.service.progress.states import WRITABLE_YEAR, YEAR_FLOW
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Leading, Project
from voluncity.service.projects.states import OVER_STATES, ProjectState

FINISHED = (ProjectState.SUMMARIZED, ProjectState.CLOSED)


@transaction.atomic
def set_aim(
    *, project_id: int, people_served: int | None, funding_fen: int | None, by: User, at: datetime
) -> Aim:
    """Say how many people a project wants to serve and how much it may spend.

    :raises BadInput: when a number is out of bounds.
    :raises WrongState: when the project is over.
    """
    project = project_of(project_id)
    if project.state in OVER_STATES:
        raise WrongState("项目已经结束，不能再改目标。", code="progress.over")
    most_fen = rules.MOST_YUAN * 100
    aim, _ = Aim.objects.update_or_create(
        project=project,
        defaults={
            "people_served": rules.aim_number(
                people_served, "people_served", "计划服务人次", rules.MOST_PEOPLE
            ),
            "funding_fen": rules.aim_number(funding_fen, "funding", "计划经费", most_fen),
            "set_at": at,
            "set_by": by,
        },
    )
    record("progress.set_aim", project, by=by, at=at, people=people_served, fen=funding_fen)
    return aim


@transaction.atomic
def plan_next_stage(*, project_id: int, by: User, at: datetime) -> Project:
    """Make a draft of the next stage: the seven fields and aims go along, the dates move.

    A next stage that was cancelled gives its place to the new one; a cancelled project itself has
    no next stage, its plan is only copied.

    :raises WrongState: while the project goes on, or when it has a next stage already.
    """
    old = project_of(project_id)
    made = projects.plan_next_stage(project_id=project_id, by=by, at=at)
    if old.state in FINISHED:
        _link(made, old, by=by, at=at)
    aim = Aim.objects.filter(project=old).first()
    if aim is not None:
        Aim.objects.create(
            project=made, people_served=aim.people_served, funding_fen=aim.funding_fen,
            set_at=at, set_by=by,
        )  # fmt: skip
    return made


def _link(made: Project, old: Project, *, by: User, at: datetime) -> None:
    Stage.objects.filter(previous=old, project__state=ProjectState.CANCELLED).delete()
    before = Stage.objects.filter(project=old).first()
    try:
        with transaction.atomic():
            stage = Stage.objects.create(
                project=made, previous=old,
                first_id=before.first_id if before else old.pk,
                number=before.number + 1 if before else 2,
                planned_at=at, planned_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(
            "下一期已经编制过，请在项目页的“各期”里打开。", code="progress.has_next_stage"
        ) from error
    record("progress.next_stage", made, by=by, at=at, previous=old.pk, number=stage.number)


@transaction.atomic
def open_call(*, year: int, due_on: date, words: str, by: User, at: datetime) -> PlanCall:
    """Ask all lead units for their plan of a year; asked again, the day and the words change.

    :raises BadInput: when the day is past, or the year lies in another century.
    """
    rules.checked_year_number(year)
    if due_on < local_date(at):
        raise BadInput("截止日期已经过去，请修改。", field="due_on")
    call, _ = PlanCall.objects.update_or_create(
        year=year,
        defaults={
            "due_on": due_on,
            "words": rules.note(words, "words", "要求", 300),
            "opened_at": at,
            "opened_by": by,
        },
    )
    record("progress.open_call", call, by=by, at=at, year=year)
    return call


@transaction.atomic
def write_year_plan(
    *, line_id: int, unit_id: int, year: int, aims: YearAims, by: User, at: datetime
) -> YearPlan:
    """Keep the plan of a line for a year as a draft, or write a draft anew.

    :raises BadInput: at a field that breaks a rule.
    :raises Refusal: unless the unit leads the line now.
    :raises WrongState: when it is under review or accepted.
    """
    rules.checked_year_number(year)
    checked = rules.checked_year(aims)
    if not Leading.objects.filter(line=line_id, organization=unit_id, until=None).exists():
        raise Refusal(
            "只有这类项目现在的牵头单位可以编制年度计划，请核对。", code="progress.not_leading",
            field="line",
        )  # fmt: skip
    columns = {**vars(checked), "written_at": at, "written_by": by}
    plan, is_new = YearPlan.objects.get_or_create(
        line_id=line_id, unit_id=unit_id, year=year, defaults=columns
    )
    if not is_new:
        open_ = YearPlan.objects.filter(pk=plan.pk, state__in=WRITABLE_YEAR)
        if not open_.update(**columns):
            raise WrongState(
                "计划已经报送，不能修改；需要调整的，请审核单位退回。", code="progress.year_sent"
            )
        plan.refresh_from_db()
    record("progress.write_year", plan, by=by, at=at, year=year)
    return plan


@transaction.atomic
def submit_year_plan(*, plan_id: int, by: User, at: datetime) -> YearPlan:
    """Hand the plan in to the city office.

    :raises WrongState: when it is handed in already.
    """
    plan = YearPlan.objects.get(pk=plan_id)
    take(plan, YEAR_FLOW, "submit", submitted_at=at, submitted_by=by, remarks="")
    record("progress.submit_year", plan, by=by, at=at, unit=plan.unit_id)
    return plan


@transaction.atomic
def review_year_plan(
    *, plan_id: int, verb: str, remarks: str, by: User, at: datetime, seen: str = ""
) -> YearPlan:
    """Accept a yearly plan, or send it back with remarks.

    :raises BadInput: when it is sent back without remarks.
    :raises NotAllowed: when one handed it in oneself.
    :raises Unseen: when it was handed in anew since `seen`.
    :raises WrongState: unless it waits for review.
    """
    plan = YearPlan.objects.get(pk=plan_id)
    if by.pk in {plan.submitted_by_id, plan.written_by_id}:
        raise NotAllowed("不能审核自己编制的计划，请由另一位审核人办理。", code="progress.own_plan")
    said = "" if verb == "accept" else rules.reason(remarks, field="remarks", label="意见")
    decide(
        plan,
        YEAR_FLOW,
        verb,
        seen=seen,
        remarks=said,
        reviewed_at=at,
        reviewed_by=by,
    )
    record(f"progress.{verb}_year", plan, by=by, at=at, unit=plan.unit_id)
    return plan
