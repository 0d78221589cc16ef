"""Print the certificates of many: asked for with a reason, made by a worker, told to each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind
from voluncity.city.jobs.actions import Lease, Taken, sweep
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.honor.recognition.actions.certificates import issue_certificate
from voluncity.honor.recognition.models import Certificate, PrintedPaper, PrintJob
from voluncity.honor.recognition.paper import certificate_pdf, certificates_pdf
from voluncity.honor.recognition.queries.certificates import Wanted
from voluncity.honor.recognition.queries.printing import printable, wanted_of
from voluncity.honor.recognition.rules import PRINT_MOST
from voluncity.honor.recognition.states import PRINT_FLOW, PrintForm
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words

Clock = Callable[[], datetime]
LEASE = Lease(PrintJob, PRINT_FLOW)
LEAST_WORDS, WORDS_MOST = 4, 100
_TYPES = {PrintForm.ZIP: "application/zip", PrintForm.PDF: "application/pdf"}


@dataclass(frozen=True)
class PrintPlan:
    """Whose certificates are printed, what for, and how they come."""

    wanted: Wanted
    people: Collection[int]
    words: str
    form: str


@transaction.atomic
def ask_prints(*, plan: PrintPlan, by: User, at: datetime) -> PrintJob:
    """Ask for the certificates of chosen people; `make_prints` makes them.

    :raises BadInput: when nobody or somebody foreign is chosen, or it is not said what for.
    :raises Refusal: when another job is under way.
    """
    reason = words(plan.words, "words", "用途", WORDS_MOST)
    if len(reason) < LEAST_WORDS:
        raise BadInput("请写明用途，例如“学生评优需要”。", field="words")
    if plan.form not in PrintForm.values:
        raise BadInput("请选择下载的形式。", field="form")
    people = printable(plan.wanted, among=plan.people)
    if not people or len(people) != len(set(plan.people)):
        raise BadInput("请勾选要打印的人；名单刚刚变过的，请重新勾选。", field="people")
    if len(people) > PRINT_MOST:
        raise BadInput(f"一次最多打印 {PRINT_MOST} 人，请分几次打印。", field="people")
    job = PrintJob(
        owner=by, organization=plan.wanted.organization, kind=plan.wanted.kind,
        activity=plan.wanted.activity, since=plan.wanted.since, until=plan.wanted.until,
        words=reason, form=plan.form, asked_at=at, touched_at=at, total=len(people),
    )  # fmt: skip
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(
            "您有一批证明正在生成，请等它完成，再打印下一批。", code="recognition.one_at_a_time"
        ) from error
    PrintedPaper.objects.bulk_create(
        PrintedPaper(job=job, volunteer=one.volunteer) for one in people
    )
    record("recognition.ask_prints", job, by=by, at=at, people=len(people))
    return job


def make_prints(*, job_id: int, clock: Clock) -> None:
    """Issue and print what a job asks for; killed meanwhile, another worker goes on.

    Not one transaction: each certificate is issued once, and `done` tells how far it is.
    """
    job = PrintJob.objects.select_related("owner", "organization", "activity").get(pk=job_id)
    if not LEASE.take(job, at=clock()):
        return
    try:
        for paper in job.papers.filter(certificate=None, problem="").order_by("pk"):
            _issue(job, paper, at=clock())
        _finish(job, at=clock())
    except Taken:
        return


@transaction.atomic
def _issue(job: PrintJob, paper: PrintedPaper, *, at: datetime) -> None:
    LEASE.write(job, done=F("done") + 1, touched_at=at)
    empty = PrintedPaper.objects.filter(pk=paper.pk, certificate=None, problem="")
    volunteer = paper.volunteer
    if volunteer.closed_at is not None:
        empty.update(problem="这个人刚刚注销了账号，或者登记已经合并。")
        return
    try:
        with transaction.atomic():
            made = issue_certificate(
                volunteer_id=volunteer.pk, wanted=wanted_of(job), by=job.owner, at=at
            )
    except Refusal as refusal:
        empty.update(problem=refusal.sentence[:100])
        return
    empty.update(certificate=made)
    record("recognition.print", made, by=job.owner, at=at, volunteer=volunteer.pk, job=job.pk)


@transaction.atomic
def _finish(job: PrintJob, *, at: datetime) -> None:
    printed = job.papers.filter(certificate__isnull=False).select_related("certificate__key")
    papers = [one.certificate for one in printed.order_by("pk") if one.certificate is not None]
    if not papers:
        LEASE.write(job, state=LEASE.failed)
        return
    form = PrintForm(job.form)
    content = _zipped(papers) if form == PrintForm.ZIP else certificates_pdf(papers)
    stored = files.store_written(
        files.put_down([content]), subject=f"print_job:{job.pk}", by=job.owner, at=at,
        kind=FileKind.DOCUMENT, content_type=_TYPES[form],
        original_name=f"志愿服务证明 {len(papers)}份 {local_date(at):%Y%m%d}.{form}",
    )  # fmt: skip
    LEASE.write(job, state=LEASE.ready, file=stored, made_at=at, done=F("total"))


def _zipped(papers: list[Certificate]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # PDFs are compressed already
        for one in papers:
            archive.writestr(f"{one.facts['name']} {one.serial}.pdf", certificate_pdf(one))
    return out.getvalue()


def silent_prints(*, at: datetime) -> list[int]:
    """Return the jobs whose worker was killed, or that nobody began."""
    return LEASE.silent(at=at)


def sweep_prints(*, at: datetime) -> int:
    """Delete the files of jobs that are old enough; return how many."""
    kept = timedelta(days=policy.number("registers.file_days", on=local_date(at)))
    remove = partial(files.remove, at=at)
    return sweep(PrintJob.objects.all(), PRINT_FLOW, before=at - kept, remove=remove)
