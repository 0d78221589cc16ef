"""Operations of the API: what covers me today."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import SIGNED_IN
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import Asked, Id, Shape
from voluncity.city.tokens.states import TokenScope
from voluncity.honor.insurance import queries
from voluncity.honor.insurance.models import Insured, Policy
from voluncity.honor.insurance.queries.covered import CoveredBy, is_open_question
from voluncity.kernel.clock import local_date

router = Router(tags=["志愿者保险"])


class InsuredSum(Shape):
    """How much is insured."""

    name: str = Field(description="保障项目")
    amount: str = Field(description="保额，例如“10 万元”")


class CoverShape(Shape):
    """One policy that covers me today, and why."""

    policy: str = Field(description="保险名称")
    insurer: str = Field(description="保险公司")
    number: str = Field(description="保单号")
    why: str = Field(description="依据，例如参加的活动")
    since: date
    until: date = Field(description="最后一天（含）")
    sums: list[InsuredSum]
    report_hours: int = Field(description="发生意外后几小时内报案")
    phone: str = Field(description="报案电话")


class InsuranceQuestion(Shape):
    """A list on which somebody stands."""

    id: int
    policy: str
    insurer: str
    since: date
    until: date
    answer: str = Field(description="本人现在的选择")
    is_open: bool = Field(description="还可以在网页“我的保险”里选择或更改")


class MyInsurance(Shape):
    """What covers me on this day."""

    day: date
    is_covered: bool
    covers: list[CoverShape]
    questions: list[InsuranceQuestion] = Field(description="投保名单，新的在前")


class InsuranceAsked(Asked):
    """Whose insurance."""

    volunteer_id: Id | None = Field(None, description="监护人看孩子的；不填为本人")


@operation(
    router, "GET", "me/insurance", summary="我今天的保险", answer=MyInsurance, access=SIGNED_IN,
    scope=TokenScope.VOLUNTEER_READ,
)  # fmt: skip
def my_insurance(request: HttpRequest, asked: Query[InsuranceAsked]) -> MyInsurance:
    """年度投保名单、组织的团体保险和今天参加的活动，都算在内。监护人也能看孩子的。"""
    today = local_date(now())
    me = people.record_for(user_of(request), asked.volunteer_id, on=today)
    covers = queries.covers_of(me, on=today)
    return MyInsurance(
        day=today,
        is_covered=bool(covers),
        covers=[_cover(one) for one in covers],
        questions=[_question(row) for row in queries.asked_of(me)],
    )


def _cover(one: CoveredBy) -> CoverShape:
    policy: Policy = one.policy
    return CoverShape(
        policy=policy.name,
        insurer=policy.insurer,
        number=policy.number,
        why=one.why,
        since=one.since,
        until=one.until,
        sums=[InsuredSum(name=name, amount=amount) for name, amount in policy.sums],
        report_hours=policy.report_hours,
        phone=policy.phone,
    )


def _question(row: Insured) -> InsuranceQuestion:
    return InsuranceQuestion(
        id=row.pk,
        policy=row.policy.name,
        insurer=row.policy.insurer,
        since=row.policy.from_on,
        until=row.policy.until_on,
        answer=row.get_answer_display(),
        is_open=is_open_question(row),
    )
