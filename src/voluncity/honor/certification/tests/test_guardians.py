"""What a guardian sees and decides of a child's honors."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.honor.certification.models import Honor
from voluncity.honor.certification.states import CandidateState
from voluncity.kernel.clock import local_date
from voluncity.testing.make_certification import (
    LONG_AGO,
    make_batch,
    make_certified,
    make_hours,
    make_ladder,
    make_shown,
    make_veteran,
)
from voluncity.testing.make_people import (
    make_child,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import markup

pytestmark = pytest.mark.django_db


def test_a_guardian_declines_for_the_child_while_the_list_is_shown(
    client: Client, city: Region, office: User
) -> None:
    make_ladder()
    father = make_user("王建国")
    child = make_child(guardian=father, region=make_region(), registered_at=LONG_AGO)
    make_hours(child, 240)
    make_veteran("别人")
    batch = make_batch(city, by=office, until=local_date(now()), at=now())
    make_shown(batch, by=office, at=now())
    catch_up(at=now())
    page = f"/certification/of/{child.pk}/"
    told = Message.objects.get(user=father)
    assert (told.title.startswith("王小满：孩子被列入"), told.url) == (True, page)
    client.force_login(father)
    assert "王小满的荣誉" in markup(client.get(page))
    assert "孩子在公示名单里" in markup(client.get(f"{page}part/"))
    mine = batch.candidates.get(volunteer=child)
    done = client.post(f"/certification/mine/{mine.pk}/decline/")
    mine.refresh_from_db()
    assert (done.headers["Location"], mine.state) == (page, CandidateState.DECLINED)
    client.force_login(user_of(make_volunteer("路人")))
    assert client.get(page).status_code == 404


def test_a_guardian_takes_the_wards_certificate(client: Client, city: Region, office: User) -> None:
    make_ladder()
    father = make_user("王建国")
    child = make_child(guardian=father, region=make_region(), registered_at=LONG_AGO)
    make_hours(child, 240)
    make_certified(make_batch(city, by=office), by=office)
    honor = Honor.objects.get(volunteer=child)
    client.force_login(father)
    address = f"/certification/mine/{honor.serial}.pdf"
    assert address in markup(client.get(f"/certification/of/{child.pk}/"))
    assert client.get(address).content.startswith(b"%PDF")
    client.force_login(user_of(make_volunteer("路人")))
    assert client.get(address).status_code == 404
