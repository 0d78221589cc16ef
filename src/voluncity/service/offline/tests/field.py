"""A device in a field without network, for tests."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.service.offline import actions
from voluncity.service.offline.actions import Answer, Sent
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.signups.models import Signup
from voluncity.testing.make_hours import ELEVEN, MINUTE, NINE, make_leader, make_past_shift

DEVICE = "d" * 32
BEFORE = NINE - 20 * MINUTE
NOON = ELEVEN + 60 * MINUTE

_count = itertools.count(1)


@dataclass
class Device:
    """A leader's telephone whose clock is `wrong` by some time."""

    shift: Shift
    leader: User
    token: str = ""
    wrong: timedelta = timedelta()

    @property
    def activity(self) -> Activity:
        """Return what it takes the roster of."""
        return self.shift.activity

    def take(self, *, at: datetime = BEFORE) -> None:
        """Take the roster along."""
        taken = actions.take_roster(activity=self.activity, device=DEVICE, by=self.leader, at=at)
        self.token = taken.token

    def scan(self, volunteer: Volunteer, direction: str, at: datetime) -> Sent:
        """Scan a card that shows its code of this minute."""
        code = people.card_code(volunteer.pk, at=at)
        return self._sent(direction, at, code=code)

    def tick(self, signup: Signup, direction: str, at: datetime) -> Sent:
        """Press a name of the list."""
        return self._sent(direction, at, signup_id=signup.pk)

    def _sent(
        self, direction: str, at: datetime, *, code: str = "", signup_id: int | None = None
    ) -> Sent:
        nonce = f"nonce-of-the-device-{next(_count):06d}"
        return Sent(nonce, direction, at + self.wrong, signup_id, code)

    def send(self, *scans: Sent, at: datetime = NOON, **changed: object) -> list[Answer]:
        """Send scans when there is a network again."""
        told = {
            "token": self.token, "offset_ms": -int(self.wrong.total_seconds() * 1000),
            "sent_at": at + self.wrong, "device": DEVICE, "by": self.leader,
        } | changed  # fmt: skip
        return actions.upload(scans=scans, at=at, **told)  # type: ignore[arg-type]


def make_device() -> Device:
    """Return the device of a leader of a team with a shift from nine to eleven."""
    shift = make_past_shift()
    device = Device(shift, make_leader(shift.activity.project.organization))
    device.take()
    return device


def told(answers: list[Answer]) -> list[tuple[str, str]]:
    """Return what the device shows."""
    return [(str(one.outcome), one.sentence) for one in answers]
