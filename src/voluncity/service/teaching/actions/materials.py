"""Give files to those who take part, and take them back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean
from voluncity.service.teaching import queries
from voluncity.service.teaching.models import Material

MOST = 10


@transaction.atomic
def add_material(
    *, session_id: int, title: str, checked: Checked, by: User, at: datetime
) -> Material:
    """Add a file to a session.

    :raises BadInput: without a title, or when there are ten already.
    """
    session = queries.session_of(session_id)
    text = clean(title, max_length=60, field="title", label="资料名称")
    if not text:
        raise BadInput("请填写资料名称。", field="title")
    if session.materials.filter(removed_at=None).count() >= MOST:
        raise BadInput(f"一个培训班最多 {MOST} 份资料，请先移除不用的。", field="file")
    stored = files.store(checked, subject=f"teaching:{session_id}", by=by, at=at, is_public=False)
    made = Material.objects.create(session=session, title=text, file=stored)
    record("teaching.add_material", made, by=by, at=at, session=session_id)
    return made


@transaction.atomic
def remove_material(*, session_id: int, material_id: int, by: User, at: datetime) -> None:
    """Show a file no more.

    :raises WrongState: when it was removed before.
    """
    found = queries.material_of(session_id, material_id)
    if not Material.objects.filter(pk=found.pk, removed_at=None).update(removed_at=at):
        raise WrongState("这份资料已经移除，请刷新页面。", code="wrong_state.remove")
    record("teaching.remove_material", found, by=by, at=at, session=session_id)
