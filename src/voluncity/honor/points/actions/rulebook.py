"""Write the rules by which points are earned, from a day to come on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.catalog.models import Category
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.points.models import Rate, RuleSet
from voluncity.honor.points.rules import CAP_MOST, EXPIRY_YEARS, RATE_MOST, Book
from voluncity.honor.points.states import DEEDS, Ground
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

BASIS_MOST = 200
_ALL = 100


@transaction.atomic
def set_rules(*, book: Book, basis: str, by: User, at: datetime) -> RuleSet:
    """Let rules hold from a day to come; what was served before keeps the rules of its day.

    Rules of the same day that do not hold yet are replaced.

    :raises BadInput: when the day is not to come, or a number is out of its limits.
    """
    _check(book)
    if book.valid_from <= local_date(at):
        raise BadInput(
            "最早从明天开始执行，已经执行的规则不改，以前的积分不变。", field="valid_from"
        )
    words = clean(basis, max_length=BASIS_MOST, field="basis", label="依据")
    RuleSet.objects.filter(valid_from=book.valid_from).delete()
    made = RuleSet.objects.create(
        valid_from=book.valid_from,
        hour_points=book.hour_points,
        entered_percent=book.entered_percent,
        day_most=book.day_most,
        month_most=book.month_most,
        expiry_years=book.expiry_years,
        basis=words,
        set_by=by,
        set_at=at,
    )
    hours = [Rate(ground=Ground.HOURS, category_id=pk, points=n) for pk, n in book.hours.items()]
    deeds = [Rate(ground=deed, points=n) for deed, n in book.deeds.items()]
    for rate in (*hours, *deeds):
        rate.rule_set = made
    Rate.objects.bulk_create([*hours, *deeds])
    record("points.set_rules", made, by=by, at=at, valid_from=str(made.valid_from))
    return made


def _check(book: Book) -> None:
    rates = [book.hour_points, *book.hours.values(), *book.deeds.values()]
    if not all(0 <= rate <= RATE_MOST for rate in rates):
        raise BadInput(f"每项积分应在 0 到 {RATE_MOST} 之间。", field="hour_points")
    if not 0 <= book.entered_percent <= _ALL:
        raise BadInput("荣誉时长的比例应在 0 到 100 之间。", field="entered_percent")
    for field in ("day_most", "month_most"):
        if not 0 <= getattr(book, field) <= CAP_MOST:
            raise BadInput(f"上限应在 0 到 {CAP_MOST} 之间。", field=field)
    if book.expiry_years is not None and book.expiry_years not in EXPIRY_YEARS:
        raise BadInput("请从列表中选择有效期。", field="expiry_years")
    known = set(Category.objects.values_list("pk", flat=True))
    if not (known.issuperset(book.hours) and set(DEEDS).issuperset(book.deeds)):
        raise BadInput("请从列表中选择服务类别和事迹。", field="hour_points")
