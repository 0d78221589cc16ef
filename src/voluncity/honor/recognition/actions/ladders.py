"""Set what the hour stars ask, from a coming day on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime

from django.db import models, transaction

from voluncity.city.journal.actions import record
from voluncity.city.journal.models import Entry
from voluncity.honor.recognition.actions.stars import settle_all_stars
from voluncity.honor.recognition.models import StarTier
from voluncity.honor.recognition.rules import Rung
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput

STARS = 5
MOST_MINUTES = 100_000 * 60


@transaction.atomic
def set_star_ladder(
    *, rungs: Sequence[Rung], valid_from: date, by: models.Model, at: datetime
) -> list[StarTier]:
    """Let one to five stars ask other minutes from a coming day on (RULES.md §1.4).

    Nobody loses a star by it: one whose own threshold was reached stays. A ladder of the same
    coming day is replaced.
    :raises BadInput: when the day is not to come, or a star asks no more than the one below it.
    """
    if valid_from <= local_date(at):
        raise BadInput("执行日期应是明天或以后，不能改以前的标准。", field="valid_from")
    if [rung.stars for rung in rungs] != list(range(1, STARS + 1)):
        raise BadInput("一到五星都要填写。", field="valid_from")
    for lower, upper in itertools.pairwise([Rung(0, 0), *rungs]):
        if not lower.minutes < upper.minutes <= MOST_MINUTES:
            raise BadInput("每一星要比下一级多，最多 10 万小时。", field=f"hours_{upper.stars}")
    StarTier.objects.filter(valid_from=valid_from).delete()
    rows = [StarTier(valid_from=valid_from, stars=r.stars, minutes=r.minutes) for r in rungs]
    StarTier.objects.bulk_create(rows)
    record(
        "recognition.set_ladder", rows[0], by=by, at=at,
        valid_from=str(valid_from), minutes=[rung.minutes for rung in rungs],
    )  # fmt: skip
    return rows


def settle_new_ladder(*, at: datetime) -> int:
    """Settle everybody's stars once, when a ladder that an office set begins to hold.

    Return of how many they changed. Killed meanwhile, it begins again: nothing is done twice.
    """
    newest = (
        StarTier.objects.filter(valid_from__lte=local_date(at))
        .order_by("-valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    told = Entry.objects.filter(subject_type="startier", verb__startswith="recognition.")
    said = [(verb, data["valid_from"]) for verb, data in told.values_list("verb", "data")]
    if ("recognition.set_ladder", str(newest)) not in said:
        return 0  # the ladder that came with the system: `voluncity settle-stars` is for that
    if ("recognition.settle_ladder", str(newest)) in said:
        return 0
    changed = settle_all_stars(at=at)
    record(
        "recognition.settle_ladder", ("startier", None), by=None, at=at,
        valid_from=str(newest), people=changed,
    )  # fmt: skip
    return changed
