"""Forget who somebody was that claimed or was corrected: the account is closed (PIPL art. 47)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q

from voluncity.city.claims.models import Claim, DataCorrection, Merge

NOBODY = "已注销用户"


@transaction.atomic
def forget_person(*, volunteer_ids: Collection[int], user_id: int | None) -> None:
    """Take names and numbers from decided claims and corrections; what was decided stays."""
    about = Q(volunteer__in=volunteer_ids)
    mine = Q(claimant=user_id) if user_id is not None else Q(pk__in=[])
    Claim.objects.filter(about | mine).update(name=NOBODY, id_cipher="", words="")
    for row in DataCorrection.objects.filter(about).only("pk", "born_on"):
        DataCorrection.objects.filter(pk=row.pk).update(
            name=NOBODY, id_cipher="", words="", born_on=date(row.born_on.year, 1, 1)
        )
    _forget_phones(volunteer_ids)


def _forget_phones(volunteer_ids: Collection[int]) -> None:
    """Drop what a merge kept to give a phone back: nothing is given back any more."""
    concerned = Q(loser__in=volunteer_ids) | Q(winner__in=volunteer_ids)
    for merge in Merge.objects.filter(concerned).order_by("pk"):
        merge.kept["accounts"] |= {"winner_phone_cipher": "", "winner_phone_index": ""}
        merge.save(update_fields=["kept"])
