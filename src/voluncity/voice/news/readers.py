"""What follows: who handed an article in hears what became of it."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.voice.news.models import Article

_TO_WRITER = {
    "news.send_back": ("稿件被退回修改", "请看修改意见。"),
    "news.publish": ("稿件已发布", "读者可以看到了。"),
    "news.unschedule": ("稿件的定时发布被取消", "请看原因。"),
    "news.withdraw": ("稿件被撤下", "请看原因。"),
    "news.hold": ("稿件到时间没有发布", "请看原因。"),
}


def tell_people(entries: list[Entry]) -> None:
    """Tell who handed an article in, unless they did it themselves."""
    for entry in entries:
        if entry.verb in _TO_WRITER and entry.subject_type == "news_article":
            _tell(entry)


def _tell(entry: Entry) -> None:
    article = Article.objects.filter(pk=entry.subject_id or 0).only("title", "submitted_by").first()
    user_id = article.submitted_by_id if article is not None else None
    if article is None or user_id is None or user_id == entry.actor_id:
        return
    title, more = _TO_WRITER[entry.verb]
    inbox.send(
        user_id=user_id, key=f"news:{entry.pk}", title=title, body=f"《{article}》：{more}",
        url=reverse("news:desk_detail", args=[article.pk]), at=entry.at,
    )  # fmt: skip
