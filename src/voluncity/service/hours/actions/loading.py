"""Fetch records so that nobody else can decide on the same people's time meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal
from voluncity.kernel.text import clean
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.signups.models import Agenda

MOST_AT_ONCE = 2_000
REASON_MAX = 120
# What a second person looks at, and what the public is told.
EVIDENCE = (
    "organization__region",
    "volunteer",
    "signup__attendance",
    "signup__shift__activity",
)


@dataclass
class Outcome:
    """What became of many records: those done, and why the others were not."""

    done: list[ServiceRecord] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)

    def sort(
        self, records: Iterable[ServiceRecord], check: Callable[[ServiceRecord], None]
    ) -> None:
        """Check each record; a refusal keeps only its own record back.

        :raises Refusal: the first one, when nothing at all can be done.
        """
        for record in records:
            try:
                check(record)
            except Refusal as refusal:
                self.refused[record.pk] = refusal
            else:
                self.done.append(record)
        if not self.done and self.refused:
            raise next(iter(self.refused.values()))


def take_turns(volunteer_ids: Iterable[int]) -> None:
    """Make other decisions on these volunteers' time wait until this transaction ends.

    Every action that gives or takes time touches the volunteer's agenda first; the update is what
    makes them wait, reading the rows in order before only keeps two batches from a deadlock.
    """
    wanted, held = _persons(volunteer_ids), set[int]()
    while wanted - held:  # once more only where records were merged while we waited
        _hold(sorted(wanted - held))
        held, wanted = wanted, _persons(wanted)


def _persons(volunteer_ids: Iterable[int]) -> set[int]:
    """Return these records and all others of the same persons."""
    ids = set(volunteer_ids)
    return ids.union(*people.families(ids).values())


def _hold(ids: list[int]) -> None:
    agendas = Agenda.objects.filter(pk__in=ids)
    known = set(agendas.select_for_update().order_by("pk").values_list("pk", flat=True))
    Agenda.objects.bulk_create(
        [Agenda(volunteer_id=pk) for pk in ids if pk not in known], ignore_conflicts=True
    )
    agendas.update(version=F("version") + 1)


def locked(
    record_ids: Collection[int],
    *,
    by: User,
    permission: Permission,
    related: Sequence[str] = EVIDENCE,
) -> list[ServiceRecord]:
    """Return the records with their volunteers' time held, in the order of their start.

    `related` names what is fetched with them: it must hold all that the caller looks at.
    :raises BadInput: when there are none, or too many.
    :raises NotFound: when one does not exist or is out of reach; then nothing is done at all.
    """
    wanted = set(record_ids)
    if not wanted:
        raise BadInput("请先选择至少一条记录。", code="hours.none_chosen", field="records")
    if len(wanted) > MOST_AT_ONCE:
        raise BadInput(
            f"一次最多处理 {MOST_AT_ONCE} 条，请分批办理。", code="hours.too_many", field="records"
        )
    within = ServiceRecord.objects.in_scope(scope_of(by, permission)).filter(pk__in=wanted)
    volunteers = dict(within.values_list("pk", "volunteer_id"))
    if volunteers.keys() != wanted:
        raise NotFound("没有找到这些记录，或者它们不在您的管理范围内。")
    take_turns(volunteers.values())
    found = ServiceRecord.objects.filter(pk__in=wanted).order_by("counted_from", "pk")
    return list(found.select_related(*related))


def refuse_own(record: ServiceRecord, *, by: User) -> None:
    """Keep everybody away from their own hours.

    :raises NotAllowed: when the record is the person's own.
    """
    if people.holder_of(record.volunteer) == by.pk:
        raise NotAllowed(
            "这是您本人的时长，不能由自己办理，请本组织另一位负责人办理。", code="hours.own"
        )


def reason_text(value: str, *, field: str = "reason") -> str:
    """Return the reason that somebody gives, as it is kept.

    :raises BadInput: when it is missing or too long.
    """
    reason = clean(value, max_length=REASON_MAX, field=field, label="原因")
    if not reason:
        raise BadInput("请写明原因，志愿者会看到。", code="hours.no_reason", field=field)
    return reason
