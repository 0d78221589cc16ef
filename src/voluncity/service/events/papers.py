"""What is printed: the poster of an event, and badges with photo and code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from PIL import Image, ImageOps

from voluncity.city.files import storage
from voluncity.city.files.models import StoredFile
from voluncity.kernel.clock import CITY_TZ
from voluncity.service.events.codes import badge_token
from voluncity.service.events.models import Assignment, Badge, Event
from voluncity.service.events.queries.public import with_held
from voluncity.web import printing

DATA = Path(__file__).parent / "data"
SHEETS = {"a6": "A6，一张一人", "a4": "A4，一张四人"}
_PHOTO = (240, 320)  # 25 × 33 mm at 240 dots per inch
MOST_ON_PAPER = 400
_LAST_PORTION = 9_999  # an offset that every database knows


def event_url(event: Event) -> str:
    """Return the address that the poster's code holds."""
    return f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('events:detail', args=[event.pk])}"


def poster_pdf(event: Event) -> bytes:
    """Return a poster of one page, A4."""
    until = event.apply_until.astimezone(CITY_TZ)
    facts = {
        "city": settings.VOLUNCITY_CITY_NAME,
        "name": event.name,
        "days": _days(event),
        "place": f"{event.region.name} {event.place}",
        "organization": event.project.organization.name,
        "until": f"{until.month}月{until.day}日 {until:%H:%M}",
        "groups": [group.name for group in event.groups.order_by("pk")],
        "age": f"{event.min_age} 周岁以上"
        + (f"，{event.max_age} 周岁以下" if event.max_age else ""),
        "hotline": settings.VOLUNCITY_HOTLINE,
    }
    return printing.pdf(DATA / "poster.typ", facts, qr=event_url(event))


def _days(event: Event) -> str:
    first, last = event.starts_on, event.ends_on
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    return f"{first.year}年{first.month}月{first.day}日 至 {last.month}月{last.day}日"


def badge_url(badge: Badge) -> str:
    """Return the address in a badge's code; only the organizer's people can open it."""
    page = reverse("events:badge", args=[badge_token(badge.pk)])
    return f"{settings.VOLUNCITY_PUBLIC_URL}{page}"


def sheets(count: int) -> Iterator[tuple[str, int, str]]:
    """Return what can be printed of so many badges: size of paper, portion, and its words."""
    for size, label in SHEETS.items():
        for part, first in enumerate(range(1, count + 1, MOST_ON_PAPER)):
            last = min(first + MOST_ON_PAPER - 1, count)
            yield size, part, label if count <= MOST_ON_PAPER else f"{label}（{first}–{last}）"


def portion(badges: QuerySet[Badge], part: int) -> QuerySet[Badge]:
    """Return as many badges as one paper holds; the first portion is 0."""
    first = min(part, _LAST_PORTION) * MOST_ON_PAPER
    return badges[first : first + MOST_ON_PAPER]


def badges_pdf(event: Event, badges: Sequence[Badge], *, size: str) -> bytes:
    """Return badges, one on a sheet of A6 or four on A4."""
    prefetch_related_objects([badge.application for badge in badges], with_held())
    facts = {
        "size": size,
        "city": settings.VOLUNCITY_CITY_NAME,
        "event": event.name,
        "days": _days(event),
        "organization": event.project.organization.name,
        "hotline": settings.VOLUNCITY_HOTLINE,
        "badges": [_facts(badge) for badge in badges],
    }
    return printing.pdf(DATA / "badge.typ", facts, qr=event_url(event))


def _facts(badge: Badge) -> dict[str, Any]:
    application = badge.application
    held: list[Assignment] = getattr(application, "held", [])
    groups = list(dict.fromkeys(one.post_day.post.group.name for one in held))
    posts = list(dict.fromkeys(one.post_day.post.name for one in held))
    zones = list(dict.fromkeys(zone for one in held for zone in one.post_day.post.zone_list))
    days = [f"{one.post_day.day.month}/{one.post_day.day.day}" for one in held]
    return {
        "name": application.volunteer.name,
        "number": badge.shown_number,
        "group": "、".join(groups) or "机动",
        "posts": "、".join(posts),
        "zones": zones,
        "days": "  ".join(dict.fromkeys(days)),
        "qr": printing.qr_picture(badge_url(badge)),
        "photo": _photo(application.photo),
    }


def _photo(stored: StoredFile | None) -> list[int]:
    """Return the photo as the bytes of a JPEG, cut to the size of the badge; empty without one."""
    if stored is None:
        return []
    try:
        with storage.open_stored(stored.key) as stream, Image.open(stream) as picture:
            cut = ImageOps.fit(picture.convert("RGB"), _PHOTO, centering=(0.5, 0.35))
    except OSError:
        return []
    out = BytesIO()
    cut.save(out, "JPEG", quality=80)
    return list(out.getvalue())
