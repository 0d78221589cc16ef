"""W3, W4 and W8: pages that many look at."""

from __future__ import annotations

import random
from pathlib import Path
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import now

from bench import plan
from bench.plan import BROWSER, Request
from bench.prepare.events import officer
from bench.prepare.visitors import PROGRAM, browsers, log_in, programs, volunteers
from voluncity.city.catalog.models import Category
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ActivityState

SEED = 20260305
REQUESTS = 400
VISITORS = 200
OK = {200: ""}
Ask = tuple[str, dict[str, object]]


def find(folder: Path, port: int) -> dict[str, int]:
    """Write down what people look for: half the whole list, the rest searches and filters."""
    at = now()
    chance = random.Random(SEED)  # noqa: S311 -- the same requests every time
    page = reverse("projects:find")
    asks = [_ask(chance, _words(chance), is_page=True) for _ in range(REQUESTS)]
    people = volunteers(VISITORS, at=at)
    visitors = browsers(people, port=port)
    plan.write(
        folder / "find-out.jsonl",
        [Request(_address(page, query), headers=BROWSER, label=kind) for kind, query in asks],
    )
    plan.write(
        folder / "find-in.jsonl",
        [
            visitors[number % len(visitors)].get(_address(page, query), label=kind)
            for number, (kind, query) in enumerate(asks)
        ],
    )
    asks = [_ask(chance, _words(chance), is_page=False) for _ in range(REQUESTS)]
    keys = programs(people[:50], at=at)
    for name, holders in (("out", [PROGRAM]), ("in", keys)):
        plan.write(
            folder / f"find-api-{name}.jsonl",
            [
                Request(
                    _address("/api/v1/activities", query),
                    headers=holders[number % len(holders)],
                    label=kind,
                    expect=OK,
                )
                for number, (kind, query) in enumerate(asks)
            ],
        )
    coming = Activity.objects.filter(state=ActivityState.OPEN, ends_at__gt=at)
    return {"visitors": len(people), "activities": coming.count()}


def _words(chance: random.Random) -> list[str]:
    """Return what people might type: two or four letters out of names."""
    names = list(
        Activity.objects.filter(state=ActivityState.OPEN, ends_at__gt=now())
        .order_by("pk")
        .values_list("name", flat=True)[:500]
    )
    return [name[: chance.choice((2, 4))] for name in names] or ["文明"]


def _ask(chance: random.Random, words: list[str], *, is_page: bool) -> Ask:
    kind = chance.choices(["list", "search", "filter", "more"], [50, 25, 15, 10])[0]
    if kind == "search":
        return kind, {"q": chance.choice(words)}
    if kind == "more":
        return kind, {"page": 2}
    if kind == "filter":
        return kind, chance.choice(_filters(is_page=is_page))
    return kind, {}


def _filters(*, is_page: bool) -> list[dict[str, object]]:
    tail = "" if is_page else "_id"
    category = Category.objects.order_by("pk").values_list("pk", flat=True)[0]
    county = regions.counties(on=local_date(now())).values_list("pk", flat=True)[0]
    return [{"when": "weekend"}, {f"category{tail}": category}, {f"region{tail}": county}]


def _address(page: str, query: dict[str, object]) -> str:
    return f"{page}?{urlencode(query)}" if query else page


def honor(folder: Path, port: int) -> dict[str, int]:
    """Write down the leaderboard, as everybody sees it and with one's own place."""
    at = now()
    people = volunteers(VISITORS, at=at)
    page = reverse("leaderboards:show")
    spans = [page, f"{page}?period=all"]
    plan.write(
        folder / "honor-out.jsonl",
        [Request(path, headers=BROWSER, expect={200: "排行"}) for path in spans],
    )
    own = [one.get(path, words="排行") for one in browsers(people, port=port) for path in spans]
    plan.write(folder / "honor-in.jsonl", own)
    asks = [
        Request("/api/v1/me/place", headers=key, expect={200: "rank"})
        for key in programs(people, at=at)
    ]
    plan.write(folder / "honor-place.jsonl", asks)
    return {"visitors": len(people)}


def desk(folder: Path, port: int) -> dict[str, int]:
    """Write down the desk of the city's office."""
    staff = log_in(officer(at=now()), port=port)
    plan.write(folder / "desk.jsonl", [staff.get(reverse("portal:desk"))])
    return {"user": staff.user_id}
