"""Count how often an article is opened; nobody is remembered."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.kernel.clock import local_date
from voluncity.voice.news.models import Article, ReadCount


def count_reading(*, article: Article, at: datetime) -> None:
    """Count one opening of an article on its day."""
    today = ReadCount.objects.filter(article=article, on=local_date(at))
    if today.update(reads=F("reads") + 1):
        return
    try:
        with transaction.atomic():
            ReadCount.objects.create(article=article, on=local_date(at))
    except IntegrityError:  # the day's first two readers came at once
        today.update(reads=F("reads") + 1)
