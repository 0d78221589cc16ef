"""One try at the door: run it, keep its result, and write what follows from it.

Every way of checking in ends here, except the quick way of those in whose way nothing is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.people.models import User
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.service.signups import rules
from voluncity.service.signups.actions.places import journal
from voluncity.service.signups.locks import hold_activity
from voluncity.service.signups.models import Attendance, Pause, Scan, ScanFlag, Signup
from voluncity.service.signups.queries.doors import YOU, door_facts, signup_at_door
from voluncity.service.signups.states import Direction, Method

Flags = dict[str, int | None]


@dataclass
class Try:
    """One try at the door; what is not known at first is filled in on the way."""

    nonce: str
    about: str
    method: Method
    by: User
    at: datetime
    wanted: str = ""
    shift_id: int | None = None
    volunteer_id: int | None = None
    who: str = YOU
    device: str = ""
    flags: Flags = field(default_factory=dict)

    def row(self, refusal: Refusal | None = None) -> Scan:
        """Return the row that keeps this try."""
        return Scan(
            nonce=self._digest(),
            shift_id=self.shift_id,
            volunteer_id=self.volunteer_id,
            direction=self.wanted,
            method=self.method,
            at=self.at,
            by=self.by,
            is_accepted=refusal is None,
            refusal_code=refusal.code if refusal else "",
            refusal_sentence=refusal.sentence[:200] if refusal else "",
            device=self.device,
        )

    def first_answer(self) -> Scan:
        """Return the answer to the same try before.

        :raises Refusal: when that was one.
        """
        scan = Scan.objects.get(nonce=self._digest())
        if not scan.is_accepted:
            raise Refusal(scan.refusal_sentence, code=scan.refusal_code)
        return scan

    def _digest(self) -> str:
        parts = f"{self.by.pk}\0{self.method}\0{self.wanted}\0{self.about}\0{self.nonce}"
        return hashlib.sha256(parts.encode()).hexdigest()


def kept(attempt: Try, find: Callable[[], Signup]) -> Scan:
    """Run a try and keep its result, also when it is refused.

    :raises Refusal: with the reason.
    """
    try:
        with transaction.atomic():
            scan = attempt.row()
            scan.save(force_insert=True)
            signup = find()
            return _passed(attempt, scan, signup)
    except IntegrityError:
        return attempt.first_answer()
    except Refusal as refusal:
        Scan.objects.bulk_create([attempt.row(refusal)], ignore_conflicts=True)
        raise


def _passed(attempt: Try, scan: Scan, signup: Signup) -> Scan:
    _require_somebody_else(attempt, signup)
    hold_activity(signup.shift.activity_id)  # of two at once the second sees the first
    Signup.objects.filter(pk=signup.pk).update(state=F("state"))  # … and who passes quickly, too
    signup = signup_at_door(signup.shift_id, signup.volunteer, who=attempt.who)
    facts = door_facts(signup, who=attempt.who, at=attempt.at)
    direction = rules.direction_for(facts, attempt.wanted, at=attempt.at)
    rules.require_door_open(facts, direction, at=attempt.at)
    _write(attempt, signup, direction)
    scan.shift_id, scan.volunteer_id, scan.direction = (
        signup.shift_id, signup.volunteer_id, direction,
    )  # fmt: skip
    scan.save(update_fields=["shift", "volunteer", "direction"])
    ScanFlag.objects.bulk_create(
        ScanFlag(scan=scan, kind=kind, value=value) for kind, value in attempt.flags.items()
    )
    behalf = None if signup.volunteer.user_id == attempt.by.pk else signup.volunteer
    journal(
        f"signups.check_{direction}", signup, signup.shift, by=attempt.by, at=attempt.at,
        on_behalf_of=behalf, method=str(attempt.method),
    )  # fmt: skip
    return scan


def _require_somebody_else(attempt: Try, signup: Signup) -> None:
    if attempt.method != Method.VENUE_CODE and signup.volunteer.user_id == attempt.by.pk:
        raise Refusal(
            "不能给自己点名或扫自己的码，请扫现场屏幕上的码，或请另一位负责人办理。",
            code="signups.own_case",
        )


def _write(attempt: Try, signup: Signup, direction: Direction) -> None:
    attendance: Attendance | None = getattr(signup, "attendance", None)
    if direction == Direction.OUT:
        _left(attempt, signup)
    elif attendance is None:
        Attendance.objects.create(
            signup=signup, in_at=attempt.at, in_method=attempt.method, in_by=attempt.by
        )
    else:
        _came_back(attempt, attendance)


def _left(attempt: Try, signup: Signup) -> None:
    Attendance.objects.filter(signup=signup, out_at=None).update(
        out_at=attempt.at, out_method=attempt.method, out_by=attempt.by
    )


def _came_back(attempt: Try, attendance: Attendance) -> None:
    """Turn the check-out into the beginning of a pause that ends now."""
    assert attendance.out_at is not None, "the rules have seen it"  # noqa: S101
    Pause.objects.create(
        attendance=attendance,
        left_at=attendance.out_at,
        left_method=attendance.out_method,
        left_by_id=attendance.out_by_id,
        back_at=attempt.at,
        back_method=attempt.method,
        back_by=attempt.by,
    )
    still_out = Attendance.objects.filter(pk=attendance.pk, out_at=attendance.out_at)
    if not still_out.update(out_at=None, out_method="", out_by=None):
        raise WrongState("刚刚有人改了这条签到记录，请刷新后再试。", code="wrong_state.came_back")
