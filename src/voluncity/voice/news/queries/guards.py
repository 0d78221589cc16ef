"""What stands against an article by the rule of its section (VOLUNCITY_ARTICLE_GUARDS)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from voluncity.voice.news.models import Article


def hindrance(article: Article, *, words: str, is_out: bool = False) -> str:
    """Return the sentence that stands against showing an article with these words, or ''.

    `is_out` asks about what readers see already, not about the working copy.
    """
    name = settings.VOLUNCITY_ARTICLE_GUARDS.get(article.section)
    if name is None:
        return ""
    guard: Callable[..., str] = import_string(name)
    return guard(article, words=words, is_out=is_out)
