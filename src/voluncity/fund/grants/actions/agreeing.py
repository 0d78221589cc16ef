"""From the decision to the signed agreement: milestones, text, paper, both signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.governance.models import Fund
from voluncity.fund.governance.rules import day
from voluncity.fund.grants import queries
from voluncity.fund.grants.actions.steps import agree_step, hold, refuse_own, step
from voluncity.fund.grants.models import Agreement, Funding, Milestone, Scan, Template
from voluncity.fund.grants.rules import agreement as texts
from voluncity.fund.grants.rules import plans
from voluncity.fund.grants.rules.facts import facts_of
from voluncity.fund.grants.rules.plans import MilestonePlan
from voluncity.fund.grants.states import AGREE_FLOW, AgreementState, ScanState, Waits
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState


@transaction.atomic
def save_plan(
    *,
    funding: Funding,
    lead: str,
    milestones: Sequence[MilestonePlan],
    seen: int,
    by: User,
    at: datetime,
) -> Funding:
    """Write down who is responsible and what is to be reached by when, before the agreement.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it was handed in, or somebody changed it since edition `seen`.
    """
    hold(funding, seen)
    name = plans.lead_name(lead)
    fine = plans.milestones(milestones, funding.starts_on, funding.ends_on)
    agree_step(funding, "save_plan", by=by, at=at, lead=name)
    funding.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(
            funding=funding, number=number, title=one.title, proof=one.proof, due_on=one.due_on
        )
        for number, one in enumerate(fine, start=1)
    )
    return funding


@transaction.atomic
def hand_in_plan(*, funding: Funding, seen: int, by: User, at: datetime) -> Funding:
    """Hand the milestones in; the office agrees or sends them back.

    :raises WrongState: when there are none, or somebody changed them since edition `seen`.
    """
    hold(funding, seen)
    if not funding.lead or not funding.milestones.exists():
        raise WrongState("请先填写项目负责人和里程碑并保存。", code="grants.no_plan")
    return agree_step(funding, "hand_in_plan", by=by, at=at, waits_for=Waits.OFFICE)


@transaction.atomic
def return_plan(*, funding: Funding, words: str, seen: int, by: User, at: datetime) -> Funding:
    """Send the milestones back with the reason; a text that nobody signed yet is void.

    :raises BadInput: without a reason.
    :raises WrongState: when a signed paper waits, or somebody was faster.
    """
    hold(funding, seen)
    refuse_own(funding, by)
    reason = plans.said(words, "退回的原因")
    agree_step(funding, "return_plan", by=by, at=at, words=reason, waits_for=_party(funding))
    funding.agreements.filter(state=AgreementState.ISSUED).update(state=AgreementState.VOID)
    return funding


@transaction.atomic
def agree_plan(*, funding: Funding, seen: int, by: User, at: datetime) -> Agreement:
    """Agree on the milestones: the text of the agreement is written and frozen.

    :raises NotAllowed: when whoever handed them in would agree.
    :raises WrongState: when they were not handed in, or changed since edition `seen`.
    """
    hold(funding, seen)
    refuse_own(funding, by)
    if queries.handed_in_by(funding) == by.pk:
        raise NotAllowed("里程碑是您提交的，请由另一位工作人员确认。", code="grants.own_plan")
    agree_step(funding, "agree_plan", by=by, at=at, waits_for=_party(funding))
    template = queries.template_on(funding.fund, local_date(at))
    text = texts.fill(
        template.text if template else texts.STANDARD,
        facts_of(funding, list(funding.lines.all()), list(funding.milestones.all())),
    )
    return Agreement.objects.create(
        funding=funding, number=funding.agreements.count() + 1, template=template, text=text,
        issued_at=at, issued_by=by,
    )  # fmt: skip


@transaction.atomic
def upload_scan(*, funding: Funding, checked: Checked, seen: int, by: User, at: datetime) -> Scan:
    """Take in the signed paper; the office checks it against the text.

    :raises WrongState: when nothing is to be signed, or somebody was faster.
    """
    hold(funding, seen)
    agree_step(funding, "upload", by=by, at=at, waits_for=Waits.OFFICE)
    stored = files.store(checked, subject=f"funding:{funding.pk}", by=by, at=at)
    return Scan.objects.create(agreement=_standing(funding), file=stored, sent_at=at, sent_by=by)


@transaction.atomic
def return_scan(*, funding: Funding, words: str, seen: int, by: User, at: datetime) -> Funding:
    """Send a signed paper back: a page is missing, it is not the text that was agreed on.

    :raises BadInput: without a reason.
    :raises WrongState: when none waits, or somebody was faster.
    """
    hold(funding, seen)
    refuse_own(funding, by)
    reason = plans.said(words, "退回的原因")
    agree_step(funding, "return_scan", by=by, at=at, words=reason, waits_for=_party(funding))
    Scan.objects.filter(agreement__funding=funding, state=ScanState.SENT).update(
        state=ScanState.RETURNED, remark=reason, checked_at=at, checked_by=by
    )
    return funding


@transaction.atomic
def sign_agreement(
    *,
    funding: Funding,
    party_signed_on: date,
    fund_signed_on: date,
    seen: int,
    by: User,
    at: datetime,
) -> Funding:
    """Confirm that both signed; the project runs from now on.

    :raises BadInput: when a day lies before the text was written, or in the future.
    :raises NotAllowed: when whoever uploaded the paper would confirm it.
    :raises WrongState: when no paper waits, or somebody was faster.
    """
    hold(funding, seen)
    refuse_own(funding, by)
    scan = queries.waiting_scan(funding)
    if scan is not None and scan.sent_by_id == by.pk:
        raise NotAllowed("签字件是您上传的，请由另一位工作人员核对。", code="grants.own_paper")
    first = local_date(scan.agreement.issued_at) if scan else date.min
    for field, signed_on in (
        ("party_signed_on", party_signed_on), ("fund_signed_on", fund_signed_on),
    ):  # fmt: skip
        _refuse_day(day(signed_on, field), first, local_date(at), field)
    target = AGREE_FLOW.after("sign_agreement", funding.step)
    step(
        funding, "sign", by=by, at=at, step=target, waits_for=_party(funding),
        agreed_on=max(party_signed_on, fund_signed_on),
    )  # fmt: skip
    waiting = Scan.objects.filter(agreement__funding=funding, state=ScanState.SENT)
    waiting.update(
        state=ScanState.CONFIRMED, party_signed_on=party_signed_on, fund_signed_on=fund_signed_on,
        checked_at=at, checked_by=by,
    )  # fmt: skip
    funding.agreements.filter(state=AgreementState.ISSUED).update(state=AgreementState.SIGNED)
    return funding


def _refuse_day(signed_on: date, first: date, today: date, field: str) -> None:
    if signed_on > today:
        raise BadInput("签字日期不能晚于今天。", field=field)
    if signed_on < first:
        raise BadInput(f"签字日期不能早于协议生成的日期（{first:%Y-%m-%d}）。", field=field)


def _party(funding: Funding) -> Waits:
    """Return whose turn it is on the side of the recipient; the office acts for who has nobody."""
    return Waits.ORGANIZATION if funding.organization_id else Waits.OFFICE


def _standing(funding: Funding) -> Agreement:
    found = queries.agreement_of(funding)
    assert found is not None  # noqa: S101 -- the step from ISSUED proves it
    return found


@transaction.atomic
def add_template(*, fund: Fund, text: str, valid_from: date, by: User, at: datetime) -> Template:
    """Lay down the text of a fund's agreements from a day on; those before stay as they were.

    :raises BadInput: when a place is unknown or missing, or the day is over or taken.
    """
    if day(valid_from, "valid_from") < local_date(at):
        raise BadInput("启用日期不能早于今天。", field="valid_from")
    fine = texts.template_text(text)
    if Template.objects.filter(fund=fund, valid_from=valid_from).exists():
        raise BadInput("这一天已经有一份协议文本，请换一天。", field="valid_from")
    made = Template.objects.create(
        fund=fund, valid_from=valid_from, text=fine, made_at=at, made_by=by
    )
    record("grants.add_template", ("funding_template", made.pk), by=by, at=at, fund=fund.pk)
    return made
