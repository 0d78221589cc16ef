"""What stands between somebody and one piece of an offer, read in one statement.

The careful way (`actions/taking.py`) asks a dozen times for the same; the rules are the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from voluncity.city.orgs.states import OrgState
from voluncity.city.people.states import IdentityState
from voluncity.city.policy.rules import POLICIES
from voluncity.honor.points.rules import SPENT, account_key
from voluncity.honor.rewards import rules
from voluncity.honor.rewards.states import LimitPeriod, MerchantState, OfferState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.kernel.statements import Statement, day

GIVE_BACK = "rewards.give_back_days"
_PERIOD = """
    CASE t.limit_period WHEN 'year' THEN %(year)s WHEN 'quarter' THEN %(quarter)s
        WHEN 'month' THEN %(month)s ELSE 'all' END
"""
_TURNS = {
    "postgresql": "string_agg(w.turn::text, ',')",
    "sqlite": "group_concat(w.turn, ',')",
}
_READ = """
    SELECT t.title, t.points, t.stars, t.stock_day, t.offered_from, t.offered_until, t.use_days,
        t.use_until, t.per_person, t.limit_period,
        o.state, o.stock, o.taken, o.current_id, m.id, m.state, g.state,
        v.id, v.user_id, v.identity_state, v.closed_at IS NOT NULL,
        (
            SELECT MAX(a.stars) FROM recognition_staraward a
            WHERE a.volunteer_id = v.id AND a.withdrawn_at IS NULL
        ),
        c.id, c.balance, (SELECT s.id FROM ledger_account s WHERE s.key = %(spent_key)s),
        EXISTS (SELECT 1 FROM rewards_voucher h WHERE h.handle = %(handle)s),
        (
            SELECT {turns} FROM rewards_voucher w
            WHERE w.offer_id = o.id AND w.volunteer_id = v.id AND w.turn IS NOT NULL
                AND w.period = {period}
        ),
        (
            SELECT n.value FROM policy_policynumber n
            WHERE n.key = %(give_back)s AND n.valid_from <= %(today)s
            ORDER BY n.valid_from DESC LIMIT 1
        )
    FROM rewards_version t
    JOIN rewards_offer o ON o.id = t.offer_id
    JOIN rewards_merchant m ON m.id = o.merchant_id
    JOIN orgs_organization g ON g.id = m.organization_id
    LEFT JOIN people_volunteer v ON v.id = %(volunteer)s
    LEFT JOIN ledger_account c ON c.key = %(purse)s
    WHERE t.id = %(version)s AND t.offer_id = %(offer)s
"""
_CHANCE = Statement(*(_READ.format(turns=turns, period=_PERIOD) for turns in _TURNS.values()))


@dataclass(frozen=True)
class Chance:
    """The terms of one offer, one volunteer, and what was true of both at one moment."""

    at: datetime
    today: date
    offer_id: int
    version_id: int
    handle: str
    title: str
    points: int
    stars: int
    stock_day: int | None
    offered_from: date
    offered_until: date
    use_days: int
    use_until: date
    per_person: int
    limit_period: str
    offer_state: str
    stock: int | None
    taken: int
    current_id: int | None
    merchant_id: int
    merchant_state: str
    organization_state: str
    volunteer_id: int
    user_id: int | None
    identity_state: str
    has_left: bool
    own_stars: int
    account_id: int | None
    balance: int
    spent_id: int | None
    is_known: bool
    turns: frozenset[int]
    give_back_days: int

    @property
    def is_open(self) -> bool:
        """Return whether offer, merchant and organization give anything."""
        return (
            self.offer_state == OfferState.OPEN
            and self.merchant_state == MerchantState.ACTIVE
            and self.organization_state == OrgState.ACTIVE
        )

    @property
    def is_sold_out(self) -> bool:
        """Return whether all pieces were taken."""
        return self.stock is not None and self.taken >= self.stock

    @property
    def period(self) -> str:
        """Return the period for which the limit counts."""
        return rules.period_of(self.limit_period, self.today)

    @property
    def turn(self) -> int | None:
        """Return which one of the person's pieces this would be; None when they had all."""
        turns = range(1, self.per_person + 1)
        return next((one for one in turns if one not in self.turns), None)

    @property
    def is_plain(self) -> bool:
        """Return whether nothing but a piece and the points is wanted, as far as was read.

        Whatever is not plain is decided by the careful way.
        """
        has_points = self.account_id is not None and self.spent_id is not None
        return (
            not self.is_known
            and self.is_open
            and self.current_id == self.version_id
            and (self.points == 0 or (has_points and self.balance >= self.points))
        )

    def refuse(self) -> None:
        """Refuse what is certain, in the order of the careful way; without a lock or a write.

        :raises Refusal: with the reason that is told.
        """
        if self.is_known:
            return
        rules.refuse_person(
            is_verified=self.identity_state == IdentityState.VERIFIED, has_left=self.has_left,
            stars=self.own_stars, needed=self.stars,
        )  # fmt: skip
        rules.refuse_outside(self.today, self.offered_from, self.offered_until)
        if self.offer_state != OfferState.OPEN or self.is_sold_out:
            raise self._gone()
        if self.turn is None:
            raise rules.had_enough(self.per_person, self.limit_period)

    def _gone(self) -> Refusal:
        return rules.gone(is_open=self.is_open, is_current=self.current_id == self.version_id)


def chance(
    *, offer_id: int, version_id: int, volunteer_id: int, handle: str, at: datetime
) -> Chance:
    """Return what stands between a volunteer and a piece of an offer under some terms.

    :raises NotFound: when there is no such offer with these terms, or no such volunteer.
    """
    today = local_date(at)
    row = _CHANCE.row(connection, {
        "offer": offer_id, "version": version_id, "volunteer": volunteer_id, "handle": handle,
        "purse": account_key(volunteer_id), "spent_key": SPENT, "give_back": GIVE_BACK,
        "today": connection.ops.adapt_datefield_value(today),
        "year": rules.period_of(LimitPeriod.YEAR, today),
        "quarter": rules.period_of(LimitPeriod.QUARTER, today),
        "month": rules.period_of(LimitPeriod.MONTH, today),
    })  # fmt: skip
    if row is None or row[17] is None:
        raise rules.not_found()
    (
        title, points, stars, stock_day, offered_from, offered_until, use_days, use_until,
        per_person, limit_period, offer_state, stock, taken, current_id, merchant_id,
        merchant_state, organization_state, found_id, user_id, identity_state, has_left,
        own_stars, account_id, balance, spent_id, is_known, turns, give_back_days,
    ) = row  # fmt: skip
    return Chance(
        at, today, offer_id, version_id, handle, title, points, stars, stock_day,
        day(offered_from), day(offered_until), use_days, day(use_until), per_person, limit_period,
        offer_state, stock, taken, current_id, merchant_id, merchant_state, organization_state,
        found_id, user_id, identity_state, bool(has_left), own_stars or 0, account_id,
        balance or 0, spent_id, bool(is_known),
        frozenset(int(one) for one in turns.split(",")) if turns else frozenset(),
        POLICIES[GIVE_BACK].initial if give_back_days is None else give_back_days,
    )  # fmt: skip
