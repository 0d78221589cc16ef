"""Row G4: experts declare and score, a meeting decides, everybody reads it, the award counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.fund.books import queries as books
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.calls.states import AppState
from voluncity.fund.review.models import Decision, Place, Review
from voluncity.fund.review.states import DecisionState
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.testing.hearing import titles
from voluncity.testing.make_calls import make_admin, make_officer, make_open_call
from voluncity.testing.make_fund import give_money, make_fund, make_resolution
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county
from voluncity.testing.make_review import make_accepted, make_expert
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
CRITERIA = "需求和意义 | 40 | 问题是否真实\n方案可行 | 35\n预算合理 | 25"


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def let_experts_score(review: Review) -> None:
    """Let each expert declare, read and score on their own pages."""
    for number, place in enumerate(Place.objects.filter(review=review).select_related("expert")):
        mine, page = as_(place.expert), f"/fund/review/tasks/{place.pk}/"
        assert "有一份基金申报请您评审" in titles(place.expert)
        assert place.application.title not in mine.get(page).content.decode()
        mine.post(f"{page}declare/none/")
        said = {"points_c1": "90", "points_c2": str(80 - number), "points_c3": "70"}
        about = {"submission": str(place.application.current_id), "seen": "0"}
        mine.post(page, said | about | {"words": "需求真实，方案可行。", "submit": "1"})


def decide(office: Client, review: Review, application: Application) -> Decision:
    """Enter what the meeting decided: less than was asked for."""
    page = f"/fund/review/desk/{review.pk}/applications/{application.pk}/decide/"
    resolution = make_resolution(application.call.fund, "资助项目", at=now())
    form = {
        "handle": "decision-of-journey", "submission": str(application.current_id),
        "outcome": "awarded", "resolution": str(resolution.pk), "reason": "需求真实，先试半年。",
        "awarded": "1500", "source-0": "1500", "terms": "每季度报告。",
        "b1_kind": "物资", "b1_what": "修脚工具", "b1_fen": "1200",
        "b2_kind": "志愿者补贴和保险", "b2_what": "保险", "b2_fen": "300",
    }  # fmt: skip
    assert office.post(page, form).status_code == 302
    return Decision.objects.get()


def show(decision: Decision, *, entered_by: Client, checked_by: Client) -> None:
    """Show it to everybody: who entered the sum does not let it out."""
    page = f"/fund/review/desk/decisions/{decision.pk}/show/"
    assert entered_by.post(page).status_code == 403
    assert checked_by.post(page).status_code == 302


def let_publicity_end(applicant: User) -> None:
    """Let the days of publicity go by; the worker does the rest."""
    later = now() + timedelta(days=45)
    publicity.finish_due(today=local_date(later), at=later)
    assert "基金资助决定已生效" in {*titles(applicant), *titles(applicant)}


def open_and_draw(office: Client, call: Call) -> Review:
    """Open the review of a call and draw experts."""
    due = (now() + timedelta(days=5)).astimezone(CITY_TZ)
    office.post(
        f"/fund/review/desk/open/{call.pk}/",
        {"criteria": CRITERIA, "experts_each": "2", "due_at": f"{due:%Y-%m-%dT%H:%M}"},
    )
    review = Review.objects.get()
    office.post(f"/fund/review/desk/{review.pk}/step/draw/")
    return review


@pytest.mark.row("G4")
def test_an_application_is_scored_decided_shown_and_becomes_a_funded_project() -> None:
    county = make_county()
    fund = make_fund(county, at=now())
    give_money(fund, 1_000_000, at=now())
    call, team = make_open_call(fund, at=now()), make_organization(region=county)
    admin, officer = make_admin(team), make_officer(county)
    application = make_accepted(call, organization=team, by=admin, at=now())
    for name in ("顾评审", "柏评审", "樊评审"):
        make_expert(county, name)
    office, applicant = as_(officer), as_(admin)
    status = f"/fund/calls/own/{application.pk}/"
    assert "等待评审" in applicant.get(status).content.decode()

    review = open_and_draw(office, call)
    assert Place.objects.count() == 2
    assert "专家评审中" in applicant.get(status).content.decode()

    let_experts_score(review)
    page = f"/fund/review/desk/{review.pk}/"
    review.refresh_from_db()
    assert "81.33" in office.get(page).content.decode()  # the mean of 81.50 and 81.15, half up
    office.post(f"{page}step/close/", {"seen": str(review.edition), "words": ""})
    assert office.get(f"{page}pack.docx").status_code == 200

    decision = decide(office, review, application)
    show(decision, entered_by=office, checked_by=as_(make_officer(county, "尹丽娟")))
    assert "公示中" in applicant.get(status).content.decode()
    assert "1,500 元" in Client().get(f"/fund/review/{decision.pk}/").content.decode()

    let_publicity_end(admin)
    decision.refresh_from_db()
    application.refresh_from_db()
    assert (decision.state, application.state) == (DecisionState.IN_FORCE, AppState.AWARDED)
    assert books.reserved(fund, f"application:{application.pk}", None) == 150_000
    letter = applicant.get(f"/fund/review/own/{application.pk}/letter.pdf")
    assert letter.content.startswith(b"%PDF")
