"""Make the secret address of one's calendar, and make it worthless."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User, Volunteer
from voluncity.service.rosters.models import Feed


@transaction.atomic
def make_feed(*, volunteer: Volunteer, by: User, at: datetime) -> Feed:
    """Return one's calendar address; an old one that was ended stays worthless."""
    feed, is_new = Feed.objects.get_or_create(volunteer=volunteer, defaults={"made_at": at})
    ended = Feed.objects.filter(pk=feed.pk, revoked_at__isnull=False)
    if ended.update(serial=F("serial") + 1, revoked_at=None, made_at=at) or is_new:
        record("rosters.make_feed", feed, by=by, at=at)
    feed.refresh_from_db()
    return feed


@transaction.atomic
def revoke_feed(*, volunteer: Volunteer, by: User, at: datetime) -> None:
    """Make the address worthless, wherever it was copied to."""
    for feed in Feed.objects.filter(volunteer=volunteer, revoked_at=None):
        if Feed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=at):
            record("rosters.revoke_feed", feed, by=by, at=at)
