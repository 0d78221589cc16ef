"""Open a case from findings, give it to somebody, ask, and be answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with, scope_of
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.service.integrity import queries
from voluncity.service.integrity.actions.guards import (
    case_within,
    require_assigned,
    require_files,
    require_other_level,
    words,
)
from voluncity.service.integrity.models import Case, Finding, Statement
from voluncity.service.integrity.states import (
    CASE_FLOW,
    FINDING_FLOW,
    RUNNING,
    CaseState,
    FindingState,
)

FILES_MOST = 3
REASON_MAX = 200


@transaction.atomic
def open_case(*, finding_id: int, by: User, at: datetime) -> Case:
    """Open a case from a finding, or add it to the one that runs about the same subject.

    All other open findings about the same subject go along.
    :raises NotFound: when the finding is out of reach.
    :raises NotAllowed: when the person is no stranger to the accused.
    """
    finding = _finding(finding_id, by=by)
    FINDING_FLOW.after("gather", finding.state)
    case = _running(finding)
    if case is not None and case.state not in {CaseState.OPENED, CaseState.ASKED}:
        raise Refusal(
            f"同一对象的第 {case.pk} 号核查已经说明或认定，请等它办结后再立案。",
            code="integrity.running",
        )
    if case is None:
        case = Case(
            **_subject(finding), organization=finding.organization, opened_at=at, opened_by=by,
            assigned_to=by,
        )  # fmt: skip
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError as error:
            raise Refusal(
                "刚刚有人对同一对象立了案，请刷新页面。", code="integrity.running"
            ) from error
        record("integrity.open_case", case, by=by, at=at, organization=case.organization_id)
    gathered = Finding.objects.filter(
        state=FindingState.OPEN, organization=finding.organization, **_subject(finding)
    )
    ids = sorted(gathered.values_list("pk", flat=True))
    gathered.filter(pk__in=ids).update(state=FindingState.IN_CASE, case=case)
    record("integrity.gather", case, by=by, at=at, findings=ids)
    return case


def _subject(finding: Finding) -> dict[str, Any]:
    return {
        "about": finding.about,
        "organizer": finding.organizer,
        "volunteer": finding.volunteer,
    }


def _running(finding: Finding) -> Case | None:
    return Case.objects.filter(
        organization=finding.organization, state__in=RUNNING, **_subject(finding)
    ).first()


def _finding(finding_id: int, *, by: User) -> Finding:
    reach = Finding.objects.in_scope(scope_of(by, Permission.ANOMALY_DECIDE))
    finding: Finding | None = (
        reach.filter(pk=finding_id).select_related("organization", "organizer", "volunteer").first()
    )
    if finding is None:
        raise NotFound("没有找到这条异常，或者它不在您的管理范围内。")
    require_other_level(finding, by=by)
    return finding


@transaction.atomic
def set_aside(*, finding_id: int, reason: str, by: User, at: datetime) -> Finding:
    """Say why a finding needs no case; new facts open it again.

    :raises BadInput: when there is no reason.
    :raises WrongState: when it was dealt with meanwhile.
    """
    why = words(reason, field="reason", label="不需处理的原因", most=REASON_MAX)
    finding = _finding(finding_id, by=by)
    target = FINDING_FLOW.after("set_aside", finding.state)
    changed = Finding.objects.filter(pk=finding.pk, state=FindingState.OPEN).update(
        state=target, reason=why, decided_at=at, decided_by=by
    )
    if not changed:
        raise WrongState("这条异常刚刚被别人办理过，请刷新页面。", code="wrong_state.set_aside")
    record("integrity.set_aside", finding, by=by, at=at)
    finding.refresh_from_db()
    return finding


@transaction.atomic
def assign(*, case_id: int, user_id: int, by: User, at: datetime) -> Case:
    """Give a running case to somebody who may decide and is a stranger to the accused.

    :raises BadInput: when the person may not work on it.
    """
    case = case_within(case_id, by=by)
    able = people_with(
        Permission.ANOMALY_DECIDE,
        organization_path=case.organization.path,
        region_path=case.organization.region.path,
    )
    to = User.objects.filter(pk=user_id, pk__in=able.values("user")).first()
    if to is None:
        raise BadInput("请从名单里选择一位可以办理的工作人员。", field="user")
    require_other_level(case, by=to)
    step_case(case, RUNNING, assigned_to=to)
    record("integrity.assign", case, by=by, at=at, user=to.pk)
    return case


@transaction.atomic
def ask(*, case_id: int, question: str, by: User, at: datetime) -> Case:
    """Ask the accused to explain, until the end of some working days.

    :raises NotAllowed: when the case is another person's.
    :raises WrongState: when they were asked already.
    """
    said = words(question, field="question", label="请对方说明的问题")
    case = case_within(case_id, by=by)
    require_assigned(case, by=by)
    today = local_date(at)
    due = publicity.due_on(today, policy.number("integrity.answer_workdays", on=today))
    step_case(
        case, (case.state,), state=CASE_FLOW.after("ask", case.state), question=said, asked_at=at,
        answer_due_on=due,
    )  # fmt: skip
    record("integrity.ask", case, by=by, at=at, due_on=str(due))
    return case


@transaction.atomic
def answer(
    *, case_id: int, text: str, by: User, at: datetime, photos: Sequence[Checked] = ()
) -> Case:
    """Explain, with papers and photos; also after the deadline while nothing is decided.

    :raises NotFound: for everybody but the accused.
    """
    case = own_case(case_id, by=by, on=local_date(at))
    target = CASE_FLOW.after("answer", case.state)
    step_case(case, (case.state,), state=target)
    state_it(case, text=text, photos=photos, is_appeal=False, by=by, at=at)
    record("integrity.answer", case, by=by, at=at)
    return case


@transaction.atomic
def speak_for(
    *, case_id: int, text: str, by: User, at: datetime, photos: Sequence[Checked] = ()
) -> Case:
    """Write down what somebody without an account said, in the office or on the phone.

    :raises NotAllowed: when the case is another person's.
    :raises Refusal: when somebody can answer with an account, or the time is over.
    """
    case = case_within(case_id, by=by)
    require_assigned(case, by=by)
    today = local_date(at)
    if case.volunteer is None or queries.accused_users(case, on=today):
        raise Refusal("对方有账号，请由本人或监护人登录后说明。", code="integrity.has_account")
    is_appeal = case.state == CaseState.FOUNDED
    due = case.appeal_due_on
    if is_appeal and due is not None and today > due:
        raise Refusal("申诉期限已过。如有新的证据，请另行立案。", code="integrity.appeal_over")
    verb = "appeal" if is_appeal else "answer"
    step_case(case, (case.state,), state=CASE_FLOW.after(verb, case.state))
    state_it(case, text=text, photos=photos, is_appeal=is_appeal, by=by, at=at)
    record(f"integrity.{verb}", case, by=by, at=at, on_behalf_of=case.volunteer)
    return case


def own_case(case_id: int, *, by: User, on: date) -> Case:
    """Return a case in which a person is accused, or answers for the accused organization.

    :raises NotFound: for everybody else.
    """
    case = (
        queries.own_cases(by, on=on)
        .filter(pk=case_id)
        .select_related("organization__region")
        .first()
    )
    if case is None:
        raise NotFound("没有找到这件核查。请回到“对我的核查”查看。")
    return case


def state_it(
    case: Case, *, text: str, photos: Sequence[Checked], is_appeal: bool, by: User, at: datetime
) -> Statement:
    """Keep what the accused say, and their papers, which the office may see.

    :raises BadInput: when there are no words, or too many files.
    """
    label = "申诉理由" if is_appeal else "说明"
    said = words(text, field="text", label=label)
    require_files(photos, most=FILES_MOST)
    statement = Statement.objects.create(
        case=case, is_appeal=is_appeal, text=said, made_at=at, made_by=by
    )
    for photo in photos:
        statement.files.add(
            files.store(
                photo, subject=case.subject, by=by, at=at, organization_id=case.organization_id,
                seen_with=Permission.ANOMALY_SEE,
            )
        )  # fmt: skip
    return statement


def step_case(case: Case, sources: Sequence[str], **changes: Any) -> None:
    """Change a case while it stands where it was seen.

    :raises WrongState: when somebody was faster.
    """
    if not Case.objects.filter(pk=case.pk, state__in=sources).update(**changes):
        raise WrongState("这件核查刚刚有了新的进展，请刷新页面。", code="wrong_state.case")
    case.refresh_from_db()
