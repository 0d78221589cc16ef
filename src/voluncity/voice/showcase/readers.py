"""What follows: whom a story is about is asked; who wrote it hears the answer."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.kernel.clock import local_date
from voluncity.voice.showcase import queries

_ANSWERS = {
    "showcase.agree": ("本人同意展示", "可以审核发布了。"),
    "showcase.refuse": ("本人不同意展示", "这篇故事不会公开；已经公开的已经看不到了。"),
}


def tell_people(entries: list[Entry]) -> None:
    """Ask the person, or the guardians, when a story is handed in; tell its writer the answer."""
    for entry in entries:
        if entry.verb == "news.submit" or entry.verb in _ANSWERS:
            _tell(entry)


def _tell(entry: Entry) -> None:
    story = queries.story_of(entry.subject_id or 0)
    if story is None or story.volunteer is None:
        return
    if entry.verb == "news.submit":
        people = queries.people_to_ask(story, on=local_date(entry.at))
        title = "有一篇写您（或您的孩子）的风采故事"
        body = f"《{story.article}》。请看一看，同意后才会公开，不同意就不会公开。"
        url = reverse("showcase:mine")
    else:
        people = [one for one in (story.article.submitted_by_id,) if one is not None]
        title, more = _ANSWERS[entry.verb]
        body = f"《{story.article}》：{more}"
        url = reverse("news:desk_detail", args=[story.pk])
    for user_id in people:
        inbox.send(
            user_id=user_id, key=f"showcase:{entry.pk}:{user_id}", title=title, body=body,
            url=url, at=entry.at,
        )  # fmt: skip
