"""What must be true of all applications, proven by `check-books`."""

from __future__ import annotations

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from voluncity.fund.calls.models import Application, Submission


def faults(*, limit: int = 20) -> list[str]:
    """Name, in at most so many sentences, what is wrong."""
    sums = Submission.objects.annotate(sum=Coalesce(Sum("lines__fen"), 0))
    wrong = sums.exclude(sum=F("asked_fen")).values_list("pk", "sum", "asked_fen")[:limit]
    found = [
        f"calls: the lines of submission {pk} add up to {fen} fen, asked are {asked}"
        for pk, fen, asked in wrong
    ]
    foreign = Application.objects.filter(
        ~Q(form__call=F("call")) | ~Q(current__application=F("pk")) & Q(current__isnull=False)
    )
    found += [
        f"calls: application {pk} names a form or a submission of another"
        for pk in foreign.values_list("pk", flat=True)[: limit - len(found)]
    ]
    return found
