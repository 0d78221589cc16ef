"""What the pages of articles share: who asks, and what is within reach."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may
from voluncity.voice.news import queries
from voluncity.voice.news.models import Article

P = Permission
UNPROCESSABLE, CONFLICT, GONE = 422, 409, 410


def fetch(request: HttpRequest, pk: int, permission: Permission) -> Article:
    """Return an article within reach of one permission.

    :raises NotFound: when it is not.
    """
    found: Article = access.fetch(request.user, permission, queries.detailed(), at=now(), pk=pk)
    return found


def fetch_to_see(request: HttpRequest, pk: int) -> Article:
    """Return an article that somebody may write or review.

    :raises NotFound: when it is neither.
    """
    is_theirs = has(request.user, P.NEWS_EDIT) and may(
        request.user, P.NEWS_EDIT, Article.objects.all(), pk=pk
    )
    return fetch(request, pk, P.NEWS_EDIT if is_theirs else P.NEWS_REVIEW)
