"""Somebody closes the account: the leaderboard forgets, the certificate stays genuine."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.states import Purpose
from voluncity.city.privacy import actions as privacy
from voluncity.city.privacy import queries as subjects
from voluncity.honor.leaderboards import queries as boards
from voluncity.honor.recognition import actions, queries
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_people import NOON, make_volunteer, user_of

pytestmark = pytest.mark.django_db


def test_the_board_forgets_and_the_certificate_stays_genuine() -> None:
    volunteer = make_volunteer("王芳", consents=[Purpose.TERMS, Purpose.RANKING])
    user = user_of(volunteer)
    make_posted(make_past_shift(), volunteer)
    catch_up()
    everybody = boards.Asked("", NOON.date())
    assert [place.name for place in boards.leaderboard(everybody, viewer=None)] == ["王*"]
    certificate = actions.issue_certificate(volunteer_id=volunteer.pk, by=user, at=NOON)
    about = subjects.subject(user, ward_id=None)
    privacy.ask_to_close(subject=about, by=user, at=NOON)
    assert privacy.close_due(at=NOON + timedelta(days=15)) == 1
    catch_up()
    assert boards.leaderboard(everybody, viewer=None) == []
    certificate.refresh_from_db()
    assert queries.is_genuine(certificate)
    assert volunteer.service_records.filter(state="posted").count() == 1
