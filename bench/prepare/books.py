"""W5 and W6: many rows that come in at once, and the hours of a large event."""

from __future__ import annotations

from pathlib import Path

from django.utils.timezone import now

from bench import plan
from bench.prepare.events import host, officer, past_event
from bench.prepare.rush import night
from bench.prepare.visitors import log_in, volunteers
from voluncity.city.people.models import Volunteer
from voluncity.service.hours import actions
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.testing.make_volunteer_files import write_csv, write_xlsx

EVENT = 500


def hours(folder: Path, port: int, events: int) -> dict[str, int]:
    """Let a leader stand before the computed hours of events, everything ticked."""
    at = now()
    people = volunteers(EVENT, at=at)
    holder = host(at=at)
    leader = log_in(holder.leader, port=port)
    held = [
        past_event(holder, people, starts_at=night(at, days=-2 - number), at=at)
        for number in range(events)
    ]
    actions.compute_due(at=at)
    requests = []
    for activity in held:
        records = ServiceRecord.objects.filter(signup__shift__activity=activity)
        fields = [("records", pk) for pk in records.values_list("pk", flat=True)]
        path = f"/hours/desk/activities/{activity.pk}/confirm/"
        requests.append(leader.post(path, fields, expect={302: "/hours/desk/"}))
    plan.write(folder / "hours.jsonl", requests)
    return {"people": len(people), "first": held[0].pk, "last": held[-1].pk}


def hours_after(_folder: Path, _port: int, first: int, last: int) -> dict[str, int]:
    """Count the records that are in the books."""
    records = ServiceRecord.objects.filter(signup__shift__activity__pk__range=(first, last))
    return {"posted": records.filter(state=RecordState.POSTED).count(), "all": records.count()}


def imported(folder: Path, _port: int) -> dict[str, int]:
    """Count the volunteers, tell the newest, and name somebody who may bring in more."""
    newest = Volunteer.objects.order_by("-pk").values_list("pk", flat=True).first()
    (folder / "officer").write_text(officer(at=now()).handle, encoding="utf-8")
    return {"volunteers": Volunteer.objects.count(), "newest": newest or 0}


def list_csv(folder: Path, _port: int, rows: int, seed: int) -> dict[str, int]:
    """Write a list of fictional people as CSV."""
    write_csv(folder / "people.csv", rows, seed)
    return {"rows": rows}


def list_xlsx(folder: Path, _port: int, rows: int, seed: int) -> dict[str, int]:
    """Write a list of fictional people as XLSX."""
    write_xlsx(folder / "people.xlsx", rows, seed)
    return {"rows": rows}
