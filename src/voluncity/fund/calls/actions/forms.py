"""Build the form of a call; what was published is never changed, a new version follows it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.calls.actions.calls import publish_form_of
from voluncity.fund.calls.models import Call, FormVersion
from voluncity.fund.calls.rules import building
from voluncity.fund.calls.spec import Question, Section, Spec, spec_data
from voluncity.fund.calls.states import CallState, FormState
from voluncity.kernel.refusals import WrongState


@transaction.atomic
def begin_form(*, call: Call, by: User, at: datetime) -> FormVersion:
    """Begin the next version from the one in use; drafts that were begun keep theirs.

    :raises WrongState: when one is being built, or the call is not out.
    """
    if call.form is None:
        raise WrongState("通知还没有发布，请直接修改现在的申报表。")
    newest = call.forms.order_by("-number").values_list("number", flat=True)[0]
    form = FormVersion(
        call=call, number=newest + 1, content=call.form.content, changed_at=at, changed_by=by
    )
    try:
        with transaction.atomic():
            form.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState("已经有一版正在编制，请刷新页面，在那一版上修改。") from error
    record("calls.begin_form", ("fund_form", form.pk), by=by, at=at, call=call.pk)
    return form


def _save(form: FormVersion, spec: Spec, *, seen: int, by: User, at: datetime) -> FormVersion:
    """Save a form as a whole, if nobody has changed it since edition `seen`.

    :raises WrongState: when it is in use, or somebody was faster.
    """
    same = FormVersion.objects.filter(pk=form.pk, state=FormState.DRAFT, edition=seen)
    changed = {"content": spec_data(spec), "changed_at": at, "changed_by": by}
    if not same.update(edition=F("edition") + 1, **changed):
        now = FormVersion.objects.select_related("changed_by").get(pk=form.pk)
        if now.state != FormState.DRAFT:
            raise WrongState("这一版已经启用，不能修改。请新建一版再改。", code="calls.form_frozen")
        raise WrongState(
            f"{now.changed_by} 刚刚改过申报表，这一步没有保存。请刷新页面后再改。",
            code="calls.was_faster",
        )
    form.refresh_from_db()
    record("calls.change_form", ("fund_form", form.pk), by=by, at=at, call=form.call_id)
    return form


@transaction.atomic
def put_section(
    *, form: FormVersion, section: Section, seen: int, by: User, at: datetime
) -> FormVersion:
    """Add a section, or change the words of one.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when the form is in use, or somebody was faster.
    """
    return _save(form, building.with_section(form.spec, section), seen=seen, by=by, at=at)


@transaction.atomic
def put_question(
    *, form: FormVersion, section: str, question: Question, seen: int, by: User, at: datetime
) -> FormVersion:
    """Add a question to a section, or change one.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when the form is in use, or somebody was faster.
    """
    spec = building.with_question(form.spec, section, question)
    return _save(form, spec, seen=seen, by=by, at=at)


@transaction.atomic
def take_out(*, form: FormVersion, key: str, seen: int, by: User, at: datetime) -> FormVersion:
    """Remove a section or a question.

    :raises WrongState: when the form is in use, or somebody was faster.
    """
    return _save(form, building.without(form.spec, key), seen=seen, by=by, at=at)


@transaction.atomic
def move_up(*, form: FormVersion, key: str, seen: int, by: User, at: datetime) -> FormVersion:
    """Move a section or a question one place up.

    :raises WrongState: when the form is in use, or somebody was faster.
    """
    return _save(form, building.moved_up(form.spec, key), seen=seen, by=by, at=at)


@transaction.atomic
def publish_form(*, form: FormVersion, seen: int, by: User, at: datetime) -> FormVersion:
    """Use a new version for drafts that are begun from now on.

    :raises WrongState: when the call is not out, the form is in use, or somebody was faster.
    :raises BadInput: when a section asks nothing.
    """
    if form.call.state != CallState.OPEN:
        raise WrongState("通知发布时申报表一起启用，请先发布通知。")
    if form.state != FormState.DRAFT or form.edition != seen:
        raise WrongState("申报表刚刚变过，请刷新页面后再启用。", code="calls.was_faster")
    published = publish_form_of(form.call, at=at)
    Call.objects.filter(pk=form.call_id).update(form=published, edition=F("edition") + 1)
    record("calls.publish_form", ("fund_form", form.pk), by=by, at=at, call=form.call_id)
    return published


@transaction.atomic
def drop_form(*, form: FormVersion, seen: int, by: User, at: datetime) -> None:
    """Throw away a version that was never used; the first one stays with its call.

    :raises WrongState: when it is in use, or the only one, or somebody was faster.
    """
    if form.call.form_id is None:
        raise WrongState("通知需要一份申报表，请直接修改这一版。")
    same = FormVersion.objects.filter(pk=form.pk, state=FormState.DRAFT, edition=seen)
    if not same.delete()[0]:
        raise WrongState("申报表刚刚变过，请刷新页面后再删除。", code="calls.was_faster")
    record("calls.drop_form", ("fund_form", form.pk), by=by, at=at, call=form.call_id)
