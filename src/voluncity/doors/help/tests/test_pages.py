"""使用帮助 as people open it, and the ways that lead to it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from voluncity.city.access.permissions import Role
from voluncity.city.regions.models import Region
from voluncity.doors.help import drawing, queries
from voluncity.doors.help.rules import GUIDES
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


def test_everybody_sees_all_guides_and_whom_they_are_for(client: Client) -> None:
    page = markup(client.get("/help/"))
    for guide, drawn in queries.every_guide():
        assert f'href="/help/{guide.slug}/"' in page
        assert drawn.title in page
        assert f"给{guide.audience}" in page


def test_the_support_line_stands_in_the_list_once(client: Client) -> None:
    assert markup(client.get("/help/")).count("打电话 0351-0000000") == 1
    client.cookies["elder"] = "1"  # here the bar at the top has it
    assert markup(client.get("/help/")).count("打电话 0351-0000000") == 1


def test_a_guide_shows_its_contents_with_anchors_and_its_tables(client: Client) -> None:
    page = markup(client.get("/help/resident/"))
    assert "<h1" in page
    assert "居民使用指南" in page
    assert page.count('href="#三签到签退"') == 2  # beside the words on a desk, above on a phone
    assert '<h2 id="三签到签退">三、签到、签退</h2>' in page
    assert '<div class="tablebox"><table class="table">' in page
    assert 'src="/static/help/resident/scan.png"' in page


@pytest.mark.parametrize("path", ["/help/nothing/", "/help/fund-office.zh-CN.md", "/help/../x/"])
def test_there_is_no_other_guide(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_unknown_guide_is_refused_with_a_way_on(client: Client) -> None:
    assert "请从使用帮助里打开" in markup(client.get("/help/nothing/"))


def test_a_guide_is_only_read(client: Client) -> None:
    assert client.post("/help/resident/").status_code == 405


def test_a_guide_asks_the_database_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        for path in ("/help/", *(f"/help/{guide.slug}/" for guide in GUIDES)):
            markup(client.get(path))


def test_a_guide_is_drawn_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    queries.drawn.cache_clear()
    draw, drawn_texts = drawing.draw, []

    def counted(text: str) -> drawing.Drawn:
        drawn_texts.append(text)
        return draw(text)

    monkeypatch.setattr(drawing, "draw", counted)
    for _ in range(3):
        markup(client.get("/help/resident/"))
    assert len(drawn_texts) == 1


def test_every_page_of_the_face_leads_to_the_help(client: Client) -> None:
    client.force_login(user_of(make_volunteer("陈桂兰")))
    for elder in ("", "1"):
        client.cookies["elder"] = elder
        for path in ("/", "/find/", "/me/", "/hours/", "/wishes/"):
            assert 'href="/help/"' in markup(client.get(path)), (path, elder)


def _offered(role: Role, *, in_organization: bool = False) -> set[str]:
    """Return the guides that the desk offers to a role."""
    make_region()
    scope = (
        make_organization("汾河志愿队")
        if in_organization
        else Region.objects.get(code="140100000000")
    )
    user = make_user("董建华")
    give(user, role, scope)
    page = markup(as_(user).get("/desk/"))
    assert 'href="/help/"' in page  # in the rail
    return {guide.slug for guide in GUIDES if f'href="/help/{guide.slug}/"' in page}


@pytest.mark.parametrize(
    "role", [Role.FUND_OFFICE, Role.FUND_FINANCE, Role.FUND_SUPERVISOR, Role.EXPERT]
)
def test_the_desk_of_a_fund_offers_its_guide(role: Role) -> None:
    assert _offered(role) == {"fund-office"}


@pytest.mark.parametrize("role", [Role.ORG_ADMIN, Role.TEAM_LEADER])
def test_the_desk_of_a_team_offers_its_guide(role: Role) -> None:
    assert _offered(role, in_organization=True) == {"organizers"}


def test_who_audits_is_offered_no_guide_to_others_work() -> None:
    assert _offered(Role.AUDITOR) == set()
