"""W9: what an office asks the register of volunteers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import now

from bench import plan
from bench.plan import Request
from bench.prepare.events import officer
from bench.prepare.visitors import Browser, log_in
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.people.models import Volunteer
from voluncity.city.people.queries import id_number_of, phone_of
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date

SEED = 20260305
LOOKED_FOR = 60
FOUND = {200: "志愿者名册"}
Query = dict[str, object]


def register(folder: Path, port: int) -> dict[str, int]:
    """Write down how people are looked for, and how the list is filtered."""
    staff = log_in(officer(at=now()), port=port)
    plan.write(folder / "register-search.jsonl", _searches(staff))
    page = reverse("people:desk_list")
    filters = list(_filters())
    plan.write(
        folder / "register-filters.jsonl",
        [
            staff.get(f"{page}?{urlencode(query, doseq=True)}", label=label, words="志愿者名册")
            for label, query in filters
        ],
    )
    return {"volunteers": Volunteer.objects.count(), "filters": len(filters)}


def _searches(staff: Browser) -> list[Request]:
    """Return searches of every kind, mixed; half of the people come from all over the city."""
    chance = random.Random(SEED)  # noqa: S311 -- the same people every time
    last = Volunteer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    ids = [chance.randint(1, last) for _ in range(LOOKED_FOR * 2)]
    people = list(Volunteer.objects.filter(pk__in=ids).exclude(phone_cipher="")[:LOOKED_FOR])
    asked = [one for person in people for one in _ways(staff, person)]
    chance.shuffle(asked)
    return asked


def _ways(staff: Browser, person: Volunteer) -> Iterator[Request]:
    page, find = reverse("people:desk_list"), reverse("people:desk_find")
    for label, words in (("name", person.name), ("begin", person.name[:1])):
        yield staff.get(f"{page}?{urlencode({'q': words})}", label=label, words=person.name[:1])
    yield staff.get(
        f"{page}?{urlencode({'q': person.number})}", label="number", words=person.number
    )
    phone = phone_of(person)
    for label, words in (
        ("tail", phone[-4:]), ("phone", phone), ("id", id_number_of(person)),
        ("name and tail", f"{person.name} {phone[-4:]}"),
    ):  # fmt: skip
        asked = staff.post(find, [("words", words)], expect={200: person.number})
        yield Request(
            asked.path, method="POST", headers=asked.headers, body=asked.body, label=label,
            expect=asked.expect if label != "tail" else FOUND,
        )  # fmt: skip


def _filters() -> Iterator[tuple[str, Query]]:
    """Yield filters that keep much, little and nothing, alone and together."""
    today = local_date(now())
    county = regions.counties(on=today)[0]
    town = regions.children(county.pk, on=today)[0]
    place = [county.pk, town.pk]
    skill, category = Skill.objects.order_by("pk")[0], Category.objects.order_by("pk")[0]
    yield "everybody", {}
    yield "county", {"region": county.pk}
    yield "town", {"region": place}
    yield "state", {"state": "verified"}
    yield "rejected in a county", {"region": county.pk, "state": "rejected"}
    yield "channel", {"channel": "paper"}
    yield "channel in a town", {"region": place, "channel": "phone"}
    yield "age", {"age_from": 70, "age_to": 72}
    yield "minors", {"age": "minor"}
    yield "old women of the Party", {"age_from": 60, "sex": "F", "party": "yes"}
    yield "skill", {"skill": skill.pk}
    yield "skill in a county", {"region": county.pk, "skill": skill.pk, "category": category.pk}
    yield "no phone", {"phone": "no"}
    yield "since", {"since": f"{today.replace(month=1, day=1)}"}
    yield "since, until, channel", {
        "since": f"{today.year - 1}-03-01", "until": f"{today.year - 1}-03-31", "channel": "public",
    }  # fmt: skip
    yield "closed", {"standing": "closed"}
    yield "merged", {"standing": "merged"}
    yield "oldest first", {"order": "oldest", "region": county.pk}
    yield "young first", {"order": "young", "state": "verified"}
    yield "nobody", {"channel": "phone", "age_from": 118, "party": "yes", "sex": "M"}
    yield "all columns", {
        "col": ["name", "phone", "id_number", "county", "town", "skills", "intentions", "hours"],
        "region": county.pk,
    }  # fmt: skip
    yield "page 300", {"page": 300}
