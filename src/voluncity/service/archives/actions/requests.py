"""People whom a photo shows ask to hide it; the organizer answers in time."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState
from voluncity.service.archives import rules
from voluncity.service.archives.actions.album import hide_photo
from voluncity.service.archives.models import HideRequest, Photo
from voluncity.service.archives.states import REQUEST_FLOW, RequestState


@transaction.atomic
def ask_to_hide(*, photo: Photo, words: str, by: User, at: datetime) -> HideRequest:
    """Ask to take a photo of oneself, or of one's child, away from the public.

    :raises BadInput: without a word of what it is about.
    :raises WrongState: when it was asked already.
    """
    reason = rules.said(words, label="说明", field="words", most=rules.WORDS_MOST)
    today = local_date(at)
    due = publicity.due_on(today, policy.number("archives.answer_workdays", on=today))
    try:
        with transaction.atomic():
            request = HideRequest.objects.create(
                photo=photo, asked_by=by, words=reason, asked_at=at, due_on=due
            )
    except IntegrityError as error:
        raise WrongState(
            "您已经提出过，正在处理，结果会发到您的消息里。", code="archives.asked_already"
        ) from error
    record("archives.ask_to_hide", request, by=by, at=at, photo=photo.pk)
    return request


@transaction.atomic
def answer_request(*, request: HideRequest, verb: str, answer: str, by: User, at: datetime) -> None:
    """Hide the photo, or say why it stays.

    :raises BadInput: without an answer.
    :raises WrongState: when it was answered already.
    """
    target = REQUEST_FLOW.after(verb, request.state)
    words = rules.said(answer, label="答复", field="answer", most=rules.WORDS_MOST)
    still = HideRequest.objects.filter(pk=request.pk, state=RequestState.OPEN)
    if not still.update(state=target, answer=words, answered_at=at, answered_by=by):
        raise WrongState("这个请求刚刚已经有人答复，请刷新页面。", code="archives.answered")
    if verb == "hide" and Photo.objects.filter(pk=request.photo_id, hidden_at=None).exists():
        hide_photo(photo=request.photo, reason="应本人请求下架", by=by, at=at)
    record(f"archives.{verb}_request", request, by=by, at=at, photo=request.photo_id)
