"""Calls and applications for tests, in whatever state they are needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import check_paper
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.actions import Typed
from voluncity.fund.calls.models import Application, Attachment, Call, Submission
from voluncity.fund.calls.rules import Mark, Question, Section
from voluncity.fund.calls.rules.calls import CallPlan, KindPlan
from voluncity.fund.calls.rules.checking import NO_TIES
from voluncity.fund.calls.states import QuestionKind
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user

_numbers = count(1)
K = QuestionKind
STORY = "每周三为独居老人上门修脚，并陪着说说话。"
# What a whole application says; 2,000 元 in two lines.
ANSWERS = {
    "title": "关爱老人义务修脚", "summary": STORY, "served": "本街道独居老人，约 60 人",
    "starts_on": "2027-03-01", "ends_on": "2027-11-30", "asked": "2000", "ties": NO_TIES,
    "q2": "做过三年，每月四次。", "q3": "有",
}  # fmt: skip
LINES = (
    ("物资", "修脚工具和消毒用品", "20 套 × 70 元", "1400"),
    ("志愿者补贴和保险", "志愿者保险", "30 人 × 20 元", "600"),
)


def make_call_plan(*, at: datetime = NOON, **said: Any) -> CallPlan:
    """Return what the office says: open since yesterday, for thirty days."""
    today = local_date(at)
    usual: dict[str, Any] = {
        "title": "2027 年社会组织志愿服务项目申报", "intro": "支持为老、助残、儿童项目。",
        "opens_on": today - timedelta(days=1), "closes_on": today + timedelta(days=30),
        "least_fen": 100_000, "most_fen": 5_000_000,
        "line_kinds": (
            KindPlan("物资"), KindPlan("志愿者补贴和保险", "交通、误餐、保险", 30),
            KindPlan("管理费", most_percent=10, is_management=True),
        ),
    }  # fmt: skip
    return CallPlan(**(usual | said))


def make_officer(region: Region, name: str = "韩梅") -> User:
    """Return somebody of the fund's office."""
    officer = make_user(name)
    give(officer, Role.FUND_OFFICE, region)
    return officer


def make_admin(organization: Organization, name: str = "李桂芳") -> User:
    """Return an administrator of an organization."""
    admin = make_user(name)
    give(admin, Role.ORG_ADMIN, organization)
    return admin


def make_draft_call(
    fund: Fund | None = None, *, by: User | None = None, at: datetime = NOON, **said: Any
) -> Call:
    """Write a call with a form of one section: a text, a choice, a voluntary file."""
    officer = by or make_user("韩梅")
    call = actions.write_call(
        fund=fund or make_fund(at=at), plan=make_call_plan(at=at, **said), by=officer, at=at
    )
    form = queries.form_being_built(call)
    assert form is not None
    form = actions.put_section(
        form=form, section=Section("", "项目基础"), seen=form.edition, by=officer, at=at
    )
    for question in (
        Question("", K.TEXT, "以前做过什么", most=1000),
        Question("", K.CHOICE, "有没有固定的志愿者队伍", options=("有", "没有")),
        Question("", K.FILE, "证明材料", is_required=False, most=2),
    ):
        form = actions.put_question(
            form=form, section="s1", question=question, seen=form.edition, by=officer, at=at
        )
    return call


def make_open_call(
    fund: Fund | None = None, *, by: User | None = None, at: datetime = NOON, **said: Any
) -> Call:
    """Write a call and let everybody read it."""
    officer = by or make_user("韩梅")
    call = make_draft_call(fund, by=officer, at=at, **said)
    return actions.publish_call(call=call, seen=call.edition, by=officer, at=at)


def make_draft_application(
    call: Call | None = None,
    *,
    organization: Organization | None = None,
    by: User | None = None,
    at: datetime = NOON,
) -> Application:
    """Begin an application."""
    team = organization or make_organization()
    begun = actions.start_application(
        call=call or make_open_call(at=at), organization=team,
        handle=f"application-{next(_numbers):06d}", by=by or make_admin(team), at=at,
    )  # fmt: skip
    found: Application = queries.detailed().get(pk=begun.pk)
    return found


def mark(application: Application, key: str) -> Mark:
    """Return what somebody saw who looks at a field now."""
    return queries.mark_of(application.answers.filter(key=key).first())


def type_in(
    application: Application, *, by: User, at: datetime = NOON, **said: str
) -> actions.Saved:
    """Write into fields as somebody who sees what stands there now."""
    sent = {key: Typed(raw, mark(application, key)) for key, raw in said.items()}
    return actions.save_answers(application=application, sent=sent, by=by, at=at)


def fill(application: Application, *, by: User, at: datetime = NOON, **said: str) -> Application:
    """Fill an application wholly; `said` are answers that differ."""
    type_in(application, by=by, at=at, **(ANSWERS | said))
    for kind, what, basis, yuan in LINES:
        number = actions.add_line(application=application, by=by, at=at).number
        words = {"kind": kind, "what": what, "basis": basis, "fen": yuan}
        type_in(
            application, by=by, at=at, **{f"b{number}_{key}": one for key, one in words.items()}
        )
    found: Application = queries.detailed().get(pk=application.pk)
    return found


def make_full_application(
    call: Call | None = None,
    *,
    organization: Organization | None = None,
    by: User | None = None,
    at: datetime = NOON,
    **said: str,
) -> Application:
    """Begin an application and fill it wholly."""
    draft = make_draft_application(call, organization=organization, by=by, at=at)
    return fill(draft, by=by or draft.started_by, at=at, **said)


def make_submission(
    call: Call | None = None,
    *,
    organization: Organization | None = None,
    by: User | None = None,
    at: datetime = NOON,
    **said: str,
) -> Submission:
    """Hand an application in."""
    full = make_full_application(call, organization=organization, by=by, at=at, **said)
    return actions.submit(application=full, seen=full.edition, by=by or full.started_by, at=at)


def make_attachment(
    application: Application, *, by: User | None = None, at: datetime = NOON
) -> Attachment:
    """Put a paper to the question that asks for files."""
    return actions.add_file(
        application=application, key="q4", checked=check_paper(make_paper()),
        by=by or application.started_by, at=at,
    )  # fmt: skip


def fresh(application: Application) -> Application:
    """Return an application as it is now."""
    found: Application = queries.detailed().get(pk=application.pk)
    return found


def make_world_calls(county: Region, organization: Organization) -> dict[str, Any]:
    """Make one of everything for a half of the world."""
    at = now().astimezone(UTC)
    officer, admin = make_user("韩梅"), make_user("李桂芳")
    fund = make_fund(region=county, at=at)
    near = (organization.region_id,)
    call = make_open_call(fund, by=officer, at=at, most_each=5, region_ids=near)
    draft = make_draft_application(call, organization=organization, by=admin, at=at)
    full = make_full_application(call, organization=organization, by=admin, at=at)
    file = make_attachment(full, by=admin, at=at)
    full = fresh(full)
    actions.submit(application=full, seen=full.edition, by=admin, at=at)
    own_draft = make_draft_call(fund, by=officer, at=at, title="还没有发布的通知")
    form = queries.form_being_built(own_draft)
    return {
        "call_fund": fund.pk,
        "call_open": call.pk,
        "call_draft": own_draft.pk,
        "call_form": form.pk if form else 0,
        "grant_draft": draft.pk,
        "grant_file": file.pk,
        "grant_submitted": full.pk,
    }
