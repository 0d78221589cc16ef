"""Row G3: an organization applies online, together, is sent back, completes, is taken."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.fund.calls.models import Application
from voluncity.testing.hearing import titles
from voluncity.testing.make_calls import ANSWERS, LINES, make_admin, make_officer, make_open_call
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
SEEN = re.compile(r'name="(seen-[a-z0-9_]+)"[^>]*value="([^"]+)"')


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def write(client: Client, page: str, said: dict[str, str]) -> int:
    """Write into a page as a browser does that has just opened it."""
    seen = dict(SEEN.findall(client.get(page).content.decode()))
    kept = {key: one for key, one in said.items() if f"seen-{key}" in seen}
    marks = {f"seen-{key}": seen[f"seen-{key}"] for key in kept}
    return client.post(page, kept | marks | {"stay": "1"}).status_code


def write_together(base: str, one: Client, two: Client) -> None:
    """Let two of a team share the pages; the second comes late to a field and merges both."""
    write(one, f"{base}/page/about/", ANSWERS)
    opened = dict(SEEN.findall(two.get(f"{base}/page/about/").content.decode()))
    write(one, f"{base}/page/about/", {"served": "独居老人 60 人"})
    late = {"served": "空巢老人 20 人", "seen-served": opened["seen-served"], "stay": "1"}
    clash = two.post(f"{base}/page/about/", late)
    assert (clash.status_code, "独居老人 60 人" in clash.content.decode()) == (409, True)
    write(two, f"{base}/page/about/", {"served": "独居和空巢老人 80 人"})
    write(two, f"{base}/page/s1/", ANSWERS)
    for number, line in enumerate(LINES, start=1):
        two.post(f"{base}/page/budget/", {"add": "1"})
        parts = zip(("kind", "what", "basis", "fen"), line, strict=True)
        write(two, f"{base}/page/budget/", {f"b{number}_{part}": word for part, word in parts})


@pytest.mark.row("G3")
def test_a_team_applies_together_completes_what_was_missing_and_is_taken() -> None:
    county = make_county()
    call = make_open_call(make_fund(county), at=now())
    team = make_organization(region=county)
    admin, colleague = make_admin(team), make_admin(team, "孙杰")
    officer = make_officer(county)
    one, two, office = as_(admin), as_(colleague), as_(officer)
    one.post(
        f"/fund/calls/own/start/{call.pk}/", {"organization": str(team.pk), "handle": "a-journey"}
    )
    application = Application.objects.get()
    base = f"/fund/calls/own/{application.pk}"
    write_together(base, one, two)
    application.refresh_from_db()
    one.post(f"{base}/check/", {"seen": str(application.edition)})
    application.refresh_from_db()
    number = application.number
    receipt = one.get(f"{base}/receipt/").content.decode()
    assert number
    assert number in receipt
    assert titles(officer) == ["收到一项基金申报"]
    # The office sends back at a field; the answer goes in again under the same number.
    office.post(
        f"/fund/calls/desk/{application.pk}/send-back/",
        {
            "submission": str(application.current_id), "remark-q2": "请写明每次的人数。",
            "due_on": str((now() + timedelta(days=6)).date()),
        },
    )  # fmt: skip
    assert "请写明每次的人数。" in one.get(f"{base}/page/s1/").content.decode()
    write(one, f"{base}/page/s1/", {"q2": "做过三年，每月四次，每次 12 人。"})
    application.refresh_from_db()
    one.post(f"{base}/check/", {"seen": str(application.edition)})
    application.refresh_from_db()
    office.post(
        f"/fund/calls/desk/{application.pk}/accept/", {"submission": str(application.current_id)}
    )
    application.refresh_from_db()
    assert (application.state, application.number) == ("accepted", number)
    assert titles(colleague) == [
        "基金申报已提交", "基金申报退回补正", "基金申报已提交", "基金申报已受理",
    ]  # fmt: skip
