"""The pages of stars, and the old address of the leaderboard."""

from __future__ import annotations

import pytest
from django.test import Client

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up, record
from voluncity.honor.recognition import actions
from voluncity.honor.recognition.models import Certificate
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_people import NOON, make_child, make_user, make_volunteer, user_of
from voluncity.testing.pages import markup

pytestmark = pytest.mark.django_db


def test_the_stars_page_shows_the_way_to_the_next_star(client: Client) -> None:
    actions.load_star_tiers()
    client.force_login(user_of(make_volunteer("孙宁")))
    page = client.get("/honor/stars/").content.decode()
    assert "再服务" in page
    assert "100 小时" in page
    assert client.get("/honor/stars/card/").status_code == 200


def test_what_a_kind_of_certificate_needs_is_not_called_optional(client: Client) -> None:
    volunteer = make_volunteer("孙宁")
    make_posted(make_past_shift(), volunteer)
    client.force_login(user_of(volunteer))
    page = "/honor/certificates/"
    wrong = client.post(f"{page}issue/", {"kind": "activity", "activity": ""})
    for answer in (client.get(page), wrong):
        assert ("只证明一场活动" in markup(answer), "选填" in markup(answer)) == (True, False)


def test_a_guardian_sees_the_wards_stars_and_takes_certificates(client: Client) -> None:
    father = make_user("王建国")
    child = make_child(guardian=father)
    make_posted(make_past_shift(), child)
    stars, papers = f"/honor/stars/of/{child.pk}/", f"/honor/certificates/of/{child.pk}/"
    client.force_login(father)
    assert "王小满的星级和荣誉" in markup(client.get(stars))
    assert "王小满的服务证明" in markup(client.get(papers))
    made = markup(client.post(f"{papers}issue/", follow=True))
    paper = Certificate.objects.get()
    assert (paper.volunteer, paper.issued_by) == (child, father)
    assert paper.serial in made
    assert client.get(f"/honor/certificates/{paper.serial}/pdf/").status_code == 200
    client.force_login(user_of(make_volunteer("路人")))
    pages = (stars, papers, f"/honor/certificates/{paper.serial}/pdf/")
    assert [client.get(one).status_code for one in pages] == [404, 404, 404]
    assert client.post(f"{papers}issue/").status_code == 404


def test_the_guardian_hears_of_a_wards_star() -> None:
    father = make_user("王建国")
    child = make_child(guardian=father)
    record(
        "recognition.award_star", ("staraward", 1), by=None, at=NOON, volunteer=child.pk, stars=1
    )
    catch_up(at=NOON)
    message = Message.objects.get(user=father)
    assert message.title == "王小满：恭喜孩子成为一星级志愿者"
    assert message.url == f"/honor/stars/of/{child.pk}/"
