"""Wishes for tests, in whatever state they are needed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.care.wishes import actions
from voluncity.care.wishes.models import Claim, Theme, Wish, WishKind
from voluncity.care.wishes.rules import Asked, Contact, Decision
from voluncity.care.wishes.states import ForWhom
from voluncity.city.files.rules import check_image
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import NOON, make_region, make_user, user_of

_numbers = count(1)
CONTACT = Contact("李桂香", "13800001234", "幸福里小区 3 号楼 2 单元 501")
TITLE = "想请人陪我去理发"


def make_wish_kinds() -> None:
    """Load the kinds of wishes, once for a test."""
    if not WishKind.objects.exists():
        actions.load_kinds()


def make_asked(region: Region | None = None, *, at: datetime = NOON, **said: Any) -> Asked:
    """Return what a form hands on: company for a haircut within ten days."""
    make_wish_kinds()
    usual: dict[str, Any] = {
        "handle": f"wish-{next(_numbers):08d}", "kind": WishKind.objects.get(pk="company"),
        "for_whom": ForWhom.SELF, "title": TITLE, "text": "腿脚不便，想有人一起走。",
        "region": region or make_region(), "contact": CONTACT,
        "wanted_on": local_date(at) + timedelta(days=10),
    }  # fmt: skip
    return Asked(**(usual | said))


def make_posted_wish(
    user: User | None = None, *, at: datetime = NOON, region: Region | None = None, **said: Any
) -> Wish:
    """Post a wish from an account, a new one unless named."""
    wisher = user or make_user("李桂香")
    return actions.post_wish(asked=make_asked(region, at=at, **said), user=wisher, by=wisher, at=at)


def make_desk_wish(by: User, *, at: datetime = NOON, **said: Any) -> Wish:
    """Post a wish at a desk, for somebody without an account."""
    return actions.post_wish(asked=make_asked(at=at, **said), user=None, by=by, at=at)


def make_decision(wish: Wish, **said: Any) -> Decision:
    """Return what an office makes public: the words as they are, for an hour and a half."""
    usual: dict[str, Any] = {
        "kind": wish.kind, "title": wish.title, "text": wish.text, "theme": wish.theme,
        "worth_minutes": 90,
    }  # fmt: skip
    return Decision(**(usual | said))


def make_open_wish(
    user: User | None = None, *, at: datetime = NOON, by: User | None = None, **said: Any
) -> Wish:
    """Post a wish and publish it."""
    wish = make_posted_wish(user, at=at, **said)
    return actions.approve_wish(
        wish=wish, decision=make_decision(wish), by=by or make_user("文明办"), at=at
    )


def make_wish_claim(
    wish: Wish, volunteer: Volunteer, *, at: datetime = NOON, until: date | None = None, **said: Any
) -> Claim:
    """Let a volunteer claim a wish until a week from now."""
    return actions.claim_wish(
        wish_id=wish.pk, volunteer=volunteer, by=user_of(volunteer), at=at,
        promised_on=until or local_date(at) + timedelta(days=7), **said,
    )  # fmt: skip


def make_done_wish(
    volunteer: Volunteer, user: User | None = None, *, at: datetime = NOON, **said: Any
) -> Wish:
    """Let a volunteer claim a new wish and say that it is done."""
    wish = make_open_wish(user, at=at, **said)
    make_wish_claim(wish, volunteer, at=at)
    wish.refresh_from_db()
    return actions.finish_wish(
        wish=wish, words="陪老人理了发", photo=None, by=user_of(volunteer), at=at
    )


def make_completed_wish(
    volunteer: Volunteer, user: User | None = None, *, at: datetime = NOON, **said: Any
) -> Wish:
    """Let a wish come true, confirmed by the wisher."""
    wish = make_done_wish(volunteer, user, at=at, **said)
    assert wish.user is not None
    return actions.complete_wish(wish=wish, by=wish.user, at=at)


def make_theme(**said: Any) -> Theme:
    """Return a theme that is on."""
    today = local_date(said.pop("at", NOON))
    usual: dict[str, Any] = {
        "title": f"敬老月 {next(_numbers)}", "drawing": "flower",
        "starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=10),
    }  # fmt: skip
    return actions.add_theme(
        plan=actions.ThemePlan(**(usual | said)), by=make_user("主题经办"), at=NOON
    )


def make_world_wishes(region: Region, volunteer: Volunteer) -> dict[str, int]:
    """Return a volunteer's own wish, one that they have claimed, and one with a public photo."""
    at = now()
    held = make_open_wish(at=at, region=region)
    make_wish_claim(held, volunteer, at=at)
    shown = make_posted_wish(at=at, region=region, photo=check_image(make_upload()))
    actions.approve_wish(
        wish=shown, decision=make_decision(shown, is_photo_public=True), by=make_user("文明办"),
        at=at,
    )  # fmt: skip
    return {
        "own_wish": make_posted_wish(user_of(volunteer), at=at, region=region).pk,
        "held_wish": held.pk, "open_wish": shown.pk,
    }  # fmt: skip
