"""Sessions are forgotten when they have run out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from voluncity.city.access import tasks
from voluncity.city.access.models import Session


@pytest.mark.django_db
def test_only_sessions_that_ran_out_are_forgotten() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=now() - timedelta(1))
    Session.objects.create(session_key="live", session_data="", expire_date=now() + timedelta(1))

    tasks.forget_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["live"]
