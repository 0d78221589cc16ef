"""Comments and topics for tests, in whatever state they are needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, TODAY, make_user, make_volunteer, user_of
from voluncity.voice.comments import actions
from voluncity.voice.comments.actions import Said
from voluncity.voice.comments.models import Ban, Comment, Topic
from voluncity.voice.comments.states import Theme

_numbers = count(1)


def make_said(text: str = "讲得很清楚，谢谢！", **said: Any) -> Said:
    """Return what a form hands on, with a mark of its own."""
    return Said(**{"text": text, "handle": f"said-{next(_numbers):08d}", **said})


def nobody_waits() -> None:
    """Let the first comments of new people be public at once, as of this test."""
    PolicyNumber.objects.create(key="comments.first_wait", value=0, valid_from=TODAY.replace(day=1))


def make_topic(
    author: Volunteer | None = None, *, at: datetime = NOON, theme: str = Theme.HELP, **said: Any
) -> Topic:
    """Open a topic and publish it."""
    author = author or make_volunteer("赵楼主")
    title = said.pop("title", "第一次去敬老院要注意什么")
    text = said.pop("text", "这周六第一次去，想听听大家的经验。")
    topic = actions.open_topic(
        theme=theme, title=title, said=make_said(text, **said), by=user_of(author), at=at
    )
    if topic.opening.state == "waiting":
        actions.approve(comment=topic.opening, by=make_user("审核员"), at=at)
    return Topic.objects.select_related("opening").get(pk=topic.pk)


def make_comment(
    topic: Topic, author: Volunteer | User | None = None, text: str = "先和护工打招呼。",
    *, at: datetime = NOON, **said: Any,
) -> Comment:  # fmt: skip
    """Say something below a topic."""
    who = author if isinstance(author, User) else user_of(author or make_volunteer("钱回答"))
    return actions.write_comment(
        kind="topic", pk=topic.pk, said=make_said(text, **said), by=who, at=at
    )


def make_shown(topic: Topic, author: Volunteer | None = None, **said: Any) -> Comment:
    """Say something below a topic and publish it."""
    comment = make_comment(topic, author, **said)
    if comment.state == "waiting":
        actions.approve(comment=comment, by=make_user("审核员"), at=said.get("at", NOON))
    return comment


def make_moderator(topic: Topic, name: str = "李审核") -> User:
    """Return somebody of the office who looks after the area of a topic."""
    user = make_user(name)
    give(user, Role.COUNTY_OFFICE, Region.objects.get(path=topic.opening.region_path))
    return user


def make_ban(comment: Comment, by: User | None = None, *, at: datetime = NOON) -> Ban:
    """Keep the author of a comment away for a week."""
    return actions.ban(
        comment=comment, days=7, reason="advert", words="多次发广告", by=by or make_user("审核员"),
        at=at,
    )  # fmt: skip


def make_world_comments(volunteer: Volunteer) -> dict[str, int]:
    """Return a topic of a volunteer with an answer, a waiting comment, a word, and a ban."""
    at, office = now(), make_user("审核员")
    topic = make_topic(volunteer, at=at)
    answer = make_shown(topic, make_volunteer("孙评论", region=volunteer.region), at=at)
    waiting = make_comment(topic, make_volunteer("周新人", region=volunteer.region), at=at)
    mine = make_shown(topic, volunteer, text="谢谢大家。", at=at)
    ban = make_ban(mine, office, at=at)
    actions.appeal(ban_id=ban.pk, words="不是广告", by=ban.user, at=at + timedelta(seconds=1))
    word = actions.add_word(text=f"生词{topic.pk}", kind="hold", by=office, at=at)
    return {
        "topic": topic.pk, "topic_answer": answer.pk, "waiting_comment": waiting.pk,
        "own_comment": mine.pk, "comment_ban": ban.pk, "comment_word": word.pk,
    }  # fmt: skip
