"""The pages of stars, and the old address of the leaderboard."""

from __future__ import annotations

import pytest
from django.test import Client

from voluncity.honor.recognition import actions
from voluncity.testing.make_people import make_volunteer, user_of

pytestmark = pytest.mark.django_db


def test_the_stars_page_shows_the_way_to_the_next_star(client: Client) -> None:
    actions.load_star_tiers()
    client.force_login(user_of(make_volunteer("孙宁")))
    page = client.get("/honor/stars/").content.decode()
    assert "再服务" in page
    assert "100 小时" in page
    assert client.get("/honor/stars/card/").status_code == 200
