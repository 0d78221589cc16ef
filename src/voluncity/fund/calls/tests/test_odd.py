"""Odd input, odd days, what time does to a receipt: each is answered, nothing is half written."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.models import (
    Application,
    Call,
    Extension,
    FormVersion,
    LineKind,
    Return,
)
from voluncity.fund.calls.states import AppState
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.testing.make_calls import (
    fresh,
    make_call_plan,
    make_draft_application,
    make_draft_call,
    make_open_call,
    make_submission,
)
from voluncity.testing.make_fund import make_fund, make_resolution
from voluncity.testing.make_people import NOON, make_county
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
ODD = [
    "\x00", "\ud800", "<script>alert(1)</script>", "９" * 20, "-1", "1e9", "长" * 5_100, " ",
]  # fmt: skip
NAMES = (
    "title", "intro", "contact", "opens_on", "closes_on", "closes_time", "least", "most",
    "most_each", "kinds", "regions", "least_years", "least_stars", "line_kinds", "resolution",
    "purpose", "seen", "reason", "organization", "words", "due_on", "submission", "hint", "label",
    "kind", "help", "most", "options", "key", "handle",
)  # fmt: skip


def post(client: Client, page: str, odd: str, names: tuple[str, ...] = NAMES) -> int:
    """Send the same odd words for every field; return the answer's number."""
    body = urlencode(dict.fromkeys(names, odd), encoding="utf-8", errors="surrogatepass")
    answer = client.post(page, body, content_type="application/x-www-form-urlencoded")
    return answer.status_code


def everything() -> list[int]:
    tables = (Call, FormVersion, LineKind, Extension, Application, Return)
    return [table.objects.count() for table in tables]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_form_of_the_office_breaks(officer: User, odd: str) -> None:
    fund = make_fund(make_county(), at=now())
    written, out = make_draft_call(fund, at=now()), make_open_call(fund, at=now())
    received = make_submission(out, at=now()).application
    form = queries.form_being_built(written)
    assert form is not None
    desk = "/fund/calls/desk"
    before = everything()
    office = as_(officer)
    for page in (
        f"{desk}/calls/new/{fund.pk}/", f"{desk}/calls/{written.pk}/edit/",
        f"{desk}/calls/{out.pk}/postpone/", f"{desk}/calls/{out.pk}/extend/",
        f"{desk}/calls/{written.pk}/publish/", f"{desk}/{received.pk}/send-back/",
        f"{desk}/{received.pk}/accept/", f"{desk}/{received.pk}/decline/",
        f"{desk}/forms/{form.pk}/sections/new/", f"{desk}/forms/{form.pk}/sections/s1/new/",
        f"{desk}/forms/{form.pk}/nothing/",
    ):  # fmt: skip
        assert 400 <= post(office, page, odd) < 500, page
    for verb in ("up", "remove", "publish", "drop"):
        assert post(office, f"{desk}/forms/{form.pk}/{verb}/", odd) == 302
    assert everything() == before
    assert fresh(received).state == AppState.SUBMITTED


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_form_of_the_applicant_breaks(
    call: Call, team: Organization, admin: User, odd: str
) -> None:
    out = make_open_call(call.fund, at=now())
    draft = make_draft_application(out, organization=team, by=admin, at=now())
    line = actions.add_line(application=draft, by=admin, at=now()).number
    own, mine = f"/fund/calls/own/{draft.pk}", as_(admin)
    assert 400 <= post(mine, f"/fund/calls/own/start/{out.pk}/", odd) < 500
    answers = ("title", "summary", "starts_on", "asked", "ties", "q2", "q3", f"b{line}_fen")
    asked = (*answers, *(f"seen-{key}" for key in answers), "settle", "next", "restore")
    for section in ("about", "s1", "budget"):
        assert post(mine, f"{own}/page/{section}/", odd, asked) in {302, 409, 422}
    assert 400 <= post(mine, f"{own}/check/", odd) < 500
    assert 400 <= post(mine, f"{own}/withdraw/", odd) < 500
    assert 400 <= post(mine, f"{own}/nothing/", odd) < 500
    assert 400 <= post(mine, f"{own}/files/q4/", odd) < 500
    assert fresh(draft).state == AppState.DRAFT
    assert mine.get(f"{own}/check/").status_code == 200


@pytest.mark.parametrize(
    "words", ["?q=%00&state=%00&call=99999999999999999999&region=x&page=-1", "?page=9e9&state=x"]
)
def test_odd_filters_show_a_page(officer: User, words: str) -> None:
    make_submission(make_open_call(make_fund(make_county()), at=now()), at=now())
    assert as_(officer).get(f"/fund/calls/desk/{words}").status_code == 200


# -- Days ----------------------------------------------------------------------------------------


def test_no_slip_of_the_pen_keeps_a_call_open_for_ten_years(
    call: Call, team: Organization, officer: User
) -> None:
    far = NOON + timedelta(days=3650)
    with pytest.raises(BadInput, match="一年以后") as refused:
        actions.postpone_end(call=call, ends_at=far, reason="笔误。", by=officer, at=NOON)
    assert refused.value.field == "closes_on"
    with pytest.raises(BadInput, match="一年以后"):
        actions.extend(
            call=call, organization=team, ends_at=far, reason="笔误。", by=officer, at=NOON
        )
    made = make_submission(call, organization=team)
    with pytest.raises(BadInput, match="一年以后") as refused:
        actions.send_back(
            application=fresh(made.application), submission_id=made.pk, remarks={}, words="请补。",
            due_at=far, by=officer, at=NOON,
        )  # fmt: skip
    assert refused.value.field == "due_on"
    assert not Return.objects.exists()


def test_a_fund_that_ended_calls_for_nothing(officer: User) -> None:
    fund = make_fund(make_county())
    written = make_draft_call(fund)
    resolution = make_resolution(fund, "终止基金")
    Fund.objects.filter(pk=fund.pk).update(ended_on=local_date(NOON), ended_by=resolution)
    with pytest.raises(WrongState, match="已经终止"):
        actions.write_call(fund=fund, plan=make_call_plan(), by=officer, at=NOON)
    with pytest.raises(WrongState, match="已经终止"):
        actions.publish_call(call=written, seen=written.edition, by=officer, at=NOON)


# -- What happens when ---------------------------------------------------------------------------


def city(day: int, hour: int = 12) -> datetime:
    """Return an hour of a day of November 2026 in the city; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=CITY_TZ)


def test_a_receipt_names_the_days_and_the_desk_sees_what_is_late(
    call: Call, team: Organization
) -> None:
    made = make_submission(call, organization=team, at=city(23))
    application = fresh(made.application)
    assert queries.check_by(application) == datetime(2026, 11, 30).date()  # noqa: DTZ001
    words = " ".join(one.words for one in queries.next_steps(application, at=city(23)))
    assert "最迟 11月30日 周一 检查" in words
    assert "公示 5 个工作日" in words
    assert queries.waiting_text(application, at=city(24)) == "已等 1 天，最迟 11月30日 周一 检查。"
    late = queries.waiting_text(application, at=city(30) + timedelta(days=2))
    assert late == "已等 9 天，最迟应在 11月30日 周一 检查，已经超期。"


def test_the_pages_say_when(officer: User, team: Organization, admin: User) -> None:
    out = make_open_call(make_fund(make_county(), at=now()), at=now())
    made = make_submission(out, organization=team, by=admin, at=now())
    mine = as_(admin)
    receipt = mine.get(f"/fund/calls/own/{made.application_id}/receipt/").content.decode()
    assert "接下来什么时候办" in receipt
    assert "检查，不齐的退回补正" in receipt
    assert "组织管理员在线填写" not in receipt  # that is done
    page = f"/fund/calls/own/{made.application_id}/"
    assert "等基金办公室检查材料" in mine.get(page).content.decode()
    desk = as_(officer).get(f"/fund/calls/desk/{made.application_id}/").content.decode()
    assert "最迟" in desk
    actions.withdraw(application=fresh(made.application), words="不申请了。", by=admin, at=now())
    receipt = mine.get(f"/fund/calls/own/{made.application_id}/receipt/").content.decode()
    assert "接下来什么时候办" not in receipt
