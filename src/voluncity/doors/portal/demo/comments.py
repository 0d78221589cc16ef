"""Topics and comments of the demo city: answered, waiting, reported, a person banned."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voluncity.city.people.models import User
from voluncity.voice.classes import queries as classes
from voluncity.voice.comments import actions
from voluncity.voice.comments.actions import Said
from voluncity.voice.comments.models import Comment, Topic
from voluncity.voice.comments.rules import TOPIC
from voluncity.voice.comments.states import CommentState

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

_handles = count(1)
DATA = Path(__file__).parent.parent / "data" / "lessons.json"
FEWEST = 10  # people, so that nobody answers themself
OFFICE_SAYS = (
    "按本市规定，没有扫码依据的补记时长公示三个工作日，没有异议就入账。可以在“我的时长”里看到进度。"
)


def let_people_talk(cast: Cast, *, at: datetime) -> None:
    """Open topics, answer them, and leave something for the moderators."""
    talkers = [one.user for one in cast.volunteers if one.user is not None]
    if len(talkers) < FEWEST:
        return
    office, began = cast.office, at - timedelta(days=6)
    topics = json.loads(DATA.read_text(encoding="utf-8"))["topics"]
    for number, said in enumerate(topics):
        asker, moment = talkers[2 + number], began + timedelta(hours=7 * number)
        topic = actions.open_topic(
            theme=said["theme"], title=said["title"], said=_said(said["text"]), by=asker, at=moment
        )
        _approve(topic.opening, office, at=moment + timedelta(hours=1))
        made = [
            _comment(TOPIC, topic.pk, answer, talkers[7 + place], office, at=moment)
            for place, answer in enumerate(said["answers"])
        ]
        for fan in talkers[:3]:
            for one in (topic.opening, *made[:1]):
                if one.author_id != fan.pk:
                    actions.like(comment_id=one.pk, by=fan, at=moment + timedelta(hours=5))
        if said["accepted"] is not None:
            accepted = made[said["accepted"]]
            actions.accept_answer(topic_id=topic.pk, comment_id=accepted.pk, by=asker, at=moment)
    _answer_as_the_office(office, topics, at=at - timedelta(days=4))
    _below_a_class(talkers, office, at=at - timedelta(days=2))


def _answer_as_the_office(office: User, topics: list[dict[str, Any]], *, at: datetime) -> None:
    pinned, topic = (Topic.objects.get(title=one["title"]) for one in topics[:2])
    actions.write_comment(kind=TOPIC, pk=topic.pk, said=_said(OFFICE_SAYS), by=office, at=at)
    actions.turn_topic(topic=pinned, verb="pin", by=office, at=at)


def _below_a_class(talkers: list[User], office: User, *, at: datetime) -> None:
    """Leave one comment that waits, and one that was reported."""
    first = classes.live().order_by("micro_class").first()
    if first is None:
        return
    subject = ("class", first.micro_class_id)
    _comment(*subject, "三章加起来六分钟，坐公交的时候就学完了。", talkers[8], office, at=at)
    bad = _comment(*subject, "讲得太简单了，纯属浪费时间。", talkers[7], office, at=at)
    for reporter in talkers[:2]:
        actions.report(comment_id=bad.pk, reason="abuse", words="", by=reporter, at=at)
    said = _said("想一起学的加我微信，有学习群。")
    actions.write_comment(kind=subject[0], pk=subject[1], said=said, by=talkers[8], at=at)


def _comment(kind: str, pk: int, text: str, by: User, office: User, *, at: datetime) -> Comment:
    said_at = at + timedelta(hours=2)
    made = actions.write_comment(kind=kind, pk=pk, said=_said(text), by=by, at=said_at)
    _approve(made, office, at=said_at + timedelta(hours=1))
    return made


def _approve(comment: Comment, office: User, *, at: datetime) -> None:
    if comment.state == CommentState.WAITING:
        actions.approve(comment=comment, by=office, at=at)


def _said(text: str) -> Said:
    return Said(text=text, handle=f"demo-comment-{next(_handles)}")
