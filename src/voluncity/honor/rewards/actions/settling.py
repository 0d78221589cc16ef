"""Draw up the sheet of a merchant's month, confirm it, close it; nothing is paid here."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.rewards.models import Merchant, Redemption, Sheet, SheetLine
from voluncity.honor.rewards.rules.settling import lines_digest
from voluncity.honor.rewards.states import SHEET_FLOW, LineKind, SheetState
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.refusals import NotAllowed, WrongState

T = SheetState
_SEEN_ANOTHER = "结算单刚刚有更新，请核对新的明细再确认。"


def draw_sheets(*, today: date, at: datetime) -> int:
    """Draw up the sheets of the months that are over; return how many there are new lines on.

    Each merchant in a transaction of its own. Redemptions that the shop can still take back wait
    for the next run.
    """
    month, before = month_before(today), day_bounds(today.replace(day=1))[0]
    waiting = _unsettled(before=before, at=at)
    wrong = _uncorrected()
    merchants = set(waiting.values_list("merchant", flat=True))
    merchants |= set(wrong.values_list("redemption__merchant", flat=True))
    return sum(
        draw_sheet(merchant_id=pk, month=month, before=before, at=at) for pk in sorted(merchants)
    )


def month_before(today: date) -> str:
    """Return the last month that is over: "2026-10" in November."""
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return f"{year}-{month:02d}"


def _unsettled(*, before: datetime, at: datetime) -> QuerySet[Redemption]:
    return Redemption.objects.filter(
        at__lt=before, undo_until__lt=at, undone_at=None, lines__isnull=True
    )


def _uncorrected() -> QuerySet[SheetLine]:
    """Return the lines of closed sheets whose redemption was taken back afterwards."""
    given = SheetLine.objects.filter(kind=LineKind.GIVEN, redemption__undone_at__isnull=False)
    corrected = SheetLine.objects.filter(kind=LineKind.CORRECTED)
    return given.filter(sheet__state=T.CLOSED).exclude(
        redemption__in=corrected.values("redemption")
    )


@transaction.atomic
def draw_sheet(*, merchant_id: int, month: str, before: datetime, at: datetime) -> bool:
    """Put what is not settled yet on a month's sheet, if that is not closed; say if there was any.

    Lines that are added take the merchant's confirmation away: it was for another sheet.
    """
    merchant = Merchant.objects.get(pk=merchant_id)
    sheet, is_new = Sheet.objects.get_or_create(
        merchant=merchant, month=month, defaults={"drawn_at": at}
    )
    if not is_new and not _opened_again(sheet):
        return False  # closed: what is left goes on the next month's
    lines = _lines(sheet, merchant, before=before, at=at)
    made = SheetLine.objects.bulk_create(lines)
    _count(sheet)
    record("rewards.draw", sheet, by=None, at=at, month=month, lines=len(made))
    return bool(made)


def _lines(sheet: Sheet, merchant: Merchant, *, before: datetime, at: datetime) -> list[SheetLine]:
    given = _held(merchant, before=before, at=at)
    wrong = _uncorrected().filter(redemption__merchant=merchant).order_by("pk")
    return [
        *(
            SheetLine(sheet=sheet, redemption=one, kind=LineKind.GIVEN, fen=one.fen)
            for one in given
        ),
        *(
            SheetLine(
                sheet=sheet, redemption_id=one.redemption_id, kind=LineKind.CORRECTED, fen=-one.fen
            )
            for one in wrong
        ),
    ]


def _held(merchant: Merchant, *, before: datetime, at: datetime) -> QuerySet[Redemption]:
    """Hold the redemptions that are not settled yet, and return them.

    Who takes one back at this moment was faster and it is left out, or waits and finds its line.
    """
    waiting = _unsettled(before=before, at=at).filter(merchant=merchant)
    # The condition is asked again of each row when somebody else has just written it.
    Redemption.objects.filter(pk__in=waiting.values("pk"), undone_at=None).update(fen=F("fen"))
    return waiting.order_by("at", "pk")


def _opened_again(sheet: Sheet) -> bool:
    """Hold a sheet that is not closed: whoever confirmed it must look again."""
    return bool(
        Sheet.objects.filter(pk=sheet.pk)
        .exclude(state=T.CLOSED)
        .update(state=T.DRAWN, merchant_at=None, merchant_by=None, version=F("version") + 1)
    )


def _count(sheet: Sheet) -> None:
    sums = SheetLine.objects.filter(sheet=sheet).aggregate(
        count=Count("pk", filter=Q(kind=LineKind.GIVEN)),
        corrections=Count("pk", filter=Q(kind=LineKind.CORRECTED)),
        total=Sum("fen", default=0),
    )
    Sheet.objects.filter(pk=sheet.pk).update(
        count=sums["count"], corrections=sums["corrections"], total_fen=sums["total"]
    )


def take_off_sheet(redemption: Redemption, *, at: datetime) -> None:
    """Take an undone redemption off its sheet, unless that is closed: then it is corrected later.

    The sheet is written first, so that it cannot be closed in the same moment.
    """
    line = SheetLine.objects.filter(redemption=redemption, kind=LineKind.GIVEN).first()
    if line is None:
        return
    sheet = Sheet.objects.get(pk=line.sheet_id)
    if _opened_again(sheet):
        line.delete()
        _count(sheet)
        record("rewards.take_off", sheet, by=None, at=at, redemption=redemption.pk)


@transaction.atomic
def confirm_sheet(*, sheet: Sheet, seen: int, by: User, at: datetime) -> Sheet:
    """Let the merchant say that a sheet is right; `seen` is the version that was read.

    :raises WrongState: when it has changed meanwhile, or is confirmed already.
    """
    target = SHEET_FLOW.after("confirm", sheet.state)
    same = Sheet.objects.filter(pk=sheet.pk, state=T.DRAWN, version=seen)
    if not same.update(state=target, merchant_at=at, merchant_by=by, version=F("version") + 1):
        raise WrongState(_SEEN_ANOTHER, code="rewards.sheet_changed")
    record("rewards.confirm_sheet", sheet, by=by, at=at, total=sheet.total_fen)
    sheet.refresh_from_db()
    return sheet


@transaction.atomic
def close_sheet(*, sheet: Sheet, seen: int, by: User, at: datetime) -> Sheet:
    """Close a sheet for good; it never changes any more, what is wrong is corrected in the next.

    :raises NotAllowed: when the same person confirmed it for the merchant.
    :raises WrongState: when it has changed meanwhile, or the merchant has not confirmed it.
    """
    target = SHEET_FLOW.after("close", sheet.state)
    if sheet.merchant_by_id == by.pk:
        raise NotAllowed("两次确认要由两个人办理，请由同事确认。", code="rewards.own_case")
    same = Sheet.objects.filter(pk=sheet.pk, state=T.CONFIRMED, version=seen)
    digest = lines_digest(SheetLine.objects.filter(sheet=sheet))
    if not same.update(
        state=target, office_at=at, office_by=by, digest=digest, version=F("version") + 1
    ):
        raise WrongState(_SEEN_ANOTHER, code="rewards.sheet_changed")
    record("rewards.close_sheet", sheet, by=by, at=at, total=sheet.total_fen)
    sheet.refresh_from_db()
    return sheet
