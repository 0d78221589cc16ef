"""Write the summary of a project, hand it in with frozen numbers, look at it from above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.progress import queries, rules
from voluncity.service.progress.actions.counting import count_some
from voluncity.service.progress.actions.photos import checked_photos, take_photos
from voluncity.service.progress.actions.steps import decide, overtaken, project_of, take
from voluncity.service.progress.models import Summary, SummaryFile, SummaryMove
from voluncity.service.progress.rules import SummaryText
from voluncity.service.progress.states import SUMMARY_FLOW, WRITABLE_SUMMARY, SummaryState
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES, ProjectState


@transaction.atomic
def write_summary(*, project_id: int, text: SummaryText, by: User, at: datetime) -> Summary:
    """Keep the summary as a draft; it may be half written.

    :raises BadInput: when a part is too long.
    :raises WrongState: unless the project runs, or when the summary was handed in.
    """
    project = _running(project_id)
    columns = {**vars(rules.checked_summary(text)), "written_at": at, "written_by": by}
    summary, is_new = Summary.objects.get_or_create(project=project, defaults=columns)
    if not is_new:
        same = Summary.objects.filter(pk=summary.pk, state__in=WRITABLE_SUMMARY)
        if not same.update(**columns):
            raise overtaken()
        summary.refresh_from_db()
    record("progress.write_summary", project, by=by, at=at)
    return summary


@transaction.atomic
def choose_photos(
    *, project_id: int, photo_ids: Collection[int], by: User, at: datetime
) -> Summary:
    """Make these photos of the project's archives those of the summary.

    :raises BadInput: when there are too many, or one belongs to another project.
    :raises WrongState: when the summary was handed in.
    """
    summary = _writable(project_id, by=by, at=at)
    take_photos(summary.pictures, checked_photos(photo_ids, summary.project))
    record("progress.choose_photos", summary.project, by=by, at=at, photos=sorted(photo_ids))
    return summary


@transaction.atomic
def add_paper(
    *, project_id: int, paper: Checked, caption: str, by: User, at: datetime
) -> SummaryFile:
    """Add a paper to the summary: a PDF, or a photo of one.

    :raises BadInput: without a name for it.
    :raises WrongState: when the summary was handed in, or has enough papers.
    """
    name = rules.reason(caption, field="caption", label="附件名称", most=60)
    summary = _writable(project_id, by=by, at=at)
    if summary.papers.count() >= rules.MOST_PAPERS:
        raise Refusal(f"最多 {rules.MOST_PAPERS} 个附件，请先删除一个。", code="progress.papers")
    stored = files.store(
        paper, subject=f"summary:{summary.pk}", by=by, at=at,
        organization_id=summary.project.organization_id, seen_with=Permission.PROJECT_SEE,
    )  # fmt: skip
    record("progress.add_paper", summary.project, by=by, at=at, file=stored.pk)
    return SummaryFile.objects.create(
        summary=summary, file=stored, caption=name, added_at=at, added_by=by
    )


@transaction.atomic
def remove_paper(*, project_id: int, paper_id: int, by: User, at: datetime) -> None:
    """Take a paper off the summary again.

    :raises NotFound: when it has none like this.
    :raises WrongState: when the summary was handed in.
    """
    summary = _writable(project_id, by=by, at=at)
    paper = summary.papers.select_related("file").filter(pk=paper_id).first()
    if paper is None:
        raise NotFound("没有找到这个附件，请刷新页面。")
    stored = paper.file
    paper.delete()
    files.remove(stored, at=at)
    record("progress.remove_paper", summary.project, by=by, at=at, file=stored.pk)


@transaction.atomic
def submit_summary(*, project_id: int, by: User, at: datetime) -> Summary:
    """Hand the summary in: numbers and edition of the records are frozen now.

    :raises BadInput: when a part that is wanted is missing.
    :raises Refusal: while an activity is still to come.
    :raises WrongState: unless the project runs.
    """
    project = project_of(project_id)
    summary = _written(project)
    for part, label in rules.WANTED_PARTS.items():
        if not getattr(summary, part):
            raise BadInput(f"还没有填写“{label}”，请补充后再提交。", field=part)
    figures = queries.figures_of([project.pk], at=at)[project.pk]
    take(
        summary, SUMMARY_FLOW, "submit", figures=figures.kept(),
        edition=queries.edition_of(project.pk), submitted_at=at, submitted_by=by, remarks="",
    )  # fmt: skip
    if project.state == ProjectState.PUBLISHED:
        projects.start(project_id=project.pk, by=by, at=at)
    projects.summarize(project_id=project.pk, summary=_short(summary), by=by, at=at)
    _note(summary, "submit", by=by, at=at)
    count_some(project_ids=[project.pk], at=at)
    return summary


@transaction.atomic
def accept_summary(*, project_id: int, by: User, at: datetime, seen: str = "") -> Project:
    """Accept the summary and close the project.

    A project may have been summed up by one text through the API: then it is only closed.

    :raises NotAllowed: unless `by` reviews for somebody above and did not hand it in.
    :raises Unseen: when it was handed in anew since `seen`.
    :raises WrongState: unless it waits for review.
    """
    summary = _to_decide(project_id, by)
    if summary is not None:
        decide(summary, SUMMARY_FLOW, "accept", seen=seen)
        _note(summary, "accept", by=by, at=at)
    project = projects.close(project_id=project_id, by=by, at=at)
    count_some(project_ids=[project_id], at=at)
    return project


@transaction.atomic
def send_back_summary(
    *, project_id: int, remarks: str, by: User, at: datetime, seen: str = ""
) -> Project:
    """Send the summary back with remarks; the project runs on until it comes again.

    :raises BadInput: without remarks.
    :raises NotAllowed: unless `by` reviews for somebody above and did not hand it in.
    :raises Unseen: when it was handed in anew since `seen`.
    :raises WrongState: unless it waits for review.
    """
    said = rules.reason(remarks, field="remarks", label="意见")
    summary = _to_decide(project_id, by)
    if summary is not None:
        decide(summary, SUMMARY_FLOW, "send_back", seen=seen, remarks=said)
        _note(summary, "send_back", by=by, at=at, words=said)
    project = projects.reopen(project_id=project_id, reason=said, by=by, at=at)
    count_some(project_ids=[project_id], at=at)
    return project


@transaction.atomic
def follow_project(*, project_id: int, at: datetime) -> None:
    """Take a summary along whose project was sent back or closed by itself, as the API may do."""
    summary = Summary.objects.select_related("project").filter(project=project_id).first()
    if summary is None or summary.state != SummaryState.SUBMITTED:
        return
    project = summary.project
    if project.state == ProjectState.RUNNING:
        take(summary, SUMMARY_FLOW, "send_back", remarks=project.state_reason)
    elif project.state == ProjectState.CLOSED:
        take(summary, SUMMARY_FLOW, "accept")
    count_some(project_ids=[project_id], at=at)


def _running(project_id: int) -> Project:
    project = project_of(project_id)
    if project.state not in RECRUITING_STATES:
        raise WrongState(
            f"项目{project.get_state_display()}，现在不能写总结。", code="progress.not_running"
        )
    return project


def _writable(project_id: int, *, by: User, at: datetime) -> Summary:
    project = _running(project_id)
    summary, _ = Summary.objects.get_or_create(
        project=project, defaults={"written_at": at, "written_by": by}
    )
    same = Summary.objects.filter(pk=summary.pk, state__in=WRITABLE_SUMMARY)
    if not same.update(written_at=at):
        raise overtaken()
    return summary


def _written(project: Project) -> Summary:
    summary: Summary | None = Summary.objects.filter(project=project).first()
    if summary is None:
        raise BadInput("还没有写总结，请先填写。", field="done")
    return summary


def _to_decide(project_id: int, by: User) -> Summary | None:
    """Return the summary that waits for review, if the project has one in parts."""
    summary = Summary.objects.filter(project=project_id, state=SummaryState.SUBMITTED).first()
    if summary is not None and by.pk in {summary.submitted_by_id, summary.written_by_id}:
        raise NotAllowed(
            "不能审核自己提交的总结，请由另一位审核人办理。", code="progress.own_summary"
        )
    return summary


def _short(summary: Summary) -> str:
    return rules.in_short(SummaryText(done=summary.done, effect=summary.effect))


def _note(summary: Summary, verb: str, *, by: User, at: datetime, words: str = "") -> None:
    SummaryMove.objects.create(summary=summary, verb=verb, at=at, by=by, words=words)
    record(
        f"progress.{verb}_summary", ("project", summary.project_id), by=by, at=at,
        summary=summary.pk,
    )  # fmt: skip
