"""The person whom a story is about agrees, or does not; a no counts at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Q

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed
from voluncity.kernel.text import clean
from voluncity.voice.news.models import Version
from voluncity.voice.showcase import queries, rules
from voluncity.voice.showcase.models import Story


@transaction.atomic
def agree_to_story(*, story: Story, by: User, at: datetime) -> Story:
    """Agree to be shown by this story as it was handed in; saying it again changes nothing.

    :raises NotAllowed: when it is neither about oneself nor about one's child.
    """
    _refuse_others(story, by=by, at=at)
    is_new = Q(agreed_at=None) | Q(agreed_at__lt=F("article__submitted_at"))
    known = Story.objects.filter(is_new, pk=story.pk)
    changes = {"agreed_at": at, "agreed_by": by, "refused_at": None, "refusal": ""}
    _show_what_was_read(story)
    if known.update(**changes):
        record("showcase.agree", ("news_article", story.pk), by=by, at=at)
    story.refresh_from_db()
    return story


@transaction.atomic
def refuse_story(*, story: Story, words: str, by: User, at: datetime) -> Story:
    """Do not agree, or not any more: nobody sees the story from now on.

    :raises BadInput: when the words are too long.
    :raises NotAllowed: when it is neither about oneself nor about one's child.
    """
    _refuse_others(story, by=by, at=at)
    said = clean(words, max_length=rules.WORDS_MOST, field="words", label="说明")
    known = Story.objects.filter(pk=story.pk, refused_at=None)
    changes = {"agreed_at": None, "agreed_by": None, "refused_at": at, "refusal": said}
    if known.update(**changes):
        record("showcase.refuse", ("news_article", story.pk), by=by, at=at)
    story.refresh_from_db()
    return story


def _show_what_was_read(story: Story) -> None:
    """After a no, a yes is for the newest text; the ones before it stay hidden."""
    newest = Version.objects.filter(article=story.pk).aggregate(number=Max("number"))["number"]
    Story.objects.filter(pk=story.pk, refused_at__isnull=False).update(shown_from=newest or 0)


def _refuse_others(story: Story, *, by: User, at: datetime) -> None:
    if by.pk not in queries.people_to_ask(story, on=local_date(at)):
        raise NotAllowed(
            "只有本人可以决定；未满 18 岁的由监护人决定。", code="showcase.not_about_you"
        )
