"""The day itself: call who is missing, tell a group, keep the log of incidents."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from django.db import transaction
from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal, WrongState
from voluncity.kernel.text import words
from voluncity.service.events.actions.placing import assignment_of
from voluncity.service.events.actions.steps import event_of
from voluncity.service.events.models import Assignment, Event, Group, Incident
from voluncity.service.events.states import EventState
from voluncity.service.signups.states import SignupState


@transaction.atomic
def reveal_phone(*, assignment_id: int, by: User, at: datetime) -> str:
    """Return the phone of somebody who holds a place; each look is journaled.

    :raises Refusal: to anybody but the leader of the event or of the group, and when the person
        was taken off the post or the event is over.
    """
    assignment = assignment_of(assignment_id)
    event = assignment.application.event
    group = assignment.post_day.post.group
    if by.pk not in {group.leader_id, event.leader_id}:
        raise Refusal("只有总负责人和这个组的组长能看电话，请找他们联系。", code="events.phone")
    if assignment.signup.state != SignupState.PLACED or event.state != EventState.OPEN:
        raise Refusal("本人现在不在这个岗位上，不能再看电话。", code="events.not_expected")
    volunteer = assignment.application.volunteer
    record("events.see_phone", volunteer, by=by, at=at, event=event.pk, assignment=assignment.pk)
    phone = people.contact_phone(volunteer, on=local_date(at))
    if not phone:
        raise Refusal("这位志愿者没有登记电话。", code="events.no_phone")
    return phone


@transaction.atomic
def tell_group(*, event_id: int, group_id: int | None, text: str, by: User, at: datetime) -> int:
    """Send a message to everybody of a group who has a place, or to all; return to how many.

    :raises BadInput: without words.
    """
    event = event_of(event_id)
    said = words(text, "text", "消息", 200, long=True)
    held = Assignment.objects.filter(
        application__event=event, signup__state=SignupState.PLACED,
        application__volunteer__user__isnull=False,
    )  # fmt: skip
    name = event.name
    if group_id is not None:
        group = Group.objects.filter(event=event, pk=group_id).first()
        if group is None:
            raise NotFound("没有找到这个组，请刷新页面。")
        held, name = held.filter(post_day__post__group=group), f"{event.name} {group.name}"
    found = held.values_list("application__volunteer__user", "application").distinct()
    key = token_hex(8)
    for user_id, application_id in sorted(found):
        assert user_id is not None, "asked for in the query"  # noqa: S101
        inbox.send(
            user_id=user_id, key=f"events.tell:{key}:{user_id}", title=f"{name}：组织者通知",
            body=said, at=at, url=reverse("events:one", args=[application_id]),
        )  # fmt: skip
    record("events.tell", event, by=by, at=at, group=group_id, people=len(found))
    return len(found)


@transaction.atomic
def note_incident(
    *, event_id: int, place: str, what: str, handler: str, by: User, at: datetime
) -> Incident:
    """Write down what happened, where, and who looks after it.

    :raises BadInput: when place or words are missing.
    """
    event: Event = event_of(event_id)
    incident = Incident.objects.create(
        event=event, at=at, noted_by=by,
        place=words(place, "place", "地点", 60),
        what=words(what, "what", "情况", 200),
        handler=words(handler, "handler", "谁处理", 30, wanted=False),
    )  # fmt: skip
    record("events.note_incident", incident, by=by, at=at, event=event.pk)
    return incident


@transaction.atomic
def finish_incident(*, incident_id: int, by: User, at: datetime) -> None:
    """Say that an incident is settled; once.

    :raises WrongState: when it is already.
    """
    if not Incident.objects.filter(pk=incident_id, done_at=None).update(done_at=at, done_by=by):
        raise WrongState("这件事已经办结。", code="wrong_state.finish")
    record("events.finish_incident", ("incident", incident_id), by=by, at=at)
