"""Generate activities, shifts, who came, the journal of what was posted, and the stars it made.

A pure generator without a database: it runs in a process of its own and yields blocks of rows.
Sign-ups, attendance, records and transfers are not written here: `derive` makes them from the
plan inside the database, several times faster than rows could be sent.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from voluncity.doors.portal.scale.sessions import SEED, Session, coming, past, shift_times
from voluncity.doors.portal.scale.shape import BORN_IN, DAYS, LEADERS, VERIFIED, Facts, Home
from voluncity.doors.portal.scale.slots import (
    DRAWN,
    OF_CARD,
    PLAN_COLUMNS,
    POSTED,
    SLOT_COLUMNS,
    WAITING,
    WAYS,
    Frame,
    Slot,
    slot,
    text,
    utc,
)

Block = tuple[str, tuple[str, ...], list[tuple[object, ...]]]

BLOCK = 20_000
SETTLING_DAYS = 2  # so long after a shift its hours are in the books
NOTICE_DAYS = 7  # known to have registered so long before a session
STEEPNESS = 3  # the few who come again and again, and the many who come now and then
ACTIVITY_COLUMNS = (
    "id", "project_id", "name", "description", "region_id", "address", "lat", "lng", "leader_id",
    "starts_at", "ends_at", "state", "state_reason", "created_at", "created_by_id", "search_text",
)  # fmt: skip
SHIFT_COLUMNS = ("id", "activity_id", "name", "starts_at", "ends_at", "capacity", "taken")
ENTRY_COLUMNS = (
    "id", "at", "actor_id", "verb", "subject_type", "subject_id", "data", "sequence",
    "previous_hash", "hash",
)  # fmt: skip
AWARD_COLUMNS = ("id", "volunteer_id", "stars", "needed_minutes", "minutes", "awarded_at")
TABLES = {
    "projects_activity": ACTIVITY_COLUMNS,
    "projects_shift": SHIFT_COLUMNS,
    "scale_slot": SLOT_COLUMNS,
    "scale_plan": PLAN_COLUMNS,
    "journal_entry": ENTRY_COLUMNS,
    "recognition_staraward": AWARD_COLUMNS,
}
JOBS = ("现场服务", "秩序引导", "便民服务", "物资整理", "宣传讲解")


class Telling:
    """Tells the story of one city, session after session, into blocks of rows."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.random = Random(f"{SEED}service")  # noqa: S311 -- a story, not a secret
        self.accounts = facts.accounts()
        self.rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in TABLES}
        self.activity, self.shift = facts.activity0, facts.shift0
        self.signup, self.record, self.slot = facts.signup0, facts.record0, 1
        self.entry, self.sequence, self.hash = facts.entry0, facts.sequence0, facts.hash0
        self.award = facts.award0
        self.day, self.nth = -1, 0
        self.minutes = array("l", bytes(8 * facts.shape.volunteers))
        self.reached = bytearray(facts.shape.volunteers)
        self.rungs = sorted((minutes, stars) for stars, minutes in facts.rungs)

    def tell(self) -> Iterator[Block]:
        """Yield all rows in blocks, the oldest first."""
        facts = self.facts
        for number, session in enumerate(past(facts.homes, facts.shape)):
            self._serve(number, session)
            yield from self._full(BLOCK)
        for number, session in enumerate(coming(facts.homes, facts.shape)):
            self._serve(number, session)
        yield from self._full(1)
        yield "head", ("sequence", "hash"), [(self.sequence, self.hash)]

    def _full(self, least: int) -> Iterator[Block]:
        """Yield all tables together, those first to which others refer.

        SQLite looks for every missing reference again and again until it is there.
        """
        if len(self.rows["scale_plan"]) >= least:
            for name, rows in self.rows.items():
                yield name, TABLES[name], rows
                self.rows[name] = []

    def _serve(self, number: int, session: Session) -> None:
        facts, home = self.facts, self.facts.homes[session.home]
        running = [one for one in home.projects if session.day < one.until]
        project = running[number % len(running)]
        face = project.faces[number % len(project.faces)]
        day = facts.first_day + timedelta(days=session.day)
        times = shift_times(session)
        leader, second = facts.leader(home), facts.leader(home, 1)
        starts, ends = utc(day, times[0][0]), utc(day, times[-1][1])
        created = min(
            starts - timedelta(days=9), facts.now - timedelta(days=5, minutes=number % 600)
        )
        self.rows["projects_activity"].append((
            self.activity, project.id, face.name, face.description, home.region, face.address,
            home.lat, home.lng, leader, text(starts), text(ends), "open", "",
            text(created), leader, face.search_text,
        ))  # fmt: skip
        is_over = session.day < DAYS
        settled = session.day < DAYS - SETTLING_DAYS
        for place, ((start, end), crowd) in enumerate(zip(times, session.crowds, strict=True)):
            frame = Frame(
                self.shift, home.organization, day, start, end, (leader, second),
                self._booked(session.day) if settled else None,
                is_over, facts.now, facts.due[day] if is_over else day, facts.share_percent,
            )  # fmt: skip
            taken = self._crowd(frame, home, min(session.day, DAYS), crowd)
            capacity = max(crowd, taken) + (5, 0, 3, 12)[number % 4]
            self.rows["projects_shift"].append((
                self.shift, self.activity, JOBS[(number + place) % len(JOBS)],
                text(utc(day, start)), text(utc(day, end)), capacity, taken,
            ))  # fmt: skip
            self.shift += 1
        self.activity += 1

    def _booked(self, day: int) -> datetime:
        """Return when the hours of a day's next session come into the books: in their order."""
        self.nth = self.nth + 1 if day == self.day else 0
        self.day = day
        booked_on = self.facts.first_day + timedelta(days=day + SETTLING_DAYS)
        return utc(booked_on, 540 + min(self.nth, 480))

    def _crowd(self, frame: Frame, home: Home, day: int, crowd: int) -> int:
        """Choose who signs up for a shift; return how many places they hold."""
        known = BORN_IN + (1 - BORN_IN) * max(0, day - NOTICE_DAYS) / DAYS
        pool = int(home.size * min(known, VERIFIED)) - LEADERS
        crowd = min(crowd, pool)
        chosen = self._chosen(pool, crowd)
        first, slots, taken = home.first + LEADERS, dict[int, Slot](), 0
        for place in chosen:
            position = first + place
            drawn = DRAWN[(position * 31 + frame.shift_id * 17) & 255]
            way = drawn if self.accounts[position] or drawn > OF_CARD else OF_CARD
            found = slots.get(way)
            if found is None:
                found = slots[way] = slot(self.slot, WAYS[way], frame)
                self.rows["scale_slot"].append(found.row)
                self.slot += 1
            taken += WAYS[way].stays
            self._plan(found, position, frame)
        return taken

    def _chosen(self, pool: int, crowd: int) -> list[int]:
        """Draw who comes, the same few often; a large part of the pool is drawn evenly."""
        if crowd * 4 > pool:
            return sorted(self.random.sample(range(pool), crowd))
        random, chosen = self.random.random, set[int]()
        while len(chosen) < crowd:
            chosen.add(int(pool * random() ** STEEPNESS))
        return sorted(chosen)

    def _plan(self, found: Slot, position: int, frame: Frame) -> None:
        facts, record = self.facts, None
        if found.kind in (POSTED, WAITING):
            record = self.record
            self.record += 1
        user = facts.user0 + position if self.accounts[position] else None
        volunteer = facts.volunteer0 + position
        self.rows["scale_plan"].append((self.signup, found.row[0], volunteer, user, record))
        self.signup += 1
        if found.kind == POSTED:
            self._post(record, volunteer, position, found, frame)

    def _post(
        self, record: int | None, volunteer: int, position: int, found: Slot, frame: Frame
    ) -> None:
        """Write what `hours.post` writes, and the stars that follow."""
        minutes, organization, served = found.minutes, frame.organization_id, found.row[13]
        self._entry(
            str(found.row[-1]), frame.leaders[0], "hours.post", "servicerecord", record,
            f'{{"record": {record}, "volunteer": {volunteer}, "minutes": {minutes}, '
            f'"trust": "{found.trust}", "served_on": "{served}", "organization": {organization}}}',
            f'{{"minutes":{minutes},"organization":{organization},"record":{record},'
            f'"served_on":"{served}","trust":"{found.trust}","volunteer":{volunteer}}}',
        )  # fmt: skip
        before = self.minutes[position]
        self.minutes[position] = total = before + minutes
        has = self.reached[position]
        if has < len(self.rungs) and total >= self.rungs[has][0]:
            self._star(volunteer, position, total, str(found.row[-1]))

    def _star(self, volunteer: int, position: int, total: int, at: str) -> None:
        while self.reached[position] < len(self.rungs):
            needed, stars = self.rungs[self.reached[position]]
            if total < needed:
                return
            self.reached[position] += 1
            row = (self.award, volunteer, stars, needed, total, at)
            self.rows["recognition_staraward"].append(row)
            self._entry(
                at, None, "recognition.award_star", "staraward", self.award,
                f'{{"volunteer": {volunteer}, "stars": {stars}}}',
                f'{{"stars":{stars},"volunteer":{volunteer}}}',
            )  # fmt: skip
            self.award += 1

    def _entry(
        self, at: str, actor: int | None, verb: str, kind: str, subject: int | None,
        data: str, sorted_data: str,
    ) -> None:  # fmt: skip
        """Chain one entry as `journal.chain.entry_hash` does; `check-books` proves it equal."""
        self.sequence += 1
        previous = self.hash
        said = (
            f'{{"actor":{"null" if actor is None else actor},"at":"{at.replace(" ", "T")}+00:00",'
            f'"data":{sorted_data},"id":{self.entry},"on_behalf_of":null,"previous":"{previous}",'
            f'"sequence":{self.sequence},"subject":["{kind}",{subject}],"verb":"{verb}"}}'
        )
        self.hash = sha256(said.encode("ascii")).hexdigest()
        self.rows["journal_entry"].append((
            self.entry, at, actor, verb, kind, subject, data, self.sequence, previous, self.hash,
        ))  # fmt: skip
        self.entry += 1


def told(facts: Facts) -> Iterator[Block]:
    """Yield everything that the teams did and will do."""
    return Telling(facts).tell()
