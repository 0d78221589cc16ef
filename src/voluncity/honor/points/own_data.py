"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.points.models import Debt, Lot, Movement
from voluncity.kernel.own_data import Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what came, what went, and what is owed."""
    ids = people.records_of(volunteer)
    lots = Lot.objects.filter(volunteer__in=ids).order_by("got_at", "pk")
    movements = Movement.objects.filter(volunteer__in=ids).order_by("at", "pk")
    debts = Debt.objects.filter(volunteer__in=ids).order_by("at", "pk")
    return [
        Section(
            "points_in",
            "得到的积分",
            ("时间", "积分", "剩余", "来历", "来源", "有效期至"),
            tuple(
                (
                    lot.got_at.isoformat(), lot.amount, lot.left, lot.get_origin_display(),
                    lot.source, lot.expires_on.isoformat() if lot.expires_on else "",
                )
                for lot in lots
            ),
        ),
        Section(
            "points_out",
            "用出的积分",
            ("时间", "积分", "去向", "事由", "退回时间"),
            tuple(
                (
                    one.at.isoformat(), one.amount, one.get_kind_display(), one.reason,
                    one.returned_at.isoformat() if one.returned_at else "",
                )
                for one in movements
            ),
        ),
        Section(
            "points_owed",
            "欠分",
            ("时间", "欠分", "未抵"),
            tuple((debt.at.isoformat(), debt.amount, debt.left) for debt in debts),
        ),
    ]  # fmt: skip
