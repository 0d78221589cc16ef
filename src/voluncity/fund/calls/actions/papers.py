"""Files of an application."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.people.models import User
from voluncity.fund.calls.actions.filling import closed
from voluncity.fund.calls.models import Application, Attachment
from voluncity.fund.calls.states import WRITABLE, QuestionKind
from voluncity.kernel.refusals import BadInput, NotFound


@transaction.atomic
def add_file(
    *, application: Application, key: str, checked: Checked, by: User, at: datetime
) -> Attachment:
    """Put a file to a question that asks for files.

    :raises NotFound: when there is no such question.
    :raises BadInput: when there are as many as it allows.
    :raises WrongState: when the application is not open for writing.
    """
    question = application.form.spec.question(key)
    if question.kind != QuestionKind.FILE:
        raise NotFound("这道题不收附件，请刷新页面。")
    _take(application, by=by, at=at)
    if application.files.filter(key=key, removed_at=None).count() >= question.limit:
        raise BadInput(
            f"“{question.label}”最多上传 {question.limit} 个文件，请先移除一个。", field=key
        )
    stored = files.store(checked, subject=f"application:{application.pk}", by=by, at=at)
    return Attachment.objects.create(
        application=application, key=key, file=stored, added_at=at, added_by=by
    )


@transaction.atomic
def remove_file(*, application: Application, file_id: int, by: User, at: datetime) -> None:
    """Take a file off; what was handed in with it keeps it.

    :raises NotFound: when it is not there any more.
    :raises WrongState: when the application is not open for writing.
    """
    _take(application, by=by, at=at)
    here = application.files.filter(pk=file_id, removed_at=None)
    if not here.update(removed_at=at):
        raise NotFound("这个附件已经移除，请刷新页面。")


def _take(application: Application, *, by: User, at: datetime) -> None:
    same = Application.objects.filter(pk=application.pk, state__in=WRITABLE)
    if not same.update(edition=F("edition") + 1, changed_at=at, changed_by=by):
        raise closed(application)
